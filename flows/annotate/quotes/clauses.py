"""Attributions by a cue verb: X said that ..., "...," said X, ..., X said, ...; X accused Y of ...

Belongs here: finding cue verbs, the words around them that belong to the attributing phrase, and
the content they govern. Does not belong here: quotations without a cue verb.
"""

from collections.abc import Iterator

from flows.annotate.quotes.context import Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Draft, trim, widen
from flows.annotate.quotes.speakers import (
    find_subject,
    mention_span,
    phrase_after,
    phrase_before,
)

VERB_TAGS = frozenset(["VB", "VBD", "VBG", "VBN", "VBP", "VBZ"])
NEGATIONS = frozenset(["not", "n't", "never", "nor", "neither"])
DENYING = frozenset(["deny", "refuse", "decline", "dispute", "reject", "rebut", "refute"])
HEDGES = frozenset("reportedly allegedly apparently purportedly supposedly likely probably".split())
RESTS = frozenset(
    ["prep", "xcomp", "oprd", "advcl", "dative", "ccomp", "npadvmod", "acomp", "attr", "advmod"]
)
STOPS = frozenset([",", ";", ":", "—", "–", "--", "("])
MODAL_HEDGES = frozenset(["might", "may", "could"])
IDIOMS = frozenset([("that", "said"), ("having", "said"), ("being", "said"), ("needless", "say")])


def find_clauses(context: Context) -> Iterator[Draft]:
    """Yield a draft for each cue verb that governs content."""
    parse = context.parse
    verbs = context.lexicon.verbs
    for i, word in enumerate(parse.lower):
        cue = verbs.get(word)
        if cue is None or parse.tag[i] not in VERB_TAGS or context.in_long_stretch(i):
            continue
        draft = _attribute(context, i, cue)
        if draft is not None:
            yield draft


def _attribute(context: Context, verb: int, cue: Cue) -> Draft | None:
    parse = context.parse
    number = context.sentence_of[verb]
    low, high = context.first[number], context.last[number]
    if verb > low and (parse.lower[verb - 1], parse.lower[verb]) in IDIOMS:
        return None
    noun = find_subject(context, verb)
    speaker = mention_span(context, noun) if noun is not None else None
    near = noun is not None and parse.head[noun] == verb
    start, end = _cluster(context, verb, noun if near else None, low, high)
    flags: set[str] = set()
    if noun is None:
        speaker = phrase_after(context, verb + 1, high) if _closes_before(context, verb) else None
        if speaker is not None:
            end = max(end, speaker[1])
        elif not any(parse.dep[c] == "nsubjpass" for c in parse.children[verb]):
            speaker = phrase_before(context, verb, low)
            if speaker is not None:
                start = min(start, speaker[0])
    found = _content(context, verb, cue, start, end, low, high)
    if found is None:
        return None
    rule, content, kind = found
    if speaker is not None and any(a <= speaker[0] < b for a, b in content):
        speaker = None
    if speaker is None:
        flags.add("no_source")
    addressee = None
    if cue.takes("addressee"):
        object_ = context.child(verb, "dobj", "dative")
        if object_ is not None and not any(a <= object_ < b for a, b in content):
            addressee = mention_span(context, object_)
    negated, hedged = _polarity(context, verb, cue)
    return Draft(
        rule=rule,
        content=content,
        cue=(verb, _cue_end(context, verb)),
        lemma=cue.lemma,
        kind=kind,
        speaker=speaker,
        addressee=addressee,
        negated=negated,
        hedged=hedged,
        flags=flags,
    )


def _cue_end(context: Context, verb: int) -> int:
    particle = context.child(verb, "prt")
    return verb + 2 if particle == verb + 1 else verb + 1


def _closes_before(context: Context, verb: int) -> bool:
    """Whether content may end right before the verb: a comma or a closing mark stands there."""
    return verb > 0 and context.is_punct(verb - 1)


