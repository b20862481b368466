"""Party, state of the USA and country: what words near a name, or in a phrase, tell of someone.

They tell apart the people one noun may mean ("the Florida senator", "the French president"). What
belongs here: reading them off words. What does not: whom a phrase stands for (antecedents.py), and
the column `country`, but for noun phrases.
"""

import re
from collections.abc import Collection, Sequence

from flows.annotate.names.countries import country_of
from flows.lexicons import mapping
from flows.parse import Parse

# Tokens before a name that may belong to it (`former Florida Gov. Jeb Bush`).
MAX_BEFORE = 8
BEFORE_TAGS = frozenset(("NN", "NNS", "NNP", "NNPS", "JJ", "JJR", "JJS", "HYPH", "VBN", "CD"))
# `(R-Ky.)`, `, D-Vt.,`
PARTY_AND_STATE = re.compile(r"(?: \(|, )([RDI])-([A-Z][A-Za-z.]{1,8})")
# `, Republican of Illinois,`, `, a New Hampshire Democrat who`, ` of Vermont`
BEHIND = re.compile(
    r", (?:the |an? )?((?:[A-Z][\w.]+ ){0,2}(?:Republican|Democrat)"
    r"(?: (?:of|from) [A-Z][\w.]+(?: [A-Z][\w.]+)?)?)(?=[,.]| who )"
    r"| (?:of|from) ([A-Z][\w.]+(?: [A-Z][\w.]+)?)"
)
LETTERS = {"R": "republican", "D": "democrat", "I": "independent"}
AFTER_CHARS = 60


def traits_of(words: Sequence[str]) -> frozenset[str]:
    """Traits that words in order tell, as `party:democrat`, `state:FL`, `country:FR`."""
    found = set()
    states, parties = mapping("us_states"), mapping("parties")
    for i, word in enumerate(words):
        for name in (f"{word} {words[i + 1]}" if i + 1 < len(words) else "", word):
            if name in states:
                found.add(f"state:{states[name]}")
                break
            if code := country_of(name, "NORP"):
                found.add(f"country:{code}")
                break
        if party := parties.get(word.removesuffix("s")):
            found.add(f"party:{party}")
    return frozenset(found)


def traits_near(parse: Parse, first: int, last: int) -> frozenset[str]:
    """Traits that the words right before and behind the name at tokens [first, last) tell."""
    i = first
    while (
        i > 0
        and first - i < MAX_BEFORE
        and parse.tag[i - 1] in BEFORE_TAGS
        and parse.paragraph[i - 1] == parse.paragraph[first]
    ):
        i -= 1
    found = set(traits_of(parse.word[i:first]))
    end = parse.end[last - 1]
    after = parse.text[end : end + AFTER_CHARS]
    if match := PARTY_AND_STATE.match(after):
        found.add(f"party:{LETTERS[match[1]]}")
        found |= traits_of([match[2]])
    elif match := BEHIND.match(after):
        found |= {
            t for t in traits_of((match[1] or match[2]).split()) if not t.startswith("country:")
        }
    return frozenset(found)


def conflict(ours: Collection[str], theirs: Collection[str]) -> bool:
    """Whether two sets of traits name two parties, two states or two countries."""
    if not ours or not theirs:  # as nearly always
        return False
    others = _by_kind(theirs)
    return any(
        kind in others and not values & others[kind] for kind, values in _by_kind(ours).items()
    )


def country_in(words: Sequence[str]) -> str | None:
    """The one country that a noun phrase's words name; None for none, and for several."""
    codes = [t.partition(":")[2] for t in traits_of(words) if t.startswith("country:")]
    return codes[0] if len(codes) == 1 else None


def _by_kind(traits: Collection[str]) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for trait in traits:
        kind, _, value = trait.partition(":")
        kinds.setdefault(kind, set()).add(value)
    return kinds
