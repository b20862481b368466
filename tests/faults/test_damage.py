"""Damage: flipped bits, cut files, vanished parts, in the work and in releases."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import ValidationFailed
from flows.publish.swap import all_releases

Whole = Callable[[Path], str | None]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


DAMAGE = {"flipped": flip, "cut": cut, "gone": Path.unlink}


def parts(output: Path, stage: str) -> list[Path]:
    return sorted((output / "work" / stage).glob("*.parquet"))


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("stage", ["clean", "annotate"])
def test_a_damaged_part_costs_its_own_rows(
    released: dict[str, Any],
    build: Any,
    annotated: list[str],
    articles: Path,
    article: Callable[..., str],
    whole: Whole,
    tmp_path: Path,
    stage: str,
    damage: str,
) -> None:
    output = tmp_path / "out"
    (articles / "more.txt").write_text(article(70))
    build(articles)
    annotated.clear()
    (small,) = sorted(parts(output, stage), key=lambda p: p.stat().st_size)[:1]
    DAMAGE[damage](small)
    (articles / "most.txt").write_text(article(80))
    assert build(articles)["tables"]["documents"]["rows"] == 10
    assert sorted(annotated) == (["most"] if stage == "clean" else ["more", "most"])
    assert whole(output)


def test_a_part_damaged_while_it_is_used_is_made_again(
    build: Any,
    articles: Path,
    annotated: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from flows import staging

    output = tmp_path / "out"
    batches = staging._batches
    once = []

    def disturbed(*arguments: Any) -> Any:
        if not once:
            once.append(1)
            for stage in ("clean", "annotate"):
                flip(parts(output, stage)[0])
        return batches(*arguments)

    monkeypatch.setattr(staging, "_batches", disturbed)
    assert build(articles)["tables"]["documents"]["rows"] == 8
    assert len(annotated) == 16


def test_parts_of_another_layout_are_passed_over(
    build: Any, articles: Path, tmp_path: Path
) -> None:
    from flows.work import WorkStore

    stranger = WorkStore(str(tmp_path / "out" / "work"), "clean").write(
        pa.table({"key": ["a"], "words": [3]})
    )
    assert build(articles)["tables"]["documents"]["rows"] == 8
    assert stranger in [p.name for p in parts(tmp_path / "out", "clean")]


@pytest.mark.parametrize("name", ["quotes.parquet", "manifest.json", "README.md"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_latest_release_is_mended_by_the_next_build(
    released: dict[str, Any],
    build: Any,
    articles: Path,
    whole: Whole,
    tmp_path: Path,
    name: str,
    damage: str,
) -> None:
    first = released
    damaged = Path(first["path"]) / name
    DAMAGE[damage](damaged)
    again = build(articles)
    assert again["id"] == first["id"] and again["new"]
    assert whole(tmp_path / "out") == first["id"]
    assert not build(articles)["new"]


def test_a_damaged_previous_release_is_no_measure(
    build: Any, articles: Path, article: Callable[..., str], whole: Whole, tmp_path: Path
) -> None:
    first = build(articles)
    flip(Path(first["path"]) / "documents.parquet")
    (articles / "more.txt").write_text(article(70))
    second = build(articles)
    assert whole(tmp_path / "out") == second["id"]
    assert second["drift"]["compared_with"] is None
    assert "documents.parquet" in (Path(second["path"]) / "CHANGES.md").read_text()


def test_verify_says_which_file(
    released: dict[str, Any], onrecord: Any, build: Any, articles: Path, tmp_path: Path
) -> None:
    release = Path(released["path"])
    flip(release / "sentences.parquet")
    done = onrecord("verify", "--output", tmp_path / "out")
    assert done.code == 7
    assert "sentences.parquet" in done.stderr and "Traceback" not in done.stderr


def test_a_foreign_file_in_a_release_is_noticed(
    released: dict[str, Any], build: Any, articles: Path
) -> None:
    from flows.publish.verify import verify_files

    release = Path(released["path"])
    (release / "note.txt").write_text("mine")
    assert verify_files(release) == ["note.txt: not in the manifest"]


def test_the_schema_has_changed_since(
    released: dict[str, Any],
    build: Any,
    articles: Path,
    article: Callable[..., str],
    whole: Whole,
    tmp_path: Path,
) -> None:
    """The release before has a column less and a column more: it is compared by what both have."""
    first = released
    old = Path(first["path"])
    quotes = pq.read_table(old / "quotes.parquet")
    quotes = quotes.drop_columns(["speaker_kind"]).append_column("mood", pa.nulls(len(quotes)))
    pq.write_table(quotes, old / "quotes.parquet")
    _say_so(old)
    (articles / "more.txt").write_text(article(70))
    second = build(articles)
    changes = (Path(second["path"]) / "CHANGES.md").read_text()
    assert "`quotes.speaker_kind` added" in changes and "`quotes.mood` removed" in changes
    assert "1 added" in changes
    assert whole(tmp_path / "out") == second["id"]


def test_most_documents_gone(
    build: Any, put: Callable[..., Path], article: Callable[..., str], whole: Whole, tmp_path: Path
) -> None:
    folder = put(tmp_path / "many", {f"b{n}": article(n) for n in range(30)})
    first = build(folder)
    for n in range(3, 30):
        (folder / f"b{n}.txt").unlink()
    with pytest.raises(ValidationFailed, match=r"rows of documents: 30 before, 3 now") as failed:
        build(folder)
    assert failed.value.exit_code == 5 and "--accept-drift" in str(failed.value)
    assert whole(tmp_path / "out") == first["id"]
    second = build(folder, build={"accept_drift": True})
    assert second["drift"]["accepted"]
    assert {m["name"] for m in second["drift"]["failed"]} >= {"rows of documents"}
    assert "Accepted" in (Path(second["path"]) / "CHANGES.md").read_text()


def test_some_documents_gone(
    build: Any,
    put: Callable[..., Path],
    article: Callable[..., str],
    whole: Whole,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Beyond the threshold of a warning, and not of a failure: published, and told."""
    folder = put(tmp_path / "many", {f"b{n}": article(n) for n in range(30)})
    build(folder)
    for n in range(24, 30):
        (folder / f"b{n}.txt").unlink()
    capsys.readouterr()
    second = build(folder)
    assert whole(tmp_path / "out") == second["id"]
    assert not second["drift"]["failed"] and not second["drift"]["accepted"]
    assert {m["name"] for m in second["drift"]["warned"]} >= {"rows of documents"}
    told = "rows of documents: 30 before, 24 now (20% worse)"
    assert told in capsys.readouterr().err
    assert told in (Path(second["path"]) / "CHANGES.md").read_text()


