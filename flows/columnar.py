"""Records as Arrow: the type of a column is read off the record's type hints.

Work parts hold records in this form. Published tables are another matter: their types are
declared in `schemas`. Records are taken apart and put together column by column, not value by
value, which would cost more than cleaning a text does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from itertools import accumulate, chain, pairwise, repeat
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


@cache
def record_type(record: type) -> pa.StructType:
    """The Arrow struct of a record class, fields in their order."""
    return pa.struct([(name, _arrow_type(hint)) for name, hint in _hints(record).items()])


def records_to_table(records: Iterable[Any], record: type) -> pa.Table:
    """Put records of one class into a table, a row each."""
    columns = _columns(list(records), record)
    return pa.Table.from_arrays(columns, schema=pa.schema(list(record_type(record))))


def table_to_records(table: pa.Table, record: type) -> list[Any]:
    """Read records back: the inverse of `records_to_table`."""
    columns = (table.column(name).combine_chunks() for name in _hints(record))
    return _records(columns, record)


def _columns(records: Sequence[Any], record: type) -> list[pa.Array]:
    """One array a field; every field of a record that is None is null."""
    return [
        _array(list(map(getattr, records, repeat(name), repeat(None))), hint)
        for name, hint in _hints(record).items()
    ]


def _array(values: list[Any], hint: Any) -> pa.Array:
    """The array of values of one type; None is null."""
    kind = _arrow_type(hint)
    if hint in _SCALARS:
        return pa.array(values, type=kind)
    null = [value is None for value in values]
    mask = pa.array(null) if True in null else None
    if get_origin(hint) is not tuple:
        columns = _columns(values, hint)
        return pa.StructArray.from_arrays(columns, fields=list(kind), mask=mask)
    lists = [value or () for value in values]
    offsets = list(accumulate(map(len, lists), initial=0))
    items = _array(list(chain.from_iterable(lists)), get_args(hint)[0])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), items, type=kind, mask=mask)


def _records(columns: Iterable[pa.Array], record: type) -> list[Any]:
    """Records of arrays in the order of the fields."""
    hints = _hints(record).values()
    values = (_values(column, hint) for column, hint in zip(columns, hints, strict=True))
    return list(map(record, *values))


def _values(array: pa.Array, hint: Any) -> list[Any]:
    """The values of an array: the inverse of `_array`."""
    if hint in _SCALARS:
        values: list[Any] = array.to_pylist()
        return values
    if get_origin(hint) is not tuple:
        values = _records(array.flatten(), hint)
    else:
        items = _values(array.flatten(), get_args(hint)[0])
        edges = accumulate(array.value_lengths().fill_null(0).to_pylist(), initial=0)
        values = [tuple(items[start:end]) for start, end in pairwise(edges)]
    if not array.null_count:
        return values
    known = array.is_valid().to_pylist()
    return [value if k else None for value, k in zip(values, known, strict=True)]


@cache
def _arrow_type(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    return _SCALARS.get(hint) or record_type(hint)


@cache
def _hints(record: type) -> dict[str, Any]:
    """Type of each field in order; of an optional one the type it has where it is given."""
    hints = get_type_hints(record)
    return {field.name: _given(hints[field.name]) for field in fields(record)}


def _given(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (arg for arg in get_args(hint) if arg is not type(None))
    return hint
