"""Checks across the tables of a staged release, in DuckDB: keys, order, counts; and the slices.

Keys and references are read off the schemas; the other checks are queries that select what must
not be, the first column telling which row. Spans are compared with their texts in `slices`.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from flows.database import connect
from flows.validate.slices import check_slices
from flows.validate.verdict import Failure
from schemas import TABLES

N_EXAMPLES = 5

INDEXES = (
    ("sentences", "sentence_index"),
    ("entities", "entity_index"),
    ("quotes", "quote_index"),
    ("removals", "removal_index"),
)
CHECKS = (
    (
        "sentences",
        "sentences are disjoint and in order",
        """
        select sentence_id from (
            select sentence_id, start, lag("end") over (partition by doc_id order by sentence_index) as before
            from sentences)
        where before > start
        """,
    ),
    (
        "sentences",
        "a sentence lies in one paragraph",
        "select sentence_id from sentences where contains(text, e'\\n\\n')",
    ),
    (
        "sentences",
        "paragraph indexes rise",
        """
        select sentence_id from (
            select sentence_id, paragraph_index,
                   lag(paragraph_index) over (partition by doc_id order by sentence_index) as before
            from sentences)
        where before > paragraph_index
        """,
    ),
    (
        "sentences",
        "a sentence is in its place in the order of the table",
        """
        select sentence_id from sentences join documents d using (doc_id)
        where paragraph_index >= n_paragraphs or "end" > n_chars
        """,
    ),
    (
        "entities",
        "an entity lies in its sentence",
        """
        select entity_id from entities e join sentences s using (sentence_id)
        where e.start < s.start or e."end" > s."end" or e.doc_id != s.doc_id
        """,
    ),
    (
        "quotes",
        "a quote starts and ends in its sentences",
        """
        select q.quote_id from quotes q
        join sentences a on a.sentence_id = q.sentence_id
        join sentences b on b.sentence_id = q.last_sentence_id
        where q.start < a.start or q.start >= a."end" or q."end" <= b.start or q."end" > b."end"
        """,
    ),
    (
        "quotes",
        "parts are in order and start and end with the quote",
        """
        select quote_id from quotes
        where len(parts) = 0 or parts[1].start != start or parts[-1]."end" != "end"
           or list_any_value(list_filter(range(1, len(parts)),
                             lambda i: parts[i]."end" > parts[i + 1].start)) is not null
           or list_any_value(list_filter(parts, lambda p: p."end" <= p.start)) is not null
        """,
    ),
    (
        "quotes",
        "kind says which parts stand between marks",
        """
        select quote_id from (
            select quote_id, kind, len(list_filter(parts, lambda p: p.quoted)) as quoted, len(parts) as n
            from quotes)
        where kind != case quoted when n then 'direct' when 0 then 'indirect' else 'mixed' end
        """,
    ),
    (
        "quotes",
        "the speaker's row is the speaker's mention",
        """
        select q.quote_id from quotes q join entities e on e.entity_id = q.speaker_entity_id
        where e.doc_id != q.doc_id or (q.speaker_start is not null
              and (e."end" <= q.speaker_start or e.start >= q.speaker_end))
        """,
    ),
    (
        "documents",
        "text is as long and has the hash it says",
        """
        select doc_id from documents
        where text is not null and (length(text) != n_chars or sha256(text) != text_sha256)
        """,
    ),
    (
        "documents",
        "alignment runs are in order, in the text and in the input",
        """
        select doc_id from documents
        where len(list_filter(alignment, lambda r: r."end" <= r.start or r.raw_end <= r.raw_start
                                              or r."end" > n_chars)) > 0
           or list_any_value(list_filter(range(1, len(alignment)),
                lambda i: alignment[i]."end" > alignment[i + 1].start
                  or alignment[i].raw_end > alignment[i + 1].raw_start)) is not null
        """,
    ),
    *(
        (
            "documents",
            f"n_{name} counts its rows",
            f"""
            select d.doc_id from documents d
            left join (select doc_id, count(*) as n from {name} group by doc_id) using (doc_id)
            where coalesce(n, 0) != d.n_{name}
            """,
        )
        for name in ("sentences", "entities", "quotes")
    ),
    (
        "removals",
        "a removal stood inside the text",
        """
        select removal_id from removals join documents using (doc_id) where text_offset > n_chars
        """,
    ),
    (
        "inputs",
        "every document is one accepted input and every accepted input one document",
        """
        select coalesce(i.doc_id, d.doc_id) from
            (select doc_id, count(*) as n from inputs where outcome = 'accepted' group by doc_id) i
            full join documents d on d.doc_id = i.doc_id
        where i.doc_id is null or d.doc_id is null or i.n != 1
        """,
    ),
)


def check_relations(files: Mapping[str, Sequence[Path]]) -> list[Failure]:
    """Run every check over the files of a release.

    Args:
        files: for each table its Parquet files.

    Returns:
        A failure for each check that does not hold.
    """
    with connect() as connection:
        for name, paths in files.items():
            relation = connection.read_parquet([str(p) for p in paths])
            relation.create_view(name)
        checks = (*_keys(), *_references(), *_indexes(), *CHECKS)
        failures = [f for check in checks for f in _run(connection, *check)]
        return failures + check_slices(connection, files["documents"], n_examples=N_EXAMPLES)


def _run(
    connection: duckdb.DuckDBPyConnection, table: str, check: str, query: str
) -> Iterator[Failure]:
    # Of all rows that are wrong, which may be millions, the first few are kept.
    found = connection.execute(
        f"select count(*), min(row_id, {N_EXAMPLES}) "
        f"from (select cast(x.columns as varchar) as row_id from ({query}) x(columns))"
    ).fetchall()
    ((count, examples),) = found
    if count:
        yield Failure(table, check, count, tuple(str(e) for e in examples))


def _keys() -> Iterator[tuple[str, str, str]]:
    for name, model in TABLES.items():
        for column, spec in model.to_schema().columns.items():
            if spec.unique:
                yield (
                    name,
                    f"{column} is unique",
                    f"select {column} from {name} group by {column} having count(*) > 1",
                )


def _references() -> Iterator[tuple[str, str, str]]:
    for name, model in TABLES.items():
        for column, spec in model.to_schema().columns.items():
            target = (spec.metadata or {}).get("references")
            if target:
                table, _, key = target.partition(".")
                yield (
                    name,
                    f"{column} is in {target}",
                    f"select distinct {column} from {name} where {column} is not null "
                    f"and {column} not in (select {key} from {table})",
                )


def _indexes() -> Iterator[tuple[str, str, str]]:
    for name, index in INDEXES:
        yield (
            name,
            f"{index} counts from 0 without a gap",
            f"select doc_id from {name} group by doc_id "
            f"having min({index}) != 0 or max({index}) + 1 != count(*) "
            f"or count(distinct {index}) != count(*)",
        )