def test_the_gate_does_not_honour_pandera_switched_off(
    onrecord: Any, articles: Path, tmp_path: Path
) -> None:
    """The environment switches pandera's checks off; a bad value is found all the same."""
    done = onrecord(
        "build", articles, "--output", tmp_path / "out", PANDERA_VALIDATION_ENABLED="False", BAD="1"
    )
    assert done.code == 5, done.stderr
    assert "quotes.speaker_kind" in done.stderr
    assert all_releases(tmp_path / "out") == []
    # The bad rows are work that is done; other code of annotation makes others.
    again = onrecord("build", articles, "--output", tmp_path / "out", ONRECORD_ANNOTATE__EPOCH="1")
    assert again.code == 0, again.stderr


def _say_so(release: Path) -> None:
    """Let the manifest say what the files are now, as another version would have."""
    from flows.publish.manifest import _describe_file, read_manifest, write_manifest

    manifest = read_manifest(release)
    manifest["files"] = {name: _describe_file(release / name) for name in manifest["files"]}
    write_manifest(release, manifest)


def test_leftovers_are_cleared(build: Any, articles: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    for left in ("releases/.staging", "releases/.leaving-0123", "work/jobs"):
        (output / left).mkdir(parents=True)
        (output / left / "file").write_text("x")
    build(articles)
    assert not any((output / left).exists() for left in ("releases/.staging", "work/jobs"))
    assert not (output / "releases" / ".leaving-0123").exists()
