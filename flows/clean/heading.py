"""The title of an article: given with it, else its first paragraph if that has a heading's form."""

import re

from flows.clean.boilerplate import spans
from flows.records import Mark

MAX_WORDS = 22
MAX_CHARS = 180
# Share of the longer words of a heading with a final stop that must be capitalised.
MIN_CAPITALISED = 0.75
MIN_LONGER_WORDS = 3
# A heading in sentence case with a stop: its words, and how much longer what follows is.
MIN_STOPPED_WORDS, MAX_STOPPED_WORDS = 4, 16
MIN_GROWTH = 1.2
# Share of its words that a heading in the text shares with the given title.
MIN_SHARED = 0.6
WORD = re.compile(r"[\w'’]+")
FINAL = re.compile(r"[.!?…][\"'”’)\]]*$")
SENTENCE_BREAK = re.compile(r"[^\W\d_]{3}[.!?][\"'”’)]*\s")
# What prose has and headings leave out.
PROSE = re.compile(
    r"\A(?:but|and|so|in|on|at|for|when|if|as|there|this|these)\b|\b(?:an?|the|he|she|they|we|it|i|his|her|their|that|"
    r"who|which|was|were|had|been|has|have|said|told|did|would|could)\b",
    re.IGNORECASE,
)
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
    if len(paragraphs) > 1:
        n_chars_after = paragraphs[1][1] - paragraphs[1][0]
        if _is_heading(first) or _is_stopped_heading(first, n_chars_after):
            return first, "heading", mark
    return None, "none", None


def _is_heading(line: str) -> bool:
    """Short, no final stop; or one in spite of which it is in title case."""
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


def _is_stopped_heading(line: str, n_chars_after: int) -> bool:
    """A heading in sentence case to which an archive put a stop.

    It has the telegram style of headings, without article, pronoun or past tense, and a longer
    paragraph after it. Of 2,405 body paragraphs tried as first lines, 2 % passed.
    """
    words = line.split()
    return (
        MIN_STOPPED_WORDS <= len(words) <= MAX_STOPPED_WORDS
        and words[0][0].isupper()
        and n_chars_after > MIN_GROWTH * len(line)
        and not NO_HEADING.match(line)
        and line[-1] == "."
        and not SENTENCE_BREAK.search(line)
        and not PROSE.search(line)
    )


def _is_same(line: str, title: str) -> bool:
    if len(line) > 2 * MAX_CHARS:
        return False
    ours, theirs = (set(WORD.findall(s.casefold())) for s in (line, title))
    return bool(ours) and len(ours & theirs) >= MIN_SHARED * max(len(ours), len(theirs))
