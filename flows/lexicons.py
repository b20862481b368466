"""The committed word lists of `seeds/lexicons`, read once a process.

A list is a UTF-8 text file: one entry a line, `#` starts a comment, blank lines are skipped. A
table has tab-separated columns. What belongs here: reading them. What does not: any word.
"""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "seeds" / "lexicons"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Rows of the table `name`, in order, each a tuple of its tab-separated cells.

    Raises:
        FileNotFoundError: when the checkout has no such list.
    """
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.partition("#")[0].rstrip() for line in lines)
    return tuple(tuple(cell.strip() for cell in entry.split("\t")) for entry in entries if entry)


@cache
def words(name: str) -> frozenset[str]:
    """Entries of the list `name`: the first cell of every row."""
    return frozenset(row[0] for row in rows(name))


@cache
def mapping(name: str) -> dict[str, str]:
    """First cell to second cell of the table `name`; rows of one cell map to the empty string."""
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows(name)}
