from datetime import UTC, date, datetime

import pytest

from flows.read.page import MAX_BYTES, MAX_ELEMENTS, NoArticle, decode, extract

PARAGRAPHS = (
    "The old mill on the river will reopen in spring, its owner said on Monday after months of "
    "talks with the town.",
    "“We have waited for this day,” said Ann Smith, who bought the building in 2015 and spent her "
    "savings on its roof.",
    "The town council agreed to pay for the bridge, and the work is to begin within the month, "
    "according to the mayor.",
)
BODY = (
    "<article><h1>Mill to reopen</h1>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</article>"
)


def page(head="", body=BODY, attributes=""):
    return f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>"


def values(head="", **kwargs):
    return extract(page(head, **kwargs).encode(), declared=None, fallback="cp1252").values


LINKED = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
{"@type": "WebSite", "name": "Site"}, {"@type": ["NewsArticle"], "headline": "Linked title",
"author": [{"name": "Ann Lee"}, {"name": "Bo"}], "datePublished": "2019-03-04T08:30:00+01:00",
"publisher": {"@type": "Organization", "name": "Valley Post"}, "inLanguage": "en"}]}</script>"""


def test_a_page_becomes_paragraphs_and_metadata(put, read_one):
    put(
        "a.html",
        page(
            LINKED
            + '<link rel="canonical" href="https://Post.example/mill?utm_source=x">'
            + '<meta property="og:title" content="Other title">',
            "<nav><a href='/'>Home</a> <a href='/n'>News</a></nav><script>alert(1)</script>" + BODY,
        ),
    )
    article = read_one()
    assert article.doc_id == "https://post.example/mill"
    assert [p for p in article.text.split("\n\n") if p in PARAGRAPHS] == list(PARAGRAPHS)
    assert "alert" not in article.text and "Home" not in article.text
    metadata = article.metadata
    assert (metadata.title, metadata.publisher) == ("Linked title", "Valley Post")
    assert metadata.authors == ("Ann Lee", "Bo")
    assert metadata.published_at == datetime(2019, 3, 4, 7, 30, tzinfo=UTC)
    assert (metadata.published_date, metadata.lang) == (date(2019, 3, 4), "en")
    assert (article.text_runs, article.raw) == (None, None)


def test_meta_elements_where_nothing_is_linked():
    found = values(
        '<meta property="og:site_name" content="Post"><meta name="DC.date.issued" content="2019">'
        '<meta property="og:title" content="Title"><meta name="author" content="Ann Lee">',
        attributes='lang="en-GB"',
    )
    assert (found["publisher"], found["title"], found["published"]) == ("Post", "Title", "2019")
    assert (found["authors"], found["lang"]) == (["Ann Lee"], "en-GB")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", None),
        ('<meta name="date" content="soon">', "soon"),
        ('<meta name="date" content="2011-05-03"><meta name="pubdate" content="never">', "2011-05-03"),
        ('<meta itemprop="datePublished" content="2011-05-03">', "2011-05-03"),
        ('<meta property="article:modified_time" content="2020-01-01">', None),
        ("<script type='application/ld+json'>{broken</script>", None),
        ("<script type='application/ld+json'>" + '{"a":' * 5000 + "</script>", None),
    ],
)  # fmt: skip
def test_dates_are_those_that_the_page_states(head, expected):
    assert values(head).get("published") == expected


def test_no_date_is_guessed_from_the_text_or_the_clock():
    body = BODY + "<p>Updated 4 March 2019</p><footer>Copyright 2020</footer>"
    assert "published" not in values(body=body)


@pytest.mark.parametrize(
    ("data", "declared", "expected", "flags"),
    [
        ("é“".encode(), None, "é“", ()),
        (b"\xef\xbb\xbfx", None, "x", ()),
        ("é“".encode("utf-16"), None, "é“", ()),
        ("<meta charset=iso-8859-1>é“".encode("cp1252"), None, "é“", ()),
        ("<meta charset='windows-1251'>да".encode("cp1251"), None, "да", ()),
        ("да".encode("cp1251"), "windows-1251", "да", ()),
        ("é".encode("cp1252"), None, "é", ("fallback_encoding",)),
        ("é".encode("cp1252"), "utf-8", "é", ("fallback_encoding", "declared_encoding_wrong")),
        ("é".encode("cp1252"), "rot13", "é", ("fallback_encoding",)),
    ],
)
def test_decoding(data, declared, expected, flags):
    text, found = decode(data, declared=declared, fallback="cp1252")
    assert text.endswith(expected)
    assert found == flags


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"just words", "no_text"),
        (b"<html><body></body></html>", "no_text"),
        (b"<html><script>var a = 1;</script></html>", "no_text"),
        (b"<div>" * 100_000, "no_text"),
        (b"<p>x" * (MAX_ELEMENTS + 1), "no_text"),
        (b"<p>" + b"x" * MAX_BYTES, "no_text"),
    ],
)
def test_refused(put, read_one, content, reason):
    put("a.html", content)
    assert read_one().reason == reason


def test_too_much_is_not_looked_at():
    with pytest.raises(NoArticle, match="bytes"):
        extract(b" " * (MAX_BYTES + 1), declared=None, fallback="cp1252")
