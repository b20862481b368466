"""Attributions by a cue verb: X said that ..., "...," said X, ..., X said, ...; X accused Y of ...

Belongs here: which words are cue verbs, their speaker, addressee and polarity. Does not belong
here: how far the content reaches (`content`), and quotations without a cue verb.
"""

from collections.abc import Iterator

from flows.annotate.quotes.content import find_content
from flows.annotate.quotes.context import FINITE, NOUN_TAGS, WINDOW, Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Draft, clean, trim
from flows.annotate.quotes.limits import over_conjunct
from flows.annotate.quotes.passed_on import find_passed_on, passed_participle, quoting_verb
from flows.annotate.quotes.speakers import (
    first_subject,
    mention_span,
    phrase_after,
    phrase_at_start,
    phrase_before,
    phrase_before_comma,
)
from flows.annotate.quotes.subjects import find_subject, is_aside

VERB_TAGS = frozenset(["VB", "VBD", "VBG", "VBN", "VBP", "VBZ"])
NEGATIONS = frozenset(["not", "n't", "never", "nor", "neither"])
DENYING = frozenset(["deny", "refuse", "decline", "dispute", "reject", "rebut", "refute"])
HEDGES = frozenset(
    ["reportedly", "allegedly", "apparently", "purportedly", "supposedly", "likely", "probably"]
)
MODAL_HEDGES = frozenset(["might", "may", "could"])
IDIOMS = frozenset([("that", "said"), ("having", "said"), ("being", "said"), ("needless", "say")])
# Said to keep the floor, with a comma behind: and, you know, ...
FILLERS = frozenset([("you", "know"), ("you", "see"), ("i", "mean"), ("i", "quote")])
NAMING = frozenset(
    ["call", "name", "title", "entitle", "dub", "label", "term", "know", "headline", "tag"]
)
HEADLINE_VERBS = frozenset(
    "say tell call vow blast slam warn urge claim accuse praise criticize rip bash mock deny "
    "reject announce predict promise pledge ask defend endorse".split()
)
UNNAMED = frozenset("many some most others few critics officials analysts experts".split())
# Words before a reduced passive, and the constructions that it can have.
WHEN = frozenset(["when", "if", "once", "while", "until", "as"])
ASKED = frozenset("about why whether if how what by".split())
AFTER = frozenset(["clause", "bare_clause", "infinitive", "object", "preposition"])
# What somebody may not say: was not authorized to discuss.
PERMITTING = frozenset("authorized authorised allowed permitted entitled".split())
READING = frozenset(["read", "write"])
READER = frozenset(["read", "see", "watch", "note", "click"])


def find_clauses(context: Context) -> Iterator[Draft]:
    """Yield a draft for each cue verb that governs content."""
    parse = context.parse
    verbs = context.lexicon.verbs
    for i in context.cues(verbs):
        cue = verbs[parse.lower[i]]
        if context.in_long_stretch(i):
            continue
        if parse.tag[i] not in VERB_TAGS and not _is_mistagged(context, i, cue):
            continue
        if cue.needs_marks and not context.has_marks_near(i):
            continue
        draft = _attribute(context, i, cue)
        if draft is not None:
            yield draft


