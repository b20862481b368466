"""Drift checks: whether a release is too far from the one before it to be published unseen.

A collapse counts, not growth: rows that vanish, quotes per document and shares of attributed quotes
that fall, nulls that rise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.config import PublishConfig
from flows.publish.views import connect
from schemas import TABLES

# Below so many rows in the release before, shares say nothing.
MIN_ROWS = 20

RATIOS = {
    "quotes per document": ("documents", "SELECT avg(n_quotes) FROM documents"),
    "sentences per document": ("documents", "SELECT avg(n_sentences) FROM documents"),
    "entities per document": ("documents", "SELECT avg(n_entities) FROM documents"),
    "share of quotes attributed": (
        "quotes",
        "SELECT avg((speaker_text IS NOT NULL)::INT) FROM quotes",
    ),
    "share of quotes with a named speaker": (
        "quotes",
        "SELECT avg((speaker_name IS NOT NULL)::INT) FROM quotes",
    ),
}
# Null by configuration (`publish.full_text`), not by drift.
TEXTS = frozenset({"text", "content"})


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of two releases.

    Attributes:
        name: what is measured.
        before, after: its values.
        change: how much worse it is, 0 to 1: the share lost of a count or an average, or by how
            much a share of nulls has risen.
    """

    name: str
    before: float
    after: float
    change: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a release was compared with: the id of the one before it, and every measure."""

    before: str
    measures: list[Measure]


def measure(before: Path, after: Path) -> list[Measure]:
    """Everything that drift is judged by.

    Args:
        before: folder of the release before.
        after: folder of the staged one.

    Raises:
        duckdb.Error, FileNotFoundError: when the release before cannot be read.
    """
    with connect(before, bounded=True) as old, connect(after, bounded=True) as new:
        rows = {name: _value(old, f"SELECT count(*) FROM {name}") for name in TABLES}
        return [
            *_counts(rows, new),
            *_ratios(rows, old, new),
            *(m for name in TABLES if rows[name] >= MIN_ROWS for m in _nulls(name, old, new)),
        ]


def judge(measures: list[Measure], config: PublishConfig) -> tuple[list[Measure], list[Measure]]:
    """Those that have drifted beyond the thresholds `drift_fail` and `drift_warn`."""
    fail = [m for m in measures if m.change > config.drift_fail]
    warn = [m for m in measures if config.drift_warn < m.change <= config.drift_fail]
    return fail, warn


def line(m: Measure) -> str:
    """A measure in words."""
    return f"{m.name}: {m.before:,.4g} before, {m.after:,.4g} now ({m.change:.0%} worse)"


def as_json(measures: list[Measure]) -> list[Mapping[str, Any]]:
    """Measures as JSON values."""
    return [asdict(m) for m in measures]


def _counts(rows: Mapping[str, float], new: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    for name, before in rows.items():
        # Inputs and removals come and go with what is given, and tell nothing of what was made.
        if before >= MIN_ROWS and name not in ("inputs", "removals"):
            after = _value(new, f"SELECT count(*) FROM {name}")
            yield Measure(f"rows of {name}", before, after, _lost(before, after))


def _ratios(
    rows: Mapping[str, float], old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection
) -> Iterator[Measure]:
    for name, (table, query) in RATIOS.items():
        if rows[table] >= MIN_ROWS:
            before, after = _value(old, query), _value(new, query)
            yield Measure(name, before, after, _lost(before, after))


def _nulls(
    table: str, old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection
) -> Iterator[Measure]:
    columns = [
        name
        for name, spec in TABLES[table].to_schema().columns.items()
        if spec.nullable and name not in TEXTS
    ]
    known = set(_names(old, table)) & set(_names(new, table))
    asked = [c for c in columns if c in known]
    if not asked:
        return
    shares = ", ".join(f'avg(("{c}" IS NULL)::INT)' for c in asked)
    before, after = (
        c.execute(f"SELECT {shares} FROM {table}").fetchone() or () for c in (old, new)
    )
    for column, a, b in zip(asked, before, after, strict=True):
        if a is not None and b is not None:
            yield Measure(f"share of nulls in {table}.{column}", a, b, max(0.0, b - a))


def _names(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [d[0] for d in connection.execute(f"SELECT * FROM {table} LIMIT 0").description or ()]


def _value(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    (value,) = connection.execute(query).fetchone() or (0,)
    return float(value or 0)


def _lost(before: float, after: float) -> float:
    return max(0.0, 1 - after / before) if before else 0.0
