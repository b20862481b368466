"""The form in which gold and predictions are compared: spans of characters in a document's text.

Belongs here: the record, and its words. Does not belong here: reading files, or any metric.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

WORD = re.compile(r"\w+(?:[.\-'’]\w+)*")
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Content, cue and source of one statement; spans are half-open and count code points."""

    content: Spans
    cue: Spans = ()
    source: Spans = ()


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document's text and the attributions marked in it."""

    text: str
    attributions: tuple[Attribution, ...]


class Words:
    """The words of a text; punctuation counts for nothing."""

    def __init__(self, text: str) -> None:
        found = list(WORD.finditer(text))
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]

    def within(self, spans: Spans) -> frozenset[int]:
        """Numbers of the words that a set of spans touches."""
        return frozenset(
            i
            for start, end in spans
            for i in range(bisect_right(self.ends, start), bisect_left(self.starts, end))
        )
