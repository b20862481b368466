"""What holds of every cleaned article, whatever its bytes."""

import html
import unicodedata
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.alignment import raw_spans
from flows.clean.characters import CONTROLS, INVISIBLE, mojibake, references
from flows.clean.clean import clean
from flows.clean.encoding import decode
from flows.config import CleanConfig
from flows.records import Article, Metadata, RawArticle

CONFIG = CleanConfig(other_languages="keep")

# Stretches that rules look at, to be put together in any order.
PIECES = st.sampled_from(
    [
        "The minister said on Monday that the bridge would be built.",
        "“We will build it,” she said.",
        '"We will build it," she said.',
        '(Read "A Bridge Too Many.")',
        "(h/t The Bugle)",
        "Read more:",
        "Related:",
        "Why The Bridge Was Never Built In Our Town",
        "KABUL, Afghanistan (AP) — Officials said so.",
        "By Jane Doe and John Roe",
        "Follow Jane Doe on Twitter @janedoe.",
        "Share this article",
        "Facebook",
        "Twitter",
        "* * *",
        "Jane Doe is a professor at the university.",
        "Editor's note: This article has been corrected.",
        "<p>",
        "</p>",
        "<script>alert(1)</script>",
        "Sign up for our newsletter here.",
        "this line goes on and is broken at some-\nwhere in the middle of a sen-\ntence that goes on",
        "\n",
        "\n\n",
        "\r\n",
        "\u2028",
        "\u2029",
        "\x85",
        " ",
        "\u00a0",
        "\t",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\u202e",
        "e\u0301",
        "\u0301",
        "â€™",
        "Ã©",
        "&",
        "&amp;",
        "&quot;",
        "&#8217;",
        "&eacute;",
        "&nbsp;",
        "&lt;",
        "amp;",
        "#38;",
        "\x93",
        "\x00",
        "\x1b[31m",
        "\ufffd",
        "😀",
        "한",
        "\u1112\u1161\u11ab",
        "-",
        "—",
        '"',
        "“",
        "(",
        "<",
        ".",
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.one_of(PIECES, st.text(st.characters(exclude_categories=["Cs"]), max_size=4))).map(
        "".join
    ),
    st.lists(PIECES).map("\n".join),
    st.lists(PIECES).map("\n\n".join),
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "cp1252"])
BYTES = st.one_of(
    st.binary(),
    st.tuples(TEXTS, ENCODINGS).map(lambda pair: pair[0].encode(pair[1], "replace")),
)


def article_of(content: bytes | str, **given: Any) -> Article | None:
    raw = content if isinstance(content, bytes) else None
    found = clean(
        RawArticle(
            doc_id="a",
            source_path="a.txt",
            source_format="text",
            raw_sha256="",
            raw_n_bytes=0,
            metadata=Metadata(),
            raw=raw,
            text=None if isinstance(content, bytes) else content,
            **given,
        ),
        CONFIG,
    )
    return found if isinstance(found, Article) else None


@settings(max_examples=400, deadline=None)
@given(BYTES)
def test_runs_decode_to_the_text(raw: bytes) -> None:
    article = article_of(raw)
    if article is None:
        return
    assert article.alignment is not None
    codec = {"cp1252": "sloppy-windows-1252"}.get(article.encoding, article.encoding)
    at = raw_at = 0
    for run in article.alignment:
        assert at <= run.start < run.end <= len(article.text)
        assert raw_at <= run.raw_start < run.raw_end <= len(raw)
        source = raw[run.raw_start : run.raw_end].decode(codec)
        ours = article.text[run.start : run.end]
        read = html.unescape(source)
        assert ours in (source, unicodedata.normalize("NFC", source), read) or (
            unicodedata.normalize("NFC", read) == ours or "mojibake_repaired" in article.flags
        )
        at, raw_at = run.end, run.raw_end
    covered = np.zeros(len(article.text), dtype=bool)
    for run in article.alignment:
        covered[run.start : run.end] = True
    assert all(c.isspace() for c, known in zip(article.text, covered, strict=True) if not known)


@settings(max_examples=400, deadline=None)
@given(BYTES)
def test_nothing_disappears_silently(raw: bytes) -> None:
    article = article_of(raw)
    if article is None:
        return
    assert article.alignment is not None
    decoded = decode(raw, declared=None, fallback="cp1252")
    assert decoded is not None
    codec = "sloppy-windows-1252" if decoded.encoding == "cp1252" else decoded.encoding
    known = np.zeros(len(raw), dtype=bool)
    known[: decoded.skipped] = True
    for run in article.alignment:
        known[run.raw_start : run.raw_end] = True
    for removal in article.removals:
        known[removal.raw_start : removal.raw_end] = True
    places = np.cumsum([decoded.skipped, *(len(c.encode(codec)) for c in decoded.text)])
    for repair in (*references(decoded.text), *mojibake(decoded.text)):
        by = repair.replacement
        if by.isspace() or INVISIBLE.fullmatch(by) or CONTROLS.fullmatch(by):
            known[places[repair.start] : places[repair.end]] = True
    at = decoded.skipped
    for character in decoded.text:
        stop = at + len(character.encode(codec))
        assert (
            known[at:stop].all()
            or character.isspace()
            or CONTROLS.fullmatch(character)
            or INVISIBLE.fullmatch(character)
        ), (character, at)
        at = stop


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_cleaning_is_idempotent(text: str) -> None:
    once = article_of(text)
    if once is None:
        return
    twice = article_of(once.text)
    assert twice is not None
    assert twice.text == once.text
    assert not twice.removals


@settings(max_examples=400, deadline=None)
@given(st.one_of(BYTES, TEXTS))
def test_form_of_the_text(content: bytes | str) -> None:
    article = article_of(content)
    if article is None:
        return
    text = article.text
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in text if c != "\n")
    for paragraph in text.split("\n\n"):
        assert paragraph
        assert paragraph == " ".join(paragraph.split())
    for mark in article.marks:
        assert "\n\n" not in text[mark.start : mark.end]
        assert text[: mark.start].endswith("\n\n") or mark.start == 0
        assert text[mark.end :].startswith("\n\n") or mark.end == len(text)
    assert all(0 <= removal.text_offset <= len(text) for removal in article.removals)


@settings(max_examples=200, deadline=None)
@given(BYTES, st.data())
def test_spans_map_back(raw: bytes, data: st.DataObject) -> None:
    article = article_of(raw)
    if article is None or not article.alignment:
        return
    start = data.draw(st.integers(0, len(article.text) - 1))
    end = data.draw(st.integers(start + 1, len(article.text)))
    (raw_start,), (raw_end,) = raw_spans(article.alignment, [start], [end])
    assert 0 <= raw_start <= raw_end <= len(raw)
    if not article.text[start:end].isspace():
        assert raw_start < raw_end


@pytest.mark.parametrize("count", [1, 50])
def test_an_ascii_article_has_few_runs(count: int) -> None:
    article = article_of(("One sentence of news.\n\n" * count).encode())
    assert article is not None
    assert article.alignment is not None
    assert len(article.alignment) == 1
