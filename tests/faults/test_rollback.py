"""Going back: `latest` names an earlier release, and builds and collectors go on sensibly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.collect import collect
from flows.lock import build_lock

Whole = Callable[[Path], str | None]


@pytest.fixture
def two(
    released: dict[str, Any],
    build: Any,
    articles: Path,
    article: Callable[..., str],
    tmp_path: Path,
) -> tuple[Path, str, str]:
    """An output folder with two releases, and their ids."""
    (articles / "new.txt").write_text(article(70))
    return tmp_path / "out", released["id"], build(articles)["id"]


def test_going_back_and_on_again(
    two: tuple[Path, str, str],
    onrecord: Any,
    build: Any,
    articles: Path,
    annotated: list[str],
    whole: Whole,
) -> None:
    output, first, second = two
    done = onrecord("rollback", "--output", output)
    assert done.code == 0 and first in done.stdout and "next build publishes again" in done.stderr
    assert whole(output) == first
    # The collector keeps the newest and, beside, what is the latest again.
    assert collect(output, keep=1).releases == ()
    annotated.clear()
    again = build(articles)
    assert (again["id"], again["new"], annotated) == (second, False, [])
    assert whole(output) == second
    # What is mended is a release of its own, measured against the one gone back to.
    onrecord("rollback", first, "--output", output)
    (articles / "new.txt").unlink()
    (articles / "a2.txt").unlink()
    third = build(articles)
    assert third["previous"] == first and third["number"] == 3
    assert whole(output) == third["id"]


def test_going_back_to_what_is_damaged(
    two: tuple[Path, str, str], onrecord: Any, whole: Whole
) -> None:
    output, first, second = two
    (output / "releases" / first / "quotes.parquet").write_bytes(b"PAR1")
    done = onrecord("rollback", "--output", output)
    assert done.code == 7 and "quotes.parquet" in done.stderr and "Nothing was" in done.stderr
    assert whole(output) == second


def test_going_back_where_there_is_nothing(
    released: dict[str, Any], onrecord: Any, whole: Whole, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    done = onrecord("rollback", "--output", output)
    assert done.code == 2 and "first release" in done.stderr
    assert onrecord("rollback", "nothing", "--output", output).code == 2
    with build_lock(output):
        assert onrecord("rollback", "--output", output).code == 6
    assert whole(output) == released["id"]
