"""evaluate, sample and the spans export, as a user calls them."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import UsageError

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "articles"
pytestmark = pytest.mark.model


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_spans_are_characters_of_the_raw_files(seed_release: Path, tmp_path: Path) -> None:
    target = tmp_path / "spans.jsonl"
    run("export", seed_release, "--format", "spans", "--to", target, "--inputs", SEEDS)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["doc"] for line in lines] == sorted(p.stem for p in SEEDS.glob("*.txt"))
    said = set()
    for line in lines:
        raw = (SEEDS / f"{line['doc']}.txt").read_bytes().decode("utf-8")
        said |= {raw[a:b] for quote in line["quotes"] for a, b in quote["content"]}
    assert "We cannot fight on so many fronts," in said
    quotes = pq.read_table(seed_release / "quotes.parquet").to_pylist()
    assert {q["content"] for q in quotes if len(q["parts"]) == 1 and q["kind"] == "direct"} & said


def test_where_articles_lie_must_be_known(seed_release: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--inputs"):
        run("export", seed_release, "--format", "spans", "--to", tmp_path / "x.jsonl")


def test_a_release_scores_full_against_itself(seed_release: Path, tmp_path: Path) -> None:
    target = tmp_path / "spans.jsonl"
    run("export", seed_release, "--format", "spans", "--to", target, "--inputs", SEEDS)
    gold = tmp_path / "gold"
    gold.mkdir()
    with (gold / "gold.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["doc", "quote", "role", "start", "end"])
        for line in map(json.loads, target.read_text(encoding="utf-8").splitlines()):
            raw = (SEEDS / f"{line['doc']}.txt").read_bytes()
            (gold / f"{line['doc']}.txt").write_bytes(raw)
            for number, quote in enumerate(line["quotes"]):
                for role in ("content", "cue", "source"):
                    for start, end in quote[role] or ():
                        writer.writerow([line["doc"], number, role, start, end])
    metrics = json.loads(
        run("evaluate", "--gold", gold, "--release", seed_release, "--inputs", SEEDS, "--json")
    )
    by_name = {m["name"]: m["value"] for m in metrics}
    assert by_name["all exact F1"] == 1.0
    assert by_name["all exact speaker end to end"] == 1.0


def test_annotated_articles_that_a_release_lacks_are_named(
    seed_release: Path, tmp_path: Path
) -> None:
    (tmp_path / "gold.csv").write_text("doc,quote,role,start,end\nelsewhere,1,content,0,4\n")
    (tmp_path / "elsewhere.txt").write_text("Rain is likely, she said.")
    release = ("--release", seed_release, "--inputs", SEEDS)
    with pytest.raises(UsageError, match="none of the 1 annotated articles"):
        run("evaluate", "--gold", tmp_path, *release)
    seed = next(SEEDS.glob("*.txt"))
    (tmp_path / seed.name).write_bytes(seed.read_bytes())
    with (tmp_path / "gold.csv").open("a") as file:
        file.write(f"{seed.stem},1,content,0,9\n")
    said = CliRunner().invoke(app, ["evaluate", "--gold", str(tmp_path), *map(str, release)]).stderr
    assert "1 of 2 annotated articles are not in the release" in said


def test_a_coded_sheet_is_read_back(seed_release: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    run("sample", seed_release, "--n", 10, "--seed", 3, "--to", sheet)
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    for number, row in enumerate(rows):
        row["content_right"], row["speaker_right"] = "1", str(int(number < 7))
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    metrics = {m["name"]: m for m in json.loads(run("evaluate", "--gold", sheet, "--json"))}
    shares = {name: m["value"] for name, m in metrics.items()}
    assert 1.0 in shares.values() and 0.7 in shares.values()
    with pytest.raises(UsageError, match="no coding is lost"):
        run("sample", seed_release, "--to", sheet)
