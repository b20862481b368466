"""The speaker mention of a cue: which noun phrase, and from where to where.

Belongs here: finding the subject (or the agent, or the antecedent) of a cue verb, and the span of
a mention: the noun phrase's head with what stands before it; no apposition, no relative clause, no
prepositional phrase after it. Does not belong here: who that is by name.
"""

from flows.annotate.quotes.context import NOUN_TAGS, Context

SUBJECTS = ("nsubj", "nsubjpass")
RELATIVE = frozenset(["who", "which", "that", "whom"])
CLIMBS = 5
LONGEST_APPOSITION = 40
NAME_TAGS = frozenset(["NNP", "NNPS"])
PREMODIFIERS = frozenset(
    ["DT", "PDT", "PRP$", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "CD", "POS", "VBN", "VBG", "HYPH", "AFX", "ADD", "WP$"]
)
BARE_MODIFIERS = frozenset(["DT", "PDT", "PRP$", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "CD", "POS", "HYPH", "AFX", "$", "``", "''"])
TITLES_WITH_OF = frozenset(["secretary", "speaker"])


def find_subject(context: Context, verb: int) -> int | None:
    """Head token of the noun phrase that does what the verb says; None where there is none."""
    parse = context.parse
    dep, head, lower, children = parse.dep, parse.head, parse.lower, parse.children
    at = verb
    for _ in range(CLIMBS):
        passive = any(dep[c] in ("auxpass", "nsubjpass") for c in children[at])
        agent = context.child(at, "agent")
        if agent is not None:
            actor = context.child(agent, "pobj")
            if actor is not None:
                return actor
        subject = context.child(at, *SUBJECTS)
        if passive and at == verb and subject is not None:
            return None
        if subject is not None:
            if lower[subject] in RELATIVE:
                up = at
                while dep[up] == "conj":
                    up = head[up]
                if dep[up] == "relcl":
                    return head[up]
            return subject
        up = head[at]
        if up == at:
            return None
        if dep[at] == "acl" and parse.tag[up][:2] in ("NN", "PR"):
            return None if parse.tag[at] == "VBN" else up
        if dep[at] == "relcl":
            return None
        if dep[at] == "xcomp":
            object_ = context.child(up, "dobj")
            if object_ is not None and object_ < at and lower[up] not in ("promised", "used"):
                return object_
        if dep[at] == "poss":
            return None
        at = up
    return None


def mention_span(context: Context, noun: int) -> tuple[int, int]:
    """Token range of a mention: the head noun, what stands before it, and the rest of a name."""
    parse = context.parse
    dep, tag, children = parse.dep, parse.tag, parse.children
    start = noun
    if tag[noun] not in ("PRP", "WP"):
        while children[start] and children[start][0] < start:
            child = children[start][0]
            if start == noun and dep[child] in ("prep", "advmod", "punct", "cc", "preconj", "mark"):
                later = [
                    c
                    for c in children[start]
                    if c < start
                    and dep[c] not in ("prep", "advmod", "punct", "cc", "preconj", "mark")
                ]
                if not later:
                    break
                child = later[0]
            start = child
    end = noun + 1
    stop = context.last[context.sentence_of[noun]]
    if tag[noun] in NAME_TAGS or tag[noun] == "NN":
        while end < stop and tag[end] in NAME_TAGS and dep[end] in ("appos", "flat", "compound"):
            end += 1
    return start, end


def phrase_after(context: Context, i: int, stop: int) -> tuple[int, int] | None:
    """The noun phrase that starts at token i, found by tags alone; None where none does."""
    tag = context.parse.tag
    if i < stop and tag[i] == "PRP":
        return i, i + 1
    start = i
    while i < stop and tag[i] in BARE_MODIFIERS and not context.is_mark(i):
        i += 1
    while i > start and tag[i - 1] not in NOUN_TAGS:
        i -= 1
    return (start, i) if i > start else None


def phrase_before(context: Context, i: int, low: int) -> tuple[int, int] | None:
    """The noun phrase that ends right before token i, found by tags alone."""
    tag = context.parse.tag
    end = i
    if i > low and tag[i - 1] == "PRP":
        return i - 1, i
    if i <= low or tag[i - 1] not in NOUN_TAGS:
        return None
    while i > low and tag[i - 1] in BARE_MODIFIERS and not context.is_mark(i - 1):
        i -= 1
    return i, end


def phrase_before_comma(context: Context, i: int, low: int) -> tuple[int, int] | None:
    """The noun phrase before an apposition that ends right before token i: X, a physicist, said."""
    parse = context.parse
    if i <= low or parse.word[i - 1] != ",":
        return None
    floor = max(low, i - LONGEST_APPOSITION)
    comma = i - 2
    while comma > floor:
        if context.stretch_of[comma] >= 0:
            return None
        if parse.word[comma] == ",":
            phrase = phrase_before(context, comma, low)
            if phrase is not None and any(
                parse.tag[k] in NAME_TAGS for k in range(*phrase)
            ):
                return phrase
        comma -= 1
    return None
