"""Builds, readers and collectors at once."""

import fcntl
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.collect import collect
from flows.errors import Locked, UsageError
from flows.lock import build_lock
from flows.publish.reading import reading
from flows.publish.swap import all_releases

Whole = Callable[[Path], str | None]


@pytest.fixture(scope="module")
def three_made(
    template: Path,
    build_once: Any,
    article: Callable[..., str],
    put: Callable[[Path, dict[str, str]], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[str]]:
    """An output folder with three releases, to copy, and their ids in order."""
    folder = tmp_path_factory.mktemp("three")
    output = shutil.copytree(template, folder / "out", symlinks=True)
    ids = [release.name for release in all_releases(output)]
    articles = put(folder / "articles", {f"a{n}": article(n) for n in range(8)})
    for n in range(2):
        put(articles, {f"more{n}": article(70 + n)})
        ids.append(build_once(articles, output)["id"])
    return output, ids


@pytest.fixture
def three(
    three_made: tuple[Path, list[str]],
    articles: Path,
    article: Callable[..., str],
    put: Callable[[Path, dict[str, str]], Path],
    tmp_path: Path,
) -> tuple[Path, list[str]]:
    """An output folder with three releases, and their ids in order."""
    made, ids = three_made
    put(articles, {f"more{n}": article(70 + n) for n in range(2)})
    return shutil.copytree(made, tmp_path / "out", symlinks=True), ids


def test_a_second_build_is_refused(
    onrecord: Any, build: Any, articles: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    with build_lock(output):
        done = onrecord("build", articles, "--output", output)
        with pytest.raises(Locked):
            build(articles)
    assert done.code == 6
    assert "another build" in done.stderr and "--output" in done.stderr
    assert onrecord("build", articles, "--output", output).code == 0


def test_the_lock_dies_with_its_process(onrecord: Any, articles: Path, tmp_path: Path) -> None:
    """Killed while it holds the lock, which is the system's: nothing is left, as after a reboot."""
    (articles / "slow.txt").write_text(
        "A slow one\n\nThis article takes ten minutes to annotate, for it is told to SLEEP so long."
    )
    output = tmp_path / "out"
    pid = onrecord.start("build", articles, "--output", output)
    _until(lambda: _held(output / ".lock"))
    os.kill(pid, signal.SIGKILL)
    onrecord.wait()
    assert (output / ".lock").exists()
    (articles / "slow.txt").unlink()
    assert onrecord("build", articles, "--output", output).code == 0


def test_a_reader_during_publication(
    released: dict[str, Any],
    build: Any,
    articles: Path,
    article: Callable[..., str],
    tmp_path: Path,
) -> None:
    """Whatever the instant, all tables a reader opens through `latest` are of one release."""
    output = tmp_path / "out"
    stop, seen, torn = threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            release = (output / "latest").resolve()
            with duckdb.connect() as connection:
                said, counted = connection.execute(
                    f"SELECT (SELECT sum(n_sentences) FROM '{release}/documents.parquet'), "
                    f"(SELECT count(*) FROM '{release}/sentences.parquet')"
                ).fetchone() or (0, 1)
            seen.add(counted)
            if said != counted:
                torn.append((said, counted))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(2):
        (articles / f"new{n}.txt").write_text(article(90 + n))
        build(articles)
    stop.set()
    reader.join()
    assert not torn and len(seen) > 1


def test_gc_keeps_the_latest_and_the_newest(three: tuple[Path, list[str]], whole: Whole) -> None:
    output, ids = three
    (output / "latest").unlink()
    (output / "latest").symlink_to(Path("releases") / ids[0])
    done = collect(output, keep=1)
    assert done.releases == (ids[1],)
    assert sorted(r.name for r in all_releases(output)) == sorted([ids[0], ids[2]])
    assert whole(output) == ids[0]


def test_gc_keeps_what_is_being_read(three: tuple[Path, list[str]]) -> None:
    output, ids = three
    with reading(output / "releases" / ids[0]) as release:
        done = collect(output, keep=1)
        assert done.held == (ids[0],) and done.releases == (ids[1],)
        assert (release / "quotes.parquet").exists()
    assert collect(output, keep=1).releases == (ids[0],)


class Enough(Exception):
    """A command was at the point where it reads."""


@pytest.mark.parametrize(
    ("reads", "arguments"),
    [
        ("flows.commands.verify.verify_files", ["verify", "OLD"]),
        ("flows.commands.export._write", ["export", "OLD", "--to", "TARGET"]),
        ("flows.commands.explain.connect", ["explain", "a0.q0", "--release", "OLD"]),
        ("flows.commands.evaluate.rows", ["sample", "OLD", "--to", "TARGET"]),
        (
            "flows.commands.evaluate.predicted",
            ["evaluate", "--gold", ".", "--release", "OLD", "--inputs", "ARTICLES"],
        ),
        ("flows.commands.releases.compare", ["diff", "OLD", "latest"]),
        ("flows.commands.hydrate.restore", ["hydrate", "OLD", "ARTICLES", "--to", "TARGET"]),
        ("flows.explore.app.create_app", ["explore", "OLD", "--port", "0", "--no-browser"]),
    ],
)
def test_every_command_that_reads_a_release_holds_it(
    three: tuple[Path, list[str]],
    articles: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reads: str,
    arguments: list[str],
) -> None:
    output, ids = three
    found = []

    def collected_meanwhile(*what: Any, **options: Any) -> None:
        found.append(collect(output, keep=1))
        raise Enough

    monkeypatch.setattr(reads, collected_meanwhile)
    named = {
        "OLD": output / "releases" / ids[0],
        "ARTICLES": articles,
        "TARGET": tmp_path / "target",
    }
    words = [str(named.get(word, word)) for word in arguments]
    result = CliRunner().invoke(app, [*words, "--output", str(output)])
    assert isinstance(result.exception, Enough), result.exception
    assert found[0].held == (ids[0],)
    assert collect(output, keep=1).releases == (ids[0],)


def test_gc_dry_run_deletes_nothing(three: tuple[Path, list[str]]) -> None:
    output, ids = three
    before = sorted(p for p in output.rglob("*"))
    done = collect(output, keep=1, dry_run=True)
    assert set(done.releases) == set(ids[:2])
    assert sorted(p for p in output.rglob("*")) == before


def test_gc_collects_and_packs_the_work_and_nothing_is_made_again(
    three: tuple[Path, list[str]], build: Any, articles: Path, annotated: list[str]
) -> None:
    output, _ = three
    (articles / "a1.txt").unlink()
    last = build(articles)
    done = collect(output, keep=1)
    # The article that is gone leaves a row in each stage.
    assert done.rows == 2 and done.parts_before > done.parts_after == 2
    annotated.clear()
    assert not build(articles)["new"]
    forced = build(articles, clean={"duplicate_threshold": 0.71})
    assert annotated == [] and forced["new"]
    assert forced["tables"]["documents"]["rows"] == last["tables"]["documents"]["rows"]


def test_gc_waits_for_no_build(onrecord: Any, three: tuple[Path, list[str]]) -> None:
    output, _ = three
    with build_lock(output):
        done = onrecord("gc", "--output", output)
    assert done.code == 6


def test_reading_what_is_gone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no release"), reading(tmp_path / "gone"):
        pass


def _held(lock: Path) -> bool:
    if not lock.exists():
        return False
    handle = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _until(holds: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
