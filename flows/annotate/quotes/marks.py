"""Quotation marks: where quoted stretches start and end. One walk over each paragraph.

Belongs here: which character is a mark, which mark opens and which closes, what to do when they
do not pair. Does not belong here: who said it, or whether anybody did (titles and terms stand
between marks too).

Pairing is decided by paragraph, so an odd mark costs at most its own paragraph.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from flows.records import Paragraph

OPENING = "“„«"
CLOSING = "”»"
# (Literals throughout: the regex engine then looks for any of their first characters at once.)
DOUBLE = re.compile(r"“|”|„|«|»|\"|``|''")
SINGLE = re.compile(r"[‘’'‚]")
OPENS_AFTER = " \t\u00a0([{—–-/:"
CLOSES_BEFORE = " \t\u00a0.,;:!?)]}—–-/…"
PUNCTUATION = ".,!?…"
# Paragraphs that a quotation may run on without any mark, and characters of an opening mark.
LONGEST_RUN = 5
LONGEST_MARK = 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """A quoted stretch, marks outside: `text[start:end]`.

    Attributes:
        start, end: offsets in the text.
        paragraph: number of its paragraph.
        single: between single marks.
        closed: its closing mark was found.
        depth: 0, or 1 when it lies inside another stretch.
        odd: its paragraph has an odd count of straight double marks.
        late: not closed in its paragraph, but in a later one.
    """

    start: int
    end: int
    paragraph: int
    single: bool = False
    closed: bool = True
    depth: int = 0
    odd: bool = False
    late: bool = False


# (Quotes and sentences ask for those of the same article.)
@lru_cache(maxsize=1)
def find_stretches(text: str, paragraphs: tuple[Paragraph, ...]) -> tuple[Stretch, ...]:
    """Find all quoted stretches of a text, in order of start; an outer one precedes its inner."""
    by_paragraph = [
        _in_paragraph(text, paragraph.start, paragraph.end, number)
        for number, paragraph in enumerate(paragraphs)
    ]
    _run_on(text, paragraphs, by_paragraph)
    return tuple(stretch for found in by_paragraph for stretch in found)


def _run_on(text: str, paragraphs: Sequence[Paragraph], by_paragraph: list[list[Stretch]]) -> None:
    """Follow quotations left open into the next paragraphs, from the last one upwards.

    Each paragraph of a long quotation may open again and only the last one close; or the next
    ones have no mark until the closing one. Where neither holds, the mark is an odd one.
    """
    for number in range(len(paragraphs) - 2, -1, -1):
        open_ = next((s for s in reversed(by_paragraph[number]) if not s.depth), None)
        if open_ is None or open_.closed or open_.single:
            continue
        at = number + 1
        while at < min(number + LONGEST_RUN, len(paragraphs)) and not _has_mark(
            text, paragraphs[at]
        ):
            at += 1
        if at == len(paragraphs):
            continue
        first, found = paragraphs[at].start, by_paragraph[at]
        close = _orphan_close(text, paragraphs[at])
        if close is not None and (not found or found[0].start > close):
            for between in range(number + 1, at):
                a, b = paragraphs[between].start, paragraphs[between].end
                by_paragraph[between] = [Stretch(a, b, between, closed=False, late=True)]
            by_paragraph[at] = [Stretch(first, close, at), *found]
        elif at > number + 1 or not _opens_again(found, first):
            continue
        place = by_paragraph[number].index(open_)
        by_paragraph[number][place] = replace(open_, late=True)


def _opens_again(found: list[Stretch], first: int) -> bool:
    """Whether a paragraph starts with a mark whose quotation is closed, here or further on."""
    return (
        bool(found)
        and found[0].start <= first + LONGEST_MARK
        and (found[0].closed or found[0].late)
    )


def _has_mark(text: str, paragraph: Paragraph) -> bool:
    return DOUBLE.search(text, paragraph.start, paragraph.end) is not None


def _orphan_close(text: str, paragraph: Paragraph) -> int | None:
    """Offset of a paragraph's first mark where that closes what it never opened."""
    match = DOUBLE.search(text, paragraph.start, paragraph.end)
    if match is None or match.start() == paragraph.start or match.group() in (*OPENING, "``"):
        return None
    at, past = match.start(), match.end()
    after = text[past] if past < paragraph.end else " "
    if text[at - 1].isspace() or text[at - 1] == "=" or after not in CLOSES_BEFORE:
        return None
    return None if text[at - 1].isdigit() else at


def _in_paragraph(text: str, start: int, end: int, number: int) -> list[Stretch]:
    double = _double(text, start, end, number)
    single = _single(text, start, end, number)
    if not single:
        return double
    return _nest(double, single)