def _attribute(context: Context, verb: int, cue: Cue) -> Draft | None:
    parse = context.parse
    number = context.sentence_of[verb]
    low = max(context.opening(number), verb - WINDOW)
    high = min(context.last[number], verb + WINDOW)
    if _is_idiom(context, verb, cue, low):
        return None
    noun = find_subject(context, verb) if parse.tag[verb][0] == "V" else None
    participle, quoting = passed_participle(context, verb), quoting_verb(context, verb)
    if participle is not None and noun is None:
        noun = context.child(verb, "nsubjpass")  # X was quoted as saying
    if is_reduced_passive(context, verb, low):
        return _asked(context, verb, cue, noun, low, high)
    if noun is not None and parse.head[noun] == verb and is_aside(context, noun, verb):
        noun = None
    speaker = mention_span(context, noun) if noun is not None else None
    if speaker is not None and speaker[0] == verb + 1:
        # said Blaze co-host Ann Lee: the tree may stop inside the name.
        # It may also end its sentence behind a rank: said Navy Capt. | Ann Lee.
        phrase = phrase_after(context, verb + 1, parse.first[parse.paragraph[verb] + 1])
        if phrase is not None and phrase[1] > speaker[1]:
            speaker = phrase
    near = noun is not None and parse.head[noun] == verb
    start, end = _cluster(context, verb, noun if near else None, low, high)
    if noun is None:
        speaker = _speaker_by_place(context, verb, low, high)
        if speaker is not None:
            start, end = min(start, speaker[0]), max(end, speaker[1])
    found = find_content(context, verb, cue, (start, end), (low, high))
    if found is None:
        return None
    if found.speaker is not None:
        speaker = found.speaker
    content = found.pieces
    if found.rule in AFTER:
        first, last = content[-1]
        end = over_conjunct(context, first, last, high)
        if end > last:
            content[-1] = clean(context, first, end) or (first, last)
    if _is_inside(speaker, content):
        speaker = _speaker_by_place(context, verb, low, high)
    if _is_inside(speaker, content):
        speaker = first_subject(context, verb, low) if parse.tag[verb] in FINITE else None
    if _is_inside(speaker, content):
        speaker = None
    via = None
    if participle is not None:
        if content[-1][0] > verb:
            return None  # Y quoted X as saying ...: the participle's
        speaker, via = find_passed_on(context, verb, participle)
    elif quoting is not None:
        speaker, via = find_passed_on(context, quoting, verb)
    negated, hedged = _polarity(context, verb, cue)
    return Draft(
        rule=found.rule,
        content=content,
        cue=(verb, found.cue_end or _cue_end(context, verb)),
        lemma=cue.lemma,
        kind=found.kind,
        speaker=speaker,
        addressee=_addressee(context, verb, cue, content),
        via=via,
        negated=negated,
        hedged=hedged,
        flags=_flags(context, noun, speaker),
    )


def _is_inside(speaker: tuple[int, int] | None, content: list[tuple[int, int]]) -> bool:
    return speaker is not None and any(a <= speaker[0] < b for a, b in content)


def is_reduced_passive(context: Context, verb: int, low: int) -> bool:
    """Asked about it, X said; X said when pressed: what its subject hears, not what it says."""
    parse = context.parse
    cue = context.lexicon.verbs[parse.lower[verb]]
    told = parse.tag[verb] == "VBD" and verb == low and cue.takes("addressee")
    told |= parse.tag[verb] == "VBD" and parse.dep[verb] in ("acl", "advcl")
    if not told and (parse.tag[verb] != "VBN" or parse.dep[verb] == "conj"):
        return False
    if context.child(verb, "nsubj", "nsubjpass", "aux", "auxpass", "agent") is not None:
        return False
    before = context.previous_word(verb, low)
    if before is not None and parse.word[before] == "," and cue.lemma == "ask":
        return not ASKED.isdisjoint(parse.lower[verb + 1 : verb + 2])  # X, asked about it, said
    return before is None or parse.lower[before] in WHEN


def _asked(
    context: Context, verb: int, cue: Cue, noun: int | None, low: int, high: int
) -> Draft | None:
    """The draft of a reduced passive: nobody is named who asks, and the subject is asked."""
    end = _cue_end(context, verb)
    found = find_content(context, verb, cue, (verb, end), (low, high))
    if found is None or found.rule not in AFTER:
        return None
    first, last = found.pieces[-1]
    found.pieces[-1] = trim(context, first, _before_answer(context, first, last))
    negated, hedged = _polarity(context, verb, cue)
    heard = mention_span(context, noun) if noun is not None and cue.takes("addressee") else None
    return Draft(
        rule=found.rule,
        content=found.pieces,
        cue=(verb, end),
        lemma=cue.lemma,
        kind=found.kind,
        speaker=None,
        addressee=heard,
        negated=negated,
        hedged=hedged,
        flags={"no_source"},
    )


def _before_answer(context: Context, start: int, end: int) -> int:
    """Where the answer starts that the parser drew into what was asked: asked why, he said: "..."."""
    for i in range(start + 1, end):
        if context.in_long_stretch(i):
            before = context.previous_word(i, start)
            if before is None or not context.is_punct(before):
                return end
            commas = (k for k in range(start, before) if context.parse.word[k] == ",")
            return next(commas, before)
    return end


