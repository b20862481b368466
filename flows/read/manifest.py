"""The manifest: a CSV with a row of metadata for each file of a folder."""

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.config import ConfigError
from flows.read.streams import is_url, open_raw

NAME = "manifest.csv"
PATH_COLUMNS = ("path", "source_path", "file", "filename", "file_name")
Row = tuple[tuple[str, str], ...]


@dataclass
class Manifest:
    """Rows by relative path; remembers which of them were asked for."""

    path: str | None = None
    rows: dict[str, Row] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def row(self, relative: str) -> Row:
        """The row of a file; empty where it has none."""
        if relative in self.rows:
            self._used.add(relative)
        return self.rows.get(relative, ())

    def unused(self) -> Iterator[str]:
        """Paths of rows that no file was found for, sorted."""
        return iter(sorted(self.rows.keys() - self._used))

    def is_at(self, path: str) -> bool:
        """Whether a path is the manifest's own."""
        return self.path is not None and _absolute(path) == _absolute(self.path)


def load_manifest(given: str | None, root: str, *, single: bool) -> Manifest:
    """Load the manifest named in the configuration, or else `manifest.csv` in the folder itself.

    A `manifest.csv` that nobody named counts only if it has a column of paths.

    Raises:
        ConfigError: if the named manifest cannot be read or has no column of paths.
    """
    path = given or (None if single else f"{root}/{NAME}")
    if path is None:
        return Manifest()
    try:
        with open_raw(path) as stream:
            text = stream.read().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        if given is None:
            return Manifest()
        raise ConfigError(
            f"{path}: the manifest cannot be read ({error}). Give a CSV in UTF-8 in read.manifest."
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    column = _path_column(list(reader.fieldnames or ()))
    if column is None:
        if given is None:
            return Manifest()
        raise ConfigError(
            f"{path}: the manifest has no column of paths. Name one of its columns `path`."
        )
    rows = {}
    for record in reader:
        relative = (record.pop(column) or "").strip().removeprefix("./")
        rows[relative] = tuple(
            (name, value)
            for name, value in record.items()
            if isinstance(name, str) and isinstance(value, str)
        )
    rows.pop("", None)
    return Manifest(path, rows)


def _path_column(names: list[str]) -> str | None:
    by_key = {name.strip().casefold(): name for name in reversed(names)}
    return next((by_key[name] for name in PATH_COLUMNS if name in by_key), None)


def _absolute(path: str) -> str:
    return path if is_url(path) else os.path.abspath(path)  # noqa: PTH100
