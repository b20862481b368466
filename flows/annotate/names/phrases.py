"""What a speaker's noun phrase is: its head, whether it is one person, several, or no person.

What belongs here: reading one phrase by its own words. What does not: whom it stands for.
"""

from dataclasses import dataclass
from functools import cache

from flows.annotate.names.traits import traits_of
from flows.lexicons import mapping, rows, words
from flows.parse import Parse

PRONOUNS = {
    "he": "m", "him": "m", "his": "m", "himself": "m",
    "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip
FIRST_PLURAL = frozenset(("we", "us", "our", "ourselves"))
FIRST_PERSON = FIRST_PLURAL | {"i", "me", "my", "myself"}
THINGS = frozenset(("it", "they"))
RELATIVES = frozenset(("who", "which", "that"))
DEFINITE = frozenset(("the", "this", "that", "these", "those"))
# Endings of nouns for people that the list lacks.
AGENTIVE = ("er", "or", "ist", "ian", "man", "woman", "person", "crat", "eer", "goer", "ee")
IRREGULAR = {
    "men": "man",
    "women": "woman",
    "people": "person",
    "wives": "wife",
    "children": "child",
}
COUNTING = frozenset(
    ("one", "two", "three", "some", "several", "many", "any", "none", "both", "each", "another")
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase.

    Attributes:
        head: token that heads it.
        noun: its head noun, lower case, singular.
        plural: whether it means several.
        definite: whether it points back (`the`, `this`, a possessive).
        kind: person, group, organisation, document, or None where the noun is not known.
        gender: `m` or `f` where the noun tells it.
        compound: the head noun with the noun before it (`campaign manager`); empty for none.
        traits: party, state and country that its words tell.
        possessed: whether it is someone's (`his boss`, `Roe's lawyer`).
    """

    head: int
    noun: str
    plural: bool
    definite: bool
    kind: str | None
    gender: str | None
    compound: str = ""
    traits: frozenset[str] = frozenset()
    possessed: bool = False


def read_phrase(parse: Parse, first: int, last: int) -> Phrase:
    """Read the noun phrase of the tokens [first, last)."""
    head = head_of(parse, first, last)
    noun_at = head
    if parse.lower[head] in COUNTING or parse.tag[head] == "CD":
        noun_at = _counted(parse, head, last)
    plural = parse.tag[noun_at] in ("NNS", "NNPS") and not (
        parse.lower[head] in ("one", "another", "each") and noun_at != head
    )
    noun = (
        singular(parse.lower[noun_at])
        if parse.tag[noun_at] in ("NNS", "NNPS")
        else parse.lower[noun_at]
    )
    kind, gender = _known(noun)
    if kind == "person" and plural:
        kind = "group"
    possessed = parse.tag[first] == "PRP$" or "POS" in parse.tag[first:head]
    definite = parse.lower[first] in DEFINITE or possessed
    before = noun_at - 1
    compound = ""
    if before >= first and parse.tag[before] == "NN":
        compound = f"{parse.lower[before]} {noun}"
    traits = traits_of(parse.word[first:last])
    return Phrase(head, noun, plural, definite, kind, gender, compound, traits, possessed)


def head_of(parse: Parse, first: int, last: int) -> int:
    """The token of [first, last) whose head lies outside; of several the first noun-like one."""
    if last - first == 1:
        return first
    outside = [
        i for i in range(first, last) if not first <= parse.head[i] < last or parse.head[i] == i
    ]
    nouns = [i for i in outside if parse.tag[i][:2] in ("NN", "PR", "CD", "DT")]
    if nouns:
        return nouns[0]
    named = [i for i in range(first, last) if parse.tag[i].startswith("NN")]
    return named[0] if named else (outside or [first])[0]


def singular(noun: str) -> str:
    """Singular of a regular English plural."""
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "ches", "shes", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _counted(parse: Parse, head: int, last: int) -> int:
    """`one of several officials`: the noun that is counted."""
    for i in range(head + 1, min(last, head + 8)):
        if parse.tag[i].startswith("NN") and not (
            i + 1 < last and parse.tag[i + 1].startswith("NN")
        ):
            return i
    return head


def _known(noun: str) -> tuple[str | None, str | None]:
    kind = mapping("speaker_nouns").get(noun)
    if kind is None and noun.endswith(AGENTIVE) and noun not in words("not_agents"):
        kind = "person"
    gender = _genders().get(noun, "-")
    return kind, None if gender == "-" else gender


@cache
def _genders() -> dict[str, str]:
    return {row[0]: row[2] for row in rows("speaker_nouns")}