def _cluster(context: Context, verb: int, noun: int | None, low: int, high: int) -> tuple[int, int]:
    """Token range of the attributing phrase: subject, auxiliaries, verb, adverbs, addressee."""
    parse = context.parse
    start, end = verb, _cue_end(context, verb)
    for c in parse.children[verb]:
        if parse.dep[c] in ("aux", "auxpass", "neg", "advmod") and c < verb:
            start = min(start, c)
        elif c > verb and parse.dep[c] in ("advmod", "npadvmod", "dative", "prep", "agent"):
            if c == end:
                end = max(end, context.right(c))
    if noun is not None:
        if noun < verb:
            start = min(start, context.left(noun))
        else:
            end = max(end, context.right(noun))
    return max(start, low), min(end, high)


def _content(
    context: Context, verb: int, cue: Cue, start: int, end: int, low: int, high: int
) -> tuple[str, list[tuple[int, int]], str] | None:
    parse = context.parse
    quoted = _quoted_content(context, verb, cue, start, end, low, high)
    if quoted is not None:
        rule, content = quoted
        return rule, content, _kind(cue, "clause", "quotation", "object")
    if cue.takes("clause"):
        clause = context.child(verb, "ccomp")
        if clause is not None:
            pieces = _clause_pieces(context, clause, start, end, low, high)
            if pieces:
                rule = "clause" if pieces[0][0] > verb else "clause_before"
                return rule, pieces, cue.kind["clause"]
        aside = _parenthetical(context, verb, start, end, low, high)
        if aside:
            return "parenthetical", aside, cue.kind["clause"]
    for construction, deps in (
        ("infinitive", ("xcomp",)),
        ("object", ("dobj", "oprd")),
    ):
        if not cue.takes(construction):
            continue
        child = context.child(verb, *deps)
        if child is None or child < verb:
            continue
        if construction == "object" and cue.takes("addressee") and not cue.takes("quotation"):
            if parse.dep[child] == "dobj" and cue.lemma in ("tell", "assure", "remind", "inform"):
                continue
        left = context.left(child)
        right = _rest(context, verb, child, high)
        piece = _clean(context, left, right)
        if piece is not None:
            return construction, [piece], cue.kind[construction]
    for c in parse.children[verb]:
        if c > verb and parse.dep[c] in ("prep", "prt") and parse.lower[c] in cue.prepositions:
            piece = _clean(context, c + 1, _rest(context, verb, c, high))
            if piece is not None:
                return "preposition", [piece], cue.prepositions[parse.lower[c]]
    return None


def _rest(context: Context, verb: int, child: int, high: int) -> int:
    """End of an object with the prepositional phrases that follow it without a comma."""
    parse = context.parse
    end = context.right(child)
    for c in parse.children[verb]:
        if c <= child:
            continue
        if parse.dep[c] in RESTS and not any(
            parse.word[i] in STOPS for i in range(end, context.left(c))
        ):
            end = max(end, context.right(c))
        elif parse.dep[c] in ("cc", "conj") or parse.word[c] in STOPS:
            break
    return min(end, high)


def _kind(cue: Cue, *constructions: str) -> str:
    for construction in constructions:
        if construction in cue.kind:
            return cue.kind[construction]
    return "say"


def _clean(context: Context, start: int, end: int) -> tuple[int, int] | None:
    start, end = trim(context, start, end)
    if start >= end:
        return None
    return widen(context, start, end)


def _clause_pieces(
    context: Context, clause: int, start: int, end: int, low: int, high: int
) -> list[tuple[int, int]]:
    """The clause, without the attributing phrase where that stands inside it."""
    left, right = context.left(clause), min(context.right(clause), high)
    if clause > start:
        left = max(left, low)
    if left >= end:
        piece = _clean(context, left, right)
        return [piece] if piece else []
    pieces = [_clean(context, left, start), _clean(context, end, right) if right > end else None]
    return [p for p in pieces if p is not None]


