"""Content around an attributing phrase that is set off by commas: ..., X said, ...; as X noted, ...

Belongs here: where such a phrase ends, and what of the sentence before it is said too. Does not
belong here: content between marks (`beside`), and what the tree hangs on the verb (`content`).
"""

from flows.annotate.quotes.context import FINITE_OR_MODAL, Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import clean

Range = tuple[int, int]

COMMAS = frozenset([",", "—", "–", "--", "-"])
ENDS = frozenset([",", ".", "?", "!", ";", "—", "–", "--", "-", ":"])
# Verbs whose object is who hears it: ..., X told reporters, ...
TELLING = frozenset("tell remind assure inform warn advise ask caution".split())
LONGEST_TAIL = 12
CONTRASTS = frozenset(["despite", "although", "though"])
MIN_CLAUSE = 2


def find_parenthetical(
    context: Context, verb: int, cue: Cue, start: int, end: int, low: int, high: int
) -> tuple[str, list[Range]] | None:
    """The sentence around an attributing phrase between commas, or after one at its end."""
    parse = context.parse
    if start <= low or parse.word[start - 1] not in COMMAS or not _is_finite(context, verb):
        return None
    if _has_object(context, verb, cue):
        return None
    after = phrase_end(context, end, high)
    if (after < high and parse.word[after] not in ENDS) or "that" in parse.lower[end:after]:
        return None
    goes_on = after < high and parse.word[after] in COMMAS
    right = clean(context, after, high) if goes_on else None
    left = clean(context, low, start)
    inverted = right is None and start == verb and end > verb + 1
    if left is not None and not inverted and not belongs_before(context, left, right):
        left = None
    pieces = [piece for piece in (left, right) if piece is not None]
    return ("parenthetical", pieces) if pieces else None


def find_as_clause(
    context: Context, verb: int, cue: Cue, low: int, high: int
) -> tuple[str, list[Range]] | None:
    """As X noted, ...: the rest of the sentence."""
    parse = context.parse
    mark = next(
        (c for c in context.children[verb] if c < verb and parse.lower[c] == "as"),
        None,
    )
    put_it = parse.lower[verb + 1 : verb + 2] == ["it"] and cue.lemma == "put"
    if mark is None or (not put_it and context.child(verb, "dobj", "xcomp") is not None):
        return None
    stop = max(context.right(verb), verb + 1)
    if parse.word[stop - 1] in COMMAS:
        stop -= 1
    stop = phrase_end(context, stop, high)
    pieces = []
    if mark - low > MIN_CLAUSE and parse.word[mark - 1] in COMMAS:
        pieces.append(clean(context, low, mark))
    if stop < high and parse.word[stop] in COMMAS:
        pieces.append(clean(context, stop, high))
    found = [piece for piece in pieces if piece is not None]
    return ("as_clause", found) if found else None


def phrase_end(context: Context, end: int, high: int) -> int:
    """End of an attributing phrase with when and where: X said on Thursday in an interview."""
    parse = context.parse
    stop = min(high, end + LONGEST_TAIL)
    i = end
    while i < stop:
        if parse.word[i] in ENDS or context.is_mark(i) or context.stretch_of[i] >= 0:
            return i
        if parse.tag[i] in FINITE_OR_MODAL:
            return end
        i += 1
    return i if i >= high else end


def belongs_before(context: Context, left: Range, right: Range | None) -> bool:
    """Whether what stands before a parenthesis is said too, and not only when or where.

    Said: a clause; a subject whose verb comes after (Such efforts, they believe, would ...); an
    adverbial (At the time, she said, ...). Not said: a conjunction; what the writer sets against it.
    """
    tag = context.parse.tag
    if "VBN" in (tag[left[0]], tag[left[0] + 1]) and tag[left[0]] in ("VBN", "WRB", "IN"):
        return False  # Asked why, she said ...; when pressed, ...
    if right is None:
        return has_verb(context, *left)
    if has_verb(context, *left) or _has_subject(context, *left):
        return True
    if context.parse.tag[right[0]] == "VBG":
        return False
    lower = context.parse.lower
    adverbial = any(tag[i] != "CC" and lower[i] != "yet" for i in range(*left))
    return adverbial and lower[left[0]] not in CONTRASTS


def past_contrast(context: Context, start: int, end: int) -> int:
    """Where a remark starts behind what the writer sets against it: Despite the rain, [it opens], X said."""
    parse = context.parse
    if parse.lower[start] not in CONTRASTS or context.stretch_of[start] >= 0:
        return start
    return next((i + 1 for i in range(start, end) if parse.word[i] == ","), start)


def has_verb(context: Context, start: int, end: int) -> bool:
    return any(context.parse.tag[i] in FINITE_OR_MODAL for i in range(start, end))


def _has_subject(context: Context, start: int, end: int) -> bool:
    dep = context.parse.dep
    return any(dep[i] in ("nsubj", "nsubjpass") for i in range(start, end))


def _is_finite(context: Context, verb: int) -> bool:
    unfinished = context.parse.tag[verb] in ("VB", "VBG", "VBN")
    return not unfinished or context.child(verb, "aux") is not None


def _has_object(context: Context, verb: int, cue: Cue) -> bool:
    """Whether the verb has content of another construction after it."""
    parse = context.parse
    for c in context.children[verb]:
        if c < verb:
            continue
        if parse.dep[c] in ("xcomp", "oprd") or parse.lower[c] in cue.prepositions:
            return True
        if parse.dep[c] == "dobj" and cue.lemma not in TELLING:
            return True
    return False
