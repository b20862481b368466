"""Checks of spans against the texts they are cut from, a batch of documents at a time.

In columns, where a slice costs its own length: in DuckDB `substr` counts code points from the
beginning of the text, which over all spans of an article grows with the square of its length.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.alignment import Offsets
from flows.texts import Texts, joined, rows_of
from flows.validate.verdict import Failure

# Characters of text held at once, and documents read at once to get there.
BATCH_CHARS = 4_000_000
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
# Their columns, and what else is asked of a table.
KINDS = {"start": "bigint", "end": "bigint", "text": "varchar"}
BESIDE = {"sentences": ("sentence_index",), "quotes": ("content", "parts")}
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
    for table, spans in groupby(SPANS, key=lambda span: span[0]):
        prefixes = {prefix: key for _, key, prefix in spans}
        # With their types, which a file where all of them are null need not say.
        columns = [
            f'"{prefix}{name}"::{kind} as "{prefix}{name}"'
            for prefix in prefixes
            for name, kind in KINDS.items()
        ]
        wanted = ", ".join(["doc_id", prefixes[""], *columns, *BESIDE.get(table, ())])
        rows = fetch(f"select {wanted} from {table}").combine_chunks()
        of, ids = rows_of(rows["doc_id"], batch["doc_id"]), rows[prefixes[""]]
        for prefix in prefixes:
            start, end, text = (rows[f"{prefix}{name}"].combine_chunks() for name in KINDS)
            other = pc.not_equal(texts.cut(of, start, end), text)
            # A text that is withheld is null, and so is what is said of it.
            wrong = pc.and_(text.is_valid(), pc.or_(pc.less_equal(end, start), other))
            yield table, SLICED.format(prefix=prefix), ids.filter(wrong).to_pylist()
        if table == "quotes":
            other = pc.not_equal(rows["content"], _content(texts, of, rows["parts"]))
            yield table, CONTENT, ids.filter(other).to_pylist()
        if table == "sentences":
            yield table, GAPS, ids.filter(_has_gap(texts, of, rows)).to_pylist()


def _content(texts: Texts, of: Offsets, parts: pa.ChunkedArray) -> pa.Array:
    """The parts of each quote, joined."""
    lists = parts.combine_chunks()
    items, owner = pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy()
    pieces = texts.cut(of[owner], items.field("start"), items.field("end"))
    return joined(pieces, owner, len(lists))


def _has_gap(texts: Texts, of: Offsets, sentences: pa.Table) -> pa.Array:
    """Whether there are words before a sentence that lie in none, or behind the last of a text."""
    order = np.lexsort((sentences["sentence_index"].to_numpy(), of))
    start, end = (sentences[side].to_numpy()[order] for side in ("start", "end"))
    of = of[order]
    is_last = np.append(of[1:] != of[:-1], True)[: len(of)]
    before = np.where(np.roll(is_last, 1), 0, np.roll(end, 1))
    behind = np.where(is_last, texts.n_chars[of], end)
    gaps = ((before, start), (end, behind))
    found = [_has_words(texts.cut(of, *map(pa.array, gap))) for gap in gaps]
    return pc.or_(*found).take(pa.array(np.argsort(order)))


def _has_words(texts: pa.Array) -> pa.Array:
    """Whether there is more than white space in a text. Of gaps there are many, but few kinds."""
    kinds = texts.dictionary_encode()
    has = pa.array([bool(kind.strip()) for kind in kinds.dictionary.to_pylist()], pa.bool_())
    return has.take(kinds.indices)
