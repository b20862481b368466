"""The walk of a build between its tasks: what there is to clean and to annotate, and which documents
there are.

Plain functions over a plan and the tables of its index; rebuild.py calls them in order. What they
leave in the index: `first` and `second` (what is to be cleaned), `documents` (those of the release
to be) and `refused` (every input that did not become one).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flows.clean.duplicates import find_duplicates
from flows.clean.recurring import find_recurring
from flows.cut import cut
from flows.errors import InputsUnusable
from flows.fingerprint import digest
from flows.gather import Place
from flows.index import Index
from flows.ledgers import MAY_PASS
from flows.plan import REFUSAL, Plan, annotation_keys, refuse
from flows.read.withdrawn import load_withdrawn
from flows.records import Accepted, Refusal

# Reason of a document left out by choice, by how it repeats another.
REPEATS = {"exact": "duplicate_exact", "near": "duplicate_near", "excerpt": "excerpt"}

# Bytes of text to a word, to size shards of files not yet read.
BYTES_A_WORD = 6
# What is assembled at once, at most: bounds the coordinator's memory, whatever the corpus.
BATCH_WORDS, BATCH_DOCUMENTS = 500_000, 500
# Columns of a record that say which input it is.
INPUT = "source_path, source_locator, source_format, raw_sha256, raw_n_bytes"
_COLUMNS = f"{INPUT}, part, row, n_words, dup_group_id, dup_of_doc_id, dup_similarity, kind"


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents of a release to be, sorted by doc_id, and every input that did not become
    one: tables of the index."""

    index: Index

    @property
    def n_documents(self) -> int:
        """How many documents there are."""
        n: int = self.index.one("select count(*) from documents")
        return n

    def article_places(self) -> Iterator[Place]:
        """Where each document's article stands, by part, and where it is to go."""
        return self.index.rows("select part, row, rowid, batch from documents order by part, row")

    def annotation_places(self) -> Iterator[Place]:
        """The same of its annotations: where several rows have its key, of the last of them."""
        return self.index.rows(
            """
            with last as (
                select key, part, row, row_number() over (partition by key
                                                          order by part desc, row desc) as place
                from annotated)
            select a.part, a.row, d.rowid, batch from documents d join last a using (key)
            where place = 1 order by a.part, a.row
            """
        )

    def duplicates(self) -> Iterator[tuple[str | None, str | None, float | None, str | None]]:
        """What each document repeats, in their order (see `clean.duplicates.Duplicate`)."""
        return self.index.rows(
            "select dup_group_id, dup_of_doc_id, dup_similarity, kind from documents order by rowid"
        )

    def inputs(self) -> Iterator[Accepted | Refusal]:
        """What became of every input, sorted by path and locator, each once."""
        for accepted, *values in self.index.rows(_INPUTS):
            yield Accepted(*values[:6]) if accepted else Refusal(*values[6:])

    def n_may_pass(self) -> int:
        """How many inputs were refused for a reason that may pass, beside those of the scan."""
        reasons = ", ".join(f"'{reason}'" for reason in sorted(MAY_PASS))
        n: int = self.index.one(
            f"""
            select count(*) from (select {REFUSAL} from refused where reason in ({reasons})
                                  except select {REFUSAL} from refusals)
            """
        )
        return n


# An input that became a document is not also one that did not.
_INPUTS = f"""
with outcomes as (
    select source_path || coalesce('#' || nullif(source_locator, ''), '') as input_id, *
    from (select 0 as number, {INPUT}, doc_id, 'accepted' as outcome, null as reason,
                 null as detail from documents
          union all select number, {INPUT}, doc_id, outcome, reason, detail from refused)),
each_once as (
    select *, row_number() over (partition by input_id order by number, doc_id) as place
    from outcomes)
select number = 0, {INPUT}, doc_id, {REFUSAL} from each_once where place = 1 order by input_id
"""


def first_pass(plan: Plan) -> str:
    """Every source, to be cleaned without knowing its neighbours; the name of its table."""
    plan.index.make("first", "position integer primary key, key, recurring")
    plan.index.execute("insert into first select position, key, '[]' from sources")
    return "first"


def second_pass(plan: Plan) -> str:
    """Every source again, with the recurring paragraphs that it holds; the name of its table.

    A source that holds none keeps its key, and so its rows from the first pass.
    """
    index = plan.index
    index.execute(
        "drop view if exists paragraphs",
        """
        create view paragraphs as
        select digest from paragraphs_of where key in (select key from sources)
        """,
    )
    find_recurring(index.database, plan.config.clean)
    index.make("second", "position integer primary key, key, recurring")
    held = index.rows(
        """
        select distinct position, key, lower(hex(paragraph))
        from sources left join (
            select key, paragraph from paragraphs_of
            join recurring on paragraph = substr(digest, 1, 16)) using (key)
        order by position, 3
        """
    )

    def wanted() -> Iterator[tuple[int, str, str]]:
        for (position, key), rows in groupby(held, lambda row: row[:2]):
            found = [paragraph for *_, paragraph in rows if paragraph]
            yield position, digest([key, found]) if found else key, json.dumps(found)

    index.fill("second", wanted(), 3)
    return "second"


