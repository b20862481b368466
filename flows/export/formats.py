"""The formats of `onrecord export`: one module each, imported when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Format:
    """An export.

    Attributes:
        module: has `export(release, target)`, which writes a release to a path that is not there.
        suffix: of the file written; empty for a folder.
        description: for the user.
    """

    module: str
    suffix: str
    description: str

    @property
    def export(self) -> Callable[[Path, Path], None]:
        """The function that writes it."""
        function: Callable[[Path, Path], None] = import_module(self.module).export
        return function


FORMATS = {
    "csv": Format("flows.export.csv", "", "a CSV file a table, safe in spreadsheets"),
    "jsonl": Format("flows.export.jsonl", "", "a JSON Lines file a table"),
    "conllu": Format("flows.export.conllu", ".conllu", "tokens, trees, entities, quotes"),
    "vertical": Format("flows.export.vertical", "", "for CWB and Sketch Engine"),
    "duckdb": Format("flows.export.duckdb", ".duckdb", "one database file with views"),
    "tei": Format("flows.export.tei", "", "a TEI P5 file an article"),
}
