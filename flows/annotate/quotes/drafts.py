"""The form in which attribution rules hand on what they found.

Belongs here: the record, and how content is put together from token ranges. Does not belong here:
any rule.
"""

from dataclasses import dataclass, field

from flows.annotate.quotes.context import Context

TRIM = frozenset([",", ";", ":", "-", "--", "—", "–", "(", "[", "_", "..."])
TRIM_END = TRIM | {"and", "but", "or"}


@dataclass(slots=True)
class Draft:
    """An attribution before it becomes a Quote. Ranges are of tokens, half-open.

    Attributes:
        rule: name of the rule.
        content: stretches of the content, in order.
        cue: the cue, or None.
        lemma, kind: its dictionary form and kind (`schemas.vocabulary.CUE_KINDS`).
        speaker: the speaker mention, or None.
        rank: rules of lower rank win where two claim the same words.
        continues: the draft that this one carries on.
    """

    rule: str
    content: list[tuple[int, int]]
    cue: tuple[int, int] | None
    lemma: str | None
    kind: str
    speaker: tuple[int, int] | None
    rank: int = 0
    addressee: tuple[int, int] | None = None
    via: tuple[int, int] | None = None
    negated: bool = False
    hedged: bool = False
    continues: "Draft | None" = None
    flags: set[str] = field(default_factory=set)

    @property
    def start(self) -> int:
        return self.content[0][0]

    @property
    def end(self) -> int:
        return self.content[-1][1]


def widen(context: Context, start: int, end: int) -> tuple[int, int]:
    """Widen a token range so that it cuts no quoted stretch; closing marks go with it."""
    if start >= end:
        return start, end
    number = context.stretch_of[start]
    if number >= 0:
        start = min(start, context.tokens[number][0])
    number = context.stretch_of[end - 1]
    if number >= 0:
        end = max(end, context.tokens[number][1])
    return start, end


def trim(context: Context, start: int, end: int) -> tuple[int, int]:
    """Drop punctuation and white space at both ends of a token range; marks stay for later."""
    word, tag, lower = context.parse.word, context.parse.tag, context.parse.lower
    while start < end and (word[start] in TRIM or tag[start] == "_SP" or context.is_mark(start)):
        start += 1
    while end > start and (
        lower[end - 1] in TRIM_END or tag[end - 1] == "_SP" or context.is_mark(end - 1)
    ):
        end -= 1
    return start, end


def clean(context: Context, start: int, end: int) -> tuple[int, int] | None:
    """Trim a token range, then widen it to whole stretches; None where nothing is left."""
    start, end = trim(context, start, end)
    if start >= end:
        return None
    return widen(context, start, end)


@dataclass(slots=True)
class Content:
    """What was found: the rule's name, the pieces, the kind of cue, a better speaker if any.

    `cue_end` is one past the noun that is one with the cue: expressed doubt that ...
    """

    rule: str
    pieces: list[tuple[int, int]]
    kind: str
    speaker: tuple[int, int] | None = None
    cue_end: int | None = None


def extended(given: Draft, end: int) -> Draft:
    """A draft whose last piece reaches token `end`."""
    first, _ = given.content[-1]
    given.content[-1] = (first, end)
    return given


def carrying(previous: Draft, content: list[tuple[int, int]]) -> Draft:
    """The draft of what carries a statement on without a cue."""
    return Draft(
        rule="carried_on",
        content=content,
        cue=None,
        lemma=None,
        kind="none",
        speaker=previous.speaker,
        continues=previous,
    )
