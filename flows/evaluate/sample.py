"""A sheet for coding a release by hand, and what the coded sheet says.

Belongs here: drawing the sample and reading it back. Does not belong here: gold that somebody
annotated without seeing the release (`gold`).
"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.evaluate.score import Metric

COLUMNS = (
    "quote_id", "rule", "kind", "confidence", "speaker", "cue", "content", "context",
    "content_right", "speaker_right", "note",
)  # fmt: skip
ANSWERS = {"1": True, "yes": True, "y": True, "0": False, "no": False, "n": False}
CONTEXT = 200
Z = 1.96


class SheetError(Exception):
    """The sheet cannot be read back; the message names the line and the mend."""


def draw_sample(
    quotes: Sequence[Mapping[str, Any]],
    texts: Mapping[str, str],
    *,
    n: int = 100,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Draw quotes at random, without replacement, in the order of their ids.

    Args:
        quotes: rows of the quotes table.
        texts: text by doc_id.
        n: how many.
        seed: the same seed draws the same quotes.

    Returns:
        Rows of the sheet; `content_right` and `speaker_right` are empty, for 1 or 0.
    """
    ordered = sorted(quotes, key=lambda row: row["quote_id"])
    drawn = random.Random(seed).sample(ordered, min(n, len(ordered)))
    return [
        _row(quote, texts[quote["doc_id"]]) for quote in sorted(drawn, key=lambda r: r["quote_id"])
    ]


def write_sheet(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write a sheet as CSV. Cells that a spreadsheet would run as a formula are disarmed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow({key: _disarmed(row[key]) for key in COLUMNS})


def read_sheet(path: Path) -> list[Metric]:
    """Share of right content and right speakers of a coded sheet, with Wilson intervals.

    Raises:
        SheetError: for missing columns, an answer that is neither 1 nor 0, or no answer at all.
    """
    answers: dict[str, list[bool]] = {"content": [], "speaker": [], "both": []}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"content_right", "speaker_right"} - set(reader.fieldnames or ())
        if missing:
            raise SheetError(f"{path}: no column {', '.join(sorted(missing))}.")
        for number, row in enumerate(reader, 2):
            content = _answer(path, number, row["content_right"])
            speaker = _answer(path, number, row["speaker_right"])
            if content is not None:
                answers["content"].append(content)
            if speaker is not None:
                answers["speaker"].append(speaker)
            if content is not None and speaker is not None:
                answers["both"].append(content and speaker)
    if not answers["content"] and not answers["speaker"]:
        raise SheetError(
            f"{path}: nothing coded. Fill content_right and speaker_right with 1 or 0."
        )
    return [_wilson(f"{name} right", values) for name, values in answers.items()]


def _row(quote: Mapping[str, Any], text: str) -> dict[str, Any]:
    start, end = quote["start"], quote["end"]
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return {
        "quote_id": quote["quote_id"],
        "rule": quote["rule"],
        "kind": quote["kind"],
        "confidence": quote["confidence"],
        "speaker": quote["speaker_text"] or "",
        "cue": quote["cue_text"] or "",
        "content": " ".join(text[part["start"] : part["end"]] for part in quote["parts"]),
        "context": f"{before}[[{text[start:end]}]]{after}",
        "content_right": "",
        "speaker_right": "",
        "note": "",
    }


def _disarmed(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _answer(path: Path, number: int, cell: str | None) -> bool | None:
    cell = (cell or "").strip().lower()
    if not cell:
        return None
    if cell not in ANSWERS:
        raise SheetError(
            f"{path}:{number}: {cell!r} is no answer. Write 1 or 0, or leave it empty."
        )
    return ANSWERS[cell]


def _wilson(name: str, values: list[bool]) -> Metric:
    n = len(values)
    if not n:
        return Metric(name, None, None, None, 0)
    p = sum(values) / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * ((p * (1 - p) / n + Z * Z / (4 * n * n)) ** 0.5) / (1 + Z * Z / n)
    return Metric(name, p, max(0.0, middle - half), min(1.0, middle + half), n)
