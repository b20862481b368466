"""Who is who among the people that an article names.

Mentions are joined by their names alone: full names first, partial ones to the nearest person they
fit. What belongs here: reading a name into its parts, and the clusters of name mentions. What does
not: pronouns and noun phrases (antecedents.py), names of anything else (things.py).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flows.annotate.names.titles import title_gender
from flows.lexicons import mapping, rows, words
from flows.records import Mention

SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"))
# How many people of one surname a partial name is compared with: the last ones mentioned.
MAX_NAMESAKES = 8


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in parts, case and marks folded away.

    Attributes:
        words: all its words but suffixes, in order, particles apart.
        suffix: `jr`, `sr`, `ii`, ... or the empty string.
    """

    words: tuple[str, ...]
    suffix: str = ""

    @property
    def first(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def last(self) -> str:
        return self.words[-1] if self.words else ""


@dataclass(slots=True)
class Person:
    """A person of an article.

    Attributes:
        mentions: positions of the mentions by name.
        introduced: the first of them.
        gender: `m` or `f` where a title or first name tells it.
        leaning: the gender a name of one word would tell if it is a first name.
        full: the fullest name given.
        text: the same as written.
        tails: first words of shorter forms (Peña Nieto, beside Enrique Peña Nieto).
    """

    introduced: int
    mentions: list[int] = field(default_factory=list)
    gender: str | None = None
    leaning: str | None = None
    full: Name = Name(())
    text: str = ""
    tails: set[str] = field(default_factory=set)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A word without case, diacritics, marks and full stops."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


@lru_cache(maxsize=65536)
def read_name(text: str) -> Name:
    """Read a person's name (without title) into its parts."""
    parts = [p for w in text.replace(",", " ").split() if (p := fold(_without_particle(w)))]
    suffix = ""
    while len(parts) > 1 and parts[-1] in SUFFIXES:
        suffix = parts.pop()
    kept = [
        p for i, p in enumerate(parts) if i == len(parts) - 1 or p not in words("surname_particles")
    ]
    return Name(tuple(kept), suffix)


def _without_particle(word: str) -> str:
    """`al-Zawahiri` without its `al-`."""
    head, hyphen, rest = word.partition("-")
    return rest if hyphen and rest and head.lower() in words("surname_particles") else word


def first_name_gender(name: Name) -> str | None:
    """Gender that a first name tells, `m` or `f`; None where it tells none."""
    gender = _first_names().get(name.first, "-")
    return None if gender == "-" else gender


@lru_cache(maxsize=1)
def _first_names() -> dict[str, str]:
    return {fold(n): g for n, g in mapping("first_names").items()}


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for short, long in rows("nicknames"):
        found[fold(short)].add(fold(long))
    return {k: frozenset(v) for k, v in found.items()}


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    return {fold(variant): fold(usual) for variant, usual in rows("spelling_variants")}


def spelling(word: str) -> str:
    """The spelling that a folded word's other transliterations are compared by."""
    return _spellings().get(word, word)


def same_first(a: str, b: str) -> bool:
    """Whether two first names can be one person's: equal, an initial, or a short form."""
    if a == b or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b)):
        return True
    known = _nicknames()
    return (
        b in known.get(a, ())
        or a in known.get(b, ())
        or bool(known.get(a, frozenset()) & known.get(b, frozenset()))
    )


def cluster_people(texts: Sequence[str], mentions: Sequence[Mention]) -> list[Person]:
    """Join the mentions of people into people.

    Full names come first, the longest before the shorter ones they may contain (`Aung San Suu
    Kyi`, `Suu Kyi`); then a partial name goes to the person it fits. Of several people of one
    surname that is the one the article introduced first: news gives a relative's first name, and
    calls by surname alone the one it is about.

    Args:
        texts: surface of each mention.
        mentions: name mentions labelled PERSON, in order.

    Returns:
        The people, in the order of their first mention; `Person.mentions` are positions in
        `mentions`. Time is linear in the mentions: a name is compared with at most
        `MAX_NAMESAKES` people it could be.
    """
    names = [read_name(t) for t in texts]
    genders = [title_gender(m.title) for m in mentions]
    index = _Index()
    full = [i for i, name in enumerate(names) if len(name.words) > 1]
    for i in sorted(full, key=lambda i: (-len(names[i].words), i)):
        person = index.same(names[i], genders[i]) or index.new(names[i], i)
        _join(person, i, names[i], texts[i], genders[i])
    index.order()
    usual = _usual_genders(names, genders)
    partial = [i for i, name in enumerate(names) if len(name.words) <= 1]
    # Those whose title tells a gender first: they may be someone no full name is given of.
    for i in sorted(partial, key=lambda i: (genders[i] is None, i)):
        gender = genders[i] or usual.get(names[i].last)
        person = index.fitting(names[i], gender) or index.new(names[i], i)
        _join(person, i, names[i], texts[i], genders[i])
    for person in index.people:
        person.mentions.sort()
    return sorted(index.people, key=lambda p: p.mentions[0])


