"""The tables of a release, one pandera model each: the single source of their columns.

Types, nullability, keys, units, descriptions, examples and vocabularies are declared here and
nowhere else; the Arrow schema, the data dictionary and every published piece of metadata are
rendered from these models.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.tables import TABLES as TABLES

# Bumped when a column is added, removed, renamed or changes its meaning.
SCHEMA_VERSION = "1.0.0"


def __getattr__(name: str) -> Any:
    # Whoever asks for a vocabulary alone, as every worker does, is spared pandas and pandera: a
    # second of each process.
    if name != "TABLES":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from schemas.tables import TABLES

    return TABLES
