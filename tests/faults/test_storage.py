"""Storage that refuses: exit code 9 with a mend, the old release whole, and the next run well."""

import errno
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows.config import PublishConfig
from flows.publish import about, release
from flows.publish.release import publish_release
from flows.publish.swap import new_staging

Whole = Callable[[Path], str | None]
NOBODY = 65534
NEVER = 10**9


@pytest.fixture
def published(build: Any, articles: Path, tmp_path: Path, article: Callable[..., str]) -> Path:
    """An output folder with a release, and an article more to build the next one from."""
    build(articles)
    (articles / "new.txt").write_text(article(60))
    return tmp_path / "out"


# The faults of the operating system, injected into the operations themselves.

EVENTS = frozenset(
    {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "os.link"}
)


class Injector:
    """Counts operations on files below a folder, and lets the n-th one fail."""

    def __init__(self) -> None:
        self.root = ""
        self.fail_at, self.error, self.count = -1, 0, 0
        sys.addaudithook(self._audited)

    @contextmanager
    def armed(self, root: Path, fail_at: int, error: int) -> Iterator[None]:
        self.root, self.fail_at, self.error, self.count = str(root), fail_at, error, 0
        try:
            yield
        finally:
            self.root = ""

    def step(self, path: Any) -> None:
        if self.root and isinstance(path, str | os.PathLike) and str(path).startswith(self.root):
            self.count += 1
            if self.count == self.fail_at:
                raise OSError(self.error, os.strerror(self.error), str(path))

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.root and event in EVENTS:
            self.step(arguments[0])


INJECTOR = Injector()


