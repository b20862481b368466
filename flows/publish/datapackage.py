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
        "resources": [_resource(name, edition) for name in TABLES],
    }


def _resource(name: str, edition: Edition) -> dict[str, Any]:
    model = TABLES[name]
    paths = edition.tables[name]["files"]
    said = [edition.files[path] for path in paths]
    resource = {
        "name": name,
        "description": (model.__doc__ or "").strip(),
        "path": paths[0] if len(paths) == 1 else paths,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": sum(file["bytes"] for file in said),
        "rows": edition.tables[name]["rows"],
    }
    if len(paths) == 1:
        resource["hash"] = f"sha256:{said[0]['sha256']}"
    return resource | {"schema": _table_schema(name, model)}


def _table_schema(name: str, model: type[pa.DataFrameModel]) -> dict[str, Any]:
    columns = model.to_schema().columns.values()
    schema: dict[str, Any] = {"fields": [_field(column) for column in columns]}
    keys = [column.name for column in columns if column.unique]
    if len(keys) == 1:
        schema["primaryKey"] = keys
    if references := list(_foreign_keys(name, columns)):
        schema["foreignKeys"] = references
    return schema


def _foreign_keys(name: str, columns: Any) -> Iterator[dict[str, Any]]:
    for column in columns:
        target, _, key = (column.metadata or {}).get("references", "").partition(".")
        if target:
            # A Table Schema names its own table by the empty string.
            reference = {"resource": "" if target == name else target, "fields": [key]}
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
        return "array"
    if pyarrow.types.is_timestamp(kind):
        return "datetime"
    names = {"int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}
    return names.get(str(kind), "string")
