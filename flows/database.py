"""DuckDB as the project uses it: in memory, in UTC, nothing from the network; for builds, bounded.

How a connection is opened, and nothing else: which tables and questions there are, the callers say.
"""

import tempfile
import uuid
from pathlib import Path
from typing import Any

import duckdb

SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# Of a build: whatever the corpus and the machine. What does not fit goes through files.
LIMITS: dict[str, Any] = {"memory_limit": "256MB", "threads": 2}


def connect(*, bounded: bool = True) -> duckdb.DuckDBPyConnection:
    """Open a new database.

    Args:
        bounded: keep to `LIMITS`, with a folder for the rest (in TMPDIR, there only while it is
            needed); otherwise take what the machine has.
    """
    limits: dict[str, Any] = {}
    if bounded:
        spill = Path(tempfile.gettempdir()) / f"onrecord-query-{uuid.uuid4().hex}"
        limits = LIMITS | {"temp_directory": str(spill)}
    connection = duckdb.connect(config=SETTINGS | limits)
    connection.execute("SET TimeZone = 'UTC'")
    return connection
