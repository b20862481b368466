"""The Arrow schema of a table, rendered from its pandera model."""

import json

import pandas as pd
import pandera.pandas as pa
import pyarrow

from schemas import SCHEMA_VERSION


def arrow_schema(model: type[pa.DataFrameModel]) -> pyarrow.Schema:
    """Render a table's model as an Arrow schema.

    Each field carries its description and its other metadata (unit, example, reference,
    vocabulary) as UTF-8 bytes; the schema carries the table's name, description and version, and
    the `pandas` key that makes `pandas.read_parquet` return nullable integers as `Int64`.

    Args:
        model: one of `schemas.TABLES`.

    Returns:
        A schema with the fields in the order of the model's columns.
    """
    table = model.to_schema()
    fields = [
        pyarrow.field(
            name,
            spec.dtype.type.pyarrow_dtype,
            nullable=spec.nullable,
            metadata=_field_metadata(spec),
        )
        for name, spec in table.columns.items()
    ]
    return pyarrow.schema(
        fields,
        metadata={
            "onrecord.table": table.name,
            "onrecord.description": (model.__doc__ or "").strip(),
            "onrecord.schema_version": SCHEMA_VERSION,
            "pandas": json.dumps(_pandas_metadata(fields)),
        },
    )


def _field_metadata(spec: pa.Column) -> dict[str, str]:
    extra = {k: v for k, v in (spec.metadata or {}).items() if k != "values"}
    if spec.metadata and "values" in spec.metadata:
        extra["values"] = list(spec.metadata["values"])
    return {"description": spec.description} | {
        k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in extra.items()
    }


_PANDAS_TYPES = {
    pyarrow.int64(): ("int64", "Int64"),
    pyarrow.float64(): ("float64", "Float64"),
    pyarrow.bool_(): ("bool", "boolean"),
}


def _pandas_metadata(fields: list[pyarrow.Field]) -> dict[str, object]:
    columns = []
    for field in fields:
        pandas_type, numpy_type = _PANDAS_TYPES.get(field.type, ("object", "object"))
        columns.append(
            {
                "name": field.name,
                "field_name": field.name,
                "pandas_type": pandas_type,
                "numpy_type": numpy_type,
                "metadata": None,
            }
        )
    return {
        "index_columns": [],
        "column_indexes": [],
        "columns": columns,
        "creator": {"library": "pyarrow", "version": pyarrow.__version__},
        "pandas_version": pd.__version__,
    }
