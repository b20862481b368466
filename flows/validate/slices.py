"""Checks of spans against the texts they are cut from, a batch of documents at a time.

In Python, where a slice costs its own length: in DuckDB `substr` counts code points from the
beginning of the text, which over all spans of an article grows with the square of its length.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.validate.verdict import Failure

# Characters of text held at once, and documents read at once to get there.
BATCH_CHARS = 32_000_000
READ_DOCUMENTS = 1_000

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

Texts = Mapping[str, str]
Fetch = Callable[[str], pa.Table]
# Table, check, id of a row for which it does not hold.
Finding = tuple[str, str, str]


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
    for texts in _batches(documents):
        for table, check, row_id in _findings(texts, _fetch(connection, texts)):
            found.setdefault((table, check), []).append(row_id)
    return [
        Failure(table, check, len(ids), tuple(sorted(ids)[:n_examples]))
        for (table, check), ids in sorted(found.items())
    ]


def _batches(files: Sequence[Path]) -> Iterator[dict[str, str]]:
    """Texts by doc_id, as many at once as there is room for."""
    batch: dict[str, str] = {}
    n_chars = 0
    for path in files:
        with pq.ParquetFile(path) as file:
            for rows in file.iter_batches(READ_DOCUMENTS, columns=["doc_id", "text"]):
                for doc_id, text in zip(*(c.to_pylist() for c in rows.columns), strict=True):
                    if text is None:
                        continue
                    batch[doc_id] = text
                    n_chars += len(text)
                    if n_chars >= BATCH_CHARS:
                        yield batch
                        batch, n_chars = {}, 0
    if batch:
        yield batch


def _fetch(connection: duckdb.DuckDBPyConnection, texts: Texts) -> Fetch:
    """A query of a table's rows of these documents."""
    ids = pa.table({"doc_id": list(texts)})

    def fetch(select: str) -> pa.Table:
        # Tables are sorted by doc_id: the bounds let most of a file be passed over.
        query = f"{select} where doc_id between $1 and $2 and doc_id in (select doc_id from ids)"
        with connection.cursor() as cursor:
            cursor.register("ids", ids)
            return cursor.sql(query, params=[min(texts), max(texts)]).to_arrow_table()

    return fetch


def _findings(texts: Texts, fetch: Fetch) -> Iterator[Finding]:
    for table, key, prefix in SPANS:
        check = SLICED.format(prefix=prefix)
        columns = ", ".join(f'"{prefix}{name}"' for name in ("start", "end", "text"))
        rows = fetch(f"select {key}, doc_id, {columns} from {table}")
        for row_id, doc_id, start, end, text in _tuples(rows):
            if text is not None and (end <= start or texts[doc_id][start:end] != text):
                yield table, check, row_id
    rows = fetch("select quote_id, doc_id, content, parts from quotes")
    for row_id, doc_id, content, parts in _tuples(rows):
        if content is not None and content != _joined(texts[doc_id], parts):
            yield "quotes", CONTENT, row_id
    rows = fetch('select sentence_id, doc_id, sentence_index, start, "end" from sentences')
    yield from _gaps(texts, sorted(_tuples(rows), key=lambda row: row[1:3]))


def _joined(text: str, parts: list[dict[str, Any]]) -> str:
    return " ".join(text[part["start"] : part["end"]] for part in parts)


def _gaps(texts: Texts, sentences: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Sentences with words before them that lie in no sentence, or behind the last of a text."""
    following = chain((row[1] for row in sentences[1:]), [None])
    before = 0
    for (row_id, doc_id, _, start, end), next_id in zip(sentences, following, strict=True):
        text = texts[doc_id]
        is_last = next_id != doc_id
        if text[before:start].strip() or (is_last and text[end:].strip()):
            yield "sentences", GAPS, row_id
        before = 0 if is_last else end


def _tuples(rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in rows.columns), strict=True)
