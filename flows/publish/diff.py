"""What is different between two releases: schema, rows, documents, quotes, with examples.

What belongs here: comparing tables. What does not: whether a difference is too large (drift.py).
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.database import connect
from flows.publish.parquet import table_files
from flows.publish.views import records, scan
from schemas import TABLES

N_EXAMPLES = 10
# Longest text shown of an example.
MAX_SHOWN = 160

# Columns of documents whose change is an edit of what was given with the article, not of its text.
GIVEN = (
    "url",
    "publisher",
    "title",
    "byline",
    "authors",
    "dateline",
    "published_raw",
    "license",
    "rights_holder",
    "extra",
)
# What a quote's attribution is.
ATTRIBUTION = ("speaker_name", "speaker_text", "speaker_kind")

# A quote is the same in both releases when it has the same place in the same text, or, in an
# edited text, the same words; the n-th of equal ones is the n-th.
_MATCHED = """
CREATE TEMP TABLE matched AS
WITH same AS (
    SELECT doc_id, o.text_sha256 = n.text_sha256 AS unedited
    FROM old_documents o JOIN new_documents n USING (doc_id)),
o AS ({old}), n AS ({new})
SELECT o.q AS o, n.q AS n FROM o FULL JOIN n ON o.doc_id = n.doc_id AND o.k = n.k AND o.nth = n.nth
"""
_KEYED = """
SELECT doc_id, k, row_number() OVER (PARTITION BY doc_id, k ORDER BY quote_index) AS nth,
       {{'doc_id': doc_id, 'start': start, 'content': content, 'speaker_name': speaker_name,
         'speaker_text': speaker_text, 'speaker_kind': speaker_kind}} AS q
FROM (SELECT q.*, CASE WHEN unedited OR content IS NULL THEN concat(start, '-', "end")
                       ELSE content END AS k
      FROM {side}_quotes q LEFT JOIN same USING (doc_id))
"""
_DOCUMENTS = {
    "added": "SELECT doc_id FROM new_documents WHERE doc_id NOT IN (SELECT doc_id FROM old_documents)",
    "removed": "SELECT doc_id FROM old_documents WHERE doc_id NOT IN (SELECT doc_id FROM new_documents)",
    "edited": "SELECT doc_id FROM old_documents o JOIN new_documents n USING (doc_id) "
    "WHERE o.text_sha256 != n.text_sha256",
    "described anew": "SELECT doc_id FROM old_documents o JOIN new_documents n USING (doc_id) "
    "WHERE o.text_sha256 = n.text_sha256 AND ("
    + " OR ".join(f"o.{c} IS DISTINCT FROM n.{c}" for c in GIVEN)
    + ")",
}
_QUOTES = {
    "gained": "SELECT n AS q, NULL AS before FROM matched WHERE o IS NULL",
    "lost": "SELECT o AS q, NULL AS before FROM matched WHERE n IS NULL",
    "re-attributed": "SELECT n AS q, o AS before FROM matched WHERE "
    + "("
    + " OR ".join(f"o.{c} IS DISTINCT FROM n.{c}" for c in ATTRIBUTION)
    + ") AND o IS NOT NULL AND n IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """How many there are of one kind of change, and the first of them."""

    n: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What is different between two releases.

    Attributes:
        old, new: names of the releases.
        schema: a line for each difference in columns.
        rows: table to its rows before and after; None where a release has no such table.
        documents: added, removed, edited (other text), described anew (other metadata).
        quotes: gained, lost, re-attributed.
        inputs: outcome to number of inputs before and after.
    """

    old: str
    new: str
    schema: tuple[str, ...]
    rows: Mapping[str, tuple[int | None, int | None]]
    documents: Mapping[str, Changes]
    quotes: Mapping[str, Changes]
    inputs: Mapping[str, tuple[int, int]]


def compare(old: Path, new: Path, *, names: tuple[str, str] | None = None) -> Diff:
    """Compare two releases.

    Args:
        old: folder of the one before.
        new: folder of the one after.
        names: what to call them, instead of their folders.

    Raises:
        FileNotFoundError: when one of them has no tables of documents, quotes or inputs.
    """
    with connect() as connection:
        for side, release in (("old", old), ("new", new)):
            for table in ("documents", "quotes", "inputs"):
                files = scan([str(p) for p in table_files(release, table)])
                connection.execute(f"CREATE VIEW {side}_{table} AS SELECT * FROM {files}")
            _complete(connection, side)
        connection.execute(
            _MATCHED.format(old=_KEYED.format(side="old"), new=_KEYED.format(side="new"))
        )
        return Diff(
            old=names[0] if names else old.name,
            new=names[1] if names else new.name,
            schema=tuple(_schema_changes(old, new)),
            rows={name: (_rows(old, name), _rows(new, name)) for name in TABLES},
            documents={k: _documents(connection, q) for k, q in _DOCUMENTS.items()},
            quotes={k: _quotes(connection, q) for k, q in _QUOTES.items()},
            inputs=_inputs(connection),
        )


