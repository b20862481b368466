"""From articles and their annotations to the tables: ids, raw offsets and text are added here, once.

Works on whole columns of a batch of documents. Nothing is decided here: what a row says was said
by the stages before.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.alignment import STRIDE, Alignments, Offsets
from flows.texts import Texts, joined
from schemas import TABLES
from schemas.arrow import arrow_schema

# Between two letters or digits they are part of a word.
JOINING = "'’-"
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
    documents = _documents(batch, annotations, duplicates)
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
        self.texts = Texts(articles["text"])
        self.alignments = Alignments.of_column(articles["alignment"])

    def raw(self, rows: np.ndarray, starts: pa.Array, ends: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Raw spans of text spans; null where the article has no map."""
        mapped = self.alignments.mapped(rows)
        raw_start, raw_end = np.zeros((2, len(rows)), dtype=np.int64)
        raw_start[mapped], raw_end[mapped] = self.alignments.raw_spans(
            rows[mapped], starts.to_numpy()[mapped], ends.to_numpy()[mapped]
        )
        return pa.array(raw_start, mask=~mapped), pa.array(raw_end, mask=~mapped)

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


def _sentences(batch: _Batch, annotations: pa.Table) -> dict[str, Any]:
    rows, made = _flatten(annotations["sentences"])
    raw_start, raw_end = batch.raw(rows, made["start"], made["end"])
    return made | {
        "sentence_id": batch.ids(rows, "s", made["sentence_index"]),
        "doc_id": batch.doc_id.take(pa.array(rows)),
        "raw_start": raw_start,
        "raw_end": raw_end,
        "text": batch.texts.cut(rows, made["start"], made["end"]),
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
        "text": batch.texts.cut(rows, made["start"], made["end"]),
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
        "content": joined(batch.texts.cut(rows[of_quote], starts, ends), of_quote, len(rows)),
        "speaker_entity_id": batch.ids(rows, "e", made["speaker_entity_index"]),
        "continues_quote_id": batch.ids(rows, "q", made["continues_quote_index"]),
        "corrections": _empty_lists(len(rows)),
    }
    made["text"] = batch.texts.cut(rows, made["start"], made["end"])
    for name in ("cue", "speaker", "addressee", "via"):
        made[f"{name}_text"] = batch.texts.cut(rows, made[f"{name}_start"], made[f"{name}_end"])
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


def _removals(batch: _Batch) -> dict[str, Any]:
    rows, made = _flatten(batch.articles["removals"])
    first = np.searchsorted(rows, rows, side="left")
    index = pa.array(np.arange(len(rows)) - first)
    return made | {
        "removal_id": batch.ids(rows, "r", index),
        "doc_id": batch.doc_id.take(pa.array(rows)),
        "removal_index": index,
    }


def _documents(batch: _Batch, annotations: pa.Table, duplicates: pa.Table) -> dict[str, Any]:
    n = len(batch.doc_id)
    texts: list[str] = batch.articles["text"].to_pylist()
    made = {name: batch.articles[name].combine_chunks() for name in batch.articles.column_names}
    counts = {
        f"n_{name}": pc.list_value_length(annotations[column]).combine_chunks()
        for name, column in (
            ("sentences", "sentences"),
            ("entities", "mentions"),
            ("quotes", "quotes"),
        )
    }
    removed, removals = _flatten(batch.articles["removals"])
    removed_chars = np.bincount(
        removed, weights=pc.utf8_length(removals["text"]).to_numpy(), minlength=n
    )
    repeats = duplicates["flag"].to_pylist()
    return (
        made
        | counts
        | {
            "text_sha256": pa.array([hashlib.sha256(t.encode()).hexdigest() for t in texts]),
            "n_chars": pa.array(batch.texts.n_chars),
            "n_words": pa.array(count_words(texts)),
            "n_tokens": annotations["n_tokens"].combine_chunks(),
            "n_paragraphs": pa.array([t.count("\n\n") + 1 if t else 0 for t in texts]),
            "n_removed_chars": pa.array(removed_chars.astype(np.int64)),
            "quoted_share": pa.array(_quoted_shares(batch, annotations)),
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


def count_words(texts: Sequence[str]) -> Offsets:
    """Words of each text: runs of letters and digits (Unicode), an apostrophe or a hyphen between
    two of them kept."""
    # A character that is in no word parts the texts.
    points = np.frombuffer("\n".join(("", *texts, "")).encode("utf-32-le"), dtype="<i4")
    present = np.flatnonzero(np.bincount(points))
    kinds = np.zeros(present[-1] + 1, dtype=np.uint8)
    kinds[present] = [chr(c).isalnum() + 2 * (chr(c) in JOINING) for c in present]
    kind = kinds[points]
    inside, joining = kind == 1, kind == 2
    begins = inside[1:] & ~inside[:-1]
    begins[1:] &= ~(joining[1:-1] & inside[:-2])
    ends = np.cumsum([1 + len(text) for text in texts], dtype=np.int64)
    counted = np.append(0, np.cumsum(begins))[np.append(0, ends)]
    return np.diff(counted)


def _quoted_shares(batch: _Batch, annotations: pa.Table) -> np.ndarray:
    """Share of each text covered by quoted parts; parts that overlap count once."""
    rows, made = _flatten(annotations["quotes"])
    parts = pc.list_flatten(made["parts"])
    quoted = parts.field("quoted").to_numpy(zero_copy_only=False)
    row = rows[pc.list_parent_indices(made["parts"]).to_numpy()][quoted]
    start, end = (row * STRIDE + parts.field(side).to_numpy()[quoted] for side in ("start", "end"))
    order = np.argsort(start, kind="stable")
    row, start, end = row[order], start[order], end[order]
    reached = np.append(0, np.maximum.accumulate(end))[:-1]
    covered = np.maximum(end - np.maximum(start, reached), 0)
    n_covered = np.bincount(row, weights=covered, minlength=len(batch.doc_id))
    return n_covered / np.maximum(batch.texts.n_chars, 1)


def _conform(name: str, columns: dict[str, Any]) -> pa.Table:
    """Pick the declared columns, in order and type; a value that does not fit raises."""
    schema = arrow_schema(TABLES[name])
    arrays = []
    for field in schema:
        array = columns[field.name]
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        arrays.append(array if array.type == field.type else array.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=schema)