def _double(text: str, start: int, end: int, number: int) -> list[Stretch]:
    found: list[Stretch] = []
    opened: int | None = None
    opener = ""
    attribute = False
    odd = text.count('"', start, end) % 2 == 1
    for match in DOUBLE.finditer(text, start, end):
        mark, at, past = match.group(), match.start(), match.end()
        before = text[at - 1] if at > start else " "
        after = text[past] if past < end else " "
        if mark == "“" and (opener == "„" or (opened is not None and _closes(before, after))):
            opens = False  # „so“, as German does; “so“, as hasty typing does
        elif mark in OPENING or mark == "``":
            opens = True
        elif mark in CLOSING:
            opens = False
            if opened is None and not found and mark == "”" and at == start:
                opens = True  # a closing mark typed for an opening one
        else:
            if mark == '"' and before.isdigit() and _is_inches(text, start, at, after, opened):
                continue
            may_open = before in OPENS_AFTER and not after.isspace()
            may_close = not before.isspace() and after in CLOSES_BEFORE
            if mark == "''":
                may_open = False
            opens = (may_open or not may_close) if opened is None else may_open and not may_close
        if attribute or (opens and at > start and text[at - 1] == "="):
            attribute = not attribute  # an attribute of a tag: <a href="...">
            continue
        if opened is None and before.isspace() and after.isspace() and mark == '"':
            continue
        if opens:
            if opened is not None:
                found.append(Stretch(opened, at, number, closed=False, odd=odd))
            opened, opener = past, mark
        elif opened is not None:
            found.append(Stretch(opened, at, number, odd=odd))
            opened, opener = None, ""
    if opened is not None:
        found.append(Stretch(opened, end, number, closed=False, odd=odd))
    return [s for s in (_trimmed(text, s) for s in found) if s.end > s.start]


def _closes(before: str, after: str) -> bool:
    """Whether a mark between these characters can only close: it follows a word, none follows."""
    return not before.isspace() and before not in OPENS_AFTER and after in CLOSES_BEFORE


def _is_inches(text: str, start: int, at: int, after: str, opened: int | None) -> bool:
    """Whether the mark after a digit measures: 6'2", or a 12" gun outside a quotation."""
    if after.isalpha():
        return False
    foot = max(start, at - 4)
    if re.search(r"\d['’]\s?\d{1,2}$", text[foot:at]):
        return True
    return opened is None and after not in PUNCTUATION


def _trimmed(text: str, stretch: Stretch) -> Stretch:
    start, end = stretch.start, stretch.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if (start, end) == (stretch.start, stretch.end):
        return stretch
    return replace(stretch, start=start, end=end)


def _single(text: str, start: int, end: int, number: int) -> list[Stretch]:
    """Single marks: an opening one stands before a word and after none, a closing one the reverse.

    An apostrophe that ends a word (officials' plan) looks like a closing mark: of the candidates
    before the next opening mark the first after punctuation is taken, else the last.
    """
    found: list[Stretch] = []
    opened: int | None = None
    close: int | None = None
    certain = False

    def shut() -> None:
        if opened is not None and close is not None and close > opened:
            found.append(Stretch(opened, close, number, single=True))

    for match in SINGLE.finditer(text, start, end):
        at = match.start()
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if before == "'" or after == "'":
            continue
        starts_word = (before in OPENS_AFTER or before in OPENING or before == '"') and (
            after.isalnum() or after in "$“[…"
        )
        ends_word = (before.isalnum() or before in PUNCTUATION or before in '”)]%"') and (
            after in CLOSES_BEFORE or after in CLOSING or after == '"'
        )
        if match.group() != "’" and starts_word and not _elision(text, at):
            shut()
            opened, close, certain = at + 1, None, False
        elif match.group() != "‘" and ends_word and opened is not None and not certain:
            close = at
            certain = before in PUNCTUATION or before not in "sS"
            if certain:
                shut()
                opened, close, certain = None, None, False
    shut()
    return found


ELISIONS = frozenset(["tis", "twas", "em", "til", "cause", "bout", "round", "n", "cuz", "twere"])
WORD = re.compile(r"\w+")


def _elision(text: str, at: int) -> bool:
    """Whether the mark stands for lost letters: 'em, '90s."""
    match = WORD.match(text, at + 1)
    if match is None or text[at] == "‘":
        return False
    word = match.group().lower()
    return word in ELISIONS or (len(word) <= 3 and word[0].isdigit())


def _nest(double: list[Stretch], single: list[Stretch]) -> list[Stretch]:
    out: list[Stretch] = []
    merged = sorted([*double, *single], key=lambda s: (s.start, -s.end))
    for stretch in merged:
        outer = out[-1] if out else None
        if outer is not None and outer.depth:
            outer = next((s for s in reversed(out) if not s.depth), None)
        if outer is None or stretch.start >= outer.end:
            out.append(stretch)
        elif stretch.end <= outer.end:
            out.append(replace(stretch, depth=1))
        # Two stretches that cross: the mark that came first is believed.
    return out
