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
    at, raw = 0, raw_start
    for width, n_chars in _stretches(literal, pattern, escapes):
        run = Run(at, at + n_chars, raw, raw + width * n_chars)
        last = runs[-1] if runs else None
        if last and last.raw_end - last.raw_start == width * (last.end - last.start):
            runs[-1] = Run(last.start, run.end, last.raw_start, run.raw_end)
        else:
            runs.append(run)
        at, raw = run.end, run.raw_end
    return tuple(runs)


def _stretches(
    literal: str, pattern: re.Pattern[str], escapes: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(literal):
        kind = match.lastgroup or ""
        if kind in escapes:
            yield escapes[kind], 1
        else:
            yield _WIDTHS[kind], match.end() - match.start()
