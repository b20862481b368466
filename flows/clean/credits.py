"""Byline and dateline as printed: found at the head of an article, removed to their columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows.clean.align import Edit
from flows.clean.boilerplate import HEAD_PARAGRAPHS, spans

MAX_BYLINE_CHARS = 160
NAME_WORD = r"(?:[^\W\d_a-z][\w.'’\-]*|(?:[Dd][ei]|[Dd]el|[Vv]an|[Vv]on|der|den|bin|al|la|le|el|[Dd]a|dos|ibn|y)\b)"
NAME = rf"{NAME_WORD}(?:\ {NAME_WORD}){{1,4}}"
BYLINE = re.compile(
    rf"""(?:By|BY|by|Written\ by|Reported\ by|Story\ by)\ ?:?\ (?!(?:The|THE)\ (?!Associated|ASSOCIATED))
    (?P<names>{NAME}(?:(?:,\ (?:and\ )?|\ and\ |\ AND\ |\ &\ ){NAME}){{0,6}})
    (?P<rest>(?:\ ?[,|/•·—–-]\ ?|\ (?:in|for|of|at)\ )[^\n.!?"“”]{{1,80}})?\.?""",
    re.VERBOSE,
)
NOT_A_NAME = re.compile(
    r"\b(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|"
    r"June|July|August|September|October|November|December|Numbers|Comparison|Contrast)\b"
)
AFFILIATION = re.compile(
    r"\b(?:Press|Writer|Reporter|Staff|Correspondent|Times|Post|News|Editor|Bureau|Reuters|AFP|"
    r"Service|Journal|Tribune|Herald|Guardian|Magazine|Daily|Contributor|Columnist|Radio|Network)\b",
    re.IGNORECASE,
)
BETWEEN_NAMES = re.compile(r",\ (?:and\ )?|\ and\ |\ AND\ |\ &\ ", re.VERBOSE)

PLACE = r"[A-Z][A-Z.'’\-]+(?:\ [A-Z][A-Z.'’\-]*){0,2}"
REGION = r"(?:,\ (?:[A-Z][\w.'’\-]*(?:\ (?:of\ |the\ |and\ )?[A-Z][\w.'’\-]*){0,3}))"
AGENCY = r"\([A-Z][\w.&'’/\ \-]{1,30}\)"
DAY = (
    r"(?:,?\ (?:Jan|Feb|March|Mar|April|Apr|May|June|Jun|July|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\ \d{1,2}"
    r"(?:,\ \d{4})?)"
)
DASH = r"(?:\ ?[—–―]\ ?|\ --?\ |--\ ?)"
DATELINE = re.compile(
    rf"""(?:(?P<place>{PLACE}{REGION}{{0,2}}){DAY}?(?:\ ?/?\ ?{AGENCY})?{DASH}
    | (?P<plain>[A-Z][\w.'’\-]+(?:\ [A-Z][\w.'’\-]+){{0,3}}{REGION}{{0,2}}){DAY}?\ {AGENCY}{DASH}
    | {AGENCY}{DASH})(?=["“‘'(]?[A-Z\d])""",
    re.VERBOSE,
)
# Capitals before a dash that are no place.
NO_PLACE = frozenset(
    [
        "ADVISORY",
        "ANALYSIS",
        "BREAKING",
        "COLUMN",
        "CORRECTED",
        "COMMENTARY",
        "CORRECTION",
        "DEVELOPING",
        "EDITORIAL",
        "EXCLUSIVE",
        "FACTBOX",
        "INTERVIEW",
        "LIVE",
        "NEWS",
        "NOTE",
        "OPINION",
        "PHOTOS",
        "POLL",
        "PREVIEW",
        "REPORT",
        "REVIEW",
        "SPECIAL",
        "TIMELINE",
        "UPDATE",
        "UPDATED",
        "VIDEO",
        "WATCH",
        "WRAPUP",
    ]
)


@dataclass(frozen=True, slots=True)
class Credit:
    """A byline or dateline found, with the edit that takes it out of the text.

    Attributes:
        kind: `byline` or `dateline`.
        value: what goes to the column; None for a wire slug that names no place.
        authors: names of a byline.
    """

    kind: str
    value: str | None
    authors: tuple[str, ...]
    edit: Edit


def find_credits(text: str) -> Iterator[Credit]:
    """At most one byline and one dateline among the first paragraphs, in order."""
    wanted = {"byline", "dateline"}
    for start, end in spans(text[: _head_end(text)]):
        for find in (_byline, _dateline):
            credit = find(text, start, end)
            if credit and credit.kind in wanted:
                wanted.remove(credit.kind)
                yield credit
                break


def _head_end(text: str) -> int:
    at = 0
    for _ in range(HEAD_PARAGRAPHS):
        stop = text.find("\n\n", at)
        if stop < 0:
            return len(text)
        at = stop + 2
    return at


def _byline(text: str, start: int, end: int) -> Credit | None:
    if end - start > MAX_BYLINE_CHARS:
        return None
    match = BYLINE.fullmatch(text, start, end)
    if match is None or NOT_A_NAME.search(match["names"]):
        return None
    names = [n for n in BETWEEN_NAMES.split(match["names"]) if not AFFILIATION.search(n)]
    return Credit("byline", match.group(), tuple(names), Edit(start, end, "", "byline"))


def _dateline(text: str, start: int, end: int) -> Credit | None:
    match = DATELINE.match(text, start, end)
    if match is None:
        return None
    place = match["place"] or match["plain"]
    if place is None:
        return Credit("dateline", None, (), Edit(start, match.end(), "", "wire_slug"))
    if NO_PLACE.intersection(place.upper().split()):
        return None
    return Credit("dateline", place, (), Edit(start, match.end(), "", "dateline"))