class _Index:
    """The people so far, by each word of their names."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self._by_word: dict[str, list[Person]] = defaultdict(list)

    def new(self, name: Name, i: int) -> Person:
        person = Person(introduced=i)
        self.people.append(person)
        for word in dict.fromkeys(map(spelling, name.words)):
            self._by_word[word].append(person)
        return person

    def order(self) -> None:
        """Put the people of one word in the order of their introduction."""
        for people in self._by_word.values():
            people.sort(key=lambda p: p.introduced)

    def same(self, name: Name, gender: str | None) -> Person | None:
        """The person a full name is of."""
        for person in self._by_word[spelling(name.last)][-MAX_NAMESAKES:]:
            if _is_same(person, name, gender):
                return person
        return None

    def fitting(self, name: Name, gender: str | None) -> Person | None:
        """The person a partial name is of: by surname, first name, first of two surnames."""
        word = name.last
        candidates = [
            p
            for p in self._by_word[spelling(word)][:MAX_NAMESAKES]
            if not (gender and p.gender and gender != p.gender)
        ]
        for fits in (
            lambda p: spelling(p.full.last) == spelling(word),
            lambda p: p.full.first == word,
            lambda p: word in p.tails,
        ):
            if person := next(filter(fits, candidates), None):
                return person
        return None


def _is_same(person: Person, name: Name, gender: str | None) -> bool:
    other = person.full
    if gender and person.gender and gender != person.gender:
        return False
    if other.suffix != name.suffix and "jr" in (other.suffix, name.suffix):
        return False
    if other.last == name.last and same_first(other.first, name.first):
        return True
    # One part may be spelled otherwise (`Muhammad Roe`, `Mohammed Roe`), the rest is the same.
    ours, theirs = name.words, other.words
    if len(ours) == len(theirs) and tuple(map(spelling, ours)) == tuple(map(spelling, theirs)):
        return sum(a != b for a, b in zip(ours, theirs, strict=True)) < len(ours)
    size = len(name.words)
    if len(other.words) <= size:
        return False
    # A tail of the longer name, or two surnames after the first name left out.
    return other.words[-size:] == name.words


def _usual_genders(names: Sequence[Name], genders: Sequence[str | None]) -> dict[str, str]:
    """Gender that an article's `Mr` and `Mrs` give a surname, where they give one alone."""
    told: dict[str, set[str]] = defaultdict(set)
    for name, gender in zip(names, genders, strict=True):
        if gender and len(name.words) == 1:
            told[name.last].add(gender)
    return {last: next(iter(found)) for last, found in told.items() if len(found) == 1}


def _join(person: Person, i: int, name: Name, text: str, gender: str | None) -> None:
    person.mentions.append(i)
    person.introduced = min(person.introduced, i)
    # Of one length, not the form in capitals that a headline has.
    if (len(name.words), len(text), not text.isupper()) > (
        len(person.full.words),
        len(person.text),
        not person.text.isupper(),
    ):
        person.full, person.text = name, text
    elif len(name.words) > 1 and name.first != person.full.first:
        person.tails.add(name.first)
    person.gender = person.gender or gender
    if len(person.full.words) > 1:
        person.gender = person.gender or first_name_gender(person.full)
    else:
        # A single word may be a surname that is a first name too (Warren, Kelly).
        person.leaning = first_name_gender(person.full)
