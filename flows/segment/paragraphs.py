"""Paragraphs of a cleaned text, each with its role.

What belongs here: where paragraphs lie, and what they are by a mark of the cleaning stage or by
their form. What does not: sentences, and the article's title, which only the cleaning stage knows.
"""

import re
from collections.abc import Sequence

from flows.lexicons import words
from flows.records import Mark, Paragraph

BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
MAX_HEADING_WORDS = 14
MAX_CAPTION_CHARS = 400
MAX_LABEL_CHARS = 48

# Forms are looked at in this order; each pattern is anchored and scans the paragraph's head once.
NOTE = re.compile(
    r"[\[(*]*(?:Editor['’]?s?['’]? note|Editors['’] note|Correction|Clarification|Update)\b[^.]{0,40}[:—-]",
    re.IGNORECASE,
)
LIST_ITEM = re.compile(r"(?:[•●▪◦‣·*∙]\s*|-\s+|\(?(?:\d{1,2}|[a-z])[.)]\s+)\S")
CAPTION = re.compile(
    r"\(?(?:(?:AP|AFP|File|Stock)\s+)?(?:Photo(?:graph)?|Image|Picture|Illustration|Credit|Caption)s?"
    r"(?:\s+(?:by|courtesy|credit|via|from)\b|\s*[:/])",
    re.IGNORECASE,
)
CREDIT = re.compile(
    r"(?:\((?:AP |File )?(?:Photo|Image)s?\b[^()\n]{0,80}\)|/\s?(?:Getty Images|AP|Reuters|AFP|EPA)\)?"
    r"|\bImage: [^.\n]{1,60}|\b(?:Photo|Image)s? (?:by|courtesy of) [^.\n]{1,60})\.?$"
)
# One of them is in every credit.
CREDITED = ("Photo", "Image", "/")
CREDIT_CHARS = 120
BYLINE = re.compile(r"(?:By|BY)\s+(?=[^\W\d_a-z])[^.!?:;]{2,80}$")
DATELINE = re.compile(
    r"(?=[^\n]{3,70}$)[A-Z][A-Z.'’ -]{2,40}(?:,\s+[A-Z][\w.]+(?:\s[A-Z][\w.]+){0,2})?"
    r"(?:\s*\([A-Z][\w ./-]{1,24}\)\s*[—–-]{0,2}|\s*[—–]|\s+--?)$"
)
TURN = re.compile(
    r"(?:Q|A|(?:[A-Z][A-Z.'’-]*)(?:\s+[A-Z][A-Z.'’-]*){0,4}(?:\s*\([^()\n]{1,40}\))?"
    r"|[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]+){0,3})\s?:(?=\s|$)"
)
CLOSING = "\"'”’)]»"
TERMINAL = ".!?…"


def paragraphs(text: str, marks: Sequence[Mark]) -> tuple[Paragraph, ...]:
    """Part a cleaned text at its blank lines.

    Args:
        text: the text, its paragraphs parted by one blank line.
        marks: stretches whose role is known, in order of their start.

    Returns:
        The paragraphs in order, none empty, white space at their edges left out; roles are those
        of `schemas.vocabulary.SENTENCE_ROLES`.
    """
    found = []
    position, next_mark = 0, 0
    for end, resume in [(m.start(), m.end()) for m in BLANK_LINE.finditer(text)] + [
        (len(text), len(text))
    ]:
        stretch = text[position:end]
        start = position + len(stretch) - len(stretch.lstrip())
        stop = position + len(stretch.rstrip())
        position = resume
        if start >= stop:
            continue
        while next_mark < len(marks) and marks[next_mark].end <= start:
            next_mark += 1
        marked = next_mark < len(marks) and marks[next_mark].start < stop
        role = marks[next_mark].role if marked else role_by_form(text[start:stop])
        found.append(Paragraph(start, stop, role))
    return tuple(found)


def role_by_form(paragraph: str) -> str:
    """Role of a paragraph that no mark covers, by how it looks."""
    if NOTE.match(paragraph):
        return "note"
    if LIST_ITEM.match(paragraph):
        return "list"
    if len(paragraph) <= MAX_CAPTION_CHARS and (
        CAPTION.match(paragraph) or _has_credit(paragraph[-CREDIT_CHARS:])
    ):
        return "caption"
    if BYLINE.match(paragraph):
        return "byline"
    if DATELINE.match(paragraph):
        return "dateline"
    if turn_label(paragraph):
        return "turn"
    return "heading" if _is_heading(paragraph) else "body"


def _has_credit(end: str) -> bool:
    return any(word in end for word in CREDITED) and CREDIT.search(end) is not None


def turn_label(paragraph: str) -> int:
    """Length of the speaker's label that opens a turn (`WALLACE:`), colon included; 0 for none."""
    match = TURN.match(paragraph[:MAX_LABEL_CHARS])
    if not match:
        return 0
    label = match.group().rstrip(": ").lower().split()
    return 0 if words("no_speakers").issuperset(label) else match.end()


def _is_heading(paragraph: str) -> bool:
    if len(paragraph.split(None, MAX_HEADING_WORDS + 1)) > MAX_HEADING_WORDS or "\n" in paragraph:
        return False
    if paragraph[0] in "\"“‘'«(—–-":
        return False
    last = paragraph.rstrip(CLOSING)[-1:]
    if last in TERMINAL or last in ",;—–-":
        return False
    return paragraph[0].isupper() or paragraph[0].isdigit()
