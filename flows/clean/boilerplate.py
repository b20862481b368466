"""Boilerplate of news: which stretches of a laid-out text are left out, and by which rule.

The patterns stand in `patterns`; bylines and datelines, which go to columns of their own, in
`credits`. Nothing between quotation marks is ever touched.
"""

import re
from collections.abc import Iterator

from flows.clean.align import Edit
from flows.clean.patterns import PARAGRAPH_RULES, STRETCH_RULES

# Paragraphs at either end that the rules for head and tail look at.
HEAD_PARAGRAPHS = 4
TAIL_PARAGRAPHS = 6
# Longest paragraph that can be boilerplate as a whole.
MAX_CHARS = 600

LOOSE = re.compile(r" *\n[ \n]*|\A +| +\Z|  +")

Spans = list[tuple[int, int]]


def spans(text: str) -> Spans:
    """Start and end of each paragraph of a laid-out text."""
    found: Spans = []
    at = 0
    while at < len(text):
        stop = text.find("\n\n", at)
        stop = len(text) if stop < 0 else stop
        found.append((at, stop))
        at = stop + 2
    return found


def whole_paragraphs(text: str) -> Iterator[Edit]:
    """Paragraphs that are boilerplate from end to end."""
    paragraphs = spans(text)
    for i, (start, end) in enumerate(paragraphs):
        if end - start > MAX_CHARS:
            continue
        for rule in PARAGRAPH_RULES:
            if rule.place == "tail" and i < len(paragraphs) - TAIL_PARAGRAPHS:
                continue
            if rule.place == "head" and i >= HEAD_PARAGRAPHS:
                continue
            if rule.pattern.fullmatch(text, start, end):
                yield Edit(start, end, "", rule.name)
                break


def stretches(text: str) -> Iterator[Edit]:
    """Parentheses inside paragraphs that only lead the reader elsewhere."""
    at = text.find("(")
    while at >= 0:
        after = at + 1
        for rule in STRETCH_RULES:
            match = rule.pattern.match(text, at)
            if match and not _is_quoted(text, at):
                after = match.end()
                yield _cut_stretch(text, at, after, rule.name)
                break
        at = text.find("(", after)


def tidy(text: str) -> Iterator[Edit]:
    """White space that removals left: empty paragraphs, doubled spaces, loose ends."""
    for match in LOOSE.finditer(text):
        if match.start() == 0 or match.end() == len(text):
            yield Edit(match.start(), match.end())
        elif "\n" not in match.group():
            yield Edit(match.start(), match.end(), " ")
        elif match.group() != "\n\n":
            yield Edit(match.start(), match.end(), "\n\n")


def _cut_stretch(text: str, start: int, end: int, rule: str) -> Edit:
    """The edit that takes out a stretch and the space on one side of it."""
    if start and text[start - 1] == " ":
        return Edit(start - 1, end, "", rule)
    if end < len(text) and text[end] == " ":
        return Edit(start, end + 1, "", rule)
    return Edit(start, end, "", rule)


def _is_quoted(text: str, at: int) -> bool:
    """Whether a place lies between quotation marks of its paragraph."""
    start = text.rfind("\n\n", 0, at) + 1
    before = text[start:at]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")