def clean_jobs(plan: Plan, wanted: str) -> list[str]:
    """Paths of the jobs that clean what has no rows yet.

    Args:
        plan: the build.
        wanted: name of the table of what is wanted.
    """
    pending = f"""
        from {wanted} w join sources using (position)
        where w.key not in (select key from whole)
    """
    total = plan.index.one(f"select coalesce(sum(n_bytes), 0) {pending}")
    rows = plan.index.rows(
        f"select source, w.key, w.recurring, n_bytes {pending} order by position"
    )
    sized = (
        ({"source": source, "key": key, "recurring": json.loads(recurring)}, n_bytes / BYTES_A_WORD)
        for source, key, recurring, n_bytes in rows
    )
    return cut(plan, "clean", sized, total / BYTES_A_WORD)


def select(plan: Plan, wanted: str) -> Selection:
    """Decide which records become documents, and why the others do not.

    The first of several records with one id keeps it, in the order of their paths and locators.
    """
    index = plan.index
    index.make("refused", f"number integer primary key, {REFUSAL}")
    index.execute(
        f"insert into refused select null, {REFUSAL} from refusals",
        "drop table if exists seen",
        f"""
        create table seen as
        select r.* from {wanted} w join whole using (key) join records r using (id)
        order by w.position, r.record_index
        """,
        f"""
        insert into refused select null, {REFUSAL} from seen where reason is not null
        order by seen.rowid
        """,
    )
    if plan.config.read.withdrawn:
        _withdrawn(index, plan.config.read.withdrawn)
    index.execute(
        "drop table if exists claims",
        """
        create table claims as
        select *, row_number() over claim as place, first_value(source_path) over claim as first
        from seen where reason is null
        window claim as (partition by doc_id order by source_path, record_index)
        """,
    )
    taken = index.rows(
        f"select first, doc_id, {INPUT} from claims where place > 1 "
        "order by source_path, record_index"
    )
    _refuse(
        index,
        (
            _refusal(
                row,
                "duplicate_id",
                f"{first} has the id {doc_id!r} already; give one of them another id",
                "rejected",
            )
            for first, doc_id, *row in taken
        ),
    )
    index.execute(
        "drop view if exists texts",
        """
        create view texts as select doc_id, text_sha256, sketch, n_words
        from claims join sketches_of using (id)
        where place = 1 and text_sha256 is not null and sketch is not null
        """,
    )
    find_duplicates(index.database, plan.config.clean.duplicate_threshold)
    index.execute("create unique index duplicates_by_id on duplicates (doc_id)")
    if plan.config.clean.duplicates == "drop":
        _leave_out_duplicates(index)
    index.database.create_function("annotation_key", 1, annotation_keys(plan), deterministic=True)
    index.execute(
        "drop table if exists documents",
        f"""
        create table documents as
        select doc_id, annotation_key(text_key) as key, {_COLUMNS}
        from claims left join duplicates using (doc_id) where place = 1 order by doc_id
        """,
    )
    return _related(index)


def annotate_jobs(plan: Plan, failed: Mapping[str, Sequence[str]] = {}) -> list[str]:
    """Paths of the jobs that annotate the texts that have no annotations yet, and did not fail."""
    _note_failed(plan.index, failed)
    plan.index.execute(
        "drop table if exists pending",
        """
        create table pending as
        select part, row, key, n_words from (
            select *, row_number() over (partition by key order by doc_id desc) as place
            from documents
            where key not in (select key from annotated) and key not in (select key from failed))
        where place = 1 order by part, row
        """,
    )
    total = plan.index.one("select coalesce(sum(n_words), 0) from pending")
    rows = plan.index.rows("select part, row, key, n_words from pending order by rowid")
    sized = (({"part": part, "row": row, "key": key}, size) for part, row, key, size in rows)
    return cut(plan, "annotate", sized, total)


def drop_failed(selection: Selection, failures: Mapping[str, Sequence[str]]) -> Selection:
    """Turn documents that could not be annotated into refusals."""
    index = selection.index
    if not failures:
        return selection
    _note_failed(index, failures)
    rows = index.rows(
        f"select reason, detail, {INPUT} from documents join failed using (key) order by doc_id"
    )
    _refuse(index, (_refusal(row[2:], row[0], row[1], "rejected") for row in rows))
    index.execute("delete from documents where key in (select key from failed)")
    related = _related(index)
    index.execute(
        "update refused set doc_id = null where doc_id not in (select doc_id from documents)"
    )
    return related


