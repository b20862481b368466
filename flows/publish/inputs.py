"""The table of inputs: a row for everything seen, accepted or not."""

from collections.abc import Sequence

import pyarrow as pa

from flows.records import Accepted, Refusal
from schemas import TABLES
from schemas.arrow import arrow_schema


def assemble_inputs(outcomes: Sequence[Accepted | Refusal]) -> pa.Table:
    """Make the table, sorted by input_id.

    Two outcomes of one file that has no locator (a name refused twice) keep the first.
    """
    by_id: dict[str, Accepted | Refusal] = {}
    for outcome in outcomes:
        locator = f"#{outcome.source_locator}" if outcome.source_locator else ""
        by_id.setdefault(outcome.source_path + locator, outcome)
    schema = arrow_schema(TABLES["inputs"])
    rows = [
        {name: getattr(outcome, name) for name in schema.names if name != "input_id"}
        | {"input_id": input_id}
        for input_id, outcome in sorted(by_id.items())
    ]
    return pa.Table.from_pylist(rows, schema=schema)
