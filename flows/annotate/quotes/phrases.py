"""Attributions by a phrase: according to X; in X's words; the claim that; X's report that.

Belongs here: cues that are no verbs; nouns also with what they are about (X's remarks on Y). Does
not belong here: verbs, and quotations without a cue.
"""

from collections.abc import Iterator

from flows.annotate.quotes.asides import has_verb, past_contrast
from flows.annotate.quotes.beside import stretch_starting
from flows.annotate.quotes.context import FINITE_OR_MODAL, WINDOW, Context
from flows.annotate.quotes.cues import Cue, inflect
from flows.annotate.quotes.drafts import Draft, trim, widen
from flows.annotate.quotes.limits import before_addition
from flows.annotate.quotes.speakers import COUNTING, DAYS, mention_span, phrase_after
from flows.annotate.quotes.subjects import find_owner

MADE_BY = frozenset(
    "tally count calculation calculations interview interviews post analysis estimate estimates "
    "review transcript tweet excerpt excerpts figures data email emails account".split()
)

# What the writer sets against a statement that ends before its source.
WRITERS = frozenset(["but", "despite", "even"])
WORDS = frozenset("words telling account view opinion eyes mind estimation judgment phrase".split())
APOSTROPHES = ("'", "’")
# Of nouns that a `to` opens a sentence with, those that may hold a view.
VIEWERS = frozenset(["NNP", "NNPS", "NNS", "PRP"])
# Verbs that only say that the noun's words were said: raised questions about, made a call for.
UTTERING = frozenset(
    form
    for lemma in "make raise offer issue renew repeat pose voice deliver air utter level".split()
    for form in inflect(lemma, (["made"], ["made"]) if lemma == "make" else None)
)
# Verbs whose subject hears the noun's words from others: faces questions about.
HEARING = frozenset(
    form
    for lemma in "face draw receive field endure dodge answer spark prompt invite meet".split()
    for form in inflect(lemma, (["drew"], ["drawn"]) if lemma == "draw" else None)
) | {"met"}
# Nouns that speak of statements even where the text does not say whose: faces questions about.
UNVOICED = frozenset(
    [
        ("question", "about"),
        ("concern", "about"),
        ("criticism", "of"),
        ("call", "for"),
        ("mention", "of"),
        ("report", "on"),
    ]
)


def find_phrases(context: Context) -> Iterator[Draft]:
    """Yield a draft for each according-to phrase and each noun with a clause."""
    parse = context.parse
    phrases, nouns = context.lexicon.phrases, context.lexicon.nouns
    for i in context.openers:
        if context.in_long_stretch(i):
            continue
        word = parse.lower[i]
        if word in phrases:
            for words in phrases[word]:
                if tuple(parse.lower[i : i + len(words)]) == words:
                    draft = _according(context, i, i + len(words))
                    if draft is not None:
                        yield draft
                    break
        if parse.word[i] == "To":
            draft = _to_somebody(context, i)
            if draft is not None:
                yield draft
        if word == "in":
            draft = _in_words(context, i)
            if draft is not None:
                yield draft
        if word in nouns and parse.tag[i] in ("NN", "NNS"):
            draft = _noun(context, i)
            if draft is not None:
                yield draft


def _according(context: Context, start: int, end: int) -> Draft | None:
    parse = context.parse
    number = context.sentence_of[start]
    low = max(context.opening(number), start - WINDOW)
    high = min(context.last[number], start + WINDOW)
    if parse.lower[start] == "per" and start > low and parse.word[start - 1] != ",":
        return None
    object_ = context.child(end - 1, "pobj", "dobj")
    if object_ is not None and object_ >= end:
        speaker = mention_span(context, _who_counted(context, object_) or object_)
        stop = min(context.right(object_), high)
        if start == low and parse.word[stop : stop + 1] != [","]:
            stop = _comma_behind(context, object_, high) or stop
    else:
        found = phrase_after(context, end, high)
        if found is None:
            return None
        speaker, stop = found, found[1]
    pieces = []
    before = trim(context, _start_of_remark(context, low, start), start)
    after = trim(context, stop, high) if stop < high else (high, high)
    if before[1] - before[0] >= 2:
        pieces.append(widen(context, *before))
    goes_on = after[1] - after[0] >= 2 and parse.word[stop] in (",", "—", "-", '"', "“")
    if goes_on and not (pieces and _is_added(context, *after)):
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


