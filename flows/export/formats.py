"""The formats of `onrecord export`: one module each, imported when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Format:
    """An export.

    Attributes:
        module: has `export(release, target)`, which writes a release to a path that is not there.
        suffix: of the file written; empty for a folder.
        description: for the user.
        takes_inputs: whether it reads the articles as well: `export(release, target, inputs)`.
    """

    module: str
    suffix: str
    description: str
    takes_inputs: bool = False

    @property
    def export(self) -> Callable[..., None]:
        """The function that writes it."""
        function: Callable[..., None] = import_module(self.module).export
        return function


FORMATS = {
    "csv": Format("flows.export.csv", "", "a CSV file a table, safe in spreadsheets"),
    "jsonl": Format("flows.export.jsonl", "", "a JSON Lines file a table"),
    "conllu": Format("flows.export.conllu", ".conllu", "tokens, trees, entities, quotes"),
    "vertical": Format("flows.export.vertical", "", "for CWB and Sketch Engine"),
    "duckdb": Format("flows.export.duckdb", ".duckdb", "one database file with views"),
    "tei": Format("flows.export.tei", "", "a TEI P5 file an article"),
    "spans": Format(
        "flows.export.spans", ".jsonl", "quotes as character offsets into the raw files", True
    ),
}