def _parenthetical(
    context: Context, verb: int, start: int, end: int, low: int, high: int
) -> list[tuple[int, int]]:
    """The sentence around an attributing phrase between commas, or after one at its end."""
    word = context.parse.word
    if start <= low or word[start - 1] not in (",", "—", "-", "–", "--"):
        return []
    after = context.next_word(end, high)
    if after is not None and word[after] not in (",", ".", "?", "!", ";", "—", "-", "–", "--"):
        return []
    pieces = [_clean(context, low, start)]
    if after is not None and word[after] in (",", "—", "-", "–", "--"):
        pieces.append(_clean(context, after, high))
    return [p for p in pieces if p is not None]


def _quoted_content(
    context: Context, verb: int, cue: Cue, start: int, end: int, low: int, high: int
) -> tuple[str, list[tuple[int, int]]] | None:
    """Content that is, or starts or ends with, a quoted stretch beside the attributing phrase."""
    clause = context.child(verb, "ccomp")
    before = _stretch_ending(context, start)
    after = _stretch_starting(context, end, (",", ":", "that", "—", "-"))
    if before is not None and _goes_before(context, verb, before, clause, after):
        left, right = context.tokens[before]
        # A mixed one starts with its clause: The U.S. is "losing patience," he said.
        if left > low + 1 and clause is not None and clause < verb:
            left = max(min(left, context.left(clause)), low)
        pieces = [trim(context, left, right)]
        return "quote_cue_speaker", [widen(context, *p) for p in pieces if p[0] < p[1]]
    if after is not None and (cue.takes("clause") or cue.takes("quotation")):
        left, right = context.tokens[after]
        if clause is not None and clause > verb and not _ends_inside(context, after):
            right = max(right, min(context.right(clause), high))
        return "speaker_cue_quote", [widen(context, *trim(context, left, right))]
    return None


def _goes_before(
    context: Context, verb: int, before: int, clause: int | None, after: int | None
) -> bool:
    """Whether the stretch before an attributing phrase is its content, not its neighbour's."""
    last = context.parse.text[context.stretches[before].end - 1]
    if last == ",":
        return True
    if after is not None or (clause is not None and clause > verb):
        return False
    first = context.tokens[before][1] - 1
    return last != "." or context.sentence_of[first] == context.sentence_of[verb]


def _ends_inside(context: Context, number: int) -> bool:
    """Whether the stretch ends with punctuation of its own, so that nothing follows it."""
    return context.parse.text[context.stretches[number].end - 1] in ",.!?"


def _stretch_ending(context: Context, start: int) -> int | None:
    """The stretch that ends right before token `start`, punctuation between them aside."""
    paragraph = context.parse.paragraph
    i = start - 1
    floor = max(0, start - 4)
    while i >= floor and paragraph[i] == paragraph[start]:
        number = context.stretch_of[i]
        if number >= 0:
            return number if context.tokens[number][1] == i + 1 else None
        if not context.is_punct(i):
            return None
        i -= 1
    return None


def _stretch_starting(context: Context, end: int, allowed: tuple[str, ...]) -> int | None:
    """The stretch that starts at token `end`, but for these words between."""
    parse = context.parse
    i = end
    stop = min(len(parse), end + 4)
    while i < stop and parse.paragraph[i] == parse.paragraph[end - 1]:
        number = context.stretch_of[i]
        if number >= 0:
            return number if context.tokens[number][0] == i else None
        if not context.is_mark(i) and parse.lower[i] not in allowed:
            return None
        i += 1
    return None


def _polarity(context: Context, verb: int, cue: Cue) -> tuple[bool, bool]:
    parse = context.parse
    negated, hedged = cue.lemma in DENYING, False
    for c in parse.children[verb]:
        word = parse.lower[c]
        if parse.dep[c] == "neg" or word in NEGATIONS:
            negated = not negated
        elif word in HEDGES or (parse.dep[c] == "aux" and word in MODAL_HEDGES):
            hedged = True
    return negated, hedged
