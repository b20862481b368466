"""What a user searches for: read from the address, put back into it, and turned into SQL.

Words match whole words, whatever their case and accents; `"a phrase"`, `prefix*` and `-without`
are understood. The same conditions run on the explorer's own index and, as the SQL a user copies,
on the Parquet files.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flows.publish.views import literal
from schemas.vocabulary import QUOTE_KINDS

Fold = Callable[[str], str]

TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
SORTS = {"corpus": "corpus order", "newest": "newest first", "oldest": "oldest first"}
MAX_TEXT = 500
FIELDS = ("words", "speaker", "publisher", "since", "until", "kind", "speech", "denied", "sort")

# Text as it is compared: lower case, no accents, words parted by single spaces.
FOLD = r"""' ' || trim(regexp_replace(lower(strip_accents({})), '[^\p{{L}}\p{{N}}]+', ' ', 'g')) || ' '"""

# Where each filter looks in the explorer's index, and in the tables themselves.
INDEX = {
    "words": "words",
    "speaker": "speaker",
    "publisher": "publisher",
    "date": "published_date",
    "kind": "kind",
    "cue_kind": "cue_kind",
    "negated": "negated",
}
TABLES = {
    "words": FOLD.format("coalesce(q.content, '')"),
    "speaker": FOLD.format("coalesce(q.speaker_name, q.speaker_text, '')"),
    "publisher": "d.publisher",
    "date": "d.published_date",
    "kind": "q.kind",
    "cue_kind": "q.cue_kind",
    "negated": "q.negated",
}


class BadQuery(ValueError):
    """A filter that cannot be used; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a search as the user typed them; empty means no filter."""

    words: str = ""
    speaker: str = ""
    publisher: str = ""
    since: str = ""
    until: str = ""
    kind: str = ""
    speech: str = ""
    denied: str = ""
    sort: str = "corpus"
    page: int = 1

    def query(self, page: int = 1) -> str:
        """The filters as the query of an address."""
        given = {name: value for name in FIELDS if (value := getattr(self, name))}
        if given.get("sort") == "corpus":
            del given["sort"]
        return urlencode(given | ({"page": page} if page > 1 else {}))

    def on_page(self, page: int) -> "Filters":
        """The same search, another page of it."""
        return replace(self, page=page)


def read_filters(query: Mapping[str, str]) -> Filters:
    """Filters from the query of an address; what is no filter is ignored.

    Raises:
        BadQuery: for a value that no filter can have.
    """
    given = {name: query[name].strip() for name in FIELDS if query.get(name, "").strip()}
    for name, value in given.items():
        if len(value) > MAX_TEXT or "\0" in value:
            raise BadQuery(f"{name}: too long. Write at most {MAX_TEXT} characters.")
    if given.get("kind", "direct") not in QUOTE_KINDS:
        raise BadQuery(f"kind: {given['kind']!r} is none of {', '.join(QUOTE_KINDS)}.")
    if given.get("sort", "corpus") not in SORTS:
        raise BadQuery(f"sort: {given['sort']!r} is none of {', '.join(SORTS)}.")
    page = query.get("page", "1")
    if not page.isdecimal() or not 1 <= len(page) <= 7 or int(page) < 1:
        raise BadQuery("page: write a number from 1.")
    for name in ("since", "until"):
        if name in given:
            _period(name, given[name])
    return Filters(**given, page=int(page))


def conditions(filters: Filters, where: Mapping[str, str], fold: Fold) -> str:
    """The filters as an SQL condition.

    Args:
        filters: of the search.
        where: expression of every searched value: `INDEX` or `TABLES`.
        fold: folds a text as `FOLD` does.

    Returns:
        SQL without parameters, every value a literal; `true` where nothing is filtered.
    """
    return " AND ".join(_conditions(filters, where, fold)) or "true"


def terms(words: str, fold: Fold) -> Iterator[tuple[bool, str]]:
    """The terms of a search: whether wanted, and the folded text to look for."""
    for minus, phrase, word in TERM.findall(words):
        folded = fold(phrase or word)
        if folded.strip():
            yield not minus, folded.removesuffix(" ") if word.endswith("*") else folded


def _conditions(filters: Filters, where: Mapping[str, str], fold: Fold) -> Iterator[str]:
    for name in ("words", "speaker"):
        for wanted, term in terms(getattr(filters, name), fold):
            yield f"{'' if wanted else 'NOT '}contains({where[name]}, {literal(term)})"
    if filters.publisher:
        yield f"{where['publisher']} = {literal(filters.publisher)}"
    if filters.since:
        yield f"{where['date']} >= DATE '{_period('since', filters.since)[0]}'"
    if filters.until:
        yield f"{where['date']} <= DATE '{_period('until', filters.until)[1]}'"
    if filters.kind:
        yield f"{where['kind']} = {literal(filters.kind)}"
    if filters.speech:
        yield f"{where['cue_kind']} <> 'think'"
    if filters.denied:
        yield where["negated"]


def _period(name: str, text: str) -> tuple[date, date]:
    """First and last day of a year, month or day."""
    match = DATE.fullmatch(text)
    try:
        if match:
            year, month, day = (int(part) if part else None for part in match.groups())
            assert year is not None
            first = date(year, month or 1, day or 1)
            last_month = month or 12
            return first, date(year, last_month, day or monthrange(year, last_month)[1])
    except ValueError:
        pass
    raise BadQuery(f"{name}: {text!r} is no date. Write 2011, 2011-06 or 2011-06-30.")
