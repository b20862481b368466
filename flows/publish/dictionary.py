"""The data dictionary, rendered from the schemas."""

import json
from collections.abc import Iterator
from typing import Any

import pandera.pandas as pa
import pyarrow

from schemas import SCHEMA_VERSION, TABLES

HEAD = f"""# Data dictionary

Schema version {SCHEMA_VERSION}. Offsets count Unicode code points of `documents.text`, 0-based and
half-open, as Python and DuckDB's `substr` do (`substr(text, start + 1, "end" - start)`); raw
offsets count bytes of the input file. Missing is null, never an empty string or 0.
"""


def render_dictionary() -> str:
    """Render all tables as one Markdown page."""
    return "\n".join([HEAD, *(line for m in TABLES.values() for line in _table(m))])


def describe_tables() -> list[dict[str, Any]]:
    """All tables as JSON values, for `onrecord schema --json`."""
    return [
        {
            "table": name,
            "description": (model.__doc__ or "").strip(),
            "columns": [_describe(column) for column in model.to_schema().columns.values()],
            **(_metadata(model)),
        }
        for name, model in TABLES.items()
    ]


def _metadata(model: type[pa.DataFrameModel]) -> dict[str, Any]:
    """What a table declares of itself beside its columns: a query with its caveats."""
    return dict(getattr(model.Config, "metadata", None) or {})


def _describe(column: pa.Column) -> dict[str, Any]:
    known = dict(column.metadata or {})
    return {
        "name": column.name,
        "type": type_name(column.dtype.type.pyarrow_dtype),
        "nullable": column.nullable,
        "unique": column.unique,
        "description": column.description,
        **known,
    }


def type_name(kind: pyarrow.DataType) -> str:
    """A type in short words."""
    if pyarrow.types.is_list(kind):
        return f"list of {type_name(kind.value_type)}"
    if pyarrow.types.is_struct(kind):
        return "{" + ", ".join(field.name for field in kind) + "}"
    if pyarrow.types.is_timestamp(kind):
        return "timestamp (UTC)"
    return {"int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}.get(
        str(kind), str(kind)
    )


def _table(model: type[pa.DataFrameModel]) -> Iterator[str]:
    schema = model.to_schema()
    yield f"## {schema.name}\n\n{(model.__doc__ or '').strip()}\n"
    yield "| column | type | null | description |\n|---|---|---|---|"
    for column in schema.columns.values():
        said = _describe(column)
        null = "yes" if said["nullable"] else "no"
        yield f"| `{said['name']}` | {said['type']} | {null} | {_words(said)} |"
    yield ""
    for column in schema.columns.values():
        values = (column.metadata or {}).get("values")
        if values:
            yield f"`{schema.name}.{column.name}`:\n"
            yield from (f"- `{value}`: {meaning}" for value, meaning in values.items())
            yield ""
    if query := _metadata(model).get("query"):
        yield f"### {query['title']}\n\n```sql\n{query['sql']}```\n"
        yield from (f"- {caveat}" for caveat in query["caveats"])
        yield ""


def _words(said: dict[str, Any]) -> str:
    words = [said["description"]]
    if said["unique"]:
        words.append("Key.")
    if "references" in said:
        words.append(f"References `{said['references']}`.")
    if "unit" in said:
        words.append(f"Unit: {said['unit']}.")
    if "example" in said:
        words.append(f"Example: `{json.dumps(said['example'], ensure_ascii=False)}`.")
    return " ".join(words).replace("|", "\\|")
