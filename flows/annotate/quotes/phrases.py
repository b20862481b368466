"""Attributions by a phrase: according to X; in X's words; the claim that; X's report that.

Belongs here: cues that are no verbs. Does not belong here: verbs, and quotations without a cue.
"""

from collections.abc import Iterator

from flows.annotate.quotes.context import WINDOW, Context
from flows.annotate.quotes.drafts import Draft, trim, widen
from flows.annotate.quotes.speakers import mention_span, phrase_after
from flows.annotate.quotes.subjects import find_owner

MADE_BY = frozenset(
    "tally count calculation calculations interview interviews post analysis estimate estimates "
    "review transcript tweet excerpt excerpts figures data email emails account".split()
)


def find_phrases(context: Context) -> Iterator[Draft]:
    """Yield a draft for each according-to phrase and each noun with a clause."""
    parse = context.parse
    phrases, nouns = context.lexicon.phrases, context.lexicon.nouns
    for i, word in enumerate(parse.lower):
        if word in phrases and not context.in_long_stretch(i):
            for words in phrases[word]:
                if tuple(parse.lower[i : i + len(words)]) == words:
                    draft = _according(context, i, i + len(words))
                    if draft is not None:
                        yield draft
                    break
        if word in nouns and parse.tag[i] in ("NN", "NNS") and not context.in_long_stretch(i):
            draft = _noun(context, i)
            if draft is not None:
                yield draft


def _according(context: Context, start: int, end: int) -> Draft | None:
    parse = context.parse
    number = context.sentence_of[start]
    low = max(context.first[number], start - WINDOW)
    high = min(context.last[number], start + WINDOW)
    if parse.lower[start] in ("per", "citing", "quoting") and (
        start > low and parse.word[start - 1] != ","
    ):
        return None
    object_ = context.child(end - 1, "pobj", "dobj")
    if object_ is not None and object_ >= end:
        speaker = mention_span(context, _who_counted(context, object_) or object_)
        stop = min(context.right(object_), high)
    else:
        found = phrase_after(context, end, high)
        if found is None:
            return None
        speaker, stop = found, found[1]
    pieces = []
    before = trim(context, low, start)
    after = trim(context, stop, high) if stop < high else (high, high)
    if before[1] - before[0] >= 2:
        pieces.append(widen(context, *before))
    if after[1] - after[0] >= 2 and parse.word[stop] in (",", "—", "-", '"', "“"):
        pieces.append(widen(context, *after))
    if not pieces:
        return None
    return Draft(
        rule="according_to",
        content=pieces,
        cue=(start, end),
        lemma=" ".join(parse.lower[start:end]),
        kind="according_to",
        speaker=speaker,
    )


def _who_counted(context: Context, noun: int) -> int | None:
    """Whose tally, post or interview it is: according to a tally by X."""
    parse = context.parse
    if parse.lower[noun] not in MADE_BY:
        return None
    for c in context.children[noun]:
        if c > noun and parse.lower[c] in ("by", "from", "with"):
            return context.child(c, "pobj")
    return None


def _noun(context: Context, noun: int) -> Draft | None:
    parse = context.parse
    cue = context.lexicon.nouns[parse.lower[noun]]
    clause = None
    for c in context.children[noun]:
        if c > noun and parse.dep[c] in ("acl", "ccomp", "relcl"):
            first = context.left(c)
            if parse.lower[first] == "that" and parse.dep[first] == "mark":
                clause = c
                break
    if clause is None:
        return None
    owner = find_owner(context, noun)
    speaker = mention_span(context, owner) if owner is not None else None
    piece = trim(context, context.left(clause), min(context.right(clause), noun + WINDOW))
    if piece[0] >= piece[1]:
        return None
    verb = _carrier(context, noun)
    if verb is not None:
        # X said in a statement that ...: the verb attributes.
        said = context.lexicon.verbs[parse.lower[verb]]
        return Draft(
            rule="clause",
            content=[widen(context, *piece)],
            cue=(verb, verb + 1),
            lemma=said.lemma,
            kind=said.kind["clause"],
            speaker=speaker,
            flags=set() if speaker else {"no_source"},
        )
    return Draft(
        rule="noun_that",
        content=[widen(context, *piece)],
        cue=(noun, noun + 1),
        lemma=cue.lemma,
        kind=cue.kind["noun"],
        speaker=speaker,
        flags=set() if speaker else {"no_source"},
    )


def _carrier(context: Context, noun: int) -> int | None:
    """The verb of speech in whose `in a statement` a noun stands; None where it has a clause."""
    parse = context.parse
    preposition = parse.head[noun]
    verb = parse.head[preposition]
    if parse.lower[preposition] != "in" or parse.tag[verb][0] != "V" or verb > noun:
        return None
    cue = context.lexicon.verbs.get(parse.lower[verb])
    if cue is None or not cue.takes("clause") or context.child(verb, "ccomp") is not None:
        return None
    return verb
