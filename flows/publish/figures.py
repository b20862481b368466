"""The numbers of a report, counted from a release's tables.

Every list has a full order, so the same tables always give the same figures. What belongs here:
counting. What does not: how a figure looks.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from flows.publish.views import records

Rows = list[dict[str, Any]]

TOP = 20
# Dated articles over more months than this are counted by year.
MONTHS_BY_MONTH = 48
# Over more than this, periods without articles are left out.
MONTHS_WITH_GAPS = 600

KINDS = "count(*) AS n, " + ", ".join(
    f"count(*) FILTER (kind = '{kind}') AS {kind}" for kind in ("direct", "mixed", "indirect")
)

TOTALS = """
SELECT (SELECT count(*) FROM documents) AS documents,
       (SELECT count(*) FROM quotes) AS quotes,
       (SELECT count(*) FROM entities) AS entities,
       (SELECT count(*) FROM sentences) AS sentences,
       (SELECT coalesce(sum(n_words), 0)::BIGINT FROM documents) AS words,
       (SELECT count(DISTINCT coalesce(speaker_key, doc_id || speaker_name)) FROM quotes) AS people,
       (SELECT count(*) FROM documents WHERE dup_of_doc_id IS NOT NULL) AS duplicates,
       (SELECT count(*) FROM inputs WHERE outcome = 'rejected') AS rejected
"""
OUTCOMES = """
SELECT outcome, reason, count(*) AS n, min(source_path) AS example
FROM inputs GROUP BY ALL ORDER BY n DESC, outcome, reason
"""
REMOVALS = """
SELECT rule, count(*) AS n, count(DISTINCT doc_id) AS documents
FROM removals GROUP BY rule ORDER BY n DESC, rule
"""
FLAGS = """
SELECT flag, count(*) AS n FROM (SELECT unnest(flags) AS flag FROM documents)
GROUP BY flag ORDER BY n DESC, flag
"""
DOCUMENT_COVERAGE = """
SELECT count(*) AS n, count(published_date) AS dated, count(publisher) AS publisher,
       count(title) AS title, count(*) FILTER (len(authors) > 0) AS authors, count(url) AS url,
       count(*) FILTER (n_quotes > 0) AS quoting
FROM documents
"""
QUOTE_COVERAGE = """
SELECT count(*) AS n, count(cue_text) AS cue, count(speaker_text) AS attributed,
       count(speaker_name) AS named, count(speaker_key) AS keyed,
       count(*) FILTER (speaker_method IN ('pronoun', 'nominal', 'first_person', 'continuation')
                        AND speaker_name IS NOT NULL) AS resolved
FROM quotes
"""
SPEAKERS = f"""
SELECT min(speaker_name) AS label, speaker_key, count(DISTINCT doc_id) AS documents, {KINDS}
FROM quotes WHERE speaker_name IS NOT NULL
GROUP BY speaker_key, CASE WHEN speaker_key IS NULL THEN doc_id || speaker_name END
ORDER BY n DESC, label, speaker_key LIMIT {TOP}
"""
SPEAKER_KINDS = f"""
SELECT speaker_kind AS label, {KINDS} FROM quotes GROUP BY label ORDER BY n DESC, label
"""
PUBLISHERS = f"""
SELECT publisher AS label, count(DISTINCT doc_id) AS documents, {KINDS}
FROM quotes JOIN documents USING (doc_id)
GROUP BY label ORDER BY label IS NULL, n DESC, label LIMIT {TOP}
"""
SPAN = """
SELECT datediff('month', min(published_date), max(published_date)) + 1 AS months FROM documents
"""
CUES = f"""
SELECT cue_lemma AS label, min(cue_kind) AS kind, count(*) AS n, count(*) FILTER (negated) AS negated
FROM quotes WHERE cue_lemma IS NOT NULL
GROUP BY cue_lemma ORDER BY n DESC, label LIMIT {TOP}
"""
ENTITIES = f"""
SELECT min(canonical_name) AS label, count(*) AS n, count(DISTINCT doc_id) AS documents
FROM entities WHERE entity_key IS NOT NULL AND label IN (SELECT unnest(?))
GROUP BY entity_key ORDER BY n DESC, label LIMIT {TOP}
"""
COUNTRIES = f"""
SELECT country AS label, count(*) AS n, count(DISTINCT doc_id) AS documents
FROM entities WHERE country IS NOT NULL GROUP BY country ORDER BY n DESC, label LIMIT {TOP}
"""
RULES = """
SELECT rule AS label, count(*) AS n, round(avg(confidence), 3) AS precision
FROM quotes GROUP BY rule ORDER BY n DESC, rule
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a report shows; lists are rows in the order they are shown."""

    totals: dict[str, Any]
    outcomes: Rows
    removals: Rows
    flags: Rows
    documents: dict[str, Any]
    quotes: dict[str, Any]
    speakers: Rows
    speaker_kinds: Rows
    publishers: Rows
    periods: Rows
    cues: Rows
    people: Rows
    organisations: Rows
    places: Rows
    countries: Rows
    rules: Rows


def count_figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    """Count every figure of a release (`views.connect`)."""

    def rows(query: str, parameters: Any = None) -> Rows:
        return records(connection, query, parameters)

    return Figures(
        totals=rows(TOTALS)[0],
        outcomes=rows(OUTCOMES),
        removals=rows(REMOVALS),
        flags=rows(FLAGS),
        documents=rows(DOCUMENT_COVERAGE)[0],
        quotes=rows(QUOTE_COVERAGE)[0],
        speakers=rows(SPEAKERS),
        speaker_kinds=rows(SPEAKER_KINDS),
        publishers=rows(PUBLISHERS),
        periods=rows(_periods(rows(SPAN)[0]["months"])),
        cues=rows(CUES),
        people=rows(ENTITIES, [["PERSON"]]),
        organisations=rows(ENTITIES, [["ORG", "NORP"]]),
        places=rows(ENTITIES, [["GPE", "LOC", "FAC"]]),
        countries=rows(COUNTRIES),
        rules=rows(RULES),
    )


def _periods(months: int | None) -> str:
    """Quotes by month or year, every period in between, and last those without one."""
    by_month = months is not None and months <= MONTHS_BY_MONTH
    form, step = ("%Y-%m", "1 month") if by_month else ("%Y", "1 year")
    gaps = months is not None and months <= MONTHS_WITH_GAPS
    # A date of which only the year was given stands in no month.
    known = "published_precision <> 'year'" if by_month else "true"
    return f"""
    WITH dated AS (
        SELECT kind, doc_id,
               CASE WHEN {known} THEN strftime(published_date, '{form}') END AS period
        FROM quotes JOIN documents USING (doc_id)
    ), counted AS (
        SELECT period, count(DISTINCT doc_id) AS documents, {KINDS} FROM dated GROUP BY period
    ), every AS (
        SELECT DISTINCT strftime(day, '{form}') AS period FROM (
            SELECT unnest(generate_series(min(published_date)::TIMESTAMP,
                                          max(published_date)::TIMESTAMP, INTERVAL {step})) AS day
            FROM documents WHERE {known if gaps else "false"})
        UNION SELECT period FROM counted
    )
    SELECT every.period AS label, coalesce(documents, 0) AS documents, coalesce(n, 0) AS n,
           coalesce(direct, 0) AS direct, coalesce(mixed, 0) AS mixed,
           coalesce(indirect, 0) AS indirect
    FROM every LEFT JOIN counted ON every.period IS NOT DISTINCT FROM counted.period
    ORDER BY label NULLS LAST
    """
