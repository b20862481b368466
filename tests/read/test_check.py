"""`onrecord check`: columns guessed, what is said of every input, in text and JSON."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.commands.check import check
from flows.errors import InputsUnusable

TEXT = "The old mill on the river will reopen in spring, its owner said on Monday."


@pytest.fixture
def checked(tmp_path, capsys):
    """Lines that the command prints of the folder `articles`."""

    def run(as_json=False):
        check([str(tmp_path / "articles")], as_json=as_json)
        lines = capsys.readouterr().out.splitlines()
        return [json.loads(line) for line in lines] if as_json else lines

    return run


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f'Headline;Body\nMill;"{TEXT}"\n'.encode()),
        ("a.jsonl", json.dumps({"Headline": "Mill", "Body": TEXT}).encode()),
        ("a.json", json.dumps([{"Headline": "Mill", "Body": TEXT}]).encode()),
    ],
)
def test_columns_are_told_before_the_records(put, checked, name, content):
    put(name, content)
    columns, record = checked()
    assert columns == f"columns   {name}: title = 'Headline', text = 'Body'"
    assert record.startswith(f"accepted  {name} (") and "Mill" in record
    columns, record = checked(as_json=True)
    assert columns["columns"] == {"title": "Headline", "text": "Body"}
    assert (columns["outcome"], record["outcome"]) == ("columns", "accepted")


def test_columns_of_parquet(put, checked):
    pq.write_table(pa.table({"id": ["x"], "content": [TEXT]}), put("a.parquet", b""))
    assert checked()[0] == "columns   a.parquet: doc_id = 'id', text = 'content'"


def test_columns_that_nobody_knows(put, checked):
    put("a.csv", b"x,y\n1,2\n")
    put("good.txt", TEXT.encode())
    columns, refused, good = checked()
    assert columns == "columns   a.csv: none is known; name them in [read.columns]"
    assert "read.columns.text" in refused and good.startswith("accepted")


@pytest.mark.parametrize("as_json", [False, True])
def test_names_of_columns_do_not_reach_the_terminal_raw(put, tmp_path, capsys, as_json):
    put("a.jsonl", b'{"text": "", "\\u001b[2J": 1, "ti\\u009btle": 2, "title\\u009b": 3}\n')
    put("good.txt", TEXT.encode())
    check([str(tmp_path)], as_json=as_json)
    printed = capsys.readouterr().out
    assert "columns" in printed and "\x1b" not in printed and "\x9b" not in printed


def test_nothing_usable_is_an_error(put, tmp_path):
    put("a.jsonl", b"broken\n")
    with pytest.raises(InputsUnusable):
        check([str(tmp_path)])
