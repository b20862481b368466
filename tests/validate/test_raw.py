"""Spans against the bytes of the inputs."""

from collections.abc import Mapping

import pyarrow as pa
import pytest

from flows.validate.raw import check_raw
from schemas.columns import Alignment, Parts

RUNS = Alignment.__metadata__[0]
PARTS = Parts.__metadata__[0]


def tables(
    text: str, raw: tuple[int, int], *, encoding: str = "utf-8", source_format: str = "text"
) -> dict[str, pa.Table]:
    """One article of one run, which is its only sentence, entity and quote too."""
    run = {"start": 0, "end": len(text), "raw_start": raw[0], "raw_end": raw[1]}
    span = pa.table({"doc_id": ["a"], "raw_start": [raw[0]], "raw_end": [raw[1]], "text": [text]})
    documents = {
        "doc_id": ["a"],
        "source_path": ["a.txt"],
        "source_format": [source_format],
        "encoding": [encoding],
        "flags": pa.array([[]], pa.list_(pa.string())),
        "text": [text],
        "alignment": pa.array([[run]], RUNS),
    }
    return {
        "documents": pa.table(documents),
        "sentences": span,
        "entities": span,
        "quotes": pa.table({"doc_id": ["a"], "parts": pa.array([[run | {"quoted": True}]], PARTS)}),
        "removals": pa.table(
            {
                "doc_id": pa.array([], pa.string()),
                "raw_start": pa.array([], pa.int64()),
                "raw_end": pa.array([], pa.int64()),
            }
        ),
    }


def failing(given: Mapping[str, pa.Table], raw: bytes, *, unchanged: bool = True) -> set[str]:
    found = check_raw(given, lambda path, start, end: raw[start:end], lambda path: unchanged)
    return {failure.table for failure in found}


EVERY = {"documents", "sentences", "entities", "quotes"}


@pytest.mark.parametrize(
    ("text", "raw", "encoding", "source_format"),
    [
        ("He said “no”.", "He said “no”.".encode(), "utf-8", "text"),
        ("He said “no”.", "He said “no”.".encode("cp1252"), "cp1252", "text"),
        ("a b", b"a  \n b", "utf-8", "text"),  # white space is cleaning's to change
        ("a & b", b"a &amp; b", "utf-8", "text"),
        ('"no" he said', rb"\"no\" he said", "utf-8", "json"),
        ("a\u00e9", b"a\\u00e9", "utf-8", "json"),
        ("e\u0301".replace("e\u0301", "\u00e9"), "e\u0301".encode(), "utf-8", "text"),
    ],
)
def test_bytes_that_say_the_text(text: str, raw: bytes, encoding: str, source_format: str) -> None:
    given = tables(text, (3, 3 + len(raw)), encoding=encoding, source_format=source_format)
    assert failing(given, b"xyz" + raw) == set()


@pytest.mark.parametrize(
    ("text", "raw", "span", "source_format"),
    [
        ("said no", b"said on", (0, 7), "text"),
        ("said no", b"xsaid no", (0, 7), "text"),
        ("said no", b"said no", (0, 9), "text"),
        ("caf\u00e9", "café".encode("cp1252"), (0, 4), "text"),
        ("\\u0041", b"\\u0041", (0, 6), "json"),  # an escape says what it stands for
    ],
)
def test_bytes_that_say_something_else(
    text: str, raw: bytes, span: tuple[int, int], source_format: str
) -> None:
    given = tables(text, span, source_format=source_format)
    assert failing(given, raw) == (EVERY if raw[slice(*span)] != b"said no" else set())


def test_one_of_many_spans() -> None:
    given = tables("said no", (0, 7))
    wrong = {"doc_id": ["a"] * 3, "raw_start": [0, 5, 5], "raw_end": [4, 7, 7]}
    given["entities"] = pa.table(wrong | {"text": ["said", "yes", "no"]})
    (failure,) = check_raw(given, lambda path, start, end: b"said no"[start:end])
    assert (failure.table, failure.count) == ("entities", 1)
    assert failure.examples == ("a bytes 5 to 7: 'yes'",)


def test_an_input_that_has_changed_is_no_measure() -> None:
    assert failing(tables("said no", (0, 7)), b"other..", unchanged=False) == set()


def test_an_input_that_cannot_be_read_is_no_measure() -> None:
    assert check_raw(tables("said no", (0, 7)), lambda path, start, end: None) == []
