"""Odd surroundings: clocks, zones, locales, masks, homes, terminals, models that are missing."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

PROGRAM = Path(__file__).with_name("program.py")
Whole = Callable[[Path], str | None]


def test_the_zone_and_the_mask_do_not_show(
    onrecord: Any, articles: Path, whole: Whole, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert onrecord("build", articles, "--output", one).code == 0
    done = onrecord(
        "build", articles, "--output", other, umask=0o077, TZ="Pacific/Kiritimati", HASH="1"
    )
    assert done.code == 0
    assert whole(one) == whole(other)


@pytest.mark.slow
def test_locale_c_no_home_and_no_terminal(articles: Path, whole: Whole, tmp_path: Path) -> None:
    """A process of its own, for the locale counts at its start; its home cannot be written to."""
    (articles / "ünïcode.txt").write_text(
        "Straße und Käse\n\nThe mayor of “Übersee” had nothing to say on the matter last Tuesday."
    )
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONHASHSEED": "7",
        "HOME": str(home),
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "build", str(articles), "--output", str(tmp_path / "out")],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    release = tmp_path / "out" / "releases" / str(whole(tmp_path / "out"))
    ids = pq.read_table(release / "documents.parquet", columns=["doc_id"])["doc_id"].to_pylist()
    assert len(ids) == 9 and "ünïcode" in ids
    assert list(home.iterdir()) == []


def test_a_clock_set_back(
    released: dict[str, Any],
    build: Any,
    articles: Path,
    article: Callable[..., str],
    whole: Whole,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which release is the newest does not depend on the clock."""
    from flows.collect import collect
    from flows.publish import manifest

    class Back(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "datetime":
            return datetime(1999, 1, 1, tzinfo=UTC) + timedelta(seconds=1)

    first = released
    monkeypatch.setattr(manifest, "datetime", Back)
    (articles / "new.txt").write_text(article(40))
    second = build(articles)
    assert second["run"]["published_at"] < first["run"]["published_at"]
    assert second["number"] == 2
    assert collect(tmp_path / "out", keep=1).releases == (first["id"],)
    assert whole(tmp_path / "out") == second["id"]


@pytest.mark.parametrize("model", ["no_such_model", "prefect"])
def test_a_model_that_is_not_there(
    released: dict[str, Any],
    onrecord: Any,
    articles: Path,
    whole: Whole,
    tmp_path: Path,
    model: str,
) -> None:
    output = tmp_path / "out"
    done = onrecord("build", articles, "--output", output, "--model", model)
    assert done.code == 8
    assert model in done.stderr and "install" in done.stderr.lower()
    assert whole(output) == released["id"]
    assert onrecord("build", articles, "--output", output).code == 0


def test_a_limit_of_memory(onrecord: Any, articles: Path, whole: Whole, tmp_path: Path) -> None:
    """Too little for anything: a plain message, no release, no traceback."""
    output = tmp_path / "out"
    used = 3 << 30  # address space, not memory: a bare start takes about half of it
    (articles / "big.txt").write_text("word " * 10)
    done = onrecord("build", articles, "--output", output, limits={"RLIMIT_AS": used}, HUNGRY="1")
    assert done.code == 1, done.stderr
    assert "memory" in done.stderr and "Traceback" not in done.stderr
    assert whole(output) is None
    assert onrecord("build", articles, "--output", output).code == 0


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1:9/nothing.txt", "s3-like://nowhere/x", "/no/such/folder"]
)
def test_inputs_that_cannot_be_reached(onrecord: Any, tmp_path: Path, link: str) -> None:
    done = onrecord("build", link, "--output", tmp_path / "out")
    assert done.code == 4, done.stderr
    assert link.rpartition("/")[0] in done.stderr and "Traceback" not in done.stderr
