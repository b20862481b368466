"""A release in DuckDB: one read-only view a table, over its Parquet files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from flows.database import connect as open_database
from flows.publish.parquet import table_files
from schemas import TABLES


def connect(release: Path, *, bounded: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a release.

    Nothing is read yet. The connection is in memory, loads no extension from the network, and
    counts time in UTC. Threads take a cursor each (`connection.cursor()`).

    Args:
        release: folder of a release, its tables single files or parts.
        bounded: whether it keeps to the limits of a build (`database.LIMITS`).

    Returns:
        A connection with the views `documents`, `sentences`, `entities`, `quotes`, `removals`
        and `inputs`.

    Raises:
        FileNotFoundError: when a table has no files.
    """
    connection = open_database(bounded=bounded)
    for name in TABLES:
        files = [str(path) for path in table_files(release, name)]
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {scan(files)}")
    return connection


def scan(files: Sequence[str]) -> str:
    """SQL that reads Parquet files."""
    return f"read_parquet([{', '.join(map(literal, files))}])"


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def records(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Any = None
) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries, in order."""
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
