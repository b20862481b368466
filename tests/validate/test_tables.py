"""The models gate: each kind of fault in a table is found, reported once and with its rows."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.validate.tables import check_table
from flows.validate.verdict import Failure, render
from schemas import TABLES

pytestmark = pytest.mark.model


def read(release: Path, name: str) -> pa.Table:
    return pq.read_table(release / f"{name}.parquet")


def replaced(table: pa.Table, column: str, values: list) -> pa.Table:
    at = table.schema.get_field_index(column)
    return table.set_column(
        at, table.schema.field(at), pa.array(values, table.schema.field(at).type)
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_sound_table_passes(seed_release: Path, name: str) -> None:
    assert check_table(name, read(seed_release, name)) == []


@pytest.mark.parametrize(
    ("name", "column", "value", "check"),
    [
        ("sentences", "role", "chorus", "isin"),
        ("sentences", "start", -1, "greater_than_or_equal_to"),
        ("sentences", "n_tokens", 0, "greater_than_or_equal_to"),
        ("quotes", "kind", "reported", "isin"),
        ("quotes", "confidence", 1.5, "less_than_or_equal_to"),
        ("quotes", "flags", ["strange"], "items_isin"),
        ("quotes", "cue_kind", "sing", "isin"),
        ("entities", "label", "PER", "isin"),
        ("entities", "country", "PAK", "str_matches"),
        ("documents", "quoted_share", 2.0, "less_than_or_equal_to"),
        ("documents", "raw_sha256", "abc", "str_matches"),
        ("documents", "flags", ["odd"], "items_isin"),
        ("inputs", "outcome", "lost", "isin"),
        ("removals", "raw_start", -5, "greater_than_or_equal_to"),
    ],
)
def test_a_value_out_of_place_is_found(
    seed_release: Path, name: str, column: str, value: object, check: str
) -> None:
    table = read(seed_release, name)
    values = table[column].to_pylist()
    values[-1] = value
    failures = check_table(name, replaced(table, column, values))
    assert any(check in f.check and f.table.startswith(name) and f.count == 1 for f in failures)


@pytest.mark.parametrize("name", TABLES)
def test_a_repeated_key_is_found(seed_release: Path, name: str) -> None:
    table = read(seed_release, name)
    twice = pa.concat_tables([table, table.slice(0, 1)])
    assert any("unique" in f.check for f in check_table(name, twice))


@pytest.mark.parametrize(
    ("name", "column", "frame_check"),
    [
        ("sentences", "end", "spans_are_ordered"),
        ("entities", "end", "spans_are_ordered"),
        ("quotes", "end", "spans_are_ordered"),
    ],
)
def test_a_reversed_span_is_found(
    seed_release: Path, name: str, column: str, frame_check: str
) -> None:
    table = read(seed_release, name)
    values = [1] * table.num_rows
    failures = check_table(name, replaced(table, column, values))
    (found,) = (f for f in failures if frame_check in f.check)
    assert found.table == name and len(found.examples) <= 5


def test_half_a_cue_is_found(seed_release: Path) -> None:
    table = read(seed_release, "quotes")
    broken = replaced(table, "cue_end", [None] * table.num_rows)
    assert any("cue_is_whole" in f.check for f in check_table("quotes", broken))


def test_a_missing_an_extra_and_a_moved_column_are_found(seed_release: Path) -> None:
    table = read(seed_release, "sentences")
    assert check_table("sentences", table.drop_columns(["role"]))
    assert check_table("sentences", table.append_column("mood", pa.array(["x"] * table.num_rows)))
    moved = table.select([*table.schema.names[1:], table.schema.names[0]])
    assert check_table("sentences", moved)


def test_a_wrong_type_is_not_coerced(seed_release: Path) -> None:
    table = read(seed_release, "sentences")
    at = table.schema.get_field_index("start")
    as_float = table.set_column(at, "start", table["start"].cast(pa.float64()))
    assert check_table("sentences", as_float)


def test_the_environment_cannot_switch_validation_off(
    seed_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pandera.config import CONFIG

    monkeypatch.setenv("PANDERA_VALIDATION_ENABLED", "False")
    monkeypatch.setattr(CONFIG, "validation_enabled", False)
    table = read(seed_release, "sentences")
    assert check_table("sentences", replaced(table, "role", ["chorus"] * table.num_rows))


def test_a_verdict_names_table_check_count_and_examples() -> None:
    report = render([Failure("quotes", "kind", 7, ("q1: x", "q2: y"))])
    assert all(said in report for said in ("quotes: kind", "7 rows", "- q1: x", "- q2: y"))
    assert "Every check holds" in render([])