@pytest.fixture
def injector(monkeypatch: pytest.MonkeyPatch) -> Injector:
    """The injector, told of fsync and write as well, which Python does not audit."""
    fsync, opened = os.fsync, io.open

    def failing_fsync(handle: int) -> None:
        INJECTOR.step(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    def failing_open(path: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        file = opened(path, mode, *rest, **options)
        if "w" in mode and INJECTOR.root:
            write = file.write

            def failing_write(data: Any) -> Any:
                INJECTOR.step(path)
                return write(data)

            return _Writing(file, failing_write)
        return file

    monkeypatch.setattr(os, "fsync", failing_fsync)
    monkeypatch.setattr(pathlib.io, "open", failing_open)  # type: ignore[attr-defined]
    return INJECTOR


class _Writing:
    """An open file whose `write` is another one."""

    def __init__(self, file: Any, write: Any) -> None:
        self._file, self.write = file, write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Writing":
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.close()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_every_operation_of_publishing_fails_in_turn(
    build: Any,
    published: Path,
    articles: Path,
    whole: Whole,
    tmp_path: Path,
    injector: Injector,
    monkeypatch: pytest.MonkeyPatch,
    error: int,
) -> None:
    old = whole(published)
    new = Path(build(articles, tmp_path / "other")["path"])
    tables = [p.name for p in new.glob("*.parquet")]
    # What is compared and drawn is no matter of storage: two quick files stand for it.
    monkeypatch.setattr(
        release, "describe_changes", lambda *a, **k: ("# Changes\n", {"compared_with": None})
    )
    monkeypatch.setattr(about, "FILES", {"README.md": lambda *about: "about\n"})
    template = shutil.copytree(published, tmp_path / "template", symlinks=True)
    output = tmp_path / "trial"

    def publish(fail_at: int) -> str:
        staging = new_staging(output)
        for name in tables:
            shutil.copyfile(new / name, staging / name)
        with injector.armed(output, fail_at, error):
            made = publish_release(
                staging, output, made_from={"a": 1}, build_key="k", run={}, config=PublishConfig()
            )
        return str(made["id"])

    wanted = ""
    failed = set()
    fail_at = reached = 0
    while reached >= fail_at:
        fail_at += 1
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(template, output, symlinks=True)
        try:
            wanted = publish(fail_at)
            reached = injector.count
        except OSError as refused:
            reached = injector.count
            assert refused.errno == error
            failed.add(whole(output))
            wanted = publish(NEVER)
        assert whole(output) == wanted
    # Only once the pointer was swapped may an operation fail and the release be the new one.
    assert failed == {old, wanted}
    assert fail_at > 40


@pytest.mark.slow
@pytest.mark.parametrize("size", [1_000, 4_000, 12_000])
def test_a_full_disk(
    onrecord: Any, published: Path, articles: Path, whole: Whole, size: int
) -> None:
    """A limit on the size of files meets staging, documents about it or the manifest."""
    before = whole(published)
    done = onrecord("build", articles, "--output", published, limits={"RLIMIT_FSIZE": size})
    assert done.code == 9, done.stderr
    assert "ulimit -f" in done.stderr and "Nothing was published" in done.stderr
    assert whole(published) == before
    assert onrecord("build", articles, "--output", published).code == 0
    assert whole(published) != before


def test_a_full_file_system(
    onrecord: Any, build: Any, articles: Path, whole: Whole, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no permission to mount a small file system")
    try:
        done = onrecord("build", articles, "--output", small / "out")
        assert done.code == 9 and "no space is left" in done.stderr
        assert whole(small / "out") is None
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.slow
def test_permission_lost(
    onrecord: Any, published: Path, articles: Path, whole: Whole, tmp_path: Path
) -> None:
    before = whole(published)
    for folder in (published, published / "releases"):
        mode = folder.stat().st_mode
        folder.chmod(0o555)
        try:
            if os.geteuid() == 0:
                _open_to_all(tmp_path)
                done = onrecord("build", articles, "--output", published, uid=NOBODY)
            else:
                done = onrecord("build", articles, "--output", published)
        finally:
            folder.chmod(mode)
        assert done.code == 9, done.stderr
        assert "permission" in done.stderr.lower()
        assert whole(published) == before
    assert onrecord("build", articles, "--output", published).code == 0


def _open_to_all(folder: Path) -> None:
    """Let another user walk to a folder, as pytest's are private."""
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o055)


@pytest.mark.slow
def test_too_many_open_files(onrecord: Any, published: Path, articles: Path, whole: Whole) -> None:
    before = whole(published)
    done = onrecord("build", articles, "--output", published, limits={"RLIMIT_NOFILE": 6})
    assert done.code == 9, done.stderr
    assert "ulimit -n" in done.stderr
    assert whole(published) == before


def test_a_read_error_is_a_row(build: Any, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.read import streams

    opened = streams.open_raw

    @contextmanager
    def failing(path: str) -> Iterator[Any]:
        with opened(path) as stream:
            if path.endswith("a3.txt"):
                raise OSError(errno.EIO, "Input/output error", path)
            yield stream

    monkeypatch.setattr("flows.read.digest.open_raw", failing)
    manifest = build(articles)
    assert manifest["tables"]["documents"]["rows"] == 7
    monkeypatch.undo()


@pytest.mark.parametrize("change", ["grows", "shrinks", "vanishes", "is replaced"])
def test_a_file_that_changes_between_scan_and_reading(
    build: Any, articles: Path, whole: Whole, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    from flows import rebuild

    victim = articles / "a3.txt"
    text = victim.read_text()
    other = {"grows": text + "More.\n", "shrinks": text[:-20], "is replaced": text.upper()}
    walk = rebuild.rebuild

    def disturbed(*arguments: Any) -> Any:
        victim.unlink()
        if change in other:
            victim.write_text(other[change])
        return walk(*arguments)

    monkeypatch.setattr(rebuild, "rebuild", disturbed)
    first = build(articles)
    assert first["tables"]["documents"]["rows"] == 7
    assert first["may_pass"] == 1
    monkeypatch.setattr(rebuild, "rebuild", walk)
    victim.write_text(text)
    # The bytes are again those that the first build's plan had, and it is built all the same.
    second = build(articles)
    assert second["new"] and second["tables"]["documents"]["rows"] == 8


def test_output_on_another_file_system(
    build: Any, articles: Path, whole: Whole, tmp_path: Path
) -> None:
    other = Path("/dev/shm")
    if not os.access(other, os.W_OK) or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    elsewhere = other / f"onrecord-test-{os.getpid()}"
    elsewhere.mkdir()
    try:
        output = tmp_path / "out"
        output.mkdir()
        (output / "work").symlink_to(elsewhere, target_is_directory=True)
        first = build(articles)
        (articles / "a0.txt").unlink()
        assert whole(output) == first["id"]
        second = build(articles, build={"accept_drift": True})
        assert whole(output) == second["id"] != first["id"]
    finally:
        shutil.rmtree(elsewhere)


def test_a_folder_in_the_place_of_the_pointer(
    onrecord: Any, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "out" / "latest").mkdir(parents=True)
    done = onrecord("build", articles, "--output", tmp_path / "out")
    assert done.code == 9
    assert re.search("Move it away", done.stderr)


@pytest.mark.parametrize("left", ["dangling", "file", "loop"])
def test_a_pointer_that_leads_nowhere_is_replaced(
    build: Any, articles: Path, whole: Whole, tmp_path: Path, left: str
) -> None:
    output = tmp_path / "out"
    output.mkdir()
    pointer = output / "latest"
    if left == "file":
        pointer.write_text("what is this")
    else:
        pointer.symlink_to("releases/gone" if left == "dangling" else "latest")
    assert whole_id(build(articles)) == whole(output)


def whole_id(manifest: dict[str, Any]) -> str:
    return str(manifest["id"])
