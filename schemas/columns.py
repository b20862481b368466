"""Column types and the one way to declare a column.

What belongs here: the Arrow types the tables use, and `column`, which keeps a column's
description, unit, example and reference beside its checks. What does not: any column's name.
"""

import importlib
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd
import pandera.extensions as extensions
import pandera.pandas as pa
import pyarrow

if "dask.dataframe" not in sys.modules:
    # No table is a frame of Dask's, yet pandera loads them all where Dask is installed: told that
    # there are none, it starts in half the time.
    sys.modules["dask.dataframe"] = None  # type: ignore[assignment]
    importlib.import_module("pandera.typing.dask")
    del sys.modules["dask.dataframe"]

Text = Annotated[pd.ArrowDtype, pyarrow.string()]
Int = Annotated[pd.ArrowDtype, pyarrow.int64()]
Float = Annotated[pd.ArrowDtype, pyarrow.float64()]
Bool = Annotated[pd.ArrowDtype, pyarrow.bool_()]
Date = Annotated[pd.ArrowDtype, pyarrow.date32()]
Timestamp = Annotated[pd.ArrowDtype, pyarrow.timestamp("us", tz="UTC")]
TextList = Annotated[
    pd.ArrowDtype, pyarrow.list_(pyarrow.field("item", pyarrow.string(), nullable=False))
]


def _struct_list(**fields: pyarrow.DataType) -> pyarrow.DataType:
    members = [
        pyarrow.field(name, kind, nullable=name.startswith("raw_")) for name, kind in fields.items()
    ]
    return pyarrow.list_(pyarrow.field("item", pyarrow.struct(members), nullable=False))


Alignment = Annotated[
    pd.ArrowDtype,
    _struct_list(
        start=pyarrow.int64(),
        end=pyarrow.int64(),
        raw_start=pyarrow.int64(),
        raw_end=pyarrow.int64(),
    ),
]
Parts = Annotated[
    pd.ArrowDtype,
    _struct_list(
        start=pyarrow.int64(),
        end=pyarrow.int64(),
        raw_start=pyarrow.int64(),
        raw_end=pyarrow.int64(),
        quoted=pyarrow.bool_(),
    ),
]

OFFSET = "code points, 0-based, half-open"
BYTES = "bytes of the input file, 0-based, half-open"


@extensions.register_check_method(statistics=["allowed"])
def items_isin(series: pd.Series, *, allowed: list[str]) -> pd.Series:
    """Every item of every list is one of `allowed`."""
    known = frozenset(allowed)
    return series.map(lambda items: items is None or known.issuperset(items))


def column(
    description: str,
    *,
    example: Any = None,
    unit: str | None = None,
    references: str | None = None,
    nullable: bool = False,
    unique: bool = False,
    values: Mapping[str, str] | None = None,
    items: Mapping[str, str] | None = None,
    **checks: Any,
) -> Any:
    """Declare a column.

    Args:
        description: what the column holds, written for the user of the data.
        example: one value as it stands in the corpus built from `seeds/`.
        unit: what a number counts.
        references: `table.column` of the key this one points to.
        nullable: whether the value may be missing (null).
        unique: whether the column is a key of its table.
        values: closed vocabulary of a text column, value to meaning.
        items: closed vocabulary of the items of a list column, value to meaning.
        checks: pandera's built-in checks by name (`isin`, `ge`, `le`, `str_matches`, ...).

    Returns:
        A pandera `Field` whose metadata carries unit, example, reference and vocabulary.
    """
    metadata = {
        "example": example,
        "unit": unit,
        "references": references,
        "values": values or items,
    }
    if values:
        checks["isin"] = list(values)
    if items:
        checks["items_isin"] = {"allowed": list(items)}
    return pa.Field(
        description=description,
        nullable=nullable,
        unique=unique,
        metadata={k: v for k, v in metadata.items() if v is not None},
        **checks,
    )
