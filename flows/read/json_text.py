"""JSON objects with the place of every value, and the map from a string to its bytes.

What belongs here: strings and their offsets. What does not: files (jsonl.py).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from flows.read.runs import WIDE, map_runs
from flows.records import Run

MAX_MEMBERS = 10_000
MAX_DEPTH = 100

# Raw control characters in strings are taken; NaN and Infinity are no numbers: null.
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
# (Possessive, with the closing mark optional, so that a string without an end costs one pass.)
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)
_LEVEL = {"[": 1, "{": 1, "]": -1, "}": -1}
_SPACE = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPES = {"pair": 12, "code": 6, "escape": 2}
_STRETCH = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<code>\\u[0-9a-fA-F]{4})|(?P<escape>\\.)"
    r"|(?P<one>[^\\\x80-\U0010ffff]+)|" + WIDE,
)


class NotJson(ValueError):
    """The text is no JSON object; the message says why and at which character."""


@dataclass(frozen=True, slots=True)
class Member:
    """A value of an object and where its literal stands in the text."""

    value: Any
    start: int
    end: int


def parse_object(text: str) -> tuple[dict[str, Member], bool]:
    """Parse a text that is one JSON object.

    Returns:
        Its members (of equal names the last), and whether any name came twice with different
        values.

    Raises:
        NotJson: for anything else, and for more than can be handled.
    """
    members: dict[str, Member] = {}
    conflict = False
    check_depth(text)
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        raise NotJson(f"not an object at character {at + 1}")
    at = _skip(text, at + 1)
    try:
        more = text[at : at + 1] != "}"
        while more:
            if text[at : at + 1] != '"':
                raise NotJson(f"a name in double quotes is missing at character {at + 1}")
            name, at = scanstring(text, at + 1, False)
            at = _expect(text, at, ":")
            value, end = _DECODER.raw_decode(text, at)
            conflict |= name in members and members[name].value != value
            members[name] = Member(value, at, end)
            if len(members) > MAX_MEMBERS:
                raise NotJson(f"more than {MAX_MEMBERS} names")
            at = _skip(text, end)
            more = text[at : at + 1] != "}"
            if more:
                at = _expect(text, at, ",")
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos + 1}") from error
    except ValueError as error:  # an integer of thousands of digits
        raise NotJson(str(error)) from error
    if _skip(text, at + 1) != len(text):
        raise NotJson(f"more after the object, at character {at + 2}")
    return members, conflict


def check_depth(text: str) -> None:
    """Refuse deep nesting before Python does, which does so at a depth that varies.

    Raises:
        NotJson: for more than `MAX_DEPTH` levels.
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += _LEVEL.get(match[0], 0)
        if depth > MAX_DEPTH:
            raise NotJson(f"nested deeper than {MAX_DEPTH}")


def list_items(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each value of a JSON list starts and ends.

    Raises:
        NotJson: where the list breaks off; what came before stands.
    """
    check_depth(text)
    at = _expect(text, 0, "[")
    try:
        while text[at : at + 1] != "]":
            _, end = _DECODER.raw_decode(text, at)
            yield at, end
            at = _skip(text, end)
            if text[at : at + 1] != "]":
                at = _expect(text, at, ",")
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos + 1}") from error
    except ValueError as error:
        raise NotJson(f"from character {at + 1} on: {error}") from error


def string_runs(text: str, member: Member, raw_offset: int) -> tuple[Run, ...]:
    """Map the characters of a string to the bytes of the file that holds the text as UTF-8.

    Args:
        text: what `member` was parsed from.
        member: a string.
        raw_offset: byte of the file at which `text` starts.

    Returns:
        Runs in order, in each of which every character has as many bytes.
    """
    raw_start = raw_offset + len(text[: member.start + 1].encode())
    return map_runs(text[member.start + 1 : member.end - 1], _STRETCH, _ESCAPES, raw_start)


def without_surrogates(value: str) -> str:
    """Lone surrogates, which no file can hold, become U+FFFD."""
    return _SURROGATE.sub("\ufffd", value)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, character: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != character:
        raise NotJson(f"{character!r} is missing at character {at + 1}")
    return _skip(text, at + 1)