def render(diff: Diff) -> str:
    """A diff as Markdown."""
    lines = [f"# Changes from {diff.old} to {diff.new}", "", "## Schema", ""]
    lines += [f"- {line}" for line in diff.schema] or ["No column has changed."]
    lines += ["", "## Rows", "", "| table | before | after | change |", "|---|---:|---:|---:|"]
    lines += [
        f"| {name} | {_number(a)} | {_number(b)} | {_change(a, b)} |"
        for name, (a, b) in diff.rows.items()
    ]
    lines += ["", "## Inputs", "", "| outcome | before | after |", "|---|---:|---:|"]
    lines += [f"| {name} | {a:,} | {b:,} |" for name, (a, b) in diff.inputs.items()]
    for title, groups in (("Documents", diff.documents), ("Quotes", diff.quotes)):
        lines += ["", f"## {title}"]
        for kind, changes in groups.items():
            lines += ["", f"{changes.n:,} {kind}{':' if changes.examples else '.'}"]
            lines += ["", *(f"- {e}" for e in changes.examples)] if changes.examples else []
            if changes.n > len(changes.examples) > 0:
                lines.append(f"- and {changes.n - len(changes.examples):,} more")
    return "\n".join(lines).rstrip() + "\n"


def shown(text: str | None) -> str:
    """A text from an article, harmless and short enough for a line of Markdown."""
    if text is None:
        return "(not included)"
    short = " ".join(text.split())
    short = short if len(short) <= MAX_SHOWN else short[: MAX_SHOWN - 1] + "…"
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", html.escape(short, quote=False))


def _complete(connection: duckdb.DuckDBPyConnection, side: str) -> None:
    """Give the views of a release of another schema the columns that are asked for, null."""
    wanted = {"documents": ("text_sha256", *GIVEN), "quotes": ("content", *ATTRIBUTION)}
    for table, columns in wanted.items():
        cursor = connection.execute(f"SELECT * FROM {side}_{table} LIMIT 0")
        missing = [c for c in columns if c not in {d[0] for d in cursor.description or ()}]
        if missing:
            added = ", ".join(f"NULL::VARCHAR AS {c}" for c in missing)
            (select,) = connection.execute(
                "SELECT sql FROM duckdb_views() WHERE view_name = ?", [f"{side}_{table}"]
            ).fetchone() or ("",)
            source = select.partition(" AS ")[2].rstrip("; \n")
            connection.execute(
                f"CREATE OR REPLACE VIEW {side}_{table} AS SELECT *, {added} FROM ({source})"
            )


def _schema_changes(old: Path, new: Path) -> list[str]:
    lines = []
    for name in TABLES:
        before, after = _columns(old, name), _columns(new, name)
        lines += [f"`{name}.{c}` added ({after[c]})" for c in after if c not in before]
        lines += [f"`{name}.{c}` removed" for c in before if c not in after]
        lines += [
            f"`{name}.{c}` was {before[c]}, is {after[c]}"
            for c in after
            if c in before and before[c] != after[c]
        ]
    return lines


def _columns(release: Path, name: str) -> dict[str, pa.DataType]:
    try:
        schema = pq.read_schema(table_files(release, name)[0])
    except FileNotFoundError:
        return {}
    return {field.name: field.type for field in schema}


def _rows(release: Path, name: str) -> int | None:
    try:
        return sum(pq.read_metadata(f).num_rows for f in table_files(release, name))
    except FileNotFoundError:
        return None


def _documents(connection: duckdb.DuckDBPyConnection, query: str) -> Changes:
    found = records(
        connection,
        f"SELECT count(*) AS n, min(doc_id, {N_EXAMPLES}) AS ids FROM ({query})",
    )[0]
    return Changes(found["n"], tuple(shown(doc_id) for doc_id in found["ids"] or ()))


def _quotes(connection: duckdb.DuckDBPyConnection, query: str) -> Changes:
    (n,) = connection.execute(f"SELECT count(*) FROM ({query})").fetchone() or (0,)
    first = records(
        connection, f"SELECT * FROM ({query}) ORDER BY q.doc_id, q.start LIMIT {N_EXAMPLES}"
    )
    return Changes(n, tuple(_quote_line(**row) for row in first))


def _quote_line(q: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    was = f"{_speaker(before)}, now " if before else ""
    return f"{shown(q['doc_id'])}: “{shown(q['content'])}” ({was}{_speaker(q)})"


def _speaker(quote: Mapping[str, Any]) -> str:
    who = quote["speaker_name"] or quote["speaker_text"]
    return f"{shown(who)}, {quote['speaker_kind']}" if who else "nobody"


def _inputs(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    counts: Sequence[dict[str, int]] = [
        dict(
            connection.execute(
                f"SELECT concat_ws(': ', outcome, reason), count(*) FROM {side}_inputs GROUP BY ALL"
            ).fetchall()
        )
        for side in ("old", "new")
    ]
    return {k: (counts[0].get(k, 0), counts[1].get(k, 0)) for k in sorted({*counts[0], *counts[1]})}


def _number(n: int | None) -> str:
    return "none" if n is None else f"{n:,}"


def _change(before: int | None, after: int | None) -> str:
    if not before or after is None:
        return ""
    return f"{(after - before) / before:+.1%}"
