"""Names as stretches of tokens, while their edges and labels are still being decided."""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.lexicons import mapping
from flows.parse import Parse

# Labels of values, not of names: never voted on, clustered or described.
VALUES = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
NAME_TAGS = frozenset(("NNP", "NNPS"))
# Tags of a verb that what stands before it is the subject of.
VERB_TAGS = frozenset(("VBD", "VBZ", "VBP", "MD"))
MAX_NAME_TOKENS = 6
POSSESSIVES = frozenset(("'s", "’s", "'", "’", "‘s"))
SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


@dataclass(slots=True)
class Span:
    """A name by its tokens [first, last), its label, and who gave the label."""

    first: int
    last: int
    label: str
    source: str = "model"

    def __len__(self) -> int:
        return self.last - self.first


def covered(parse: Parse, spans: Iterable[Span]) -> list[Span | None]:
    """For each token the span it lies in; the later one where two overlap."""
    found: list[Span | None] = [None] * len(parse)
    for span in spans:
        found[span.first : span.last] = [span] * (span.last - span.first)
    return found


def surface(parse: Parse, first: int, last: int) -> str:
    """The tokens [first, last) in lower case, one space between them."""
    return straight(" ".join(parse.lower[first:last]))


def surname_token(parse: Parse, span: Span) -> int:
    """Token of a person's surname: the last that is no suffix."""
    i = span.last - 1
    while i > span.first and (parse.lower[i] in SUFFIXES or parse.word[i] == ","):
        i -= 1
    return i


def straight(word: str) -> str:
    """A word with a straight apostrophe (O’Neill, O'Neill)."""
    return word.replace("’", "'")


def is_capitalised(word: str) -> bool:
    return word[0].isupper()


def is_no_person(word: str, first: str) -> bool:
    """Whether a word is no part of a person's name, given the name's first word.

    Some of the list are surnames too (Bloomberg): behind a first name they are one.
    """
    known = mapping("not_people").get(word)
    return known is not None and not (
        known == "surname" and first != word and first in mapping("first_names")
    )


def is_name_word(parse: Parse, i: int) -> bool:
    """Whether token i is a proper noun with a capital."""
    return parse.tag[i] in NAME_TAGS and is_capitalised(parse.word[i])
