"""Cells that no spreadsheet takes for a formula."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.export.cells import cell, defused, restored


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'tis", "'tis"),
        ("a=1", "a=1"),
        ("", ""),
        ("“We can.”", "“We can.”"),
    ],
)
def test_formulas_are_defused(text: str, expected: str) -> None:
    assert defused(text) == expected
    assert restored(expected) == text


@given(st.text(alphabet="'=+-@\t\r\n＝a ", max_size=8) | st.text())
def test_defusing_is_undone(text: str) -> None:
    assert restored(defused(text)) == text
    assert not defused(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-3, "-3"),
        (0.1, "0.1"),
        (date(2011, 6, 3), "2011-06-03"),
        (datetime(2011, 6, 3, 4, 5, tzinfo=UTC), "2011-06-03T04:05:00+00:00"),
        (["é", "b"], '["é", "b"]'),
        ([], "[]"),
        ([{"start": 1, "quoted": True}], '[{"start": 1, "quoted": true}]'),
    ],
)
def test_values(value: Any, expected: str) -> None:
    assert cell(value) == expected
