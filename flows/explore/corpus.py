"""What the explorer asks a release: searches on an index in memory, single rows from Parquet.

The index holds what a search looks at and what its results show. A search is one pass over it,
which gives the numbers of the matching rows; they are kept for the pages that follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from flows.explore.filters import FOLD, INDEX, TABLES, Filters, conditions, terms
from flows.publish.manifest import read_manifest
from flows.publish.views import connect, literal, records, scan
from schemas import TABLES as SCHEMAS

Row = dict[str, Any]

PAGE_ROWS = 50
# Searches whose matches are kept; the largest takes eight bytes a quote.
KEPT_SEARCHES = 8
MAX_PUBLISHERS = 500
TOP = 12

SHOWN = (
    "quote_id, q.doc_id, quote_index, kind, cue_kind, cue_text, speaker_name, speaker_key, "
    "speaker_text, speaker_description, negated, hedged, content, rule, confidence, "
    "title, publisher, published_date, published_precision, url"
)
BUILD_INDEX = f"""
CREATE TABLE hits AS
SELECT {SHOWN}, {FOLD.format("coalesce(content, '')")} AS words,
       {FOLD.format("coalesce(speaker_name, speaker_text, '')")} AS speaker
FROM quotes q JOIN documents d USING (doc_id)
"""
CONTEXT_CHARS = 200
CONTEXT = """
SELECT quote_id, substr(d.text, greatest(q.start - $3, 0) + 1, least(q.start, $3)) AS before,
       substr(d.text, q.start + 1, q."end" - q.start) AS inside,
       substr(d.text, q."end" + 1, $3) AS after
FROM quotes q JOIN documents d USING (doc_id)
WHERE d.doc_id IN (SELECT unnest($1)) AND q.doc_id IN (SELECT unnest($1))
  AND quote_id IN (SELECT unnest($2)) AND d.text IS NOT NULL
"""
# What a CSV of results holds: every column of a quote that is one value, and whence it is.
DOWNLOAD = """
SELECT q.quote_id, q.doc_id, d.title, d.publisher, d.published_date, d.published_precision, d.url,
       q.kind, q.speaker_name, q.speaker_key, q.speaker_kind, q.speaker_text, q.speaker_method,
       q.speaker_description, q.cue_text, q.cue_lemma, q.cue_kind, q.content, q.addressee_text,
       q.via_text, q.negated, q.hedged, q.rule, q.confidence, q.start, q."end", q.raw_start, q.raw_end
FROM {quotes} q JOIN {documents} d USING (doc_id)
WHERE {condition}
ORDER BY {order}
"""
# For columns that only one of the tables has; in the index they all stand together.
ORDERS = {
    "corpus": "q.doc_id, quote_index",
    "newest": "published_date DESC NULLS LAST, q.doc_id, quote_index",
    "oldest": "published_date NULLS LAST, q.doc_id, quote_index",
}


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a search."""

    total: int
    rows: list[Row]
    page: int
    pages: int


