"""Participles without a subject of their own: they speak for whom the sentence spoke before.

Belongs here: giving a draft the speaker of its neighbour where grammar says it is the same one.
Does not belong here: the subjects that the parse gives (`speakers`).
"""

from flows.annotate.quotes.context import WINDOW, Context
from flows.annotate.quotes.drafts import Draft
from flows.annotate.quotes.speakers import SUBJECTS, mention_span

LONGEST_LINK = 4


def lend_speakers(context: Context, drafts: list[Draft]) -> None:
    """Fill in the speaker of participles: "...," he said, adding that ...; Adding, "...".

    A participle after a comma takes the speaker of the verb of speech before it in its sentence,
    even where the parse names another; one that opens a sentence takes that of the last sentence.
    """
    parse = context.parse
    by_cue = sorted((d for d in drafts if d.cue is not None), key=lambda d: d.cue or (0, 0))
    said_by = {i: d for d in by_cue for a, b in d.content for i in range(a, b)}
    previous: Draft | None = None
    for draft in by_cue:
        assert draft.cue is not None
        verb = draft.cue[0]
        outer = said_by.get(draft.speaker[0]) if draft.speaker is not None else None
        lender = _lender(context, previous, verb) if parse.tag[verb] == "VBG" else None
        if lender is not None and not _is_outer(draft, lender, context):
            draft.speaker = lender.speaker
            draft.flags.discard("no_source")
        elif outer is not None and _is_behind(context, outer, verb):
            draft.speaker = outer.speaker
        elif parse.tag[verb] == "VBG":
            noun = _subject_before(context, verb) if draft.speaker is None else None
            if noun is not None:
                draft.speaker = mention_span(context, noun)
                draft.flags.discard("no_source")
        elif previous is not None and _follows(context, previous, verb):
            draft.speaker = previous.speaker
            draft.flags.discard("no_source")
        if draft.speaker is not None and draft.kind in ("say", "write"):
            previous = draft


def _lender(context: Context, previous: Draft | None, verb: int) -> Draft | None:
    """The draft whose speaker a participle shares, if its place says so."""
    parse = context.parse
    if previous is None or previous.cue is None:
        return None
    low = context.first[context.sentence_of[verb]]
    gap = context.sentence_of[verb] - context.sentence_of[previous.cue[0]]
    if verb == low:
        follows = gap == 1 and not _has_subject(context, verb)
        return (
            previous
            if follows and parse.paragraph[previous.start] == parse.paragraph[verb]
            else None
        )
    before = context.previous_word(verb, low)
    if gap or before is None or parse.word[before] != ",":
        return None
    # He said ..., adding: nothing but the content between them, and no other subject.
    between = range(previous.cue[1], verb)
    if len(between) > WINDOW or any(
        parse.dep[i] in ("nsubj", "nsubjpass") and not _inside(previous, i) for i in between
    ):
        return None
    return previous


def _follows(context: Context, previous: Draft, verb: int) -> bool:
    """Whether a verb comes right after another's content: said ... and added ..."""
    parse = context.parse
    gap = range(previous.end, verb)
    return (
        previous.cue is not None
        and parse.tag[previous.cue[0]][0] == "V"
        and previous.cue[0] < previous.start
        and 0 < len(gap) <= LONGEST_LINK
        and context.sentence_of[previous.cue[0]] == context.sentence_of[verb]
        and all(parse.tag[i] in ("CC", "RB", ",") or context.is_mark(i) for i in gap)
        and context.child(verb, *SUBJECTS) is None
    )


def _is_outer(draft: Draft, lender: Draft, context: Context) -> bool:
    """Whether the parse names a speaker who stands before the lender's in the sentence."""
    if draft.speaker is None or lender.speaker is None:
        return False
    return (
        draft.speaker[0] < lender.speaker[0]
        and context.sentence_of[draft.speaker[0]] == context.sentence_of[lender.speaker[0]]
    )


def _is_behind(context: Context, outer: Draft, verb: int) -> bool:
    """Whether a verb stands behind another statement in whose words the parser found its subject.

    Said the bill was dead - and arguing that ...: who says the one says the other.
    """
    return (
        outer.cue is not None
        and outer.kind != "according_to"
        and outer.speaker is not None
        and outer.end <= verb
        and context.parse.dep[verb] != "relcl"
        and (context.parse.dep[verb], context.parse.tag[verb]) != ("acl", "VBD")
        and context.sentence_of[outer.cue[0]] == context.sentence_of[verb]
    )


def _inside(draft: Draft, i: int) -> bool:
    return any(a <= i < b for a, b in draft.content) or (
        draft.speaker is not None and draft.speaker[0] <= i < draft.speaker[1]
    )


def _has_subject(context: Context, verb: int) -> bool:
    number = context.sentence_of[verb]
    return any(
        context.parse.dep[i] in ("nsubj", "nsubjpass") and context.stretch_of[i] < 0
        for i in range(verb, min(verb + WINDOW, context.last[number]))
    )


def _subject_before(context: Context, verb: int) -> int | None:
    """The first subject of the sentence before the participle, outside marks."""
    parse = context.parse
    first = max(context.first[context.sentence_of[verb]], verb - WINDOW)
    for i in range(first, verb):
        if parse.dep[i] in ("nsubj", "nsubjpass") and context.stretch_of[i] < 0:
            return i
    return None