def _start_of_remark(context: Context, low: int, start: int) -> int:
    """Where a statement starts that an according-to phrase ends in a parenthesis or behind a colon."""
    word = context.parse.word
    for i in range(start - 1, low, -1):
        if context.stretch_of[i] >= 0 or word[i] not in ("(", ")", ":"):
            continue
        return low if word[i] == ")" or context.is_mark(i + 1) else i + 1
    return past_contrast(context, low, start)


def _comma_behind(context: Context, noun: int, high: int) -> int | None:
    """The comma behind a phrase that opens its sentence, where the parse passed over it.

    It took the subject for an apposition or a conjunct: According to X, [Y and Z] left.
    """
    parse = context.parse
    for i in range(noun + 1, high - 1):
        if parse.tag[i] in FINITE_OR_MODAL:
            return None
        if parse.word[i] == "," and parse.tag[i + 1] not in ("CC", "WP", "WDT"):
            return i
    return None


def _is_added(context: Context, start: int, end: int) -> bool:
    """Whether what follows the phrase is the writer's: ..., according to X, but ...; , a third of"""
    noun_phrase = context.parse.tag[start] in ("DT", "PDT", "CD")
    return context.parse.lower[start] in WRITERS or (
        noun_phrase and not has_verb(context, start, end)
    )


def _in_words(context: Context, start: int) -> Draft | None:
    """In X's words, ...; in her telling, ...: the rest of the sentence, or the quotation behind it."""
    parse = context.parse
    owned = ((c, _owner(context, c)) for c in context.children[start] if parse.lower[c] in WORDS)
    noun, owner = next(owned, (start, None))
    number = context.sentence_of[start]
    low = max(context.first[number], start - WINDOW)
    high = min(context.last[number], start + WINDOW)
    if owner is None or noun + 1 >= high or parse.word[noun + 1] not in (",", "."):
        return None
    quoted = stretch_starting(context, noun + 1) if start > low else None
    if quoted is not None:
        found = [context.tokens[quoted]]
    elif context.right(noun) != noun + 1 or (
        start > low and (parse.word[start - 1] != "," or parse.tag[start - 2] == "IN")
    ):
        return None
    else:
        pieces = [trim(context, low, start), trim(context, noun + 1, high)]
        found = [widen(context, *piece) for piece in pieces if piece[1] - piece[0] >= 2]
    return Draft(
        rule="according_to",
        content=found,
        cue=(noun, noun + 1),
        lemma="in the words of",
        kind="according_to",
        speaker=mention_span(context, owner),
    )


def _owner(context: Context, noun: int) -> int | None:
    """Whose words: by the tree, or before an apostrophe that it took for a mark (Forbes' words)."""
    parse = context.parse
    owner = context.child(noun, "poss")
    if owner is None and noun > 1 and parse.word[noun - 1] in APOSTROPHES:
        glued = parse.end[noun - 2] == parse.start[noun - 1]
        return noun - 2 if glued and parse.lower[noun - 2].endswith("s") else None
    return owner