def _flags(context: Context, noun: int | None, speaker: tuple[int, int] | None) -> set[str]:
    if speaker is None:
        return {"no_source"}
    if noun is not None and speaker[0] <= noun < speaker[1]:
        parse = context.parse
        if any(
            parse.dep[c] == "conj" and parse.tag[c] in NOUN_TAGS for c in context.children[noun]
        ):
            return {"several_speakers"}
    return set()


def _is_mistagged(context: Context, i: int, cue: Cue) -> bool:
    """A verb that the tagger took for a noun: Trump claims he ...; Super PAC blasts Trump."""
    tag, lower = context.parse.tag, context.parse.lower
    if i < 2 or i + 1 >= len(tag):
        return False
    if _is_aside(context, i) and cue.takes("clause"):
        return True
    if tag[i] not in ("NNS", "NNP", "NNPS"):
        return False
    if not lower[i].endswith(("s", "ed")) or context.sentence_of[i - 1] != context.sentence_of[i]:
        return False
    if (
        cue.takes("clause")
        and tag[i] == "NNS"
        and tag[i - 1] in ("NNP", "PRP")
        and (tag[i + 1] in ("PRP", "EX") or lower[i + 1] == "that")
    ):
        return True
    # A headline: the first paragraph, or one whose sentence the tables call a title.
    return (
        context.parse.paragraph[i] == 0
        and cue.lemma in HEADLINE_VERBS
        and tag[i - 1] in ("NNP", "NNPS", "NNS")
        and tag[i + 1] in ("NNP", "PRP", "DT", "PRP$", "TO", "JJ")
    )


def _is_aside(context: Context, i: int) -> bool:
    """Whether token i and the one before it stand between commas: ..., many suspect, ..."""
    word, lower = context.parse.word, context.parse.lower
    return word[i + 1] == "," and word[i - 2] == "," and lower[i - 1] in UNNAMED


def _is_idiom(context: Context, verb: int, cue: Cue, low: int) -> bool:
    """That said, ...; a film called "..."; (Read "..."): no attributions."""
    parse = context.parse
    before = parse.lower[verb - 1] if verb > low else ""
    if (before, parse.lower[verb]) in IDIOMS:
        return True
    if is_filler(context, verb, low):
        return True
    if before == "<":
        return True  # the name of a tag: <tweet author="...">
    if parse.dep[verb] in ("amod", "compound"):
        return True  # a written response
    above = parse.head[verb]
    if parse.tag[verb] == "VB" and parse.lower[above] in PERMITTING:
        return context.child(above, "neg") is not None
    if cue.lemma in NAMING and parse.tag[verb] == "VBN" and parse.dep[verb] == "acl":
        return context.child(verb, "agent") is None and not _judges(context, verb)
    if cue.lemma in READING and _is_title_of_a_work(context, verb):
        return True
    # An imperative to the reader opens its sentence, perhaps in parentheses.
    opens = verb == low or (verb == low + 1 and parse.word[low] in ("(", "["))
    return opens and cue.lemma in READER and parse.tag[verb] in ("VB", "VBP")


def is_filler(context: Context, verb: int, low: int) -> bool:
    """Whether a verb keeps the floor or announces marks: and, you know, ...; said, and I quote, ..."""
    parse = context.parse
    if verb <= low or parse.word[verb + 1 : verb + 2] not in ([","], [":"]):
        return False
    return (parse.lower[verb - 1], parse.lower[verb]) in FILLERS


def _judges(context: Context, verb: int) -> bool:
    """Whether two complements follow, a noun phrase and what it is called: called the plan a "joke"."""
    high = context.last[context.sentence_of[verb]]
    phrase = phrase_after(context, verb + 1, high)
    if phrase is None or phrase[1] >= high:
        return False
    return context.parse.lower[phrase[1]] in ("a", "an") or _opens_marks(context, phrase[1])


def _opens_marks(context: Context, i: int) -> bool:
    """Whether quoted words start at token i, its mark aside."""
    after = context.next_word(i, len(context.parse))
    return after is not None and context.stretch_from(after) is not None and context.is_mark(i)


