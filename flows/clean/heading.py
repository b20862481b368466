"""The title of an article: given with it, else its first paragraph if that has a heading's form."""

import re

from flows.clean.boilerplate import spans
from flows.records import Mark

MAX_WORDS = 22
MAX_CHARS = 180
# Share of the longer words of a heading with a final stop that must be capitalised.
MIN_CAPITALISED = 0.75
MIN_LONGER_WORDS = 3
# Share of its words that a heading in the text shares with the given title.
MIN_SHARED = 0.6
WORD = re.compile(r"[\w'’]+")
FINAL = re.compile(r"[.!?…][\"'”’)\]]*$")
# Forms of the first line that are no title.
NO_HEADING = re.compile(r"[\"“‘'(\[—–-]|(?:by|updated|published|posted)\b[ :]", re.IGNORECASE)
QUOTED_HEADING = re.compile(r"[\"“‘'][^\"“”‘’\n]{2,80}[\"”’']\S*\s\S")


def find_title(text: str, given: str | None) -> tuple[str | None, str, Mark | None]:
    """The title, where it comes from, and where it stands in the text.

    Args:
        text: the cleaned text.
        given: the title in the metadata, if any.

    Returns:
        title, one of `schemas.vocabulary.TITLE_METHODS`, and the mark of the first paragraph if
        that is the title.
    """
    paragraphs = spans(text)[:2]
    if not paragraphs:
        return given, "metadata" if given else "none", None
    start, end = paragraphs[0]
    first = text[start:end]
    mark = Mark(start, end, "title")
    if given:
        return given, "metadata", mark if _is_same(first, given) else None
    if len(paragraphs) > 1 and _is_heading(first):
        return first, "heading", mark
    return None, "none", None


def _is_heading(line: str) -> bool:
    if len(line) > MAX_CHARS or len(line.split()) > MAX_WORDS:
        return False
    if NO_HEADING.match(line) and not QUOTED_HEADING.match(line):
        return False
    if line[-1] in ",:;-–—":
        return False
    if not FINAL.search(line) or line.endswith("?"):
        return True
    longer = [word for word in WORD.findall(line)[1:] if len(word) > 3]
    capitalised = sum(not word[0].islower() for word in longer)
    return len(longer) >= MIN_LONGER_WORDS and capitalised >= MIN_CAPITALISED * len(longer)


def _is_same(line: str, title: str) -> bool:
    if len(line) > 2 * MAX_CHARS:
        return False
    ours, theirs = (set(WORD.findall(s.casefold())) for s in (line, title))
    return bool(ours) and len(ours & theirs) >= MIN_SHARED * max(len(ours), len(theirs))
