"""Checks of spans against the bytes of the inputs: what the text says is what the bytes say."""

import html
import json
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.alignment import Alignments, Mask, Offsets
from flows.texts import Texts, contents, rows_of, stretches
from flows.validate.verdict import Failure

N_EXAMPLES = 5
SPANS = ("sentences", "entities")
# Formats whose files write text with escapes.
ESCAPED = frozenset({"json", "jsonl"})


def check_raw(
    tables: Mapping[str, pa.Table],
    read_bytes: Callable[[str, int, int], bytes | None],
    unchanged: Callable[[str], bool] = lambda source_path: True,
) -> list[Failure]:
    """Compare every run, sentence, entity and quote part with the bytes its raw span names.

    Where the decoded bytes differ from the text, stretches that `removals` names are cut out and
    letters and digits are compared: white space, hyphens at line ends and invisible characters are
    what cleaning may change without a row. Articles whose wrongly decoded text was repaired are
    left out, for their bytes say something else.

    Args:
        tables: a batch of `documents`, `sentences`, `entities`, `quotes` and `removals`.
        read_bytes: bytes of an input by `source_path`, start and end; None where it cannot be read.
        unchanged: whether the input at a `source_path` still is what the rows were made of; asked
            where they do not agree, and where it is not, nothing is compared.

    Returns:
        A failure for each table with spans that do not agree.
    """
    sources = _sources(tables, read_bytes)
    doc_ids = tables["documents"]["doc_id"].to_pylist()
    raw = _Raw([sources.get(doc_id) for doc_id in doc_ids])
    wrong: dict[str, list[str]] = {}
    for table, spans in _spans(tables):
        for row, start, end, text in spans.other_than(raw):
            source = sources.get(doc_ids[row])
            if source is None or source.says(start, end, text):
                continue
            if unchanged(source.path):
                found = f"{doc_ids[row]} bytes {start} to {end}: {text!r}"
                wrong.setdefault(table, []).append(found)
            else:
                del sources[doc_ids[row]]
    return [
        Failure(table, "raw bytes are the text", len(found), tuple(found[:N_EXAMPLES]))
        for table, found in sorted(wrong.items())
    ]


class _Source:
    """The bytes of one article and the stretches of them that were removed."""

    def __init__(
        self,
        path: str,
        raw: bytes,
        offset: int,
        encoding: str,
        removed: list[tuple[int, int]],
        *,
        escaped: bool,
    ) -> None:
        self.path, self.escaped = path, escaped
        self.raw, self.offset, self.encoding, self.removed = raw, offset, encoding, removed
        # Where everything removed so far has ended, to begin at the first that a span can meet.
        self._ended = list(accumulate((end for _, end in removed), max))

    def says(self, start: int, end: int, text: str) -> bool:
        if self._decode(start, end) == text:
            return True
        return letters("".join(self._kept(start, end))) == letters(text)

    def _decode(self, start: int, end: int) -> str:
        text = self.raw[start - self.offset : end - self.offset].decode(self.encoding, "replace")
        return _unescape(text) if self.escaped else text

    def _kept(self, start: int, end: int) -> Iterator[str]:
        for number in range(bisect_right(self._ended, start), len(self.removed)):
            cut_start, cut_end = self.removed[number]
            if cut_start >= end:
                break
            if start < cut_end:
                yield self._decode(start, cut_start)
                start = cut_end
        yield self._decode(start, end)


