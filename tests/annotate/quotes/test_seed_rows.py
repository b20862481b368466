"""Every quotes row of the five seed articles, as read and judged by hand: who said what.

`seed_rows.tsv` holds one row a line: article, kind, cue, speaker (by name where one is known, else
as the text has it), through whom it came, and the content, its parts parted by ` | `.
"""

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROWS = Path(__file__).with_name("seed_rows.tsv")
COLUMNS = ("doc_id", "kind", "cue_text", "speaker", "via_text", "content")

pytestmark = [pytest.mark.model, pytest.mark.slow]


def rows_of(release: Path) -> list[tuple[str, ...]]:
    text = {
        row["doc_id"]: row["text"]
        for row in pq.read_table(
            release / "documents.parquet", columns=["doc_id", "text"]
        ).to_pylist()
    }
    quotes = pq.read_table(release / "quotes.parquet").to_pylist()
    return [
        (
            row["doc_id"][:3],
            row["kind"],
            row["cue_text"] or "",
            row["speaker_name"] or row["speaker_text"] or "",
            row["via_text"] or "",
            " | ".join(
                " ".join(text[row["doc_id"]][part["start"] : part["end"]].split())
                for part in row["parts"]
            ),
        )
        for row in sorted(quotes, key=lambda q: (q["doc_id"], q["quote_index"]))
    ]


def test_the_seed_rows_are_those_judged_right(seed_release):
    with ROWS.open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    assert tuple(header) == COLUMNS
    assert rows_of(seed_release) == [tuple(row) for row in expected]
