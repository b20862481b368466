"""What the work parts hold, as a build sees it: cleaned records and annotations, by key.

Each part is read once a build, into the build's index; articles themselves stay in the parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.index import Index
from flows.records import Annotations, Article, Refusal
from flows.work import Ledger

# Refusals that the next build tries again, though nothing it can see has changed.
MAY_PASS = frozenset({"changed_while_read", "unreadable", "time_limit", "failed"})

_OF_RECORD = ("key", "record_index", "last", "text_sha256", "text_key", "n_words")
_OF_ARTICLE = ("doc_id", "url")
# Of an article, or of the refusal that stands in its place.
_OF_INPUT = ("source_path", "source_locator", "source_format", "raw_sha256", "raw_n_bytes")
_OF_REFUSAL = ("reason", "detail", "outcome")
_RECORD = (*_OF_RECORD, *_OF_ARTICLE, *_OF_INPUT, *_OF_REFUSAL)
_LIGHT = (
    *_OF_RECORD,
    "sketch",
    "paragraph_digests",
    *(f"article.{name}" for name in (*_OF_ARTICLE, *_OF_INPUT)),
    *(f"refusal.{name}" for name in (*_OF_INPUT, *_OF_REFUSAL)),
)


@dataclass(frozen=True, slots=True)
class CleanedRecord:
    """A row of a `clean` part: one article, or one refusal, of a source.

    `last` marks the final record of its source: without it the source was never read to its end.
    """

    key: str
    record_index: int
    last: bool
    article: Article | None
    refusal: Refusal | None
    text_sha256: str | None
    text_key: str | None
    n_words: int
    paragraph_digests: tuple[str, ...]
    sketch: bytes | None


@dataclass(frozen=True, slots=True)
class AnnotatedRecord:
    """A row of an `annotate` part: the annotations of one text."""

    key: str
    annotations: Annotations


class Cleaned:
    """The cleaned records of a build, in tables of its index: everything but their texts.

    - `records`: every row of every part, with its place; `reason` and what follows of refusals.
    - `sketches` and `paragraphs` of a record.
    - `whole`: the records of each source that was read to its end, each once.

    Rows are taken from earlier builds but for sources with a refusal that may pass (a file that
    changed while it was read, a worker that died): those are tried again, once a build.
    """

    def __init__(self, work: str, index: Index) -> None:
        self.ledger = Ledger(work, "clean", CleanedRecord, list(_LIGHT))
        self.index = index
        index.make("parts", "part primary key, fresh")
        index.make("records", f"id integer primary key, part, row, {', '.join(_RECORD)}")
        index.make("sketches_of", "id integer primary key, sketch")
        index.make("paragraphs_of", "key, digest")
        index.execute("create index records_by_key on records (key, part)")
        self.refresh()

    def refresh(self, made: Iterable[str] = ()) -> None:
        """Take note of new parts; `made` are those of this build."""
        came, went = self.ledger.refresh(made)
        n = self.index.one("select coalesce(max(id), 0) from records")
        for part, table in came:
            ids = range(n + 1, n + 1 + table.num_rows)
            n += table.num_rows
            self._add(part, ids, table)
        for part in went:
            for table in ("records", "parts"):
                self.index.execute(f"delete from {table} where part = ?", given=[part])
        fresh = ((part,) for part in self.ledger.fresh)
        self.index.database.executemany("update parts set fresh = 1 where part = ?", fresh)
        self.index.execute("drop table if exists whole", _WHOLE)

    def _add(self, part: str, ids: range, table: pa.Table) -> None:
        self.index.fill("parts", [(part, 0)], 2)
        columns = (_column(table, name).to_pylist() for name in _RECORD)
        rows = zip(ids, repeat(part), range(len(ids)), *columns)
        self.index.fill("records", rows, 3 + len(_RECORD))
        self.index.fill("sketches_of", zip(ids, table["sketch"].to_pylist(), strict=True), 2)
        columns = (table[name].to_pylist() for name in ("key", "paragraph_digests"))
        digests = (
            (key, bytes.fromhex(digest))
            for key, found in zip(*columns, strict=True)
            for digest in found
        )
        self.index.fill("paragraphs_of", digests, 2)


class Annotated:
    """Where the annotations of each text stand: the table `annotated` of the index."""

    def __init__(self, work: str, index: Index) -> None:
        self.ledger = Ledger(work, "annotate", AnnotatedRecord, ["key"])
        self.index = index
        index.make("annotated", "key, part, row")
        index.execute("create index annotated_by_key on annotated (key, part)")
        self.refresh()

    def refresh(self, made: Iterable[str] = ()) -> None:
        """Take note of new parts."""
        came, went = self.ledger.refresh(made)
        for part, table in came:
            rows = zip(table["key"].to_pylist(), repeat(part), range(table.num_rows))
            self.index.fill("annotated", rows, 3)
        for part in went:
            self.index.execute("delete from annotated where part = ?", given=[part])


# A later row of the same part, and a row of this build, stand for those before them.
_WHOLE = f"""
create table whole as
with usable as (
    select r.id, r.key, r.record_index, r.last,
           row_number() over (partition by r.key, r.record_index
                              order by p.fresh desc, r.part desc, r.row desc) as place
    from records r join parts p using (part)
    where p.fresh or not exists (
        select 1 from records x where x.key = r.key and x.part = r.part
        and x.reason in ({", ".join(f"'{reason}'" for reason in sorted(MAY_PASS))}))),
ended as (
    select key from usable where place = 1 group by key
    having count(*) = max(record_index) + 1
       and max(record_index) = max(iif(last, record_index, -1)))
select key, id from usable join ended using (key) where place = 1
"""


def _column(table: pa.Table, name: str) -> Any:
    """A column of the record, of its refusal, or of its article where it has none."""
    if name in table.column_names:
        return table[name]
    found = None
    for part in ("refusal", "article"):
        struct = table[part].combine_chunks()
        if struct.type.get_field_index(name) >= 0:
            values = pc.struct_field(struct, name)
            found = values if found is None else pc.coalesce(found, values)
    return found
