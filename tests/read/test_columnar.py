from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.records import Refusal


@pytest.fixture
def put_table(tmp_path):
    def write(name="a.parquet", **columns):
        path = tmp_path / "articles" / name
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.table(columns), path, row_group_size=2)
        return path

    return write


def test_rows_of_every_type(put_table, read_all):
    put_table(
        id=[1, 2, 3],
        content=["one", "two", "three"],
        date=pa.array([datetime(2011, 5, 3), datetime(2011, 5, 3, 1, 2), None], pa.timestamp("us")),
        authors=[["Ann Lee", "Bo Orr"], [], None],
        data=[b"\xff\x00", None, b"x"],
        nested=[{"a": datetime(2011, 1, 1)}] * 3,
        far=pa.array([0, 2**62, 1]).cast(pa.timestamp("us")),
        score=[1.5, float("nan"), float("inf")],
    )
    one, two, three = read_all()
    assert [a.doc_id for a in (one, two, three)] == ["1", "2", "3"]
    assert [a.source_locator for a in (one, two, three)] == ["row 1", "row 2", "row 3"]
    assert (one.text, one.text_runs, one.metadata.authors) == ("one", None, ("Ann Lee", "Bo Orr"))
    assert (one.metadata.published_date, one.metadata.published_precision) == (
        date(2011, 5, 3),
        "day",
    )
    assert two.metadata.published_precision == "time"
    assert one.metadata.extra["data"] == "(left out: 2 bytes)"
    assert three.metadata.extra["score"] is None


def test_times_with_a_zone(put_table, read_one):
    moment = datetime(2011, 5, 3, 10, tzinfo=UTC)
    put_table(text=["x"], published=pa.array([moment], pa.timestamp("ms", "America/New_York")))
    assert read_one().metadata.published_at == moment


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([1, 2]), ["no_text", "no_text"]),
        (pa.array([None, "x"]), ["no_text", None]),
        (pa.array(["", "x"]), ["empty", None]),
        (pa.array([b"caf\xc3\xa9", b"\xff"]), [None, "undecodable"]),
        (pa.array([["p1", "p2"], []]), [None, "no_text"]),
        (pa.array(["x", "y"]).dictionary_encode(), [None, None]),
        (pa.array(["x", "y"], pa.large_string()), [None, None]),
    ],
)
def test_a_column_of_text_of_another_type(put_table, read_all, column, expected):
    put_table(text=column)
    found = [o.reason if isinstance(o, Refusal) else None for o in read_all()]
    assert found == expected


def test_a_string_that_is_no_utf8_costs_its_row_alone(put_table, read_all):
    offsets = pa.py_buffer(b"\0\0\0\0\2\0\0\0\5\0\0\0")
    column = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"\xff\xfeabc")])
    put_table(text=column)
    bad, good = read_all()
    assert (bad.reason, bad.source_locator, good.text) == ("broken_record", "row 1", "abc")


@pytest.mark.parametrize("damage", ["cut", "flipped", "text", "empty"])
def test_a_damaged_file_is_a_row(put_table, read_all, damage):
    path = put_table(text=["one", "two", "three"] * 50, id=list(range(150)))
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[100:160] = bytes(b ^ 0x55 for b in data[100:160])
    damaged = {"cut": data[: len(data) // 2], "text": b"no Parquet", "empty": b""}.get(damage, data)
    path.write_bytes(damaged)
    last = read_all()[-1]
    assert last.reason == ("empty" if damage == "empty" else "broken_record")
    assert last.source_locator is None


def test_no_column_of_text(put_table, read_one):
    put_table(a=["x"])
    refusal = read_one()
    assert refusal.reason == "no_text" and "'a'" in refusal.detail


def test_named_columns(put_table, read_one):
    put_table(a=["x"], b=["the text"])
    article = read_one(columns={"text": "b", "title": "a"})
    assert (article.text, article.metadata.title) == ("the text", "x")


def test_a_row_above_the_limit(put_table, read_all):
    put_table(text=["x" * 500, "y"])
    long, short = read_all(max_record_bytes=100)
    assert (long.reason, short.text) == ("too_large", "y")
