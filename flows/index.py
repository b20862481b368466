"""What a build knows of its documents, as tables on disk: memory does not grow with the corpus.

A temporary SQLite database (in TMPDIR), which holds nothing that inputs and work parts do not say. Its
file has no name once it is open, so that it goes with its process, however that ends. SQLite sorts and
groups through files and never holds more than its cache. Whoever keeps something here makes its own
tables; texts, annotations and anything that outlives a build do not belong here.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from weakref import WeakSet

CACHE_KIBIBYTES = 32_768
# SQLite's name for a database in a file without one.
TEMPORARY = ""


class Index:
    """Tables of a build. The rows of one may be read while others are written."""

    def __init__(self) -> None:
        # Tasks of one build run in several threads, though never two of them at once.
        self.database = sqlite3.connect(TEMPORARY, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = off", "synchronous = off", "temp_store = file"):
            self.execute(f"pragma {setting}")
        self.execute(f"pragma cache_size = -{CACHE_KIBIBYTES}")
        # Never committed: whoever is killed leaves nothing that anybody would read.
        self.execute("begin")
        self._readers: WeakSet[sqlite3.Cursor] = WeakSet()

    def execute(self, *statements: str, given: Sequence[Any] = ()) -> None:
        """Run statements, each with the same parameters."""
        for statement in statements:
            self.database.execute(statement, given)

    def make(self, table: str, columns: str) -> None:
        """Make an empty table, in place of one of that name."""
        self.execute(f"drop table if exists {table}", f"create table {table} ({columns})")

    def fill(self, table: str, rows: Iterable[Sequence[Any]], n_columns: int) -> None:
        """Add rows as they come."""
        marks = ", ".join("?" * n_columns)
        self.database.executemany(f"insert into {table} values ({marks})", rows)

    def rows(self, query: str, given: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows of a query, as they are read."""
        cursor = self.database.execute(query, given)
        self._readers.add(cursor)
        return cursor

    def close_readers(self) -> None:
        """End what was not read to its end: no table can be dropped while any is read."""
        for cursor in list(self._readers):
            cursor.close()

    def one(self, query: str, given: Sequence[Any] = ()) -> Any:
        """The only value of a query."""
        ((value,),) = self.database.execute(query, given)
        return value
