"""Statements of a verb that speaks with an adjective alone: X made (it) clear that ...

Belongs here: where such a phrase ends and what it says. Does not belong here: verbs that speak by
themselves (`content`).
"""

from flows.annotate.quotes.context import FINITE, FINITE_OR_MODAL, Context
from flows.annotate.quotes.drafts import Content, clean
from flows.annotate.quotes.limits import WEEKDAYS, before_addition
from flows.annotate.quotes.next_statement import before_participle

CLEAR = frozenset("clear plain known explicit".split())
# What may stand between `clear` and its `that`: to the board, in interviews, on Monday.
LONGEST_SETTING = 12
LONGEST_PHRASE = 5
ADVERBS = frozenset(["RB", "RBR"])
# What a clause without `that` may start with.
SUBJECT_TAGS = frozenset(["PRP", "DT", "EX", "NNP", "PRP$", "NNS"])


def find_made_clear(context: Context, verb: int, high: int) -> Content | None:
    """The clause of a form of `make` with an adjective of plainness."""
    parse = context.parse
    at = verb + 1
    while at < min(high, verb + LONGEST_PHRASE) and parse.lower[at] not in CLEAR:
        if parse.lower[at] != "it" and parse.tag[at] not in ADVERBS:
            return None
        at += 1
    if at + 1 >= high or parse.lower[at] not in CLEAR:
        return None
    start = _start(context, at + 1, high)
    if start is None:
        return None
    if parse.tag[verb] == "VBG" and context.right(verb) > start:
        high = min(high, context.right(verb))
    end = before_addition(context, start, before_participle(context, start, high))
    piece = clean(context, start, end)
    return Content("clause", [piece], "say") if piece is not None else None


def _start(context: Context, i: int, high: int) -> int | None:
    """The first token of the clause: its `that`, or its subject right behind the phrase or a day."""
    parse = context.parse
    for k in range(i, min(high, i + LONGEST_SETTING)):
        if parse.lower[k] == "that" and parse.tag[k] in ("IN", "WDT"):
            return k
        if parse.tag[k] in FINITE_OR_MODAL or context.stretch_of[k] >= 0:
            break
    if parse.lower[i] in WEEKDAYS:
        i += 1
    opens = i < high and parse.tag[i] in SUBJECT_TAGS
    return i if opens and any(parse.tag[k] in FINITE for k in range(i, high)) else None
