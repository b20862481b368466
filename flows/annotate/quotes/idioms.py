"""Statements of a verb that speaks with a noun alone: X took aim at Y; X cast doubt on Y; X made the case that ...

Belongs here: idioms of a verb, its object and a preposition or `that`, and what they say. Does not
belong here: verbs that speak by themselves (`content`) and nouns that do (`phrases`).
"""

from collections.abc import Iterator

from flows.annotate.quotes.context import NOUN_TAGS, WINDOW, Context
from flows.annotate.quotes.drafts import Draft, clean
from flows.annotate.quotes.limits import before_addition, end_of_object
from flows.annotate.quotes.next_statement import before_participle
from flows.annotate.quotes.speakers import mention_span
from flows.annotate.quotes.subjects import find_subject

# What may stand between the noun and its preposition: laid the blame squarely on X.
LONGEST_GAP = 2


def find_idioms(context: Context) -> Iterator[Draft]:
    """Yield a draft for each noun that is an idiom with its verb and what follows it."""
    parse = context.parse
    for i in context.cues(context.lexicon.idioms):
        verb = parse.head[i]
        if parse.tag[i] not in NOUN_TAGS or parse.dep[i] != "dobj" or context.in_long_stretch(i):
            continue
        for at in range(i + 1, min(i + 2 + LONGEST_GAP, len(parse))):
            idiom = context.lexicon.idioms[parse.lower[i]].get((parse.lower[verb], parse.lower[at]))
            draft = _draft(context, verb, i, at, *idiom) if idiom is not None else None
            if draft is not None:
                yield draft
                break


def _draft(context: Context, verb: int, noun: int, at: int, lemma: str, kind: str) -> Draft | None:
    """The draft of an idiom whose preposition or `that` is token `at`."""
    parse = context.parse
    high = min(context.last[context.sentence_of[verb]], verb + WINDOW)
    if at >= high or parse.head[at] < verb:
        return None
    if parse.lower[at] == "that":
        rule, end = "clause", min(context.right(parse.head[at]), high)
        end = before_addition(context, at, before_participle(context, at, end))
        piece = clean(context, at, end)
    else:
        rule, end = "preposition", end_of_object(context, parse.head[at], at, high)
        piece = clean(context, at + 1, before_addition(context, at + 1, end, nominal=True))
    if piece is None:
        return None
    subject = find_subject(context, verb)
    return Draft(
        rule=rule,
        content=[piece],
        cue=(verb, noun + 1),
        lemma=lemma,
        kind=kind,
        speaker=mention_span(context, subject) if subject is not None else None,
        negated=context.child(verb, "neg") is not None,
        flags=set() if subject is not None else {"no_source"},
    )
