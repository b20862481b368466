"""Runs: the map from a text to the bytes of the file that holds it escaped and in UTF-8."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from flows.records import Run

# Stretches of characters beyond ASCII, of as many bytes each, by the group of their width.
WIDE = r"(?P<two>[\x80-\u07ff]+)|(?P<three>[\u0800-\uffff]+)|(?P<four>[\U00010000-\U0010ffff]+)"
_WIDTHS: Mapping[str, int] = MappingProxyType({"one": 1, "two": 2, "three": 3, "four": 4})


def map_runs(
    literal: str, pattern: re.Pattern[str], escapes: Mapping[str, int], raw_start: int
) -> tuple[Run, ...]:
    """Map the text that a literal stands for to bytes.

    Args:
        literal: the text as it stands in the file, between its quotation marks.
        pattern: matches every stretch of it; groups are `one`, those of `WIDE` and `escapes`.
        escapes: bytes of an escape, which stands for one character, by group.
        raw_start: byte of the file at which the literal starts.

    Returns:
        Runs in order, in each of which every character has as many bytes.
    """
    runs: list[Run] = []
    at = start = 0
    raw, raw_first, width = raw_start, raw_start, 0
    for wide, n_chars in _stretches(literal, pattern, escapes):
        if wide != width and at > start:
            runs.append(Run(start, at, raw_first, raw))
            start, raw_first = at, raw
        width = wide
        at += n_chars
        raw += wide * n_chars
    return (*runs, Run(start, at, raw_first, raw)) if at > start else ()


def _stretches(
    literal: str, pattern: re.Pattern[str], escapes: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(literal):
        kind = match.lastgroup or ""
        if kind in escapes:
            yield escapes[kind], 1
        else:
            yield _WIDTHS[kind], match.end() - match.start()
