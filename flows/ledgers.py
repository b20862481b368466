"""What the work parts hold, as a build sees it: cleaned records and annotations, by key.

Read once a build, and again only where parts came; articles themselves stay in the parts.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.records import Annotations, Article, Refusal
from flows.work import Ledger, Place

# Refusals that the next build tries again, though nothing it can see has changed.
MAY_PASS = frozenset({"changed_while_read", "unreadable", "time_limit", "failed"})

_ARTICLE = ("doc_id", "url", "source_path", "source_format", "source_locator", "raw_sha256")
_LIGHT = (
    "key",
    "record_index",
    "last",
    "text_sha256",
    "text_key",
    "n_words",
    "sketch",
    "refusal",
    *(f"article.{name}" for name in (*_ARTICLE, "raw_n_bytes")),
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What the coordinator keeps of a cleaned record: everything but its text."""

    place: Place
    record_index: int
    last: bool
    input: Refusal | None
    doc_id: str | None
    url: str | None
    source_path: str
    source_format: str | None
    source_locator: str | None
    raw_sha256: str | None
    raw_n_bytes: int | None
    text_sha256: str | None
    text_key: str | None
    n_words: int
    sketch: bytes | None


class Cleaned:
    """The cleaned records of a build, by key of their source.

    Rows are taken from earlier builds but for sources with a refusal that may pass (a file that
    changed while it was read, a worker that died): those are tried again, once a build.
    """

    def __init__(self, work: str) -> None:
        self.ledger = Ledger(work, "clean", CleanedRecord, list(_LIGHT))
        self._rows: dict[str, dict[str, dict[int, Seen]]] = {}
        self.refresh()

    def refresh(self, made: Iterable[str] = ()) -> None:
        """Take note of new parts; `made` are those of this build."""
        self.ledger.refresh(made)
        tables = self.ledger.tables
        self._rows = {
            part: self._rows[part] if part in self._rows else _by_source(part, table)
            for part, table in tables.items()
        }

    def rows(self, keys: Collection[str]) -> dict[str, list[Seen]]:
        """Rows of the sources that were read to their end, in the order of their records."""
        found: dict[str, dict[int, Seen]] = {}
        fresh = self.ledger.fresh
        for part in sorted(self._rows, key=lambda part: (part in fresh, part)):
            for key in self._rows[part].keys() & keys:
                rows = self._rows[part][key]
                if part in fresh or not any(
                    s.input and s.input.reason in MAY_PASS for s in rows.values()
                ):
                    found.setdefault(key, {}).update(rows)
        return {
            key: [rows[i] for i in range(len(rows))]
            for key, rows in found.items()
            if rows.keys() == set(range(len(rows))) and rows[len(rows) - 1].last
        }

    def digests(self, keys: Collection[str]) -> Iterator[tuple[str, list[str]]]:
        """Key and paragraph digests of every record of the sources asked for."""
        columns = ["key", "paragraph_digests"]
        for part, rows in self._rows.items():
            if rows.keys() & keys:
                table = self.ledger.store.read(part, columns, proven=True)
                table = table.filter(pc.is_in(table["key"], pa.array(keys, pa.string())))
                yield from zip(*(table[c].to_pylist() for c in columns), strict=True)


class Annotated:
    """Where the annotations of each text stand."""

    def __init__(self, work: str) -> None:
        self.ledger = Ledger(work, "annotate", AnnotatedRecord, ["key"])
        self.places: dict[str, Place] = {}
        self.refresh()

    def refresh(self, made: Iterable[str] = ()) -> None:
        """Take note of new parts."""
        self.ledger.refresh(made)
        self.places = {
            key: Place(part, row)
            for part, table in sorted(self.ledger.tables.items())
            for row, key in enumerate(table["key"].to_pylist())
        }


def _by_source(part: str, table: pa.Table) -> dict[str, dict[int, Seen]]:
    found: dict[str, dict[int, Seen]] = {}
    for number, row in enumerate(table.to_pylist()):
        seen = _seen(row, Place(part, number))
        found.setdefault(row["key"], {})[seen.record_index] = seen
    return found


def _seen(row: dict[str, Any], place: Place) -> Seen:
    refusal = row["refusal"] and Refusal(**row["refusal"])
    article = row["article"] or {}
    source = refusal if refusal else None
    return Seen(
        place=place,
        record_index=row["record_index"],
        last=row["last"],
        input=refusal,
        doc_id=article.get("doc_id"),
        url=article.get("url"),
        source_path=source.source_path if source else article["source_path"],
        source_format=article.get("source_format"),
        source_locator=article.get("source_locator"),
        raw_sha256=article.get("raw_sha256"),
        raw_n_bytes=article.get("raw_n_bytes"),
        text_sha256=row["text_sha256"],
        text_key=row["text_key"],
        n_words=row["n_words"],
        sketch=row["sketch"],
    )
