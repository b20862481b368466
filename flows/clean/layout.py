"""White space, lines and paragraphs: what a paragraph is, decided by the form of the lines.

Afterwards paragraphs are parted by exactly one blank line and words by exactly one space.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from flows.clean.align import Edit

# Widths between which a longest line is taken for one broken at a fixed width; mail and wire copy break at 65
# to 80, printed text at up to 100.
MIN_WRAP_WIDTH, MAX_WRAP_WIDTH = 45, 120
# Shares of single line breaks that must look like breaks of a filled line (the next word would
# not have fitted) and be followed by a lower-case letter (as most words of English prose are).
MIN_FILLED_SHARE = 0.8
MIN_LOWER_SHARE = 0.3
MIN_BLOCK_LINES = 3
MIN_BLOCK_CHARS = 100
# A stray break inside a sentence is joined where no fixed width is found, after a line this long.
MIN_STRAY_LENGTH = 60
# The last word of a line may overhang the width that a mailer counts by this many columns.
FILL_SLACK = 2
# Columns by which a line that begins a paragraph stands in.
MIN_INDENT = 2
# First halves of compounds that keep their hyphen when they are broken at it.
COMPOUND_HEADS = frozenset(
    [
        "all",
        "anti",
        "co",
        "cross",
        "ex",
        "far",
        "first",
        "full",
        "half",
        "high",
        "ill",
        "left",
        "long",
        "low",
        "mid",
        "much",
        "multi",
        "near",
        "newly",
        "non",
        "off",
        "old",
        "once",
        "one",
        "post",
        "pre",
        "pro",
        "right",
        "second",
        "self",
        "semi",
        "short",
        "so",
        "still",
        "then",
        "third",
        "three",
        "top",
        "two",
        "ultra",
        "under",
        "vice",
        "well",
        "wide",
        "would-be",
    ]
)

BREAK = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029](?:(?<=\r)\n)?")
# White space but the space and the line feed.
ODD_BLANK = re.compile(
    "[\t\r\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
ODD_SPACE = re.compile(r"[^\S ]\s*| \s+")
TERMINAL = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
BULLET = re.compile(r"[-*•·–—▪‣>]\s|\(?\d{1,3}[.)]\s")
BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010]$")
WORD_START = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text without the white space around it; empty for a blank one.

    Attributes:
        start, end: offsets in the text.
        indent: white space before it.
        parted: whether a blank line or a paragraph separator stands before it.
    """

    start: int
    end: int
    indent: int
    parted: bool


def lines(text: str) -> list[Line]:
    """The lines of a text that are not blank, in order."""
    found: list[Line] = []
    at, parted = 0, True
    stops = [(stop.start(), stop.end()) for stop in BREAK.finditer(text)]
    for end, after in (*stops, (len(text), len(text))):
        line = text[at:end]
        stripped = line.strip()
        if stripped:
            indent = len(line) - len(line.lstrip())
            start = at + indent
            found.append(Line(start, start + len(stripped), indent, parted))
            parted = False
        elif found:
            parted = True
        parted = parted or text[end:after] == "\u2029"
        at = after
    return found


def wrap_widths(text: str, rows: list[Line]) -> list[int]:
    """For each line the width that its text was broken at; 0 where it was not.

    That is decided for the text as a whole, else for each block of lines between blank ones that
    has enough of them: a quoted letter or a note inside an article of long lines.
    """
    width = _wrap_width(text, rows)
    if width:
        return [width] * len(rows)
    found: list[int] = []
    block: list[Line] = []
    for row, after in zip_longest(rows, rows[1:]):
        block.append(row)
        if after is None or after.parted:
            width = 0
            if len(block) >= MIN_BLOCK_LINES:
                width = _wrap_width(text, block) or int(_is_one_sentence(text, block))
            found += [width] * len(block)
            block = []
    return found


def _wrap_width(text: str, rows: list[Line]) -> int:
    """The width at which lines were broken, or 0.

    They were broken if none is long, and if at nearly every single break the next word would not
    have fitted, and sentences run across the breaks.
    """
    base = min((row.indent for row in rows), default=0)
    inner = [(a, b) for a, b in pairwise(rows) if not (b.parted or _is_indented(a, b, base))]
    if not inner:
        return 0
    width = max(row.end - row.start + row.indent for row in rows)
    if not MIN_WRAP_WIDTH <= width <= MAX_WRAP_WIDTH:
        return 0
    filled = sum(_is_filled(text, a, b, width) for a, b in inner)
    lower = sum(text[b.start].islower() for _, b in inner)
    if filled < MIN_FILLED_SHARE * len(inner) or lower < MIN_LOWER_SHARE * len(inner):
        return 0
    return width


