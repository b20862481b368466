import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.read.delimited import Cell, _value, cells, guess_delimiter, rows
from flows.records import Refusal

LIMIT = 1_000_000


def parsed(data: bytes, delimiter: bytes = b",") -> list[list[str]]:
    stream = io.BufferedReader(io.BytesIO(data))
    return [
        [_value(cell, "utf-8") for cell in cells(row.raw, delimiter)]
        for row in rows(stream, delimiter, LIMIT)
        if row.problem is None
    ]


def reasons(outcomes):
    return [(o.source_locator, o.reason if isinstance(o, Refusal) else None) for o in outcomes]


CELL = st.text(alphabet=st.sampled_from('ab", \n;é“😀'), max_size=8)


@given(st.lists(st.tuples(CELL, CELL, CELL).map(list), max_size=5), st.booleans())
def test_what_the_csv_module_writes_is_read_back(table, all_quoted):
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(out, quoting=quoting).writerows(table)
    assert parsed(out.getvalue().encode()) == table


@given(st.lists(st.text(alphabet='ab", ', max_size=10), max_size=4))
def test_any_line_is_read_as_the_csv_module_reads_it(lines):
    for line in lines:
        if line.strip() and parsed(line.encode()):
            assert parsed(line.encode()) == list(csv.reader([line]))


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        (b"a,b;c,d", b","),
        (b'"a,b,c,d";e;f', b";"),
        (b"a\tb", b"\t"),
        (b"a|b|c", b"|"),
        (b"a", b","),
    ],
)
def test_the_delimiter_is_what_the_first_line_has_most(head, delimiter):
    assert guess_delimiter(head) == delimiter


def test_ragged_rows_and_open_quotes_never_cost_another(put, read_all):
    lines = [
        "id,text,date",
        "a,one,2011",
        "short,row",
        "long,row,2011,more",
        'longer,"a text\nof two lines, and, more",2011,more',
        "b,two,2012,,",
        'open,"never closed,2013',
        "c,three,2014",
        "",
        'd,"four\nlines, ""quoted"" and more\n",2015',
        "e,,2016",
        'f,"tail"end,2017',
    ]
    put("a.csv", "\r\n".join(lines))
    found = read_all()
    assert reasons(found) == [
        ("line 2", None),
        ("line 3", "broken_record"),
        ("line 4", "broken_record"),
        ("line 5", "broken_record"),
        ("line 7", None),
        ("line 8", "broken_record"),
        ("line 9", None),
        ("line 11", None),
        ("line 14", "empty"),
        ("line 15", None),
    ]
    assert found[7].text == 'four\nlines, "quoted" and more\n'
    assert (found[9].text, found[9].text_runs) == ("tailend", None)


def test_every_line_with_an_open_quote_is_a_row(put, read_all):
    put("a.csv", "id,text\n" + '1,"open\n' * 101 + "2,last\n")
    found = read_all()
    assert len(found) == 102
    assert {outcome.reason for outcome in found[:-1]} == {"broken_record"}
    assert found[-1].text == "last"


def test_open_quotes_are_tried_again_up_to_a_limit(monkeypatch, put, read_all):
    monkeypatch.setattr("flows.read.delimited.MAX_BYTES_AGAIN", 1000)
    put("a.csv", "id,text\n" + '1,"open\n' * 1001)
    found = read_all()
    assert len(found) < 200
    assert "nothing is read" in found[-1].detail


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("text", ["plain", 'é“x” 😀 ""', 'a\n\n"b", c', '"'])
def test_text_maps_to_the_files_bytes(put, read_one, mark, text):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["title", "text"], ["é", text]])
    data = mark + out.getvalue().encode()
    put("a.csv", data)
    article = read_one()
    assert article.text == text
    carried = "".join(
        data[run.raw_start : run.raw_end].decode().replace('""', '"') for run in article.text_runs
    )
    assert carried == text
    assert article.text_runs[-1].end == len(text)


def test_formula_cells_are_text(put, read_one):
    put("a.csv", "text,title\n\"=cmd|' /C calc'!A0\",@SUM(1)\n")
    article = read_one()
    assert (article.text, article.metadata.title) == ("=cmd|' /C calc'!A0", "@SUM(1)")


def test_rows_in_another_encoding_are_read_in_the_fallback(put, read_all):
    put("a.csv", b"text,title\ncaf\xe9,one\n" + "café,two\n".encode())
    one, two = read_all()
    assert (one.text, one.metadata.flags, one.text_runs) == ("café", ("fallback_encoding",), None)
    assert (two.text, two.metadata.flags) == ("café", ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n1,2\n", "no_text"),
        ("text\nx\n".encode("utf-16"), "undecodable"),
        (b"PK\x03\x04", "binary"),
    ],
)
def test_whole_files_refused(put, read_one, content, reason):
    put("a.csv", content)
    assert (read_one().reason, read_one().source_locator) == (reason, None)


def test_tabs_and_a_row_above_the_limit(put, read_all):
    put("a.tsv", "text\ttitle\n" + "x" * 200 + "\tlong\nshort, with comma\tone\n")
    found = read_all(max_record_bytes=100)
    assert reasons(found) == [("line 2", "too_large"), ("line 3", None)]
    assert found[1].text == "short, with comma"


def test_cells_know_where_they_stand():
    assert cells(b'a,"b""c"d,', b",") == [
        Cell(0, b"a", False, b""),
        Cell(3, b'b""c', True, b"d"),
        Cell(10, b"", False, b""),
    ]
