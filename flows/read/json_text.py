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

# Raw control characters in strings are taken; NaN and Infinity are no numbers: null.
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
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


def parse_object(text: str, start: int = 0) -> tuple[dict[str, Member], int, bool]:
    """Parse one JSON object that starts at or after `start`.

    Returns:
        Its members (of equal names the last), where it ends, and whether any name came twice
        with different values.

    Raises:
        NotJson: for anything that is no object, or is nested too deep.
    """
    members: dict[str, Member] = {}
    conflict = False
    at = _skip(text, start)
    if text[at : at + 1] != "{":
        raise NotJson(f"not an object at character {at + 1}")
    try:
        at = _skip(text, at + 1)
        if text[at : at + 1] == "}":
            return members, at + 1, False
        while True:
            if text[at : at + 1] != '"':
                raise NotJson(f"a name in double quotes is missing at character {at + 1}")
            name, at = scanstring(text, at + 1, False)
            at = _expect(text, at, ":")
            value, end = _DECODER.raw_decode(text, at)
            if name in members and members[name].value != value:
                conflict = True
            members[name] = Member(value, at, end)
            at = _skip(text, end)
            if text[at : at + 1] == "}":
                return members, at + 1, conflict
            at = _expect(text, at, ",")
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise NotJson("nested too deep") from error
    except ValueError as error:  # an integer of thousands of digits
        raise NotJson(str(error)) from error


def parse_line(text: str) -> tuple[dict[str, Member], bool]:
    """Parse a text that is one object and nothing else; see `parse_object`."""
    members, end, conflict = parse_object(text)
    if _skip(text, end) != len(text):
        raise NotJson(f"more after the object, at character {end + 1}")
    return members, conflict


def list_items(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each value of a JSON list starts and ends.

    Raises:
        NotJson: where the list breaks off; what came before stands.
    """
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
    except (RecursionError, ValueError) as error:
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
