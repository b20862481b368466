"""Records as Arrow: the type of a column is read off the record's type hints.

Work parts hold records in this form. Published tables are another matter: their types are
declared in `schemas`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
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
    hints = get_type_hints(record)
    return pa.struct([(f.name, _arrow_type(hints[f.name])) for f in fields(record)])


def records_to_table(records: Iterable[Any], record: type) -> pa.Table:
    """Put records of one class into a table, a row each."""
    rows = pa.array([_plain(r) for r in records], type=record_type(record))
    return pa.Table.from_struct_array(rows)


def table_to_records(table: pa.Table, record: type) -> list[Any]:
    """Read records back: the inverse of `records_to_table`."""
    return [_build(row, record) for row in table.to_pylist()]


def _arrow_type(hint: Any) -> pa.DataType:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    kind: type = hint
    return record_type(kind) if is_dataclass(kind) else _SCALARS[kind]


def _plain(value: Any) -> Any:
    kind: type = type(value)
    if value is None or kind in _SCALARS:
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {name: _plain(getattr(value, name)) for name in _names(kind)}


@cache
def _names(record: type) -> Sequence[str]:
    return tuple(f.name for f in fields(record))


def _build(row: dict[str, Any], record: type) -> Any:
    hints = _hints(record)
    return record(**{name: _value(row[name], hint) for name, hint in hints.items()})


@cache
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)


def _value(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_value(item, get_args(hint)[0]) for item in value)
    kind: type = hint
    return _build(value, kind) if is_dataclass(kind) else value
