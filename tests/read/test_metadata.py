"""Metadata: names, values, precedence, and what is left over."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import ConfigError
from flows.read.fields import SYNONYMS, assign, plain_key
from flows.read.layers import DEFAULTS, RECORD, Layer
from flows.read.metadata import identify, merge
from flows.read.values import (
    canonical_url,
    clean_string,
    is_missing,
    parse_authors,
    parse_encoding,
    parse_lang,
    parse_url,
)


def one(**values):
    return merge([Layer("sidecar", values)])


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("source", "publisher"), ("Publisher", "publisher"), ("site", "publisher"),
        ("date", "published"), ("published", "published"), ("pub_date", "published"),
        ("pubDate", "published"), ("publishedAt", "published"), ("author", "authors"),
        ("byline", "byline"), ("authors", "authors"), ("headline", "title"), ("link", "url"),
        ("_id", "doc_id"), ("og:site_name", "publisher"), ("article:published_time", "published"),
        ("language", "lang"), ("licence", "license"), ("Body", "text"),
    ],
)  # fmt: skip
def test_synonyms(name, field):
    assert assign([name, "other"], {}) == {field: name}


def test_no_synonym_means_two_fields():
    names = [name for synonyms in SYNONYMS.values() for name in synonyms]
    assert len(names) == len(set(names))
    assert all(plain_key(name) == name for name in names)


def test_the_surest_name_wins_and_the_user_over_it():
    assert assign(["source", "publisher"], {})["publisher"] == "publisher"
    assert assign(["source", "publisher"], {"publisher": "source"})["publisher"] == "source"
    assert "title" not in assign(["title", "text"], {"text": "title"})


def test_unknown_fields_are_errors():
    with pytest.raises(ConfigError, match="txt"):
        assign(["a"], {"txt": "a"})


def test_precedence_and_conflict():
    layers = [
        Layer(DEFAULTS, {"publisher": "Default", "title": "Default", "license": "CC"}),
        Layer("front matter", {"publisher": "Front", "title": "Front", "date": "2011-05-03"}),
        Layer("sidecar", {"source": "Side", "date": "May 3, 2011"}),
        Layer("manifest", {"site": "Manifest"}),
    ]
    metadata = merge(layers)
    assert (metadata.publisher, metadata.title, metadata.license) == ("Manifest", "Front", "CC")
    assert metadata.published_raw == "May 3, 2011"
    assert metadata.flags == ("metadata_conflict",)


def test_defaults_and_equal_values_are_no_conflict():
    layers = [
        Layer(DEFAULTS, {"publisher": "Default", "date": "2001"}),
        Layer("front matter", {"publisher": "Post", "date": "2011-05-03"}),
        Layer("sidecar", {"publisher": " Post ", "date": "May 3, 2011", "title": "-"}),
    ]
    metadata = merge(layers)
    assert (metadata.publisher, metadata.flags, metadata.title) == ("Post", (), None)


def test_a_date_that_is_none_is_kept_and_flagged_and_the_weaker_counts():
    metadata = one(date="2011-02-30")
    assert metadata.published_raw == "2011-02-30"
    assert metadata.published_date is None and metadata.published_precision is None
    assert metadata.flags == ("date_invalid",)
    metadata = merge([Layer("a", {"date": "2011"}), Layer("b", {"date": "0000-00-00"})])
    assert (metadata.published_date, metadata.flags) == (date(2011, 1, 1), ("date_invalid",))


def test_dates_in_full():
    metadata = one(date="2011-05-03T23:00:00-05:00")
    assert metadata.published_at == datetime(2011, 5, 4, 4, tzinfo=UTC)
    assert metadata.published_date == date(2011, 5, 3)
    assert metadata.published_precision == "time"


def test_values_that_cannot_be_used_are_kept_in_extra():
    metadata = one(url="javascript:alert(1)", title={"a": 1}, lang="xx-what-is-this!", id=True)
    assert (metadata.url, metadata.title, metadata.lang, metadata.doc_id) == (None,) * 4
    assert metadata.flags == ("metadata_invalid",)
    assert metadata.extra == {
        "url": "javascript:alert(1)",
        "title": {"a": 1},
        "lang": "xx-what-is-this!",
        "id": True,
    }


def test_extra_is_json_that_any_reader_takes():
    nested = {"a": [{"b": {"c": [[[["deep"]]]]}}]}
    metadata = one(n=1.5, inf=float("inf"), s="\ud800\x1b[31m", d=nested, e="", none=None, b=b"xx")
    assert json.loads(json.dumps(metadata.extra, allow_nan=False)) == metadata.extra
    assert metadata.extra["inf"] is None
    assert metadata.extra["s"] == "\ufffd\ufffd[31m"
    assert "left out" in json.dumps(metadata.extra["d"])
    assert set(metadata.extra) == {"n", "inf", "s", "d", "b"}


def test_only_a_record_holds_its_text():
    values = {"text": "the text", "content": "other"}
    assert merge([Layer(RECORD, values)]).extra == {"content": "other"}
    assert merge([Layer("sidecar", values)]).extra == values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann Lee", ("Ann Lee",)),
        ("By Ann Lee and Bo Orr", ("Ann Lee", "Bo Orr")),
        ("BY ANN LEE", ("ANN LEE",)),
        ("Ann Lee, Bo Orr and Cy Poe", ("Ann Lee", "Bo Orr", "Cy Poe")),
        ("Lee, Ann", ("Lee, Ann",)),
        ("Lee, Ann; Orr, Bo", ("Lee, Ann", "Orr, Bo")),
        ("Ann Lee & Bo Orr", ("Ann Lee", "Bo Orr")),
        ("Sandy Anderson", ("Sandy Anderson",)),
        ("Byron Hill", ("Byron Hill",)),
        (["Ann Lee", None, "Bo Orr", "Ann Lee"], ("Ann Lee", "Bo Orr")),
        ([{"@type": "Person", "name": "Ann Lee"}, {"url": "x"}], ("Ann Lee",)),
        ({"name": "Ann Lee"}, ("Ann Lee",)),
        ("['Ann Lee', 'Bo Orr']", ("Ann Lee", "Bo Orr")),
        ('["Ann Lee"]', ("Ann Lee",)),
        ([[["x"]]], None),
        (3.5, ("3.5",)),
        ("[" * 10_000, None),
    ],
)
def test_authors(value, expected):
    assert parse_authors(value) == expected


@pytest.mark.parametrize("value", [None, "", [], "null", "NaN", "-", "N/A", float("nan"), {}])
def test_missing_is_null(value):
    assert is_missing(value)
    metadata = one(author=value, title=value, date=value)
    assert (metadata.authors, metadata.title, metadata.published_raw) == ((), None, None)
    assert metadata.flags == ()


def test_a_byline_gives_authors():
    metadata = one(byline="By Ann Lee and Bo Orr")
    assert metadata.byline == "By Ann Lee and Bo Orr"
    assert metadata.authors == ("Ann Lee", "Bo Orr")
    assert one(byline="By Ann Lee", authors=["Bo Orr"]).authors == ("Bo Orr",)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  A\n title ", "A title"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("\x9b31mred", "31mred"),
        ("a\x00b\u2028c", "a b c"),
        ("\u202eevil\u202c", "evil"),
        ("cafe\u0301", "caf\u00e9"),
        ("lone \ud800", "lone \ufffd"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        (5, "5"),
        (True, None),
        (["one"], "one"),
        (["one", "two"], None),
        ("x" * 4_001, None),
        ("\x1b", None),
    ],
)
def test_strings_are_one_printable_line(value, expected):
    assert clean_string(value) == expected


@given(st.text())
def test_cleaning_a_string_twice_changes_nothing(text):
    once = clean_string(text)
    assert once is None or clean_string(once) == once
    assert once is None or once.isprintable() or any(ord(c) > 126 for c in once)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTPS://Post.Example:443/a?b=1&utm_source=x&fbclid=y#top", "https://post.example/a?b=1"),
        ("http://post.example", "http://post.example/"),
        ("http://post.example:8080/ü?q=", "http://post.example:8080/%C3%BC?q="),
        ("http://post.example/%C3%BC", "http://post.example/%C3%BC"),
    ],
)
def test_canonical_url(given, expected):
    assert canonical_url(given) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "given", ["javascript:alert(1)", "//x.example/a", "www.example.org", "http://", "http://[", "a b",
              "data:text/html,x", "file:///etc/passwd", "http://x.example/ y"],
)  # fmt: skip
def test_what_is_no_address(given):
    assert parse_url(given) is None


def test_ids():
    assert identify(one(id=7, url="http://x.example/a"), "path") == "7"
    assert identify(one(url="http://X.example/a#b"), "path") == "http://x.example/a"
    assert identify(one(), "cafe\u0301") == "caf\u00e9"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("en", "en"), ("en-US", "en"), ("EN_gb", "en"), ("English", "en"), ("eng", "en"), ("?", None)],
)
def test_languages(given, expected):
    assert parse_lang(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [("utf8", "utf-8"), ("windows-1252", "cp1252"), ("rot13", None), ("zlib", None),
     ("unicode_escape", None), ("utf-7", None), ("undefined", None), ("idna", None), ("", None),
     ("no such", None), ("\x00", None)],
)  # fmt: skip
def test_encodings(given, expected):
    assert parse_encoding(given) == expected


def test_sidecar_and_front_matter_of_a_file(put, read_one):
    put("a.txt", "---\ntitle: Front\ncountry: NO\n---\nText")
    put("a.json", '{"id": "x1", "title": "Side", "authors": null, "score": NaN, "n": 3}')
    article = read_one(defaults={"publisher": "Post"})
    assert article.doc_id == "x1"
    assert (article.metadata.title, article.metadata.publisher) == ("Side", "Post")
    assert article.metadata.flags == ("metadata_conflict",)
    assert article.metadata.extra == {"country": "NO", "n": 3}
    assert article.preamble + article.raw == b"---\ntitle: Front\ncountry: NO\n---\nText"
    assert article.raw_offset == len(article.preamble)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("a.json", b"[1]"), ("a.json", b"\xff"), ("a.json", b'{"a":' * 5000),
     ("a.yaml", b"a: &x [1]\nb: *x"), ("a.yml", b"- a"), ("a.json", b" " * 40_000)],
)  # fmt: skip
def test_a_broken_sidecar_costs_a_flag(put, read_one, name, content):
    put("a.txt", "Text")
    put(name, content)
    article = read_one()
    assert article.raw == b"Text"
    assert article.metadata.flags == ("metadata_invalid",)
    assert "sidecar_error" in article.metadata.extra


def test_manifest_is_stronger_than_the_sidecar(put, read_one):
    put("a.txt", "Text"), put("a.yaml", "title: Side\n")
    put("manifest.csv", "path,title,desk\na.txt,Manifest,=1+1\n")
    metadata = read_one().metadata
    assert (metadata.title, metadata.flags) == ("Manifest", ("metadata_conflict",))
    assert metadata.extra == {"desk": "=1+1"}