class Corpus:
    """A release opened for reading; safe to use from several threads."""

    def __init__(self, release: Path) -> None:
        """Open a release and build the index.

        Raises:
            FileNotFoundError: when the folder is no release.
        """
        # A release never changes, but `latest` does: what is open stays what it was.
        self.folder = release.resolve()
        self.manifest = read_manifest(self.folder)
        self._connection = connect(self.folder)
        self._connection.execute(BUILD_INDEX)
        self._order = {sort: self._numbers(order) for sort, order in ORDERS.items()}
        rows = self._ask(
            "SELECT DISTINCT publisher FROM documents WHERE publisher IS NOT NULL "
            f"ORDER BY publisher LIMIT {MAX_PUBLISHERS}"
        )
        # By name, as many as a list can offer.
        self.publishers: list[str] = [row["publisher"] for row in rows]
        self._matches = lru_cache(KEPT_SEARCHES)(self._find)

    def search(self, filters: Filters) -> Results:
        """One page of the quotes that match."""
        return self._page(conditions(filters, INDEX, self.fold), filters)

    def speaker(self, key: str, filters: Filters) -> tuple[Row, Results] | None:
        """A speaker's figures, and one page of the quotes; None for a key of nobody."""
        condition = f"speaker_key = {literal(key)}"
        results = self._page(condition, filters)
        return (self._profile(key, condition), results) if results.total else None

    def contexts(self, rows: Sequence[Row]) -> dict[str, Row]:
        """What stands before and after quotes in their paragraphs, by quote_id.

        Returns:
            `before`, `inside` and `after` of each quote whose article's text is published.
        """
        found = self._ask(
            CONTEXT, [[r["doc_id"] for r in rows], [r["quote_id"] for r in rows], CONTEXT_CHARS]
        )
        for row in found:
            row["before"] = row["before"].rpartition("\n\n")[2]
            row["after"] = row["after"].partition("\n\n")[0]
        return {row["quote_id"]: row for row in found}

    def document(self, doc_id: str) -> dict[str, list[Row]] | None:
        """Every row of a document, by table; None where there is no such document."""
        found = {
            "documents": self._ask("SELECT * FROM documents WHERE doc_id = ?", [doc_id]),
            "sentences": self._ask(
                'SELECT role, start, "end" FROM sentences WHERE doc_id = ? ORDER BY sentence_index',
                [doc_id],
            ),
            "quotes": self._ask(
                "SELECT * FROM quotes WHERE doc_id = ? ORDER BY quote_index", [doc_id]
            ),
            "entities": self._ask(
                "SELECT * FROM entities WHERE doc_id = ? ORDER BY entity_index", [doc_id]
            ),
            "removals": self._ask(
                "SELECT * FROM removals WHERE doc_id = ? ORDER BY removal_index", [doc_id]
            ),
        }
        return found if found["documents"] else None

    def document_of(self, quote_id: str) -> str | None:
        """The document a quote is in; None where there is no such quote."""
        found = self._ask("SELECT doc_id FROM quotes WHERE quote_id = ?", [quote_id])
        return found[0]["doc_id"] if found else None

    def sql(self, filters: Filters, extra: str = "true") -> str:
        """SQL that gives a search again, in DuckDB, in the folder of the release."""
        files = {
            name: scan(self.manifest["tables"][name]["files"]) for name in ("quotes", "documents")
        }
        condition = f"{conditions(filters, TABLES, self.fold)} AND {extra}"
        condition = condition.removeprefix("true AND ").removesuffix(" AND true")
        return DOWNLOAD.format(condition=condition, order=ORDERS[filters.sort], **files).strip()

    def download(self, filters: Filters, extra: str = "true") -> tuple[list[str], Any]:
        """Names and batches of rows of everything that matches."""
        condition = f"{conditions(filters, TABLES, self.fold)} AND {extra}"
        query = DOWNLOAD.format(
            condition=condition,
            order=ORDERS[filters.sort],
            quotes="quotes",
            documents="documents",
        )
        cursor = self._connection.cursor().execute(query)
        names = [column[0] for column in cursor.description]
        return names, iter(lambda: cursor.fetchmany(1_000), [])

    def fold(self, text: str) -> str:
        """A text as it is compared."""
        folded: str = self._ask(f"SELECT {FOLD.format('?::VARCHAR')} AS folded", [text])[0][
            "folded"
        ]
        return folded

    def highlights(self, words: str) -> list[str]:
        """The folded words to mark in results; one that ends in `*` marks what begins so."""
        marked = []
        for wanted, term in terms(words, self.fold):
            if wanted:
                found = term.split()
                marked += found if term.endswith(" ") else [*found[:-1], found[-1] + "*"]
        return marked

    def _page(self, condition: str, filters: Filters) -> Results:
        matches = self._matches(condition, filters.sort)
        pages = max(1, -(-len(matches) // PAGE_ROWS))
        page = min(filters.page, pages)
        shown = matches[(page - 1) * PAGE_ROWS : page * PAGE_ROWS].tolist()
        return Results(len(matches), self._rows(shown), page, pages)

    def _find(self, condition: str, sort: str) -> np.ndarray:
        """Numbers of the matching rows of the index, in order."""
        found = self._connection.cursor().execute(f"SELECT rowid AS n FROM hits WHERE {condition}")
        matches = np.zeros(len(self._order[sort]), dtype=bool)
        matches[found.fetchnumpy()["n"]] = True
        return self._order[sort][matches[self._order[sort]]]

    def _numbers(self, order: str) -> np.ndarray:
        """Numbers of all rows of the index in an order."""
        query = f"SELECT q.rowid AS n FROM hits q ORDER BY {order}"
        return np.asarray(self._connection.execute(query).fetchnumpy()["n"])

    def _rows(self, numbers: Sequence[int]) -> list[Row]:
        if not numbers:
            return []
        query = "SELECT rowid AS n, * FROM hits WHERE rowid IN (SELECT unnest(?))"
        rows = self._ask(query, [list(numbers)])
        place = {number: i for i, number in enumerate(numbers)}
        return sorted(rows, key=lambda row: place[row["n"]])

    def _profile(self, key: str, condition: str) -> Row:
        total = self._ask(
            "SELECT min(speaker_name) AS name, count(*) AS quotes, "
            "count(DISTINCT doc_id) AS documents, min(published_date) AS first, "
            f"max(published_date) AS last FROM hits WHERE {condition}"
        )[0]
        lists = {
            "descriptions": f"SELECT speaker_description AS label, count(*) AS n FROM hits WHERE {condition}",
            "kinds": f"SELECT kind AS label, count(*) AS n FROM hits WHERE {condition}",
            "publishers": f"SELECT publisher AS label, count(*) AS n FROM hits WHERE {condition}",
            "cues": f"SELECT cue_text AS label, count(*) AS n FROM hits WHERE {condition}",
            "about": "SELECT min(e.canonical_name) AS label, count(*) AS n, e.entity_key "
            "FROM entities e "
            f"JOIN hits USING (quote_id) WHERE {condition} AND e.entity_key <> {literal(key)}",
            "by": "SELECT coalesce(speaker_name, speaker_text) AS label, count(DISTINCT quote_id) AS n "
            f"FROM entities e JOIN hits USING (quote_id) WHERE e.entity_key = {literal(key)} "
            f"AND speaker_key IS DISTINCT FROM {literal(key)}",
        }
        return total | {
            name: self._ask(
                f"SELECT * FROM ({query} GROUP BY ALL) WHERE label IS NOT NULL "
                f"ORDER BY n DESC, label LIMIT {TOP}"
            )
            for name, query in lists.items()
        }

    def _ask(self, query: str, parameters: Any = None) -> list[Row]:
        return records(self._connection.cursor(), query, parameters)


def columns_of(table: str) -> Mapping[str, str]:
    """Columns of a table with their descriptions."""
    return {n: c.description for n, c in SCHEMAS[table].to_schema().columns.items()}
