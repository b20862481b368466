"""Which stretches of an article are parsed apart.

A paragraph is one window unless it is hostile: a tokeniser takes quadratic time on a long run
without white space, and a parser's memory grows with the longest window. Cuts depend on the text
alone, so that a document's parse does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.records import Paragraph

# News paragraphs stay far below; the longest in the corpora measured has some 3,000 characters.
LONGEST_WINDOW = 10_000
# Longest run without white space that is tokenised whole: longer than URLs are in news text.
# The tokeniser strips punctuation one character at a time and searches the rest each time.
LONGEST_RUN = 200
# Where a long paragraph is cut, the best place first.
_CUT_AFTER = ("\n", ". ", " ")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one paragraph, [start, end) of the text."""

    start: int
    end: int
    paragraph: int


def windows(text: str, paragraphs: Sequence[Paragraph]) -> Iterator[Window]:
    """Cut the paragraphs of a text into windows, in order; nearly always one each.

    The windows of a paragraph lie end to end and cover it.
    """
    for number, paragraph in enumerate(paragraphs):
        if _is_ordinary(text[paragraph.start : paragraph.end]):
            yield Window(paragraph.start, paragraph.end, number)
        else:
            for start, end in _cut(text, paragraph.start, paragraph.end):
                yield Window(start, end, number)


def _is_ordinary(text: str) -> bool:
    return len(text) <= LONGEST_WINDOW and max(map(len, text.split()), default=0) <= LONGEST_RUN


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = _stop(text, start, min(start + LONGEST_WINDOW, end), end)
        yield start, stop
        start = stop


def _stop(text: str, start: int, limit: int, end: int) -> int:
    """End of the window that starts at `start`."""
    run_start = start
    for i in range(start, limit):
        if text[i].isspace():
            run_start = i + 1
        elif i - run_start >= LONGEST_RUN:
            # A long run starts a window of its own, and is itself cut at fixed lengths.
            return run_start if run_start > start else i
    if limit == end:
        return end
    for mark in _CUT_AFTER:
        found = text.rfind(mark, start + LONGEST_WINDOW // 2, limit)
        if found >= 0:
            return found + len(mark)
    return limit
