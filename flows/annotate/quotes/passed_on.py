"""Statements that one source passes on from another: Y quoted X as saying; X was quoted by Y as saying.

Belongs here: the verb of quoting and the participle of speech that go together, whose words they
pass on, and through whom. Does not belong here: `he said ..., Y reported`, which is settled among
drafts (`find`).
"""

from flows.annotate.quotes.context import NOUN_TAGS, Context
from flows.annotate.quotes.speakers import mention_span, phrase_after
from flows.annotate.quotes.subjects import find_subject

QUOTING = frozenset(["quote", "cite"])
LONGEST_NAME = 30

Range = tuple[int, int]


def quoting_verb(context: Context, participle: int) -> int | None:
    """The verb of quoting that passes on what a participle of speech says, if any does.

    The participle stands behind `as`, or right behind the noun that is quoted: quoted an aide saying.
    """
    parse = context.parse
    if parse.tag[participle] != "VBG" or not _says(context, participle):
        return None
    low = context.first[context.sentence_of[participle]]
    if participle == low:
        return None
    if parse.lower[participle - 1] == "as":
        for i in range(participle - 2, max(low, participle - LONGEST_NAME) - 1, -1):
            if _quotes(context, i):
                return i
        return None
    above = parse.head[participle]
    if parse.dep[participle] == "acl":
        above = parse.head[above]
    object_ = context.child(above, "dobj")
    beside = object_ is not None and context.left(participle) == participle
    return above if beside and _quotes(context, above) and object_ == participle - 1 else None


def passed_participle(context: Context, quoting: int) -> int | None:
    """The participle of speech whose words a verb of quoting passes on, if it has one."""
    if not _quotes(context, quoting):
        return None
    high = min(context.last[context.sentence_of[quoting]], quoting + LONGEST_NAME)
    return next(
        (i for i in range(quoting + 1, high) if quoting_verb(context, i) == quoting),
        None,
    )


def find_passed_on(
    context: Context, quoting: int, participle: int
) -> tuple[Range | None, Range | None]:
    """Whose words are passed on, and who passes them on."""
    patient = context.child(quoting, "nsubjpass")
    if patient is not None:
        actor = _agent(context, quoting) or _agent(context, participle)
        return mention_span(context, patient), _span(context, actor)
    object_ = context.child(quoting, "dobj")
    if object_ is not None and quoting < object_ < participle:
        first, end = mention_span(context, object_)
        quoted: Range | None = (first, min(end, participle))
    else:
        quoted = phrase_after(context, quoting + 1, participle)
    return quoted, _span(context, find_subject(context, quoting))


def _quotes(context: Context, i: int) -> bool:
    cue = context.lexicon.verbs.get(context.parse.lower[i])
    return cue is not None and cue.lemma in QUOTING and context.parse.tag[i][0] == "V"


def _says(context: Context, i: int) -> bool:
    """Whether a token is a participle of a verb that takes a clause: saying, not pointing to."""
    cue = context.lexicon.verbs.get(context.parse.lower[i])
    if cue is None or cue.particle is not None:
        return False
    return cue.kind.get("clause") in ("say", "write")


def _agent(context: Context, verb: int) -> int | None:
    """The noun behind `by`."""
    for c in context.children[verb]:
        if c > verb and context.parse.lower[c] == "by":
            return context.child(c, "pobj")
    return None


def _span(context: Context, noun: int | None) -> Range | None:
    named = noun is not None and context.parse.tag[noun] in NOUN_TAGS | {"PRP"}
    return mention_span(context, noun) if noun is not None and named else None
