"""Cells of a CSV file that a spreadsheet opens as text, never as a formula.

A text that begins like a formula gets an apostrophe before it, as OWASP's page on CSV injection
says; one that begins so after apostrophes gets one more, so `restored` undoes it without loss.
"""

import json
from datetime import date, datetime
from typing import Any

# What spreadsheets take for the start of a formula, or strip to find one; full-width forms too.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
ARMOUR = "'"


def cell(value: Any) -> str:
    """One value as a cell: null is empty, lists and records are JSON, times are ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return repr(value) if isinstance(value, float) else str(value)


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return ARMOUR + text if _looks_like_formula(text) else text


def restored(text: str) -> str:
    """The text that `defused` was given."""
    is_defused = text.startswith(ARMOUR) and _looks_like_formula(text)
    return text.removeprefix(ARMOUR) if is_defused else text


def _looks_like_formula(text: str) -> bool:
    return text.lstrip(ARMOUR).startswith(FORMULA_STARTS)
