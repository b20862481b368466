"""Boilerplate of news: which stretches of a laid-out text are left out, and by which rule.

The patterns stand in `patterns`; bylines and datelines, which go to columns of their own, in
`credits`. Every rule is a function from a text to edits. Nothing between quotation marks is
touched, but for markup.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from flows.clean.align import Edit
from flows.clean.patterns import (
    AUTHOR,
    BLOCK_ELEMENTS,
    LIST_LABEL,
    MARKUP,
    PARAGRAPH_RULES,
    SENTENCE_START,
    SHARE_BUTTON,
    SIGNATURE,
    SPEECH,
    STRETCH_RULES,
    STYLE_LINE,
    TRAILING,
)

# Paragraphs at either end that the rules for head and tail look at.
HEAD_PARAGRAPHS = 4
TAIL_PARAGRAPHS = 6
# Longest paragraph that can be boilerplate as a whole.
MAX_CHARS = 600
# Paragraphs at the end among which authors are presented.
AUTHOR_PARAGRAPHS = 3
MAX_TRAILING_CHARS = 300
# Longest entry of a list of links, and the share of its longer words that are capitalised.
MAX_LINK_CHARS = 140
MIN_CAPITALISED = 0.7
LONGER_WORD = re.compile(r"[^\W\d_][\w'’]{3,}")
LOOSE = re.compile(r"[ \n]{2,}|\n|\A | \Z")
BREAKS = re.compile(r"\n+")
BRACKET = re.compile(r"[(\[]")
QUOTATION_END = "\"”’'"

Spans = tuple[tuple[int, int], ...]


# (Rule after rule asks for those of the same text.)
@lru_cache(maxsize=4)
def spans(text: str) -> Spans:
    """Start and end of each paragraph of a laid-out text."""
    found = []
    at = 0
    while at < len(text):
        stop = text.find("\n\n", at)
        stop = len(text) if stop < 0 else stop
        found.append((at, stop))
        at = stop + 2
    return tuple(found)


def markup(text: str) -> Iterator[Edit]:
    """Tags, comments, scripts."""
    at = text.find("<")
    while at >= 0:
        match = MARKUP.match(text, at)
        after = at + 1
        if match:
            after = match.end()
            name = (match["element"] or match["name"] or "").lower()
            yield Edit(at, after, "\n\n" if BLOCK_ELEMENTS.fullmatch(name) else "", "markup")
        at = text.find("<", after)


def whole_paragraphs(text: str) -> Iterator[Edit]:
    """Paragraphs that are boilerplate from end to end."""
    paragraphs = spans(text)
    tail = len(paragraphs) - TAIL_PARAGRAPHS
    for i, (start, end) in enumerate(paragraphs):
        if end - start > MAX_CHARS:
            continue
        name = _paragraph_rule(text[start:end], i < HEAD_PARAGRAPHS, i >= tail)
        if name:
            yield Edit(start, end, "", name)


def stretches(text: str) -> Iterator[Edit]:
    """Parentheses inside paragraphs that only lead the reader elsewhere."""
    for start, end in spans(text):
        n_straight = n_open = 0
        counted = start
        at = _next_bracket(text, start, end)
        while at >= 0:
            after = at + 1
            matches = ((rule.name, rule.pattern.match(text, at, end)) for rule in STRETCH_RULES)
            name, match = next((m for m in matches if m[1]), ("", None))
            if match:
                after = match.end()
                n_straight += text.count('"', counted, at)
                n_open += text.count("“", counted, at) - text.count("”", counted, at)
                counted = at
                if n_straight % 2 == 0 and n_open <= 0:
                    yield Edit(at, after, " ", name)
            at = _next_bracket(text, after, end)


def trailing_sentences(text: str) -> Iterator[Edit]:
    """The last sentences of a paragraph at the end that speak to the reader."""
    rules = [rule.pattern for rule in PARAGRAPH_RULES if rule.name in TRAILING]
    names = [rule.name for rule in PARAGRAPH_RULES if rule.name in TRAILING]
    for start, end in spans(text)[-AUTHOR_PARAGRAPHS:]:
        for stop in SENTENCE_START.finditer(text, max(start, end - MAX_TRAILING_CHARS), end):
            at = stop.end()
            name = next(
                (n for n, r in zip(names, rules, strict=True) if r.fullmatch(text, at, end)), None
            )
            if name and not _is_quoted(text, at):
                yield Edit(stop.start(), end, "", name)
                break


def link_lists(text: str) -> Iterator[Edit]:
    """A label such as `Related:` with the headings after it."""
    paragraphs = spans(text)
    listed = False
    for start, end in paragraphs:
        if end - start <= MAX_LINK_CHARS and LIST_LABEL.fullmatch(text, start, end):
            listed = True
            yield Edit(start, end, "", "link_list")
        elif listed and _is_link(text[start:end]):
            yield Edit(start, end, "", "link_list")
        else:
            listed = False


def share_bars(text: str) -> Iterator[Edit]:
    """Two or more buttons, a paragraph each."""
    bar: list[tuple[int, int]] = []
    for start, end in [*spans(text), (len(text), len(text))]:
        if SHARE_BUTTON.fullmatch(text, start, end):
            bar.append((start, end))
            continue
        if len(bar) > 1:
            yield from (Edit(s, e, "", "share_bar") for s, e in bar)
        bar = []


def style_sheets(text: str) -> Iterator[Edit]:
    """Lines of a style sheet: a whole rule, or two of its lines with a brace among them."""
    run: list[tuple[int, int]] = []
    for start, end in [*spans(text), (len(text), len(text))] if "{" in text else ():
        if end - start <= MAX_CHARS and STYLE_LINE.fullmatch(text, start, end):
            run.append((start, end))
            continue
        sheet = text[run[0][0] : run[-1][1]] if run else ""
        if ("{" in sheet and "}" in sheet) or (len(run) > 1 and ("{" in sheet or "}" in sheet)):
            yield from (Edit(s, e, "", "style_sheet") for s, e in run)
        run = []


def authors(text: str) -> Iterator[Edit]:
    """Authors presented below the text: named there and nowhere else."""
    paragraphs = spans(text)
    for i in range(max(2, len(paragraphs) - AUTHOR_PARAGRAPHS), len(paragraphs)):
        start, end = paragraphs[i]
        if end - start > MAX_CHARS:
            continue
        match = AUTHOR.match(text, start, end)
        if match is None or " " not in match["name"] or SPEECH.search(text, start, end):
            continue
        first, *_, last = match["name"].split()
        before = text[:start]
        if match["name"] not in before and (first not in before or last not in before):
            yield Edit(start, end, "", "author_line")


def signature(text: str) -> Iterator[Edit]:
    """A name after a dash, alone at the end; after a quotation it is its source and stays."""
    paragraphs = spans(text)
    if len(paragraphs) < 3:
        return
    start, end = paragraphs[-1]
    match = SIGNATURE.fullmatch(text, start, end)
    if match and (match["agency"] or text[start - 3] not in QUOTATION_END):
        yield Edit(start, end, "", "signature")


def tidy(text: str) -> Iterator[Edit]:
    """White space that removals left: empty paragraphs, doubled spaces, loose ends."""
    spaced = "  " in text or " \n" in text or "\n " in text or text[:1] == " " or text[-1:] == " "
    for match in (LOOSE if spaced else BREAKS).finditer(text):
        if match.start() == 0 or match.end() == len(text):
            yield Edit(match.start(), match.end())
        elif "\n" not in match.group():
            yield Edit(match.start(), match.end(), " ")
        elif match.group() != "\n\n":
            yield Edit(match.start(), match.end(), "\n\n")


RULES = (
    markup,
    link_lists,
    whole_paragraphs,
    share_bars,
    style_sheets,
    stretches,
    trailing_sentences,
    authors,
    signature,
)


# (Text is gone over until nothing changes, and most paragraphs never do.)
@lru_cache(maxsize=1024)
def _paragraph_rule(paragraph: str, in_head: bool, in_tail: bool) -> str | None:
    """Name of the first rule that matches a whole paragraph."""
    for rule in PARAGRAPH_RULES:
        if (
            len(paragraph) <= rule.max_chars
            and (rule.place != "tail" or in_tail)
            and (rule.place != "head" or in_head)
            and rule.pattern.fullmatch(paragraph)
        ):
            return rule.name
    return None


def _next_bracket(text: str, at: int, end: int) -> int:
    match = BRACKET.search(text, at, end)
    return match.start() if match else -1


def _is_quoted(text: str, at: int) -> bool:
    """Whether a place lies between quotation marks of its paragraph."""
    start = text.rfind("\n\n", 0, at) + 1
    n_straight = text.count('"', start, at)
    return n_straight % 2 == 1 or text.count("“", start, at) > text.count("”", start, at)


def _is_link(paragraph: str) -> bool:
    if len(paragraph) > MAX_LINK_CHARS:
        return False
    longer = LONGER_WORD.findall(paragraph)
    capitalised = sum(word[0].isupper() for word in longer)
    return bool(longer) and capitalised >= MIN_CAPITALISED * len(longer)
