"""What is rendered from the models: Arrow schemas, dictionary."""

import json
from pathlib import Path

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.publish.dictionary import describe_tables, render_dictionary
from schemas import TABLES
from schemas.arrow import arrow_schema

DOCS = Path(__file__).resolve().parents[2] / "docs" / "dictionary.md"
tables = pytest.mark.parametrize("name", TABLES)


@tables
def test_every_column_is_typed_described_and_in_order(name: str) -> None:
    columns = TABLES[name].to_schema().columns
    schema = arrow_schema(TABLES[name])
    assert schema.names == list(columns)
    for field in schema:
        assert field.metadata[b"description"].strip(), field.name
        assert field.nullable == columns[field.name].nullable


@tables
def test_every_table_is_strict_ordered_and_never_coerces(name: str) -> None:
    schema = TABLES[name].to_schema()
    assert (schema.strict, schema.ordered, schema.coerce) == (True, True, False)


@tables
def test_every_table_has_one_key_and_references_exist(name: str) -> None:
    columns = TABLES[name].to_schema().columns
    assert [c for c, spec in columns.items() if spec.unique] == [next(iter(columns))]
    for spec in columns.values():
        target = (spec.metadata or {}).get("references")
        if target:
            table, column = target.split(".")
            assert column in TABLES[table].to_schema().columns


@tables
def test_offsets_say_what_they_count(name: str) -> None:
    for column, spec in TABLES[name].to_schema().columns.items():
        if column.split("_")[-1] in {"start", "end", "offset"}:
            assert (spec.metadata or {}).get("unit"), column


@tables
def test_nullable_integers_stay_integers_in_pandas(name: str, tmp_path: Path) -> None:
    schema = arrow_schema(TABLES[name])
    path = tmp_path / "table.parquet"
    pq.write_table(schema.empty_table(), path)
    frame = pd.read_parquet(path)
    for field in schema:
        if field.type == pa.int64():
            assert str(frame[field.name].dtype) == "Int64", field.name


def test_arrow_types_follow_the_model() -> None:
    class Sample(pandera.DataFrameModel):
        """A table."""

        n: pandera.typing.Series[int] = pandera.Field(description="a number")

        class Config:
            name = "sample"

    with pytest.raises(AttributeError):
        arrow_schema(Sample)  # a column without an Arrow type is not declared as ours are


def test_the_dictionary_page_is_up_to_date() -> None:
    assert DOCS.read_text(encoding="utf-8") == render_dictionary(), (
        "docs/dictionary.md is stale; mend it: onrecord schema > docs/dictionary.md"
    )


def test_schema_as_json_names_every_column() -> None:
    described = json.loads(json.dumps(describe_tables()))
    assert {t["table"]: [c["name"] for c in t["columns"]] for t in described} == {
        name: arrow_schema(model).names for name, model in TABLES.items()
    }


def test_every_value_of_a_vocabulary_is_explained() -> None:
    page = render_dictionary()
    for model in TABLES.values():
        for spec in model.to_schema().columns.values():
            for value, meaning in ((spec.metadata or {}).get("values") or {}).items():
                assert f"- `{value}`: {meaning}" in page