def _is_one_sentence(text: str, block: list[Line]) -> bool:
    """Whether a sentence runs through lines of any length, as copied from a narrow column."""
    return (
        block[-1].end - block[0].start >= MIN_BLOCK_CHARS
        and text[block[0].start].isupper()
        and all(
            text[after.start].islower() and not _is_terminated(text, row)
            for row, after in pairwise(block)
        )
    )


def paragraphs(text: str, rows: list[Line], widths: list[int]) -> Iterator[Edit]:
    """Edits after which paragraphs are parted by one blank line and words by one space."""
    if not rows:
        if text:
            yield Edit(0, len(text))
        return
    base = min(row.indent for row in rows)
    known = _Words(text)
    odd = _has_odd_blanks(text)
    yield from _replace(text, 0, rows[0].start, "")
    for row, after, width in zip(rows, [*rows[1:], None], widths, strict=True):
        if odd:
            yield from _single_spaces(text, row)
        if after is None:
            yield from _replace(text, row.end, len(text), "")
        elif after.parted or not (
            _joins_wrapped(text, row, after, width, base)
            if width
            else _joins_stray(text, row, after)
        ):
            yield from _replace(text, row.end, after.start, "\n\n")
        else:
            yield from _join(text, row, after, known)


def is_laid_out(text: str) -> bool:
    """Whether `paragraphs` would leave a text as it is, whatever its words."""
    return (
        "\n\n\n" not in text
        and text.count("\n") == 2 * text.count("\n\n")
        and " \n" not in text
        and "\n " not in text
        and text == text.strip()
        and not _has_odd_blanks(text)
    )


def _has_odd_blanks(text: str) -> bool:
    """Whether there is more between two words of a line than one space."""
    return "  " in text or ODD_BLANK.search(text) is not None


class _Words:
    """The words of a text, gathered when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: frozenset[str] | None = None

    def __contains__(self, word: str) -> bool:
        if self._words is None:
            self._words = frozenset(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", self._text.lower()))
        return word in self._words


def _is_indented(row: Line, after: Line, base: int) -> bool:
    """Whether a line begins a paragraph as wire copy does, by its indent."""
    return after.indent >= base + MIN_INDENT and after.indent > row.indent


def _is_filled(text: str, row: Line, after: Line, width: int) -> bool:
    stop = text.find(" ", after.start, after.end)
    word = (after.end if stop < 0 else stop) - after.start
    return row.indent + row.end - row.start + 1 + word > width - FILL_SLACK


def _joins_wrapped(text: str, row: Line, after: Line, width: int, base: int) -> bool:
    if _is_indented(row, after, base):
        return False
    if BULLET.match(text, after.start, after.end):
        return False
    if _is_filled(text, row, after, width):
        return True
    return not _is_terminated(text, row) and text[after.start].islower()


def _is_terminated(text: str, row: Line) -> bool:
    return TERMINAL.search(text[max(row.start, row.end - 8) : row.end]) is not None


def _joins_stray(text: str, row: Line, after: Line) -> bool:
    last = text[row.end - 1]
    return (
        row.end - row.start >= MIN_STRAY_LENGTH
        and (last.islower() or last == ",")
        and text[after.start].islower()
    )


def _join(text: str, row: Line, after: Line, known: _Words) -> Iterator[Edit]:
    tail = text[max(row.start, row.end - 40) : row.end]
    broken = BROKEN_WORD.search(tail)
    rest = WORD_START.match(text, after.start, after.end)
    if broken is None or rest is None or not rest.group()[0].islower():
        yield from _replace(text, row.end, after.start, " ")
        return
    head, following = broken.group(1).lower(), rest.group().lower()
    keeps = f"{head}-{following}" in known or (
        head in COMPOUND_HEADS and head + following not in known
    )
    if not keeps:
        yield Edit(row.end - 1, row.end, "", "line_end_hyphen")
    yield Edit(row.end, after.start)


def _single_spaces(text: str, row: Line) -> Iterator[Edit]:
    for match in ODD_SPACE.finditer(text, row.start, row.end):
        yield from _replace(text, match.start(), match.end(), " ")


def _replace(text: str, start: int, end: int, by: str) -> Iterator[Edit]:
    if text[start:end] != by:
        yield Edit(start, end, by)
