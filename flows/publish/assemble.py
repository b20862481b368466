"""From articles and their annotations to the tables: ids, raw offsets and text are added here, once.

Works on whole columns of a batch of documents. Nothing is decided here: what a row says was said
by the stages before.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.alignment import raw_spans
from flows.records import Run
from schemas import TABLES
from schemas.arrow import arrow_schema

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
LIST_OF_TEXT = pa.list_(pa.field("item", pa.string(), nullable=False))


def assemble(
    articles: pa.Table, annotations: pa.Table, duplicates: pa.Table
) -> dict[str, pa.Table]:
    """Make the tables of a batch of documents.

    Args:
        articles: rows of `records.Article`, sorted by doc_id.
        annotations: rows of `records.Annotations`, row i belonging to article i.
        duplicates: columns dup_group_id, dup_of_doc_id, dup_similarity, flag; row i belonging to
            article i.

    Returns:
        `documents`, `sentences`, `entities`, `quotes` and `removals` in their declared schemas.
    """
    batch = _Batch(articles)
    sentences = _sentences(batch, annotations)
    entities = _entities(batch, annotations)
    quotes = _quotes(batch, annotations)
    removals = _removals(batch)
    documents = _documents(batch, annotations, quotes, duplicates)
    made = {
        "documents": documents,
        "sentences": sentences,
        "entities": entities,
        "quotes": quotes,
        "removals": removals,
    }
    return {name: _conform(name, columns) for name, columns in made.items()}


class _Batch:
    """The articles of a batch, with what every table needs of them."""

    def __init__(self, articles: pa.Table) -> None:
        self.articles = articles
        self.doc_id = articles["doc_id"].combine_chunks()
        self.texts: list[str] = articles["text"].to_pylist()
        self.runs = [
            None if runs is None else [Run(**run) for run in runs]
            for runs in articles["alignment"].to_pylist()
        ]

    def slices(self, rows: np.ndarray, starts: pa.Array, ends: pa.Array) -> pa.Array:
        """Text of each span; null where the span is."""
        texts = self.texts
        return pa.array(
            [
                None if s is None else texts[r][s:e]
                for r, s, e in zip(rows.tolist(), starts.to_pylist(), ends.to_pylist(), strict=True)
            ],
            type=pa.string(),
        )

    def raw(self, rows: np.ndarray, starts: pa.Array, ends: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Raw spans of text spans; null where the article has no map. `rows` must be sorted."""
        first, last = starts.to_numpy(), ends.to_numpy()
        raw_start = np.zeros(len(rows), dtype=np.int64)
        raw_end = np.zeros(len(rows), dtype=np.int64)
        missing = np.ones(len(rows), dtype=bool)
        for row in np.unique(rows):
            runs = self.runs[row]
            if not runs:
                continue
            span = slice(*np.searchsorted(rows, [row, row + 1]))
            raw_start[span], raw_end[span] = raw_spans(runs, first[span], last[span])
            missing[span] = False
        return pa.array(raw_start, mask=missing), pa.array(raw_end, mask=missing)

    def ids(self, rows: np.ndarray, letter: str, index: pa.Array) -> pa.Array:
        """doc_id + "." + letter + index; null where the index is."""
        tail = pc.cast(index, pa.string())
        return pc.binary_join_element_wise(self.doc_id.take(pa.array(rows)), f".{letter}", tail, "")


def _flatten(column: pa.ChunkedArray) -> tuple[np.ndarray, dict[str, pa.Array]]:
    """Row number and fields of every item of a column of lists of structs."""
    lists = column.combine_chunks()
    items = pc.list_flatten(lists)
    rows = pc.list_parent_indices(lists).to_numpy()
    return rows, {f.name: pc.struct_field(items, f.name) for f in items.type}


def _empty_lists(n: int) -> pa.Array:
    return pa.array([[]] * n, LIST_OF_TEXT)


