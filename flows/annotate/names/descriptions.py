"""What an article says a name is: an apposition after it, or a role in lower case before it."""

from flows.lexicons import mapping, words
from flows.parse import Parse
from flows.records import Sentence

MAX_TOKENS = 30
MAX_HEAD_TOKENS = 10
CLOSERS = frozenset((",", ".", ")", "—", "–", "--", "?", "!", ";", ":"))
FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
RELATIVES = frozenset(("who", "which", "that", "whose", "whom", "where", "when"))
STARTERS = frozenset(("DT", "PRP$", "NN", "NNS", "JJ", "JJS", "VBN", "VBG", "RB", "CD", "NNP"))


def description_of(
    parse: Parse, first: int, last: int, label: str, sentence: Sentence
) -> str | None:
    """The description of the name at tokens [first, last), as it stands in the text.

    Args:
        parse: the article's parse.
        first: the name's first token.
        last: one past its last token.
        label: its label, PERSON or ORG.
        sentence: the sentence it lies in.

    Returns:
        The apposition behind the name, without the commas around it; else the role before the
        name; None where there is neither.
    """
    return _apposition(parse, last, sentence.end) or _role_before(
        parse, first, sentence.start, label
    )


def is_described(parse: Parse, first: int, last: int) -> bool:
    """Whether what follows a name says that it is a person: an age, `who`, or a person's role."""
    if last + 2 >= len(parse) or parse.word[last] != ",":
        return False
    after = last + 1
    if parse.lower[after] == "who":
        return True
    if parse.word[after].isdigit() and len(parse.word[after]) == 2 and parse.word[after + 1] == ",":
        return True
    if parse.tag[after] not in ("DT", "NN", "JJ"):
        return False
    known = mapping("speaker_nouns")
    for i in range(after, min(after + MAX_HEAD_TOKENS, len(parse))):
        if parse.tag[i] in ("IN", "WDT", "WP", "TO", ",", ".") or parse.tag[i] in FINITE:
            return False
        if known.get(parse.lower[i]) == "person":
            return parse.tag[i] == "NN" and not parse.tag[i + 1].startswith("NN")
    return False


def _apposition(parse: Parse, last: int, limit: int) -> str | None:
    """`NAME, a ROLE of X,`: from the comma to the next one, a verb or the sentence's end."""
    if last + 1 >= len(parse) or parse.word[last] != "," or parse.start[last] >= limit:
        return None
    begin = last + 1
    if parse.tag[begin] not in STARTERS or parse.lower[begin] in RELATIVES:
        return None
    end, relative = begin, False
    while end < min(len(parse), begin + MAX_TOKENS) and parse.end[end] <= limit:
        if parse.word[end] in (
            ",",
            ";",
            ":",
            ".",
            "—",
            "–",
            "--",
            "(",
            ")",
            '"',
            "“",
            "”",
            "?",
            "!",
        ):
            break
        relative = relative or parse.lower[end] in RELATIVES
        if parse.tag[end] in FINITE and not relative:
            break
        end += 1
    else:
        return None
    if not _has_role(parse, begin, end):
        return None
    # Without the closing mark it is the subject of what follows ("In Chelsea, the mayor said").
    if parse.word[end] not in CLOSERS:
        return None
    return parse.text[parse.start[begin] : parse.end[end - 1]]


def _has_role(parse: Parse, begin: int, end: int) -> bool:
    """Whether the stretch's head is a singular common noun that says what someone is."""
    known = mapping("speaker_nouns")
    for i in range(begin, end):
        if parse.tag[i] in ("IN", "WDT", "WP", "TO") and i > begin:
            return False
        if parse.lower[i] in known and not parse.tag[i + 1].startswith(("NN", "JJ")):
            return parse.tag[i] != "NNS"
    return False


def role_before(parse: Parse, first: int) -> str | None:
    """Kind of the noun right before a name: `person`, `organisation`, ...; None for none."""
    before = first - 1
    if before < 0 or parse.tag[before] != "NN" or parse.paragraph[before] != parse.paragraph[first]:
        return None
    return mapping("speaker_nouns").get(parse.lower[before])


def _role_before(parse: Parse, first: int, floor: int, label: str) -> str | None:
    """`analyst NAME`, `former Fox News host NAME`: nouns and adjectives before the name."""
    if role_before(parse, first) != ("person" if label == "PERSON" else "organisation"):
        return None
    last = first - 1
    if parse.start[last] < floor:
        return None
    begin = last
    while (
        begin > 0
        and last - begin < MAX_HEAD_TOKENS
        and parse.start[begin - 1] >= floor
        and parse.tag[begin - 1] in ("NN", "NNP", "JJ", "NNPS", "HYPH", "VBN", "NNS")
        and parse.word[begin - 1] not in words("titles")
    ):
        begin -= 1
    return parse.text[parse.start[begin] : parse.end[last]]