def letters(text: str) -> str:
    """Letters and digits of a text, composed (NFC), character references read."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", html.unescape(text))))


def _unescape(literal: str) -> str:
    """What a stretch of a JSON string says; a stretch that cuts through an escape, as it is."""
    try:
        text: str = json.loads(f'"{literal}"', strict=False)
    except ValueError:
        return literal
    return text


def _sources(
    tables: Mapping[str, pa.Table], read_bytes: Callable[[str, int, int], bytes | None]
) -> dict[str, _Source]:
    removed: dict[str, list[tuple[int, int]]] = {}
    for row in tables["removals"].select(["doc_id", "raw_start", "raw_end"]).to_pylist():
        if row["raw_start"] is not None:
            removed.setdefault(row["doc_id"], []).append((row["raw_start"], row["raw_end"]))
    columns = ["doc_id", "source_path", "source_format", "encoding", "flags"]
    documents = tables["documents"]
    alignments = Alignments.of_column(documents["alignment"])
    mapped = alignments.mapped(np.arange(len(documents)))
    sources = {}
    for number, row in enumerate(documents.select(columns).to_pylist()):
        if not mapped[number] or "mojibake_repaired" in row["flags"]:
            continue
        start, end = alignments.stretch(number)
        raw = read_bytes(row["source_path"], start, end)
        if raw is not None:
            sources[row["doc_id"]] = _Source(
                row["source_path"],
                raw,
                start,
                row["encoding"],
                sorted(removed.get(row["doc_id"], [])),
                escaped=row["source_format"] in ESCAPED,
            )
    return sources


class _Raw:
    """The bytes of all articles of a batch, one after the other."""

    def __init__(self, sources: Sequence[_Source | None]) -> None:
        pieces = pa.array([s.raw if s else b"" for s in sources], pa.binary())
        self._base, self.data = contents(pieces)
        self._offset = np.array([s.offset if s else 0 for s in sources], dtype=np.int64)
        self.utf8 = np.array([s is not None and s.encoding == "utf-8" for s in sources])
        self.escaped = np.array([s is not None and s.escaped for s in sources])

    def bytes_of(self, row: Offsets, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets, Mask]:
        """Where spans of the inputs stand in `data`, and which of them were read."""
        shift = self._base[row] - self._offset[row]
        first, last = shift + start, shift + end
        return first, last, (first >= self._base[row]) & (last <= self._base[row + 1])


@dataclass(frozen=True, slots=True)
class _Spans:
    """Spans of some articles: the article of each, its raw span, and where in `data` its text is."""

    row: Offsets
    raw_start: Offsets
    raw_end: Offsets
    data: npt.NDArray[np.uint8]
    first: Offsets
    last: Offsets

    def other_than(self, raw: _Raw) -> Iterator[tuple[int, int, int, str]]:
        """Article, raw span and text of those whose bytes are not simply the text's in UTF-8."""
        raw_first, raw_last, read = raw.bytes_of(self.row, self.raw_start, self.raw_end)
        lengths = self.last - self.first
        same = raw.utf8[self.row] & read & (lengths == raw_last - raw_first)
        text = self.data[stretches(self.first[same], self.last[same])]
        differs = text != raw.data[stretches(raw_first[same], raw_last[same])]
        # An escape that equals the text says something else.
        differs |= (text == ord("\\")) & np.repeat(raw.escaped[self.row[same]], lengths[same])
        at = np.searchsorted(np.cumsum(lengths[same]), np.flatnonzero(differs), side="right")
        same[np.flatnonzero(same)[at]] = False
        for i in np.flatnonzero(~same):
            said = self.data[self.first[i] : self.last[i]].tobytes().decode()
            yield int(self.row[i]), int(self.raw_start[i]), int(self.raw_end[i]), said


def _spans(tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, _Spans]]:
    """Everything that has a raw span, by table."""
    documents = tables["documents"]
    texts = Texts(documents["text"])

    def listed(rows: Offsets, column: pa.ChunkedArray) -> _Spans:
        """Spans in a column of lists, whose texts are stretches of the articles'."""
        lists = column.combine_chunks()
        items = pc.list_flatten(lists)
        mapped = items.field("raw_start").is_valid()
        row = rows[pc.list_parent_indices(lists).filter(mapped).to_numpy()]
        items = items.filter(mapped)
        start, end, raw_start, raw_end = (
            items.field(name).to_numpy() for name in ("start", "end", "raw_start", "raw_end")
        )
        return _Spans(row, raw_start, raw_end, texts.data, *texts.bytes_of(row, start, end))

    yield "documents", listed(np.arange(len(documents)), documents["alignment"])
    for name in SPANS:
        table = tables[name].select(["doc_id", "raw_start", "raw_end", "text"])
        table = table.filter(table["raw_start"].is_valid())
        bounds, data = contents(table["text"].combine_chunks())
        raw_start, raw_end = (table[side].to_numpy() for side in ("raw_start", "raw_end"))
        row = rows_of(table["doc_id"], documents["doc_id"])
        yield name, _Spans(row, raw_start, raw_end, data, bounds[:-1], bounds[1:])
    quotes = tables["quotes"]
    yield "quotes", listed(rows_of(quotes["doc_id"], documents["doc_id"]), quotes["parts"])
