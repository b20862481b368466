"""A release's quotes as spans of characters in the raw text files.

Belongs here: the way from clean offsets over bytes to characters of the raw file, and the three
conventions in which annotated corpora differ from the quotes table: a quotation carried on is one
attribution with its beginning, the source of a relative clause includes its pronoun (X, who), and
of a statement passed on (X said, according to Y) the one source annotated is the outer, `via`, and
its content all of what that source says (X said so).
Does not belong here: scoring.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from flows.alignment import raw_spans
from flows.evaluate.attributions import Attribution, Spans
from flows.records import Run

RELATIVE = re.compile(r",?\s(?:who|which|that)\b")
# The same further off, right before the cue but for an adverb or an auxiliary.
SUBJECT = re.compile(r"\b(who|which|that)(?:\s[\w’']{1,20}){0,2}\s$")
LONGEST_SUBJECT = 55
LONGEST_INSERTION = 200
Row = Mapping[str, Any]


def prediction_lines(
    documents: Iterable[Row], quotes: Iterable[Row], inputs: Path
) -> Iterator[dict[str, Any]]:
    """One prediction per document whose input maps to bytes.

    Args:
        documents: rows of the documents table; doc_id, source_path, encoding, text, alignment.
        quotes: rows of the quotes table.
        inputs: the folder that `source_path` is relative to.

    Yields:
        `{"doc": stem of the file, "quotes": [{"content", "cue", "source", "kind"}]}` with
        half-open character offsets into the decoded raw file.
    """
    of: dict[str, list[Row]] = {}
    for row in quotes:
        of.setdefault(row["doc_id"], []).append(row)
    for document in documents:
        if document["alignment"] is None or len(document["alignment"]) == 0:
            continue
        chains = _chains(document["text"], of.get(document["doc_id"], []))
        clean = sorted({o for chain in chains for span in _spans(chain) for o in span})
        raw = (inputs / document["source_path"]).read_bytes()
        at = _to_characters(document, clean, raw)
        yield {
            "doc": Path(document["source_path"]).stem,
            "quotes": [
                {
                    key: [[at[a][0], at[b][1]] for a, b in chain[key]] or None
                    for key in ("content", "cue", "source")
                }
                | {"kind": chain["kind"]}
                for chain in chains
            ],
        }


def predicted(
    documents: Iterable[Row], quotes: Iterable[Row], inputs: Path
) -> dict[str, tuple[Attribution, ...]]:
    """The same as attributions by the stem of the input file, for `score`."""

    def spans(value: list[list[int]] | None) -> Spans:
        return tuple((a, b) for a, b in value or ())

    return {
        line["doc"]: tuple(
            Attribution(spans(q["content"]), spans(q["cue"]), spans(q["source"]))
            for q in line["quotes"]
        )
        for line in prediction_lines(documents, quotes, inputs)
    }


def _chains(text: str, rows: list[Row]) -> list[dict[str, Any]]:
    """Quotes with those that carry them on, in clean offsets."""
    root: dict[str, str] = {}
    chains: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: r["quote_index"]):
        before = row["continues_quote_id"]
        own: str = row["quote_id"]
        first = own if before is None else root.get(before, own)
        root[own] = first
        parts = [(part["start"], part["end"]) for part in row["parts"]]
        if first in chains:
            chains[first]["content"] += parts
            continue
        source = []
        if row["via_start"] is not None:
            source = [(row["via_start"], row["via_end"])]
            inner = [(row[f"{key}_start"], row[f"{key}_end"]) for key in ("speaker", "cue")]
            parts = outer_content(parts, inner, source[0])
        elif row["speaker_start"] is not None:
            source = source_spans(text, row["speaker_start"], row["speaker_end"], row["cue_start"])
        cue = [] if row["cue_start"] is None else [(row["cue_start"], row["cue_end"])]
        chains[first] = {"content": parts, "cue": cue, "source": source, "kind": row["kind"]}
    return list(chains.values())


def outer_content(
    parts: list[tuple[int, int]],
    inner: Iterable[tuple[int | None, int | None]],
    via: tuple[int, int],
) -> list[tuple[int, int]]:
    """What the outer source of a statement passed on says: also who said it.

    Args:
        parts: the content.
        inner: spans of the inner speaker and cue, where there are any.
        via: span of the outer source.

    Returns:
        One span over all of them, or the parts alone where the outer source stands among them.
    """
    spans = [*parts, *((a, b) for a, b in inner if a is not None and b is not None)]
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    return parts if start <= via[0] < end else [(start, end)]


def source_spans(text: str, start: int, end: int, cue_start: int | None) -> list[tuple[int, int]]:
    """A speaker mention with its relative pronoun, which annotators mark as the source.

    The pronoun may stand right behind the mention (critics who say) or, behind an apposition or
    a phrase of its own, right before the cue (Ann Lee, 19, of Dover, who also said).
    """
    match = RELATIVE.match(text, end)
    if match is not None:
        return [(start, match.end())]
    if cue_start is not None and end < cue_start <= end + LONGEST_INSERTION:
        low = max(end, cue_start - LONGEST_SUBJECT)
        match = SUBJECT.search(text[low:cue_start])
        if match is not None and "\n" not in text[end:cue_start]:
            return [(start, end), (low + match.start(1), low + match.end(1))]
    return [(start, end)]


def _spans(chain: Mapping[str, Any]) -> list[tuple[int, int]]:
    return [span for key in ("content", "cue", "source") for span in chain[key]]


def _to_characters(document: Row, offsets: list[int], raw: bytes) -> dict[int, tuple[int, int]]:
    """For each clean offset the character of the raw file where it starts, and where it ends."""
    if not offsets:
        return {}
    runs = [
        Run(run["start"], run["end"], run["raw_start"], run["raw_end"])
        for run in document["alignment"]
    ]
    starts, _ = raw_spans(runs, offsets, [o + 1 for o in offsets])
    _, ends = raw_spans(runs, [max(0, o - 1) for o in offsets], [max(1, o) for o in offsets])
    bytes_at = sorted({0, *starts.tolist(), *ends.tolist()})
    characters = {0: 0}
    for a, b in pairwise(bytes_at):
        piece = raw[a:b].decode(document["encoding"], errors="replace")
        characters[b] = characters[a] + len(piece)
    return {
        o: (characters[int(s)], characters[int(e)])
        for o, s, e in zip(offsets, starts, ends, strict=True)
    }
