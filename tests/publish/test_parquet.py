"""The one door to the disk: bytes depend on rows alone; parts are cut at fixed places."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.publish import parquet
from flows.publish.parquet import TableWriter, table_files
from schemas import TABLES
from schemas.arrow import arrow_schema

SCHEMA = arrow_schema(TABLES["removals"])


def rows(first: int, last: int) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "removal_id": f"d.r{i}",
                "doc_id": "d",
                "removal_index": i,
                "text_offset": i,
                "raw_start": i if i % 3 else None,
                "raw_end": i + 1 if i % 3 else None,
                "text": f"line {i}",
                "rule": "advertisement",
            }
            for i in range(first, last)
        ],
        schema=SCHEMA,
    )


def written(folder: Path, cuts: list[int], n: int, part_rows: int = 10**6) -> dict[str, str]:
    folder.mkdir(parents=True)
    writer = TableWriter(folder, "removals", part_rows)
    for first, last in zip([0, *cuts], [*cuts, n], strict=True):
        writer.write(rows(first, last))
    return {
        str(path): hashlib.sha256((folder / path).read_bytes()).hexdigest()
        for path in writer.close()
    }


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 50), max_size=5), part_rows=st.sampled_from([8, 16, 100]))
def test_bytes_do_not_depend_on_how_rows_come(
    cuts: list[int], part_rows: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "ROW_GROUP_ROWS", 8)
        at_once = written(folder / "a", [], 50, part_rows)
        assert written(folder / "b", sorted(cuts), 50, part_rows) == at_once


def test_a_small_table_is_one_file(tmp_path: Path) -> None:
    assert list(written(tmp_path / "t", [], 5)) == ["removals.parquet"]
    assert table_files(tmp_path / "t", "removals") == [tmp_path / "t" / "removals.parquet"]


def test_a_large_table_is_a_folder_of_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP_ROWS", 8)
    names = list(written(tmp_path / "t", [], 50, part_rows=16))
    assert names == [f"removals/part-{i:05d}.parquet" for i in range(4)]
    files = table_files(tmp_path / "t", "removals")
    assert [pq.read_metadata(f).num_rows for f in files] == [16, 16, 16, 2]
    assert pa.concat_tables(map(pq.read_table, files)).to_pylist() == rows(0, 50).to_pylist()


def test_an_empty_table_is_a_file_with_its_columns(tmp_path: Path) -> None:
    writer = TableWriter(tmp_path, "removals", 10**6)
    (name,) = writer.close()
    table = pq.read_table(tmp_path / name)
    assert table.num_rows == 0 and table.schema.names == SCHEMA.names


def test_another_schema_is_refused(tmp_path: Path) -> None:
    writer = TableWriter(tmp_path, "removals", 10**6)
    with pytest.raises(ValueError, match="not the declared schema"):
        writer.write(rows(0, 2).drop_columns(["rule"]))


def test_a_release_without_a_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no table quotes"):
        table_files(tmp_path, "quotes")