def _is_title_of_a_work(context: Context, verb: int) -> bool:
    """Whether a title between marks follows a verb without a comma: read "The Long Road Home"."""
    after = context.next_word(verb + 1, len(context.parse))
    number = context.stretch_from(after) if after is not None else None
    return number is not None and context.is_title(number)


def _speaker_by_place(context: Context, verb: int, low: int, high: int) -> tuple[int, int] | None:
    """The speaker where the parse gives no subject: the noun phrase beside the verb."""
    parse = context.parse
    while parse.dep[verb] == "xcomp" and low <= parse.head[verb] < verb:
        verb = parse.head[verb]  # X continued to assert
    children = context.children[verb]
    if verb > low and parse.lower[verb - 1] in UNNAMED:
        return verb - 1, verb
    if verb > 0 and context.is_punct(verb - 1):
        speaker = phrase_after(context, verb + 1, high)
        if speaker is not None:
            return speaker
    if any(parse.dep[c] in ("nsubjpass", "auxpass") for c in children):
        return None
    if parse.tag[verb] not in ("VB", "VBG"):
        at = verb
        auxiliary = context.child(verb, "aux")
        while at > low and (
            parse.tag[at - 1] in ("RB", "MD")
            or (at - 1 == auxiliary and parse.tag[auxiliary] in FINITE)
        ):
            at -= 1
        if parse.word[at - 1] == "," and at - 2 > low and parse.word[at - 2] == ")":
            at -= 1
        return (
            phrase_before(context, at, low)
            or phrase_before_comma(context, at, low)
            or phrase_at_start(context, at, low)
            or first_subject(context, at, low)
        )
    return None


def _cue_end(context: Context, verb: int) -> int:
    particle = context.child(verb, "prt")
    return verb + 2 if particle == verb + 1 else verb + 1


def _cluster(context: Context, verb: int, noun: int | None, low: int, high: int) -> tuple[int, int]:
    """Token range of the attributing phrase: subject, auxiliaries, verb, adverbs, addressee."""
    parse = context.parse
    start, end = verb, _cue_end(context, verb)
    low = max(low, context.after_stretch(verb))
    for c in context.children[verb]:
        if parse.dep[c] in ("aux", "auxpass", "neg", "advmod") and low <= c < verb:
            if parse.word[c + 1] != ",":
                start = min(start, c)
        elif (
            c == end
            and parse.dep[c] in ("advmod", "npadvmod", "dative", "prep", "agent")
            and "that" not in parse.lower[c : min(context.right(c), high)]
        ):
            end = max(end, context.right(c))
    if noun is not None:
        if noun < verb:
            start = min(start, max(context.left(noun), context.after_stretch(noun)))
        else:
            end = max(end, context.right(noun))
    return max(start, low), min(end, high)


def _addressee(
    context: Context, verb: int, cue: Cue, content: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """To whom it was said: told X, said to X, asked of X."""
    parse = context.parse
    heard = context.child(verb, "dobj", "dative") if cue.takes("addressee") else None
    if heard is None or parse.lower[heard] == "to":
        for c in context.children[verb]:
            if c > verb and parse.lower[c] == "to" and parse.dep[c] in ("prep", "dative"):
                heard = context.child(c, "pobj")
                break
    if heard is None and cue.takes("addressee"):
        phrase = phrase_after(context, verb + 1, content[0][0])
        if phrase is not None and phrase[1] == content[0][0]:
            return phrase
    if heard is None or parse.tag[heard] not in NOUN_TAGS | {"PRP"}:
        return None
    if any(a <= heard < b for a, b in content):
        return None
    return mention_span(context, heard)


def _polarity(context: Context, verb: int, cue: Cue) -> tuple[bool, bool]:
    parse = context.parse
    negated, hedged = cue.lemma in DENYING, False
    for c in context.children[verb]:
        word = parse.lower[c]
        if parse.dep[c] == "neg" or word in NEGATIONS:
            negated = not negated
        elif word in HEDGES or (parse.dep[c] == "aux" and word in MODAL_HEDGES):
            hedged = True
    if parse.dep[verb] == "xcomp" and parse.tag[verb] == "VB":
        above = context.lexicon.verbs.get(parse.lower[parse.head[verb]])
        negated |= above is not None and above.lemma in DENYING  # declined to say whether
    return negated, hedged
