"""Curated corrections: values that a person has put right, applied anew to every release.

A correction names a document, a column, the value it expects to find and the value to put there.
Where it does not find what it expects (the source was mended, the rules got better) it is not
applied and reported, so that a correction never outlives its reason unseen.

    - document: 003_4cc89330f60b4b63
      what: quotes.speaker_name
      where: {content: "We cannot fight on so many fronts,"}
      expected: Rahimullah Yusufzai
      new: Ashfaq Kayani
      why: the next paragraph names him
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from flows.errors import ConfigError
from schemas import TABLES
from schemas.arrow import arrow_schema

# Columns a person may put right: what was decided about the text, never ids, offsets, counts or
# the text itself, which other columns and tables depend on.
CORRECTABLE: Mapping[str, frozenset[str]] = {
    "documents": frozenset(
        [
            "url",
            "publisher",
            "title",
            "byline",
            "authors",
            "dateline",
            "published_at",
            "published_date",
            "published_precision",
            "lang",
            "license",
            "rights_holder",
        ]
    ),
    "entities": frozenset(
        ["label", "canonical_name", "entity_key", "description", "title", "country", "kb_id"]
    ),
    "quotes": frozenset(
        ["speaker_name", "speaker_key", "speaker_kind", "speaker_description", "negated", "hedged"]
    ),
}
KEYS = frozenset({"document", "what", "where", "expected", "new", "why"})


@dataclass(frozen=True, slots=True)
class Correction:
    """One value to put right; `where` narrows the document's rows down by their columns."""

    document: str
    table: str
    column: str
    where: Mapping[str, Any]
    expected: Any
    new: Any
    why: str

    @property
    def name(self) -> str:
        """How it is called in messages."""
        rows = ", ".join(f"{k} = {v!r}" for k, v in self.where.items())
        return f"{self.document}: {self.table}.{self.column}{f' where {rows}' if rows else ''}"


@dataclass
class Corrections:
    """Corrections of a build, and what became of them."""

    entries: Sequence[Correction] = ()
    _by_document: dict[str, list[Correction]] = field(default_factory=dict)
    _found: Counter[str] = field(default_factory=Counter)
    _unmatched: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._by_document.setdefault(entry.document, []).append(entry)

    def apply(self, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """Correct a batch of tables; changed rows name the columns in `corrections`."""
        made = dict(tables)
        if self._by_document.keys() & set(made["documents"]["doc_id"].to_pylist()):
            for name in CORRECTABLE:
                made[name] = self._corrected(name, made[name])
        return made

    def report(self) -> dict[str, Any]:
        """How many were applied, and those that were not, with the reason."""
        unmatched = {
            entry.name: self._unmatched.get(entry.name, "no such document in this release")
            for entry in self.entries
            if not self._found[entry.name]
        }
        return {"applied": len(self.entries) - len(unmatched), "unmatched": unmatched}

    def _corrected(self, name: str, table: pa.Table) -> pa.Table:
        changed: dict[str, list[Any]] = {}
        for row, doc_id in enumerate(table["doc_id"].to_pylist()):
            for entry in self._by_document.get(doc_id, ()):
                if entry.table == name and self._matches(entry, table, row):
                    for column in (entry.column, "corrections"):
                        changed.setdefault(column, table[column].to_pylist())
                    changed[entry.column][row] = entry.new
                    marks = {*changed["corrections"][row], entry.column}
                    changed["corrections"][row] = sorted(marks)
        for column, values in changed.items():
            at = table.schema.get_field_index(column)
            kind = table.schema.field(at)
            table = table.set_column(at, kind, pa.array(values, kind.type))
        return table

    def _matches(self, entry: Correction, table: pa.Table, row: int) -> bool:
        if any(table[column][row].as_py() != value for column, value in entry.where.items()):
            self._unmatched.setdefault(entry.name, "no row of the document is so")
            return False
        found = table[entry.column][row].as_py()
        if found != entry.expected:
            fixed = "; it is right already, take the correction out" * (found == entry.new)
            self._unmatched[entry.name] = f"found {found!r}, not {entry.expected!r}{fixed}"
            return False
        self._found[entry.name] += 1
        return True


def load_corrections(path: str | None) -> Corrections:
    """Read a file of corrections.

    Args:
        path: YAML list of mappings with `document`, `what` (table.column), `expected`, `new`,
            `why` and, for tables with several rows a document, `where`; None for no file.

    Raises:
        ConfigError: for a file that cannot be read, an unknown key or column, or a value that
            does not fit its column.
    """
    if path is None:
        return Corrections()
    try:
        entries = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: the corrections cannot be read ({error}).") from error
    if not isinstance(entries, list):
        raise ConfigError(f"{path}: not a list. Write one `- document: ...` a correction.")
    read = [_correction(f"{path}, entry {n}", entry) for n, entry in enumerate(entries, start=1)]
    double = [name for name, n in Counter(c.name for c in read).items() if n > 1]
    if double:
        raise ConfigError(f"{path}: corrected twice: {double[0]}. Keep one of the two.")
    return Corrections(read)


def _correction(at: str, entry: Any) -> Correction:
    if not isinstance(entry, dict):
        raise ConfigError(f"{at}: not a mapping. Its keys are {', '.join(sorted(KEYS))}.")
    missing = KEYS - {"where"} - entry.keys()
    if missing or entry.keys() - KEYS:
        said = f"{', '.join(sorted(missing))} missing" if missing else "unknown key"
        raise ConfigError(f"{at}: {said}. Its keys are {', '.join(sorted(KEYS))}.")
    table, _, column = str(entry["what"]).partition(".")
    if column not in CORRECTABLE.get(table, ()):
        known = [f"{t}.{c}" for t, columns in CORRECTABLE.items() for c in sorted(columns)]
        raise ConfigError(
            f"{at}: {entry['what']} is no column that can be corrected. Those are: "
            f"{', '.join(known)}."
        )
    where = entry.get("where") or {}
    values = {name: _value(at, table, name, value) for name, value in where.items()}
    expected, new = (_value(at, table, column, entry[k]) for k in ("expected", "new"))
    return Correction(
        str(entry["document"]), table, column, values, expected, new, str(entry["why"])
    )


def _value(at: str, table: str, column: str, value: Any) -> Any:
    """A value as it would stand in its column."""
    schema = arrow_schema(TABLES[table])
    if column not in schema.names:
        raise ConfigError(f"{at}: {table} has no column {column}. See `onrecord schema`.")
    field_ = schema.field(column)
    if value is None and not field_.nullable:
        raise ConfigError(f"{at}: {table}.{column} is never null.")
    try:
        return pa.scalar(value, field_.type).as_py()
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
        raise ConfigError(f"{at}: {value!r} does not fit {table}.{column} ({error}).") from error
