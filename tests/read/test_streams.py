"""Compression, its bombs and its breaks, for each format that is read as a stream."""

import gzip
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from flows.read.streams import is_url

PACKERS = {".gz": gzip.compress, ".zst": zstandard.compress}


@pytest.fixture(params=list(PACKERS))
def extension(request):
    return request.param


def test_a_packed_text_has_no_map_to_the_files_bytes(put, read_one, extension):
    data = b"---\ntitle: T\n---\nText"
    path = put("a.txt" + extension, PACKERS[extension](data))
    article = read_one()
    assert (article.doc_id, article.raw, article.raw_in_file) == ("a", b"Text", False)
    assert article.preamble + article.raw == data
    assert article.raw_n_bytes == path.stat().st_size


def test_packed_collections(put, read_all, extension, tmp_path):
    pq.write_table(pa.table({"text": ["parquet"]}), tmp_path / "t")
    for name, data in {
        "a.jsonl": b'{"text": "jsonl"}\n',
        "b.json": b'[{"text": "json"}]',
        "c.csv": b"text,b\ncsv,1\n",
        "d.parquet": (tmp_path / "t").read_bytes(),
    }.items():
        put(name + extension, PACKERS[extension](data))
    found = read_all()
    assert [article.text for article in found] == ["jsonl", "json", "csv", "parquet"]
    assert all(article.text_runs is None for article in found)


def test_members_one_after_the_other_are_one_file(put, read_one, extension):
    put("a.txt" + extension, PACKERS[extension](b"one ") + PACKERS[extension](b"two"))
    assert read_one().raw == b"one two"


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.csv", "a.json"])
def test_what_is_not_packed_as_its_name_says(put, read_one, extension, name):
    put(name + extension, b"text, plainly")
    assert read_one().reason == "broken_record"


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_a_packed_file_that_breaks_off(put, read_all, extension, name):
    data = b"".join(b'{"text": "%s"}\n' % os.urandom(20).hex().encode() for _ in range(20_000))
    packed = PACKERS[extension](data)
    put(name + extension, packed[: len(packed) // 2])
    found = read_all()
    assert found[-1].reason == "truncated"
    assert found[-1].source_locator is None
    if name == "a.jsonl":
        assert found[0].text


def test_bombs(put, read_all, extension):
    bomb = PACKERS[extension](b" " * 200_000_000)
    for name in ("a.txt", "b.html", "c.jsonl", "d.csv", "e.json"):
        put(name + extension, bomb)
    found = read_all()
    assert {outcome.source_path.partition(".")[0]: outcome.reason for outcome in found} == dict.fromkeys(
        "abcde", "too_large"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [("s3://b/k", True), ("a/b.txt", False), ("/a://b", False), ("://x", False), ("memory://x", True)],
)  # fmt: skip
def test_urls(path, expected):
    assert is_url(path) is expected
