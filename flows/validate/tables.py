"""Checks of one table by its pandera model: columns, order, types, nulls, keys, vocabularies."""

import pandas as pd
import pandera.errors
import pyarrow as pa
from pandera.config import ValidationDepth, config_context

from flows.validate.verdict import Failure
from schemas import TABLES

N_EXAMPLES = 5


def check_table(name: str, table: pa.Table) -> list[Failure]:
    """Validate a table, or a batch of its rows, against its model.

    Lazily, so that every failing check is reported at once; without coercion; and whatever
    `PANDERA_VALIDATION_ENABLED` says in the environment.

    Args:
        name: one of `schemas.TABLES`.
        table: its rows.

    Returns:
        A failure for each check that does not hold.
    """
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            TABLES[name].validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as errors:
            return _collapse(name, frame, errors.failure_cases)
    return []


def _collapse(name: str, frame: pd.DataFrame, cases: pd.DataFrame) -> list[Failure]:
    """One failure a check: pandera reports a frame-level check once per column and bad row."""
    failures = []
    key = frame.columns[0]
    for check, found in cases.groupby(cases["check"].astype(str), sort=True):
        frame_level = (found["schema_context"] == "DataFrameSchema").all()
        columns = sorted({str(c) for c in found["column"].dropna()})
        where = name if frame_level or len(columns) != 1 else f"{name}.{columns[0]}"
        rows = sorted({int(i) for i in found["index"].dropna()})
        ids = [f"{key} {frame.iloc[row][key]}" for row in rows[:N_EXAMPLES]]
        values = [str(v) for v in found["failure_case"].head(N_EXAMPLES)]
        examples = ids if frame_level else [f"{i}: {v}" for i, v in zip(ids, values, strict=False)]
        failures.append(Failure(where, check, max(len(rows), 1), tuple(examples or values)))
    return failures
