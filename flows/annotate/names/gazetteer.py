"""The user's gazetteer: names that are to be linked to keys and ids of a knowledge base.

A CSV file with the columns `name, alias, type, key, kb_id`: one row a name, its aliases parted by
`|`; `type` is an OntoNotes label; `key` becomes `entity_key`; `kb_id` may be empty. A name's rows
may be several, for several aliases. What belongs here: reading and looking up. What does not:
which mentions belong together.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from flows.annotate.names.people import fold
from flows.errors import ConfigError
from schemas.vocabulary import LABELS

COLUMNS = ("name", "alias", "type", "key", "kb_id")
ALIAS_SCORE = 0.9


class GazetteerError(ConfigError):
    """The gazetteer cannot be used; the message names the line and the mend."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entity of the gazetteer."""

    name: str
    label: str
    key: str
    kb_id: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """How a name was found in the gazetteer."""

    entry: Entry
    method: str
    score: float


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Entries by their folded names and aliases; a form that two entries share links to none."""

    exact: dict[str, Entry]
    alias: dict[str, Entry]

    def find(self, name: str) -> Link | None:
        """Look a name up, case and diacritics apart."""
        form = folded(name)
        if form in self.exact:
            return Link(self.exact[form], "exact", 1.0)
        if form in self.alias:
            return Link(self.alias[form], "alias", ALIAS_SCORE)
        return None


def load_gazetteer(path: Path) -> Gazetteer:
    """Read a gazetteer.

    Raises:
        GazetteerError: for a file that cannot be read, a missing column, an unknown type, an empty
            name or key, or one key with two types.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file))
            header = table[0].keys() if table else COLUMNS
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GazetteerError(
            f"{path}: cannot be read ({error}). Give a CSV file in UTF-8."
        ) from error
    missing = [c for c in COLUMNS if c not in header]
    if missing:
        raise GazetteerError(
            f"{path}: no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}."
        )
    exact: dict[str, list[Entry]] = {}
    alias: dict[str, list[Entry]] = {}
    labels: dict[str, str] = {}
    for line, row in enumerate(table, start=2):
        cells = {c: (row[c] or "").strip() for c in COLUMNS}
        if not cells["name"] or not cells["key"]:
            raise GazetteerError(f"{path}, line {line}: name and key must be given.")
        if cells["type"] not in LABELS:
            raise GazetteerError(
                f"{path}, line {line}: type {cells['type']!r} is none of {', '.join(LABELS)}."
            )
        if labels.setdefault(cells["key"], cells["type"]) != cells["type"]:
            raise GazetteerError(f"{path}, line {line}: key {cells['key']!r} has two types.")
        entry = Entry(cells["name"], cells["type"], cells["key"], cells["kb_id"] or None)
        exact.setdefault(folded(entry.name), []).append(entry)
        for other in cells["alias"].split("|"):
            if other.strip():
                alias.setdefault(folded(other), []).append(entry)
    return Gazetteer(_unambiguous(exact), _unambiguous(alias))


def folded(name: str) -> str:
    """A name without case, diacritics and marks."""
    return " ".join(w for part in name.replace("-", " ").split() if (w := fold(part)))


def _unambiguous(entries: dict[str, list[Entry]]) -> dict[str, Entry]:
    return {form: found[0] for form, found in entries.items() if len({e.key for e in found}) == 1}
