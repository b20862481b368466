"""Storage that refuses: exit code 9 with a mend, the old release whole, and the next run well."""

import errno
import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.errors import StorageRefused

Whole = Callable[[Path], str | None]
ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
NEVER = 10**9


@pytest.fixture
def published(
    released: dict[str, Any],
    build: Any,
    articles: Path,
    tmp_path: Path,
    article: Callable[..., str],
) -> Path:
    """An output folder with a release, and an article more to build the next one from."""
    (articles / "new.txt").write_text(article(60))
    return tmp_path / "out"


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
        subprocess.run(["mount", "-o", "remount,size=16m", str(small)], check=True)
        assert onrecord("build", articles, "--output", small / "out").code == 0
        assert whole(small / "out")
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
                if not all(p.stat().st_mode & 0o001 for p in ROOT.parents):
                    pytest.skip(f"root's private folder: {ROOT} is not open to another user")
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
    """Let another user walk to a folder, as pytest's are private: its own, a worker's, the run's."""
    for parent in (folder, *folder.parents[:3]):
        if parent.stat().st_uid == os.geteuid() and parent != Path(gettempdir()):
            parent.chmod(parent.stat().st_mode | 0o055)


@pytest.mark.slow
def test_too_many_open_files(onrecord: Any, published: Path, articles: Path, whole: Whole) -> None:
    before = whole(published)
    done = onrecord("build", articles, "--output", published, limits={"RLIMIT_NOFILE": 6})
    assert done.code == 9, done.stderr
    assert "ulimit -n" in done.stderr
    assert whole(published) == before
    assert onrecord("build", articles, "--output", published).code == 0
    assert whole(published) != before


def test_a_read_error_is_a_row(
    build: Any, articles: Path, whole: Whole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from flows.read import streams

    opened = streams.open_raw

    @contextmanager
    def failing(path: str) -> Iterator[Any]:
        with opened(path) as stream:
            if path.endswith("a3.txt"):
                raise OSError(errno.EIO, "Input/output error", path)
            yield stream

    with monkeypatch.context() as patch:
        patch.setattr("flows.read.digest.open_raw", failing)
        manifest = build(articles)
    assert manifest["tables"]["documents"]["rows"] == 7
    assert whole(tmp_path / "out") == manifest["id"]
    rows = pq.read_table(Path(manifest["path"]) / "inputs.parquet").to_pylist()
    (refused,) = [r for r in rows if r["outcome"] == "rejected"]
    assert (refused["source_path"], refused["reason"]) == ("a3.txt", "unreadable")
    assert "Input/output error" in refused["detail"]
    assert build(articles)["tables"]["documents"]["rows"] == 8


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


@pytest.mark.parametrize("change", ["grows", "shrinks", "vanishes", "is replaced"])
def test_a_file_that_changes_after_it_was_read(
    build: Any,
    articles: Path,
    whole: Whole,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    change: str,
) -> None:
    """The release is of what was read; the next build sees what the file is now."""
    from flows import rebuild

    victim = articles / "a3.txt"
    text = victim.read_text()
    other = {"grows": text + "More.\n", "shrinks": text[:90], "is replaced": text.upper()}
    usual = rebuild.new_staging

    def disturbed(output: Path) -> Path:
        victim.unlink()
        if change in other:
            victim.write_text(other[change])
        return usual(output)

    monkeypatch.setattr(rebuild, "new_staging", disturbed)
    first = build(articles)
    assert first["tables"]["documents"]["rows"] == 8 and first["may_pass"] == 0
    assert ("a3.txt: changed since it was read" in capsys.readouterr().err) == (change != "grows")
    assert whole(tmp_path / "out") == first["id"]
    monkeypatch.setattr(rebuild, "new_staging", usual)
    second = build(articles, build={"accept_drift": True})
    assert second["new"]
    assert second["tables"]["documents"]["rows"] == 7 + (change in other)


def test_a_short_read_is_a_row(
    build: Any, articles: Path, whole: Whole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file is cut by somebody else between two reads of its bytes."""
    from flows.read import streams

    opened = streams.open_raw
    victim = articles / "a3.txt"
    text = victim.read_bytes()
    monkeypatch.setattr(streams, "BLOCK", 64)

    class Cut(io.RawIOBase):
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def read(self, n: int = -1) -> bytes:
            block: bytes = self.inner.read(min(n, 64))
            os.truncate(victim, 64)
            return block

    @contextmanager
    def cutting(path: str) -> Iterator[Any]:
        with opened(path) as stream:
            # Unbuffered, so that what is read second is what then is there.
            yield Cut(stream.raw) if path.endswith("a3.txt") else stream

    monkeypatch.setattr(streams, "open_raw", cutting)
    first = build(articles)
    assert first["tables"]["documents"]["rows"] == 7 and first["may_pass"] == 1
    rows = pq.read_table(Path(first["path"]) / "inputs.parquet").to_pylist()
    (refused,) = [r for r in rows if r["outcome"] == "rejected"]
    assert (refused["source_path"], refused["reason"]) == ("a3.txt", "changed_while_read")
    assert whole(tmp_path / "out") == first["id"]
    monkeypatch.setattr(streams, "open_raw", opened)
    victim.write_bytes(text)
    assert build(articles)["tables"]["documents"]["rows"] == 8


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
    (tmp_path / "out" / "latest").rmdir()
    assert onrecord("build", articles, "--output", tmp_path / "out").code == 0


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_system_without_links(
    build: Any,
    published: Path,
    articles: Path,
    whole: Whole,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    before = whole(published)

    def refuse(*arguments: Any, **options: Any) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "symlink", refuse)
        with pytest.raises(StorageRefused, match="no symbolic links"):
            build(articles)
    assert whole(published) == before
    assert build(articles)["id"] == whole(published) != before


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
