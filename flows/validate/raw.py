"""Checks of spans against the bytes of the inputs: what the text says is what the bytes say."""

import html
import json
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate

import pyarrow as pa

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
    wrong: dict[str, list[str]] = {}
    for table, doc_id, start, end, text in _spans(tables):
        source = sources.get(doc_id)
        if source is None or source.says(start, end, text):
            continue
        if unchanged(source.path):
            wrong.setdefault(table, []).append(f"{doc_id} bytes {start} to {end}: {text!r}")
        else:
            del sources[doc_id]
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
    return "".join(c for c in unicodedata.normalize("NFC", html.unescape(text)) if c.isalnum())


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
    columns = ["doc_id", "source_path", "source_format", "encoding", "alignment", "flags"]
    sources = {}
    for row in tables["documents"].select(columns).to_pylist():
        if not row["alignment"] or "mojibake_repaired" in row["flags"]:
            continue
        start, end = row["alignment"][0]["raw_start"], row["alignment"][-1]["raw_end"]
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


def _spans(tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, str, int, int, str]]:
    """Table, doc_id, raw span and text of everything that has a raw span."""
    for row in tables["documents"].select(["doc_id", "text", "alignment"]).to_pylist():
        for run in row["alignment"] or ():
            text = row["text"][run["start"] : run["end"]]
            yield "documents", row["doc_id"], run["raw_start"], run["raw_end"], text
    for name in SPANS:
        columns = (tables[name][c].to_pylist() for c in ("doc_id", "raw_start", "raw_end", "text"))
        for doc_id, start, end, text in zip(*columns, strict=True):
            if start is not None:
                yield name, doc_id, start, end, text
    yield from _part_spans(tables)


def _part_spans(tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, str, int, int, str]]:
    texts = dict(
        zip(
            tables["documents"]["doc_id"].to_pylist(),
            tables["documents"]["text"].to_pylist(),
            strict=True,
        )
    )
    quotes = tables["quotes"]
    for doc_id, parts in zip(
        quotes["doc_id"].to_pylist(), quotes["parts"].to_pylist(), strict=True
    ):
        for part in parts:
            if part["raw_start"] is not None:
                text = texts[doc_id][part["start"] : part["end"]]
                yield "quotes", doc_id, part["raw_start"], part["raw_end"], text
