"""datapackage.json: the tables as a Frictionless Data Package, columns rendered from `schemas/`."""

from collections.abc import Iterator
from typing import Any

import pandera.pandas as pa
import pyarrow

from flows.publish.citation import AUTHORS, TITLE, abstract
from flows.publish.manifest import Edition
from schemas import SCHEMA_VERSION, TABLES

# pandera's checks that a Table Schema has a constraint for, with the statistic that bounds it.
CONSTRAINTS = {
    "isin": ("enum", "allowed_values"),
    "greater_than_or_equal_to": ("minimum", "min_value"),
    "less_than_or_equal_to": ("maximum", "max_value"),
    "str_matches": ("pattern", "pattern"),
}


def describe_datapackage(edition: Edition) -> dict[str, Any]:
    """Describe a release as a Data Package, its tables as resources.

    Returns:
        The descriptor; paths are relative to the release's folder.
    """
    return {
        "name": "onrecord",
        "id": edition.id,
        "title": TITLE,
        "description": abstract(edition),
        "version": SCHEMA_VERSION,
        "contributors": [{"title": AUTHORS, "role": "author"}],
        "resources": [
            _resource(name, path, edition)
            for name in TABLES
            for path in edition.tables[name]["files"]
        ],
    }


def _resource(table: str, path: str, edition: Edition) -> dict[str, Any]:
    model = TABLES[table]
    return {
        "name": table
        if _is_whole(table, edition)
        else path.removesuffix(".parquet").replace("/", "-"),
        "title": table,
        "description": (model.__doc__ or "").strip(),
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{edition.files[path]['sha256']}",
        "schema": _table_schema(table, edition),
    }


def _is_whole(table: str, edition: Edition) -> bool:
    """Whether a table is one file. A part is a resource of its own: the paths of one resource
    are joined byte by byte, which Parquet files cannot be."""
    return len(edition.tables[table]["files"]) == 1


def _table_schema(table: str, edition: Edition) -> dict[str, Any]:
    columns = TABLES[table].to_schema().columns.values()
    schema: dict[str, Any] = {"fields": [_field(column) for column in columns]}
    keys = [column.name for column in columns if column.unique]
    if len(keys) == 1:
        schema["primaryKey"] = keys
    if references := list(_foreign_keys(table, edition)):
        schema["foreignKeys"] = references
    return schema


def _foreign_keys(table: str, edition: Edition) -> Iterator[dict[str, Any]]:
    """References to tables of one file; to a part alone a key would not hold."""
    for column in TABLES[table].to_schema().columns.values():
        target, _, key = (column.metadata or {}).get("references", "").partition(".")
        if target and _is_whole(target, edition):
            # A Table Schema names its own table by the empty string.
            reference = {"resource": "" if target == table else target, "fields": [key]}
            yield {"fields": [column.name], "reference": reference}


def _field(column: pa.Column) -> dict[str, Any]:
    known = column.metadata or {}
    field = {
        "name": column.name,
        "type": _type(column.dtype.type.pyarrow_dtype),
        "description": column.description,
    }
    field |= {key: known[key] for key in ("unit", "example") if key in known}
    return field | {"constraints": {"required": not column.nullable, **_constraints(column)}}


def _constraints(column: pa.Column) -> dict[str, Any]:
    found: dict[str, Any] = {"unique": True} if column.unique else {}
    for check in column.checks:
        if check.name in CONSTRAINTS:
            constraint, statistic = CONSTRAINTS[check.name]
            value = check.statistics[statistic]
            found[constraint] = list(value) if constraint == "enum" else value
    return found


def _type(kind: pyarrow.DataType) -> str:
    if pyarrow.types.is_list(kind):
        # An `array` of this standard is JSON in a cell; Frictionless refuses Parquet's lists as one.
        return "any"
    if pyarrow.types.is_timestamp(kind):
        return "datetime"
    names = {"int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}
    return names.get(str(kind), "string")