def demand_usable(plan: Plan, selection: Selection) -> None:
    """Stop where there is nothing to publish, or more was refused than allowed.

    Raises:
        InputsUnusable: saying how many, and the first reasons.
    """
    index = selection.index
    rejected: int = index.one("select count(*) from refused where outcome = 'rejected'")
    seen = rejected + selection.n_documents
    only = "where outcome = 'rejected'" if rejected else ""
    first = index.rows(
        f"select source_path, reason, detail from refused {only} order by number limit 3"
    )
    few = "; ".join(f"{path}: {reason} ({detail})" for path, reason, detail in first)
    if rejected == seen:
        why = few or "the inputs hold no files"
        raise InputsUnusable(f"nothing to read: {why}. `onrecord check` tells about every input.")
    if rejected > plan.config.build.max_rejects * seen:
        raise InputsUnusable(
            f"{rejected} of {seen} inputs were refused, more than the share "
            f"{plan.config.build.max_rejects:g} allowed (--max-rejects). First: {few}."
        )


def used(selection: Selection) -> Iterator[tuple[str, str]]:
    """Stage and key of the work that a release is made of, in the order of its documents."""
    for (key,) in selection.index.rows(
        """
        select key from (select key, 1 as pass, position from first
                         union all select key, 2, position from second)
        group by key order by min(pass), min(position)
        """
    ):
        yield "clean", key
    for (key,) in selection.index.rows("select key from documents order by doc_id"):
        yield "annotate", key


def _related(index: Index) -> Selection:
    """Documents as duplicates of one another: nobody names one that was left out."""
    index.execute(
        "drop table if exists all_documents",
        "alter table documents rename to all_documents",
        "drop index if exists documents_by_id",
        "create unique index documents_by_id on all_documents (doc_id)",
        f"""
        create table documents as
        with grouped as (
            select *, dup_group_id is not null and count(*) over repeating > 1 as repeats,
                   min(doc_id) over repeating as first,
                   dup_of_doc_id in (select doc_id from all_documents) as named
            from all_documents window repeating as (partition by dup_group_id))
        select doc_id, key, {INPUT}, part, row, n_words,
               iif(repeats, first, null) as dup_group_id,
               iif(repeats and named, dup_of_doc_id, null) as dup_of_doc_id,
               iif(repeats and named, dup_similarity, null) as dup_similarity,
               iif(repeats and named, kind, null) as kind,
               sum(n_words + {BATCH_WORDS // BATCH_DOCUMENTS}) over (order by doc_id)
                   / {BATCH_WORDS} as batch
        from grouped order by doc_id
        """,
        "drop table all_documents",
    )
    return Selection(index)


def _withdrawn(index: Index, path: str) -> None:
    index.make("withdrawn", "entry primary key")
    index.fill("withdrawn", ((entry,) for entry in load_withdrawn(path)), 1)
    where = """
        reason is null and (doc_id in (select entry from withdrawn)
                            or url in (select entry from withdrawn))
    """
    rows = index.rows(f"select {INPUT} from seen where {where} order by source_path, record_index")
    why = ("withdrawn", "on the withdrawal list", "withdrawn")
    _refuse(index, (_refusal(row, *why) for row in rows))
    index.execute(f"delete from seen where {where}")


def _leave_out_duplicates(index: Index) -> None:
    """Refuse what repeats another document, naming the one that it repeats in the end."""
    rows = index.rows(
        f"""
        with recursive chain as (
            select doc_id, dup_of_doc_id as kept from duplicates where dup_of_doc_id is not null
            union all
            select c.doc_id, d.dup_of_doc_id from chain c join duplicates d on d.doc_id = c.kept
            where d.dup_of_doc_id is not null)
        select d.kind, d.dup_of_doc_id, kept, {INPUT}
        from chain c join duplicates d using (doc_id) join duplicates k on k.doc_id = kept
        join claims using (doc_id)
        where k.dup_of_doc_id is null and claims.place = 1 order by c.doc_id
        """
    )
    _refuse(
        index,
        (
            _refusal(
                row, REPEATS[kind], f"repeats {of}; left out by clean.duplicates", "duplicate", kept
            )
            for kind, of, kept, *row in rows
        ),
    )
    index.execute(
        "delete from claims where doc_id in (select doc_id from duplicates where kind is not null)"
    )


def _note_failed(index: Index, failures: Mapping[str, Sequence[str]]) -> None:
    index.make("failed", "key primary key, reason, detail")
    index.fill("failed", ((key, *why) for key, why in failures.items()), 3)


def _refuse(index: Index, refusals: Iterable[Refusal]) -> None:
    refuse(index, "refused", refusals)


def _refusal(
    told: Sequence[Any], reason: str, detail: str, outcome: str, doc_id: str | None = None
) -> Refusal:
    """A refusal of a record, by its columns `INPUT`."""
    path, locator, source_format, sha256, n_bytes = told
    return Refusal(path, reason, detail, locator, source_format, sha256, n_bytes, outcome, doc_id)
