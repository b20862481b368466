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
    """A person of an article: the mentions by name, and what they tell."""

    mentions: list[int] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    gender: str | None = None
    full: Name = Name(())
    full_text: str = ""
    last_seen: int = -1


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
    if len(name.words) < 2:
        return None
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

    Args:
        texts: surface of each mention.
        mentions: name mentions labelled PERSON, in order.

    Returns:
        The people, in the order of their first mention; `Person.mentions` are positions in
        `mentions`. Time is linear in the mentions: a name is compared with the last
        `MAX_NAMESAKES` people it could be.
    """
    names = [read_name(t) for t in texts]
    people: list[Person] = []
    by_word: dict[str, list[Person]] = defaultdict(list)
    owner: dict[int, Person] = {}
    for i, name in enumerate(names):
        if len(name.words) < 2:
            continue
        gender = title_gender(mentions[i].title)
        person = next(
            (
                p
                for p in reversed(by_word[name.last][-MAX_NAMESAKES:])
                if _same_full(p, name, gender)
            ),
            None,
        )
        if person is None:
            person = Person()
            people.append(person)
            for word in dict.fromkeys((name.last, name.first, *name.words)):
                by_word[word].append(person)
        _join(person, i, name, texts[i], gender)
        owner[i] = person
    for i, name in enumerate(names):
        if i in owner:
            owner[i].last_seen = i
            continue
        gender = title_gender(mentions[i].title)
        person = _fitting(by_word, name, gender, i)
        if person is None:
            person = Person()
            people.append(person)
            for word in name.words:
                by_word[word].append(person)
        _join(person, i, name, texts[i], gender)
        person.last_seen = i
    for person in people:
        person.mentions.sort()
    return sorted((p for p in people if p.mentions), key=lambda p: p.mentions[0])


def _same_full(person: Person, name: Name, gender: str | None) -> bool:
    """Whether a full name is this person's."""
    other = person.full
    if other.last != name.last or not same_first(other.first, name.first):
        return False
    if other.suffix != name.suffix and "jr" in (other.suffix, name.suffix):
        return False
    return not (gender and person.gender and gender != person.gender)


def _fitting(
    by_word: dict[str, list[Person]], name: Name, gender: str | None, at: int
) -> Person | None:
    """The person a partial name belongs to: by surname, else by first name; the nearest before."""
    candidates = [
        p
        for p in by_word[name.last][-MAX_NAMESAKES:]
        if not (gender and p.gender and gender != p.gender)
    ]
    by_surname = [p for p in candidates if p.full.last == name.last]
    candidates = by_surname or candidates
    if not candidates:
        return None
    before = [p for p in candidates if p.last_seen >= 0]
    return max(before, key=lambda p: p.last_seen) if before else candidates[0]


def _join(person: Person, i: int, name: Name, text: str, gender: str | None) -> None:
    person.mentions.append(i)
    person.names.append(name)
    if (len(name.words), len(text)) > (len(person.full.words), len(person.full_text)):
        person.full, person.full_text = name, text
    person.gender = person.gender or gender or first_name_gender(name)
