"""Titles before a person's name: `Gen.`, `Mr`, `Defense Secretary`, `Army Chief of Staff`."""

from flows.lexicons import mapping, words
from flows.parse import Parse

MAX_TITLE_TOKENS = 6
# Titles that are surnames as well: at a name's end they are the surname.
SURNAMES = frozenset(
    ("King", "Dean", "Bishop", "Pope", "Prince", "Major", "Justice", "Judge", "Marshal", "Lord")
) | frozenset(("Constable", "Provost", "Chancellor", "Cardinal", "Queen", "Sheriff", "Sultan"))
LINKS = frozenset(("of", "for", "the"))
# What a hyphen may add to a title: `President-elect`, `Attorney General-designate`.
TAILS = frozenset(("elect", "designate", "emeritus"))


def is_title_word(word: str) -> bool:
    """Whether a capitalised word can end a title."""
    head, hyphen, tail = word.partition("-")
    return word in mapping("titles") or bool(hyphen and tail in TAILS and head in mapping("titles"))


def is_surname(word: str) -> bool:
    """Whether a capitalised word can be a surname: all but words that are only titles."""
    return not is_title_word(word) or word in SURNAMES


def title_gender(title: str | None) -> str | None:
    """Gender that a title tells, `m` or `f`; None where it tells none."""
    for word in reversed((title or "").split()):
        gender = mapping("titles").get(word, "-")
        if gender != "-":
            return gender
    return None


def title_length(parse: Parse, first: int, last: int) -> int:
    """How many tokens at the front of [first, last) are a title, a name of one word at least left."""
    count = 0
    for i in range(first, last - 1):
        if is_title_word(parse.word[i]):
            count = i + 1 - first
        elif parse.word[i] not in words("title_modifiers") and parse.lower[i] not in LINKS:
            break
    return count


def title_before(parse: Parse, first: int, floor: int) -> str | None:
    """The title that stands right before token `first`, as written; None for none.

    Args:
        parse: the article's parse.
        first: the name's first token.
        floor: offset at which its sentence starts.
    """
    end = first
    if first > 2 and parse.lower[first - 1] in TAILS and parse.word[first - 2] == "-":
        end = first - 2
    start = end
    while start > 0 and end - start < MAX_TITLE_TOKENS and parse.start[start - 1] >= floor:
        word = parse.word[start - 1]
        if not (is_title_word(word) or word in words("title_modifiers") or word == "of"):
            break
        start -= 1
    while start < end and parse.word[start] == "of":
        start += 1
    if not any(is_title_word(parse.word[i]) for i in range(start, end)):
        return None
    # "Chief of Staff": the last word is no title, but what "of" governs.
    if not is_title_word(parse.word[end - 1]) and parse.word[end - 2] != "of":
        return None
    return parse.text[parse.start[start] : parse.end[first - 1]]
