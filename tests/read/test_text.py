"""Files of text, with the bad ones among them."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import ReadConfig
from flows.read.read import read
from flows.read.source import Source
from flows.read.text import is_blank
from flows.records import RawArticle, Refusal


def test_an_article_as_it_came(put, read_one):
    put("sub/a.txt", "Title\r\n\r\nText “quoted”.\n")
    article = read_one()
    assert article.doc_id == "sub/a"
    assert article.raw == "Title\r\n\r\nText “quoted”.\n".encode()
    assert (article.raw_offset, article.preamble, article.raw_in_file) == (0, b"", True)
    assert article.raw_n_bytes == len(article.raw)
    assert article.text is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        ("\ufeff\n ".encode("utf-16-le"), "empty"),
        ("\ufeff".encode("utf-32-be"), "empty"),
        (b"\x00" * 100, "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "binary"),
        (b"%PDF-1.4\n%text", "binary"),
        (b"PK\x03\x04 text", "binary"),
        (b"\x1f\x8b\x08 text", "binary"),
        (b"{\\rtf1 text}", "binary"),
        (bytes(range(256)) * 10, "binary"),
        (b"text\x00\x01\x02\x03" * 10, "binary"),
        (b"---\ntitle: x\n---\n \n", "no_text"),
    ],
)
def test_refused(put, read_one, content, reason):
    put("a.txt", content)
    outcome = read_one()
    assert isinstance(outcome, Refusal)
    assert (outcome.reason, outcome.raw_n_bytes) == (reason, len(content))
    assert len(outcome.raw_sha256) == 64
    assert outcome.detail


@pytest.mark.parametrize(
    "content",
    [
        b"one\rtwo\r",
        b"one\r\ntwo\nthree\r",
        "one\u2028two".encode(),
        "text in sixteen bits".encode("utf-16"),
        "text in sixteen bits".encode("utf-16-le"),
        "text in sixteen bits".encode("utf-16-be"),
        "text in thirty-two bits".encode("utf-32"),
        "text in thirty-two bits".encode("utf-32-le"),
        "text in thirty-two bits".encode("utf-32-be"),
        "“café”".encode("cp1252"),
        "“café”".encode("mac-roman"),
        "“café”".encode().decode("cp1252", "replace").encode(),
        b"a NUL \x00 in a longer line of text",
        b"\x1b[31mred\x1b[0m",
        "cafe\u0301".encode(),
        ("z" + "\u0300" * 50_000).encode(),
        "\u202eright to left".encode(),
        "مرحبا".encode(),
        b"x" * 5_000_000,
        b'"' * 10_000_000,
        b"(" * 1_000_000,
        b"<script>alert(1)</script>",
        b"PK is a pair of letters",
        b"BMW said it would",
        b"--- a rule, and then text",
    ],
)
def test_text_of_any_kind_is_handed_on_untouched(put, read_one, content):
    put("a.txt", content)
    article = read_one()
    assert isinstance(article, RawArticle)
    assert article.raw == content


@given(st.binary(max_size=200))
def test_blank_means_nothing_visible(data):
    if is_blank(data):
        assert not data.decode("latin-1").strip("\x00ÿþï»¿ \t\r\n\x0b\x0c")


@pytest.mark.parametrize(
    ("content", "reason"), [(b"short", "changed_while_read"), (b"123456", "changed_while_read")]
)
def test_a_file_that_changed_after_the_scan(put, content, reason):
    path = put("a.txt", b"12345!")
    sha256 = "0" * 64
    source = Source(str(path), "a.txt", 6, "text", None, "", sha256=sha256)
    path.write_bytes(content)
    (outcome,) = read(source, ReadConfig())
    assert outcome.reason == reason


def test_a_file_that_vanished_turned_pipe_or_is_shut(put, monkeypatch):
    path = put("a.txt", b"text")
    source = Source(str(path), "a.txt", 4, "text", None, "")
    path.unlink()
    assert [o.reason for o in read(source, ReadConfig())] == ["changed_while_read"]
    os.mkfifo(path)
    assert [o.reason for o in read(source, ReadConfig())] == ["special_file"]

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    (outcome,) = read(source, ReadConfig())
    assert (outcome.reason, outcome.detail) == ("unreadable", "Permission denied")


def test_a_folder_with_the_name_of_a_text_is_a_folder(put, read_all):
    put("x.txt/y.txt", "text")
    assert [outcome.doc_id for outcome in read_all()] == ["x.txt/y"]


def test_ids_that_differ_in_case_alone_are_two(put, read_all):
    put("A.txt", "one"), put("a.txt", "two")
    assert [outcome.doc_id for outcome in read_all()] == ["A", "a"]


def test_a_decomposed_name_gives_a_composed_id(put, read_one):
    put("cafe\u0301.txt", "text")
    article = read_one()
    assert (article.doc_id, article.source_path) == ("caf\u00e9", "cafe\u0301.txt")
