"""Attitudes that an adjective names: X is confident that ...; X was critical of ...; X, sure that ...

Belongs here: predicative adjectives with a clause or with a preposition. Does not belong here:
participles of cue verbs (`clauses`), and `made clear that` (`made_clear`).
"""

from collections.abc import Iterator

from flows.annotate.quotes.context import WINDOW, Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Draft, clean
from flows.annotate.quotes.limits import before_addition
from flows.annotate.quotes.next_statement import before_participle
from flows.annotate.quotes.speakers import mention_span
from flows.annotate.quotes.subjects import find_subject

COPULAS = frozenset(
    "is are was were be been being am 's ’s 're ’re 'm ’m remain remains remained feel feels felt "
    "seem seems seemed sound sounds sounded".split()
)
NOBODY = frozenset("it this that these those there which what".split())
# What opens no statement behind an adjective: angry because ..., happy to ...
OTHER_MARKS = frozenset("to because as since when while after before until though for".split())
CLAUSES = frozenset(["ccomp", "advcl", "xcomp", "relcl", "dep"])
PREDICATES = frozenset(["acomp", "oprd", "attr", "conj", "ROOT"])

Range = tuple[int, int]


def find_adjectives(context: Context) -> Iterator[Draft]:
    """Yield a draft for each adjective of attitude with a clause or an object."""
    parse = context.parse
    for i in context.cues(context.lexicon.adjectives):
        if context.in_long_stretch(i) or parse.dep[i] not in PREDICATES:
            continue
        copula = parse.head[i]
        if parse.lower[copula] in COPULAS:
            noun = find_subject(context, copula)
        elif _is_passive(context, i):
            copula, noun = i, context.child(i, "nsubjpass")
        else:
            continue
        if noun is None or parse.lower[noun] in NOBODY:
            continue
        cue = context.lexicon.adjectives[parse.lower[i]]
        found = _content(context, i, copula, cue)
        if found is None:
            continue
        rule, kind, piece = found
        yield Draft(
            rule=rule,
            content=[piece],
            cue=(i, i + 1),
            lemma=cue.lemma,
            kind=kind,
            speaker=mention_span(context, noun),
            negated=context.child(copula, "neg") is not None,
        )


def _is_passive(context: Context, i: int) -> bool:
    """Whether the parser took an adjective behind a form of `be` for a passive: is impressed with."""
    auxiliary = context.child(i, "auxpass")
    return auxiliary is not None and context.parse.lower[auxiliary] in COPULAS


def _content(context: Context, i: int, copula: int, cue: Cue) -> tuple[str, str, Range] | None:
    """The rule, the kind of cue and the content behind an adjective."""
    parse = context.parse
    high = min(context.last[context.sentence_of[i]], i + WINDOW)
    word = parse.lower[i + 1] if i + 1 < high else ""
    if word in cue.prepositions:
        if word == "to":
            rule, start = "infinitive", i + 1
            deed = next((c for c in context.children[i] if context.left(c) == i + 1 < c), None)
        else:
            rule, start = "preposition", i + 2
            deed = i + 1 if i + 1 in context.children[i] else None
        end = min(context.right(deed), high) if deed is not None else start
        piece = clean(context, start, before_addition(context, start, end, nominal=True))
        return (rule, cue.prepositions[word], piece) if piece is not None else None
    if "adjective" not in cue.kind:
        return None
    stop = _clause_end(context, i, copula, high)
    if stop is None:
        return None
    end = before_addition(context, i + 1, before_participle(context, i + 1, stop))
    piece = clean(context, i + 1, end)
    return ("clause", cue.kind["adjective"], piece) if piece is not None else None


def _clause_end(context: Context, i: int, copula: int, high: int) -> int | None:
    """End of the clause that starts right behind an adjective, on whichever of two words it hangs."""
    parse = context.parse
    for head in (i, copula):
        for c in context.children[head]:
            finite = parse.dep[c] in CLAUSES and parse.lower[context.left(c)] not in OTHER_MARKS
            if finite and context.left(c) == i + 1 and c > i + 1:
                return min(context.right(c), high)
    return None