def _to_somebody(context: Context, start: int) -> Draft | None:
    """To X, who owns a boat, the plan is ...: a sentence that opens with whose view it is."""
    parse = context.parse
    number = context.sentence_of[start]
    high = min(context.last[number], start + WINDOW)
    speaker = phrase_after(context, start + 1, high)
    if start != context.first[number] or parse.dep[start] != "prep" or speaker is None:
        return None
    head = speaker[1] - 1
    if parse.tag[head] not in VIEWERS and parse.lower[head] not in COUNTING:
        return None
    stop = max(context.right(start), speaker[1])
    piece = trim(context, stop, high)
    if "," not in parse.word[stop - 1 : stop + 1] or not has_verb(context, *piece):
        return None
    return Draft(
        rule="according_to",
        content=[widen(context, *piece)],
        cue=(start, start + 1),
        lemma="to",
        kind="think",
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
    cue = context.lexicon.nouns[context.parse.lower[noun]]
    clause = _that_clause(context, noun)
    if clause is None:
        return _noun_object(context, noun, cue)
    piece = trim(context, clause[0], min(clause[1], noun + WINDOW))
    if piece[0] >= piece[1]:
        return None
    verb = _carrier(context, noun)
    if verb is None:
        return _draft(context, noun, cue, "noun_that", cue.kind.get("noun", "say"), piece)
    # X said in a statement that ...: the verb attributes.
    said = context.lexicon.verbs[context.parse.lower[verb]]
    draft = _draft(context, noun, said, "clause", said.kind["clause"], piece)
    draft.cue = (verb, verb + 1)
    return draft


def _draft(
    context: Context, noun: int, cue: Cue, rule: str, kind: str, piece: tuple[int, int]
) -> Draft:
    owner = find_owner(context, noun)
    return Draft(
        rule=rule,
        content=[widen(context, *piece)],
        cue=(noun, noun + 1),
        lemma=cue.lemma,
        kind=kind,
        speaker=mention_span(context, owner) if owner is not None else None,
        flags=set() if owner is not None else {"no_source"},
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


def _that_clause(context: Context, noun: int) -> tuple[int, int] | None:
    """The clause with `that` of a noun."""
    parse = context.parse
    for c in context.children[noun]:
        if c > noun and parse.dep[c] in ("acl", "ccomp", "relcl"):
            first = context.left(c)
            if parse.lower[first] == "that" and parse.dep[first] == "mark":
                return first, context.right(c)
    return None


def _noun_object(context: Context, noun: int, cue: Cue) -> Draft | None:
    """What a noun is about: X's remarks about Y, X raised questions about Y, X's promise to do Y."""
    parse = context.parse
    voiced = _is_voiced(context, noun)
    for c in context.children[noun]:
        word = parse.lower[context.left(c)]
        if c <= noun or word not in cue.prepositions or not _introduces(context, c, word):
            continue
        if not voiced and (cue.lemma, word) not in UNVOICED:
            continue
        start, end = context.left(c) + (word == "for" or parse.dep[c] == "prep"), context.right(c)
        for rest in context.children[noun]:
            if rest > c and context.left(rest) == end and not context.is_punct(end):
                end = context.right(rest)
        end = _with_infinitive(context, end) if word == "for" else end
        start, end = trim(context, start, min(end, noun + WINDOW))
        end = before_addition(context, start, end, nominal=True)
        kind = cue.prepositions[word]
        if end <= start:
            return None
        draft = _draft(context, noun, cue, "noun_object", kind, (start, end))
        if parse.dep[noun] == "dobj" and parse.lower[parse.head[noun]] in HEARING:
            draft.speaker, draft.flags = None, {"no_source"}
        return draft
    return None


def _with_infinitive(context: Context, end: int) -> int:
    """End of an infinitive that starts at token `end`: calls for the city [to act]."""
    parse = context.parse
    if parse.lower[end : end + 1] != ["to"] or parse.dep[end] != "aux":
        return end
    return max(end, context.right(parse.head[end]))


def _is_voiced(context: Context, noun: int) -> bool:
    """Whether the text says whose words a noun names: X's claim, US demands, X raised questions."""
    parse = context.parse
    if parse.dep[noun] == "dobj" and parse.lower[parse.head[noun]] in UTTERING:
        return True
    return any(
        parse.dep[c] == "poss" or (c == noun - 1 and parse.tag[c] == "NNP")
        for c in context.children[noun]
    )


def _introduces(context: Context, child: int, word: str) -> bool:
    """Whether a dependent of a noun is what it is about, and no day on which it was said."""
    if context.parse.dep[child] == "prep":
        about = context.child(child, "pobj", "pcomp")
        return about is not None and context.parse.lower[about] not in DAYS
    if word == "for":
        return context.parse.dep[context.left(child)] == "mark"
    return word == "to" and context.parse.dep[child] in ("acl", "relcl", "xcomp")
