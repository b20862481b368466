"""Quotations that a verb of their sentence governs, without introducing them: lauded the "open doors".

Belongs here: stretches whose sentence has somebody who does something with these words. Does not
belong here: stretches beside an attributing phrase (`beside`, `adjacent`).
"""

from itertools import chain

from flows.annotate.quotes.beside import is_light
from flows.annotate.quotes.context import FINITE, NOUN_TAGS, WINDOW, Context
from flows.annotate.quotes.drafts import Draft, carrying, extended, trim, widen
from flows.annotate.quotes.speakers import mention_span
from flows.annotate.quotes.subjects import find_subject

OWNING = frozenset(["DT", "PRP$"])
THINGS = frozenset("it this that these those there which what".split())
MAX_CLIMBS = 6


def find_governed(
    context: Context,
    number: int,
    last: Draft | None,
    by_sentence: dict[int, Draft],
    at_cue: dict[int, Draft],
) -> Draft | None:
    """A marked stretch in a sentence of somebody who does something with these words.

    Of the verbs above it the nearest verb of speech is taken, else the nearest.
    """
    if context.is_title(number):
        return None
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    at = next((i for i in range(start, end) if not start <= parse.head[i] < end), start)
    governors: list[tuple[int, int]] = []
    for _ in range(MAX_CLIMBS):
        up = parse.head[at]
        if up == at or context.sentence_of[up] != sentence:
            break
        at = up
        if parse.tag[at][0] == "V" and not start <= at < end:
            noun = find_subject(context, at)
            if noun is not None and noun < start:
                governors.append((at, noun))
    if not governors:
        return None
    verb, noun = next((g for g in governors if says(context, g[0])), governors[0])
    cue = context.lexicon.verbs.get(parse.lower[verb])
    speaks = cue is not None and not is_light(context, verb)
    given = at_cue.get(verb)
    if given is not None and verb < given.start and given.end <= start:
        return extended(given, _with_complement(context, verb, start, end)[1])
    own = by_sentence.get(sentence)
    if not speaks and own is not None and own.cue is not None and own.cue[0] < start:
        return carrying(own, [(start, end)])
    nobody = not speaks and parse.lower[noun] in THINGS
    if nobody or context.in_long_stretch(noun):
        for previous in (last, by_sentence.get(sentence - 1)):
            if previous is not None and _is_near(context, previous, start):
                return carrying(previous, [(start, end)])
    return Draft(
        rule="governed",
        content=[_with_complement(context, verb, start, end)],
        cue=(verb, verb + 1) if cue is not None else None,
        lemma=cue.lemma if cue is not None else None,
        kind="say" if cue is not None else "none",
        speaker=mention_span(context, noun),
        flags=set() if cue is not None else {"guessed_speaker"},
    )


def _is_near(context: Context, previous: Draft, start: int) -> bool:
    """Whether a statement ends in the sentence of token `start` or the one before, in its paragraph."""
    sentence_of, paragraph = context.sentence_of, context.parse.paragraph
    return (
        sentence_of[start] <= sentence_of[previous.end - 1] + 1
        and paragraph[start] == paragraph[previous.end - 1]
    )


def says(context: Context, verb: int) -> bool:
    """Whether a verb is a cue of speech."""
    cue = context.lexicon.verbs.get(context.parse.lower[verb])
    return (
        cue is not None
        and not is_light(context, verb)
        and any(kind != "think" for kind in cue.kind.values())
    )


def _with_complement(context: Context, verb: int, start: int, end: int) -> tuple[int, int]:
    """The stretch with the rest of the complement of the verb that it stands in."""
    for c in context.children[verb]:
        left, right = context.left(c), context.right(c)
        if verb < left <= start < right:
            left = _with_object(context, verb, _behind_noun(context, verb, left, start))
            return widen(context, *trim(context, left, max(right, end)))
    return start, end


def _with_object(context: Context, verb: int, left: int) -> int:
    """Where content starts with the object of its verb of speech: urged [the crowd to "stay calm"]."""
    cue = context.lexicon.verbs.get(context.parse.lower[verb])
    object_ = context.child(verb, "dobj")
    if cue is None or object_ is None or not verb < object_ < left or cue.lemma == "tell":
        return left
    asked = cue.takes("infinitive") and context.parse.lower[left] == "to"
    judged = cue.takes("object") and not cue.takes("addressee")
    return context.left(object_) if asked or judged else left


def _behind_noun(context: Context, verb: int, left: int, start: int) -> int:
    """Where a noun's object starts that marks open: delivered a defense of [the "open doors"]."""
    parse = context.parse
    at = start
    while at > left and (context.is_mark(at - 1) or parse.tag[at - 1] in OWNING):
        at -= 1
    on = at - 1
    if on <= left or parse.dep[on] != "prep" or parse.lower[on] == "as":
        return left
    return at if parse.head[on] != verb and parse.tag[parse.head[on]] in NOUN_TAGS else left


def find_in_sentence(context: Context, number: int) -> Draft | None:
    """The nearest verb of speech before a stretch in its sentence, or else the first behind it."""
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    low, high = context.first[sentence], context.last[sentence]
    before = range(start - 1, max(low, start - WINDOW) - 1, -1)
    behind = range(end, min(high, end + WINDOW))
    for verb in chain(before, behind):
        if (
            parse.tag[verb] not in FINITE
            or context.stretch_of[verb] >= 0
            or not says(context, verb)
        ):
            continue
        noun = find_subject(context, verb)
        if noun is None or context.stretch_of[noun] >= 0:
            continue
        return spoken(context, "governed", (start, end), verb, noun)
    return None


def spoken(context: Context, rule: str, content: tuple[int, int], verb: int, noun: int) -> Draft:
    """A stretch that the subject of a verb of speech says, the verb away from its marks."""
    return Draft(
        rule=rule,
        content=[content],
        cue=(verb, verb + 1),
        lemma=context.lexicon.verbs[context.parse.lower[verb]].lemma,
        kind="say",
        speaker=mention_span(context, noun),
    )