def _counts(rows: np.ndarray, n: int) -> pa.Array:
    return pa.array(np.bincount(rows, minlength=n).astype(np.int64))


def _sentences(batch: _Batch, annotations: pa.Table) -> dict[str, Any]:
    rows, made = _flatten(annotations["sentences"])
    raw_start, raw_end = batch.raw(rows, made["start"], made["end"])
    return made | {
        "sentence_id": batch.ids(rows, "s", made["sentence_index"]),
        "doc_id": batch.doc_id.take(pa.array(rows)),
        "raw_start": raw_start,
        "raw_end": raw_end,
        "text": batch.slices(rows, made["start"], made["end"]),
    }


def _entities(batch: _Batch, annotations: pa.Table) -> dict[str, Any]:
    rows, made = _flatten(annotations["mentions"])
    raw_start, raw_end = batch.raw(rows, made["start"], made["end"])
    return made | {
        "entity_id": batch.ids(rows, "e", made["entity_index"]),
        "doc_id": batch.doc_id.take(pa.array(rows)),
        "sentence_id": batch.ids(rows, "s", made["sentence_index"]),
        "quote_id": batch.ids(rows, "q", made["quote_index"]),
        "raw_start": raw_start,
        "raw_end": raw_end,
        "text": batch.slices(rows, made["start"], made["end"]),
        "corrections": _empty_lists(len(rows)),
    }


def _quotes(batch: _Batch, annotations: pa.Table) -> dict[str, Any]:
    rows, made = _flatten(annotations["quotes"])
    parts = made["parts"]
    items = pc.list_flatten(parts)
    of_quote = pc.list_parent_indices(parts).to_numpy()
    starts, ends = items.field("start"), items.field("end")
    raw_start, raw_end = batch.raw(rows[of_quote], starts, ends)
    first = np.searchsorted(of_quote, np.arange(len(rows)), side="left")
    last = np.searchsorted(of_quote, np.arange(len(rows)), side="right") - 1
    made |= {
        "quote_id": batch.ids(rows, "q", made["quote_index"]),
        "doc_id": batch.doc_id.take(pa.array(rows)),
        "sentence_id": batch.ids(rows, "s", made["sentence_index"]),
        "last_sentence_id": batch.ids(rows, "s", made["last_sentence_index"]),
        "parts": _part_lists(of_quote, len(rows), items, raw_start, raw_end),
        "start": starts.take(pa.array(first)),
        "end": ends.take(pa.array(last)),
        "raw_start": raw_start.take(pa.array(first)),
        "raw_end": raw_end.take(pa.array(last)),
        "content": _joined(batch.slices(rows[of_quote], starts, ends), of_quote, len(rows)),
        "speaker_entity_id": batch.ids(rows, "e", made["speaker_entity_index"]),
        "continues_quote_id": batch.ids(rows, "q", made["continues_quote_index"]),
        "corrections": _empty_lists(len(rows)),
    }
    made["text"] = batch.slices(rows, made["start"], made["end"])
    for name in ("cue", "speaker", "addressee", "via"):
        made[f"{name}_text"] = batch.slices(rows, made[f"{name}_start"], made[f"{name}_end"])
    return made


def _part_lists(
    of_quote: np.ndarray, n: int, items: pa.StructArray, raw_start: pa.Array, raw_end: pa.Array
) -> pa.Array:
    kind = arrow_schema(TABLES["quotes"]).field("parts").type
    columns = {name: items.field(name) for name in ("start", "end", "quoted")}
    columns |= {"raw_start": raw_start, "raw_end": raw_end}
    fields = list(kind.value_type)
    struct = pa.StructArray.from_arrays([columns[f.name] for f in fields], fields=fields)
    offsets = np.searchsorted(of_quote, np.arange(n + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), struct, type=kind)


