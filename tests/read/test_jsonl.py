import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import ReadConfig
from flows.read.json_text import MAX_DEPTH, NotJson, parse_object, string_runs, without_surrogates
from flows.read.read import read
from flows.read.scan import scan
from flows.records import RawArticle, Refusal


def reasons(outcomes):
    return [(o.source_locator, o.reason if isinstance(o, Refusal) else None) for o in outcomes]


def carried(article: RawArticle, data: bytes) -> None:
    """The runs cover the text, in order, and lead to the bytes it was read from."""
    at = 0
    for run in article.text_runs:
        assert run.start == at and run.end > at
        at = run.end
        n_chars, n_bytes = run.end - run.start, run.raw_end - run.raw_start
        assert n_bytes % n_chars == 0
        for i in range(n_chars):
            raw = data[run.raw_start :][i * n_bytes // n_chars : (i + 1) * n_bytes // n_chars]
            character = article.text[run.start + i]
            literal = raw.decode()
            read = json.loads(f'"{literal}"', strict=False) if literal != '"' else '"'
            assert without_surrogates(read) == character
    assert at == len(article.text)


def test_one_bad_line_never_costs_another(put, read_all):
    lines = [
        b'{"id": "a", "text": "one"}',
        b'{"text": "cut off',
        b"",
        b'{"id": "b", "text": "two\xff"}',
        b"[1, 2]",
        b'"a string"',
        b'{"text": "x"} {"text": "y"}',
        b'{"id": "c", "title": "no text"}',
        b'{"id": "d", "text": 5}',
        b'{"id": "e", "text": " "}',
        b'{"text": "x", "deep": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"text": "x", "n": ' + b"9" * 5000 + b"}",
        b'{"id": "z", "text": "last", "n": NaN, "m": 1e999}',
    ]
    put("a.jsonl", b"\n".join(lines))
    assert reasons(read_all()) == [
        ("line 1", None),
        ("line 2", "broken_record"),
        ("line 4", "undecodable"),
        ("line 5", "broken_record"),
        ("line 6", "broken_record"),
        ("line 7", "broken_record"),
        ("line 8", "no_text"),
        ("line 9", "no_text"),
        ("line 10", "empty"),
        ("line 11", "broken_record"),
        ("line 12", "broken_record"),
        ("line 13", None),
    ]


def test_duplicate_keys_surrogates_and_raw_controls(put, read_one):
    put("a.jsonl", b'{"id": 1, "id": 2, "text": "a\\ud800b \\ud83d\\ude00 \x01 tab\there"}')
    article = read_one()
    assert article.doc_id == "2"
    assert article.text == "a\ufffdb 😀 \x01 tab\there"
    assert article.metadata.flags == ("replacement_characters", "metadata_conflict")


def test_a_line_above_the_limit_is_passed_over(put, read_all):
    put("a.jsonl", b'{"text": "' + b"x" * 3_000_000 + b'"}\n{"text": "two"}\n')
    found = read_all(max_record_bytes=1000)
    assert reasons(found) == [("line 1", "too_large"), ("line 2", None)]
    data = b'{"text": "' + b"x" * 3_000_000 + b'"}\n{"text": "two"}\n'
    carried(found[1], data)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_text_maps_to_the_files_bytes(put, read_all, mark, newline):
    texts = ["plain", 'café “x” 😀\n\n"q" \\ /', "\u2028\x7f\u00ad", "ééé\n\n\n", "é\né\n"]
    for ascii_only in (True, False):
        lines = [json.dumps({"title": "é", "text": t}, ensure_ascii=ascii_only) for t in texts]
        data = mark + newline.join(line.encode() for line in lines)
        put("a.jsonl", data)
        found = read_all()
        assert [article.text for article in found] == texts
        for article in found:
            carried(article, data)


@given(st.text(), st.booleans())
def test_any_string_maps_to_its_bytes(text, ascii_only):
    line = json.dumps({"é": 1, "text": text}, ensure_ascii=ascii_only)
    line = line.encode("utf-8", "replace").decode()
    members, _ = parse_object(line)
    value = members["text"].value
    runs = string_runs(line, members["text"], 7)
    assert [r.start for r in runs[1:]] == [r.end for r in runs[:-1]]
    assert (runs[-1].end if runs else 0) == len(value)
    data = b"x" * 7 + line.encode()
    for run in runs:
        literal = data[run.raw_start : run.raw_end].decode()
        assert json.loads(f'"{literal}"') == value[run.start : run.end]


def test_ids_do_not_depend_on_the_order_of_records(put, read_all):
    lines = ['{"text": "one"}', '{"text": "two"}', '{"text": "three"}']
    put("a.jsonl", "\n".join(lines))
    before = {article.text: article.doc_id for article in read_all()}
    put("a.jsonl", "\n".join(["", '{"text": "new"}', *reversed(lines)]))
    after = {article.text: article.doc_id for article in read_all()}
    assert before.items() <= after.items()
    assert all(doc_id.startswith("a#") for doc_id in before.values())


def test_columns_are_named_or_guessed(put, read_one):
    put("a.jsonl", '{"headline": "T", "content": "guessed", "story_html": "named"}')
    assert (read_one().text, read_one().metadata.title) == ("guessed", "T")
    article = read_one(columns={"text": "story_html"})
    assert article.text == "named"
    assert article.metadata.extra == {"content": "guessed"}
    refusal = read_one(columns={"text": "nowhere"})
    assert refusal.reason == "no_text" and "nowhere" in refusal.detail


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        ('{"text": "x"}'.encode("utf-16"), "undecodable"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"PAR1", "binary"),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_whole_files_refused(put, read_one, name, content, reason):
    put(name, content)
    outcome = read_one()
    assert (outcome.reason, outcome.source_locator) == (reason, None)


def test_a_json_file_is_an_article(put, read_one):
    data = '{\n  "text": "one “two”",\n  "url": "http://x.example/a"\n}\n'.encode()
    put("a.json", data)
    article = read_one()
    assert (article.doc_id, article.source_locator) == ("http://x.example/a", None)
    assert article.raw_n_bytes == len(data)
    carried(article, data)


def test_a_json_file_is_a_list(put, read_all):
    data = '\ufeff[{"id": 1, "text": "é“"},\n 5, {"id": 2, "text": ["p1", "p2"]}]'.encode()
    put("a.json", data)
    one, broken, two = read_all()
    carried(one, data)
    assert (broken.reason, broken.source_locator) == ("broken_record", "item 2")
    assert (two.text, two.text_runs) == ("p1\n\np2", None)


def test_a_list_that_breaks_off_keeps_what_came_before(put, read_all):
    put("a.json", '[{"text": "one"}, {"text": "tw')
    assert reasons(read_all()) == [("item 1", None), (None, "broken_record")]


def test_a_json_file_is_json_lines(put, read_all):
    put("a.json", '{"id": 1, "text": "one"}\n\n{"id": 2, "text": "two"}\nbroken\n')
    assert reasons(read_all()) == [("line 1", None), ("line 3", None), ("line 4", "broken_record")]


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}x", '{"a"}', '{"a" 1}', '{"a":1,}', '{"a":1 "b":2}', "{a:1}", '{"a":}', "nul"],
)
def test_what_is_no_object(text):
    with pytest.raises(NotJson):
        parse_object(text)


def test_depth_is_refused_at_a_depth_that_does_not_vary():
    inner = MAX_DEPTH - 1
    parse_object('{"[[": "[\\"[", "a": ' + "[" * inner + "]" * inner + "}")
    with pytest.raises(NotJson, match="nested"):
        parse_object('{"a": ' + "[" * (inner + 1) + "]" * (inner + 1) + "}")


SCALAR = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUE = st.recursive(SCALAR, lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=5)


@given(st.dictionaries(st.text(max_size=5), VALUE, max_size=4))
def test_objects_are_what_json_says(values):
    members, conflict = parse_object(json.dumps(values))
    assert {name: member.value for name, member in members.items()} == values
    assert not conflict


def test_records_come_before_the_end_of_the_file_is_seen(put):
    path = put("a.jsonl", b'{"text": "x"}\n' * 1000 + b"broken")
    (source,) = scan([str(path)], ReadConfig())
    first = next(read(source, ReadConfig()))
    assert first.source_locator == "line 1"
