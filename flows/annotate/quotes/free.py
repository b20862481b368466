"""Quotations that no cue verb has claimed: carried on, introduced by a colon, or standing free.

Belongs here: rules that start from a quoted stretch. Does not belong here: rules that start from a
cue.
"""

from flows.annotate.quotes.context import MIN_WORDS, Context
from flows.annotate.quotes.drafts import Draft


def find_free(context: Context, drafts: list[Draft]) -> list[Draft]:
    """Add drafts for the quoted stretches that the given ones leave out."""
    owner: dict[int, Draft] = {}
    for draft in drafts:
        for a, b in draft.content:
            for i in range(a, b):
                if context.stretch_of[i] >= 0:
                    owner.setdefault(context.stretch_of[i], draft)
    out = list(drafts)
    for number, stretch in enumerate(context.stretches):
        if number in owner or context.words[number] < MIN_WORDS:
            continue
        draft = _carried_on(context, number, owner)
        if draft is not None:
            if draft is not owner.get(number - 1):
                out.append(draft)
            owner[number] = draft
    return out


def _carried_on(context: Context, number: int, owner: dict[int, Draft]) -> Draft | None:
    """A stretch that goes on after the phrase that attributes the stretch before it.

    In the sentence of that phrase it is a further part (`"Is it," says X, "less ..."`), at the
    start of a later one a quotation of its own.
    """
    if number == 0 or number - 1 not in owner:
        return None
    previous = owner[number - 1]
    here, last = context.stretches[number], context.stretches[number - 1]
    start = context.tokens[number][0]
    sentence = context.sentence_of[start]
    first = context.first[sentence]
    if (
        previous.cue is not None
        and context.sentence_of[previous.cue[0]] == sentence
        and previous.end <= previous.cue[0] < start
        and _after_comma(context, start)
    ):
        previous.content.append(context.tokens[number])
        previous.rule = "split_by_cue"
        return previous
    if start > first + 1 or here.paragraph - last.paragraph > 1:
        return None
    return Draft(
        rule="carried_on",
        content=[context.tokens[number]],
        cue=None,
        lemma=None,
        kind="none",
        speaker=previous.speaker,
        continues=previous,
    )


def _after_comma(context: Context, start: int) -> bool:
    before = context.previous_word(start, 0)
    return before is not None and context.parse.word[before] in (",", "—", "–", "--", "-", ":")