def _joined(pieces: pa.Array, of_quote: np.ndarray, n: int) -> pa.Array:
    offsets = pa.array(np.searchsorted(of_quote, np.arange(n + 1)).astype(np.int32))
    return pc.binary_join(pa.ListArray.from_arrays(offsets, pieces), " ")


def _removals(batch: _Batch) -> dict[str, Any]:
    rows, made = _flatten(batch.articles["removals"])
    first = np.searchsorted(rows, rows, side="left")
    index = pa.array(np.arange(len(rows)) - first)
    return made | {
        "removal_id": batch.ids(rows, "r", index),
        "doc_id": batch.doc_id.take(pa.array(rows)),
        "removal_index": index,
    }


def _documents(
    batch: _Batch, annotations: pa.Table, quotes: dict[str, Any], duplicates: pa.Table
) -> dict[str, Any]:
    n = len(batch.texts)
    made = {name: batch.articles[name].combine_chunks() for name in batch.articles.column_names}
    counts = {
        f"n_{name}": _counts(_flatten(annotations[column])[0], n)
        for name, column in (
            ("sentences", "sentences"),
            ("entities", "mentions"),
            ("quotes", "quotes"),
        )
    }
    removed, removals = _flatten(batch.articles["removals"])
    removed_chars = np.bincount(
        removed, weights=[len(t) for t in removals["text"].to_pylist()], minlength=n
    )
    repeats = duplicates["flag"].to_pylist()
    return (
        made
        | counts
        | {
            "text_sha256": pa.array([_sha256(t) for t in batch.texts]),
            "n_chars": pa.array([len(t) for t in batch.texts]),
            "n_words": pa.array([count_words(t) for t in batch.texts]),
            "n_tokens": annotations["n_tokens"].combine_chunks(),
            "n_paragraphs": pa.array([t.count("\n\n") + 1 if t else 0 for t in batch.texts]),
            "n_removed_chars": pa.array(removed_chars.astype(np.int64)),
            "quoted_share": pa.array(_quoted_shares(batch, quotes)),
            "dup_group_id": duplicates["dup_group_id"].combine_chunks(),
            "dup_of_doc_id": duplicates["dup_of_doc_id"].combine_chunks(),
            "dup_similarity": duplicates["dup_similarity"].combine_chunks(),
            "text_included": pa.array([True] * n, type=pa.bool_()),
            "flags": pa.array(
                [
                    sorted({*(a or ()), *(b or ()), *((flag,) if flag else ())})
                    for a, b, flag in zip(
                        batch.articles["flags"].to_pylist(),
                        annotations["flags"].to_pylist(),
                        repeats,
                        strict=True,
                    )
                ],
                type=pa.list_(pa.string()),
            ),
            "corrections": _empty_lists(n),
        }
    )


def count_words(text: str) -> int:
    """Number of runs of letters and digits (Unicode), apostrophes and hyphens inside kept."""
    return len(WORD.findall(text))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _quoted_shares(batch: _Batch, quotes: dict[str, Any]) -> list[float]:
    """Share of each text covered by quoted parts; parts that overlap count once."""
    spans: list[list[tuple[int, int]]] = [[] for _ in batch.texts]
    row_of = {doc_id: row for row, doc_id in enumerate(batch.doc_id.to_pylist())}
    for doc_id, parts in zip(
        quotes["doc_id"].to_pylist(), quotes["parts"].to_pylist(), strict=True
    ):
        spans[row_of[doc_id]].extend((p["start"], p["end"]) for p in parts if p["quoted"])
    return [
        _covered(sorted(found)) / len(text) if text else 0.0
        for found, text in zip(spans, batch.texts, strict=True)
    ]


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    total = reached = 0
    for start, end in spans:
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _conform(name: str, columns: dict[str, Any]) -> pa.Table:
    """Pick the declared columns, in order and type; a value that does not fit raises."""
    schema = arrow_schema(TABLES[name])
    arrays = []
    for field in schema:
        array = columns[field.name]
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        arrays.append(array if array.type == field.type else array.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=schema)
