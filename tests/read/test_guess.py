import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.config import ConfigError, ReadConfig
from flows.read.guess import guess_columns
from flows.read.scan import scan

EXPECTED = {"title": "Headline", "published": "pub date", "text": "content"}


def guessed(path, **columns):
    config = ReadConfig(columns=columns)
    (source,) = scan([str(path)], config)
    return dict(guess_columns(source, config))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"x,Headline,pub date,content\n"),
        ("a.csv", b'\xef\xbb\xbf"x";Headline;pub date;"content"\n'),
        ("a.tsv", b"x\tHeadline\tpub date\tcontent\n"),
        ("a.jsonl", b'broken\n{"Headline": 1, "pub date": 2}\n{"x": 1, "content": ""}\n'),
        ("a.json", b'[{"Headline": 1, "pub date": 2, "content": ""}]'),
        ("a.json", b'{"Headline": 1, "pub date": 2, "content": ""}'),
    ],
)
def test_columns_are_guessed_by_name(put, name, content):
    assert guessed(put(name, content)) == EXPECTED
    assert guessed(put(name + ".gz", gzip.compress(content))) == EXPECTED


def test_parquet(put):
    path = put("a.parquet", b"")
    pq.write_table(pa.table({"Headline": ["x"], "pub date": ["y"], "content": ["z"]}), path)
    assert guessed(path) == EXPECTED


def test_the_user_has_the_last_word(put):
    path = put("a.csv", b"a,content\n")
    assert guessed(path, text="a", title="nowhere") == {"text": "a"}
    with pytest.raises(ConfigError):
        guessed(path, nonsense="a")


@pytest.mark.parametrize(
    "name", ["a.csv", "a.csv.gz", "a.jsonl.zst", "a.parquet", "a.json", "a.txt"]
)
def test_nothing_is_guessed_of_what_cannot_be_read(put, name):
    assert guessed(put(name, b"")) == {}
