"""Checks of spans against the texts they are cut from, a batch of documents at a time.

In columns, where a slice costs its own length: in DuckDB `substr` counts code points from the
beginning of the text, which over all spans of an article grows with the square of its length.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.texts import Offsets, Texts, joined, rows_of
from flows.validate.verdict import Failure

# Characters of text held at once, and documents read at once to get there.
BATCH_CHARS = 8_000_000
READ_DOCUMENTS = 100

# Spans that stand beside their text: table, its key, prefix of the columns.
SPANS = (
    ("sentences", "sentence_id", ""),
    ("entities", "entity_id", ""),
    ("quotes", "quote_id", ""),
    ("quotes", "quote_id", "cue_"),
    ("quotes", "quote_id", "speaker_"),
    ("quotes", "quote_id", "addressee_"),
    ("quotes", "quote_id", "via_"),
)
SLICED = "{prefix}text is documents.text[{prefix}start:{prefix}end]"
CONTENT = "content is the parts of the text"
GAPS = "between sentences the gaps are white space"

Fetch = Callable[[str], pa.Table]
# Table, check, ids of the rows for which it does not hold.
Finding = tuple[str, str, list[str]]


def check_slices(
    connection: duckdb.DuckDBPyConnection, documents: Sequence[Path], *, n_examples: int
) -> list[Failure]:
    """Compare every span's text, every quote's content and every gap with the article's text.

    Documents without text are left out.

    Args:
        connection: with a view for each table.
        documents: Parquet files of the table `documents`.
        n_examples: most rows a failure names.

    Returns:
        A failure for each check that does not hold.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for batch in _batches(documents):
        for table, check, ids in _findings(batch, _fetch(connection, batch["doc_id"])):
            found.setdefault((table, check), []).extend(ids)
    return [
        Failure(table, check, len(ids), tuple(sorted(ids)[:n_examples]))
        for (table, check), ids in sorted(found.items())
        if ids
    ]


def _batches(files: Sequence[Path]) -> Iterator[pa.Table]:
    """Ids and texts, as many at once as there is room for."""
    batch: list[pa.RecordBatch] = []
    n_chars = 0
    for path in files:
        with pq.ParquetFile(path) as file:
            for rows in file.iter_batches(READ_DOCUMENTS, columns=["doc_id", "text"]):
                rows = rows.filter(rows["text"].is_valid())
                for at, length in enumerate(pc.utf8_length(rows["text"]).to_pylist()):
                    batch.append(rows.slice(at, 1))
                    n_chars += length
                    if n_chars >= BATCH_CHARS:
                        yield pa.Table.from_batches(batch)
                        batch, n_chars = [], 0
    if batch:
        yield pa.Table.from_batches(batch)


def _fetch(connection: duckdb.DuckDBPyConnection, doc_ids: pa.ChunkedArray) -> Fetch:
    """A query of a table's rows of these documents."""
    ids = pa.table({"doc_id": doc_ids})
    bounds = [bound.as_py() for bound in pc.min_max(doc_ids).values()]

    def fetch(select: str) -> pa.Table:
        # Tables are sorted by doc_id: the bounds let most of a file be passed over.
        query = f"{select} where doc_id between $1 and $2 and doc_id in (select doc_id from ids)"
        with connection.cursor() as cursor:
            cursor.register("ids", ids)
            return cursor.sql(query, params=bounds).to_arrow_table()

    return fetch


def _findings(batch: pa.Table, fetch: Fetch) -> Iterator[Finding]:
    texts = Texts(batch["text"])
    for table, key, prefix in SPANS:
        # With their types, which a file where all of them are null need not say.
        kinds = {"start": "bigint", "end": "bigint", "text": "varchar"}
        columns = ", ".join(f'"{prefix}{name}"::{kind}' for name, kind in kinds.items())
        rows = fetch(f"select doc_id, {columns}, {key} from {table}")
        of, (start, end, text, ids) = rows_of(rows["doc_id"], batch["doc_id"]), _columns(rows)
        wrong = pc.or_(pc.less_equal(end, start), pc.not_equal(texts.cut(of, start, end), text))
        # Withheld texts are null, and so is what they are compared with.
        yield table, SLICED.format(prefix=prefix), _chosen(ids, pc.and_(wrong, text.is_valid()))
    rows = fetch("select doc_id, content, parts, quote_id from quotes")
    of, (content, parts, ids) = rows_of(rows["doc_id"], batch["doc_id"]), _columns(rows)
    items, owner = pc.list_flatten(parts), pc.list_parent_indices(parts).to_numpy()
    pieces = texts.cut(of[owner], items.field("start"), items.field("end"))
    yield "quotes", CONTENT, _chosen(ids, pc.not_equal(content, joined(pieces, owner, len(rows))))
    rows = fetch('select doc_id, sentence_index, start, "end", sentence_id from sentences')
    rows = rows.sort_by([("doc_id", "ascending"), ("sentence_index", "ascending")])
    yield "sentences", GAPS, _gaps(texts, rows_of(rows["doc_id"], batch["doc_id"]), rows)


def _gaps(texts: Texts, of: Offsets, sentences: pa.Table) -> list[str]:
    """Sentences with words before them that lie in no sentence, or behind the last of a text."""
    _, start, end, ids = _columns(sentences)
    last = np.append(of[1:] != of[:-1], True)[: len(of)]
    before = np.where(np.roll(last, 1), 0, np.roll(end.to_numpy(), 1))
    behind = np.where(last, texts.n_chars[of], end.to_numpy())
    gaps = (texts.cut(of, pa.array(before), start), texts.cut(of, end, pa.array(behind)))
    return _chosen(ids, pc.or_(*(_has_words(gap) for gap in gaps)))


def _has_words(texts: pa.Array) -> pa.Array:
    """Whether there is more than white space in a text. Of gaps there are many, but few kinds."""
    kinds = texts.dictionary_encode()
    has = pa.array([bool(kind.strip()) for kind in kinds.dictionary.to_pylist()], pa.bool_())
    return has.take(kinds.indices)


def _chosen(ids: pa.Array, mask: pa.Array) -> list[str]:
    chosen: list[str] = ids.filter(mask).to_pylist()
    return chosen


def _columns(rows: pa.Table) -> list[pa.Array]:
    """The columns behind `doc_id`."""
    return [column.combine_chunks() for column in rows.columns[1:]]
