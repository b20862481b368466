"""Quotations behind a comma, a colon or a sentence that says that somebody speaks.

Belongs here: the cue stands before the marks, further off than beside them, or is only a colon.
Does not belong here: what goes on without a cue (`carried`).
"""

from itertools import chain

from flows.annotate.quotes.beside import with_rest
from flows.annotate.quotes.clauses import is_filler, is_reduced_passive
from flows.annotate.quotes.context import DASHES, FINITE, NOUN_TAGS, WINDOW, Context
from flows.annotate.quotes.drafts import Draft, extended
from flows.annotate.quotes.governed import THINGS, says, spoken
from flows.annotate.quotes.speakers import NAME_TAGS, mention_span, phrase_after, phrase_before
from flows.annotate.quotes.subjects import DOCUMENTS, find_subject, is_aside

INTRODUCING = frozenset([",", ":", "—", "–", "--", "-", "that"])
BINDING = frozenset(["IN", "TO", "VBD", "VBZ", "VBP", "VB", "VBG", "VBN"])
NAMING = NAME_TAGS | {"CC"}
LONGEST_ANNOUNCEMENT = 20
MAX_GAP = 40


def find_introduced(context: Context, number: int, at_cue: dict[int, Draft]) -> Draft | None:
    """A stretch after a comma or colon, the cue verb further to the left: X joked, again ..., "..."."""
    parse = context.parse
    start, end = context.tokens[number]
    i = context.previous_word(start, 0)
    if i is None or context.in_long_stretch(i):
        return None
    if parse.paragraph[i] != parse.paragraph[start]:
        if parse.paragraph[start] - parse.paragraph[i] > 1 or parse.word[i] != ":":
            return None
    elif parse.lower[i] not in INTRODUCING:
        return None
    colon = parse.word[i] == ":"
    says_that = "that" in parse.lower[i - 1 : i + 1]
    content = _with_that(context, start, end) if says_that else (start, end)
    low = max(_start_of_introduction(context, i), i - MAX_GAP)
    label = _label(context, i, low) if colon else None
    if label is not None:
        return _behind_colon((start, end), label)
    written = _writer(context, i, low)
    if written is not None:
        return _behind_colon((start, end), mention_span(context, written))
    for verb in range(i, low - 1, -1):
        if context.in_long_stretch(verb):
            break
        owner = _owner(context, verb) if says_that else None
        if owner is not None:
            return _voiced(context, verb, owner, content)
        cue = context.lexicon.verbs.get(parse.lower[verb])
        if cue is None or parse.tag[verb][0] != "V" or parse.lower[verb - 1] == "as":
            continue
        if is_reduced_passive(context, verb, low) or is_filler(context, verb, low):
            continue
        if not (cue.takes("clause") or cue.takes("quotation")) or cue.kind.get("clause") == "think":
            continue
        if not cue.takes("clause") and _is_unfinished(context, verb):
            continue
        given = at_cue.get(verb)
        if given is not None and verb < given.start and given.end <= start:
            return extended(given, end)
        noun = find_subject(context, verb)
        if noun is not None and is_aside(context, noun, verb):
            noun = None
        speaker: tuple[int, int] | None
        if noun is not None:
            speaker = mention_span(context, noun)
        elif parse.tag[verb] == "VBG":
            speaker = subject_of_sentence(context, context.sentence_of[verb])
        else:
            speaker = phrase_before(context, verb, low) or _named_behind(context, verb, i)
        return Draft(
            rule="introduced",
            content=[content],
            cue=(verb, verb + 1),
            lemma=cue.lemma,
            kind=cue.kind.get("clause") or cue.kind.get("quotation") or "say",
            speaker=speaker,
            flags=set() if speaker else {"no_source"},
        )
    if not colon:
        return None
    speaker = phrase_before(context, _before_follows(context, i), low)
    owner = context.child(speaker[1] - 1, "poss") if speaker is not None else None
    if owner is not None and parse.tag[owner] in NOUN_TAGS:
        return _behind_colon((start, end), mention_span(context, owner))  # X's reaction: "..."
    if speaker is None or (speaker[0] > low and parse.tag[speaker[0] - 1] in BINDING):
        speaker = subject_of_sentence(context, context.sentence_of[i]) or speaker
    return _behind_colon((start, end), speaker)


def _before_follows(context: Context, colon: int) -> int:
    """Where the phrase ends that a colon closes, `as follows` aside."""
    follows = context.parse.lower[max(0, colon - 2) : colon] == ["as", "follows"]
    return colon - 2 if follows else colon


def _is_unfinished(context: Context, verb: int) -> bool:
    """Whether a verb is a participle or an infinitive with `to`: joked, using a drawl, "..." """
    parse = context.parse
    return parse.tag[verb] == "VBG" or (parse.tag[verb] == "VB" and parse.lower[verb - 1] == "to")


def _behind_colon(content: tuple[int, int], speaker: tuple[int, int] | None) -> Draft:
    return Draft(
        rule="colon",
        content=[content],
        cue=None,
        lemma=None,
        kind="colon",
        speaker=speaker,
        flags=set() if speaker else {"no_source"},
    )


def _writer(context: Context, comma: int, low: int) -> int | None:
    """Who does what with a document that a comma sets before its words: X issued a statement, "..." """
    parse = context.parse
    noun = comma - 1
    if (
        comma <= low
        or parse.word[comma] != ","
        or parse.lower[noun] not in DOCUMENTS
        or parse.dep[noun] != "dobj"
    ):
        return None
    return find_subject(context, parse.head[noun])


def _label(context: Context, colon: int, low: int) -> tuple[int, int] | None:
    """The names between a dash and a colon: Polls agree - Ann Lee and Jo Weber: "..." """
    parse = context.parse
    i = colon
    while i > low and parse.tag[i - 1] in NAMING:
        i -= 1
    return (i, colon) if low < i < colon and parse.word[i - 1] in DASHES else None


def _with_that(context: Context, start: int, end: int) -> tuple[int, int]:
    """A stretch with the `that` before it and what goes on behind its closing mark."""
    before = context.previous_word(start, 0)
    if before is not None and context.parse.lower[before] == "that":
        start = before
    return start, with_rest(context, start, end, context.last[context.sentence_of[start]])


def _owner(context: Context, noun: int) -> int | None:
    """Whose statement a noun names, if it is one: her comment last month that, "..."."""
    cue = context.lexicon.nouns.get(context.parse.lower[noun])
    if cue is None or context.parse.tag[noun] not in NOUN_TAGS or not cue.takes("noun"):
        return None
    return context.child(noun, "poss")


def _voiced(context: Context, noun: int, owner: int, content: tuple[int, int]) -> Draft:
    cue = context.lexicon.nouns[context.parse.lower[noun]]
    return Draft(
        rule="noun_that",
        content=[content],
        cue=(noun, noun + 1),
        lemma=cue.lemma,
        kind=cue.kind["noun"],
        speaker=mention_span(context, owner),
    )


def _start_of_introduction(context: Context, i: int) -> int:
    """First token of the sentence of token i, and the verb cut off before it: Said | Weber: "..."."""
    low = context.first[context.sentence_of[i]]
    alone = low > 0 and context.first[context.sentence_of[low - 1]] == low - 1
    return (
        low - 1 if alone and context.parse.paragraph[low - 1] == context.parse.paragraph[i] else low
    )


def _named_behind(context: Context, verb: int, stop: int) -> tuple[int, int] | None:
    """The noun phrase between an inverted verb and its colon: Continued Stone: "..."."""
    phrase = phrase_after(context, verb + 1, stop)
    return phrase if phrase is not None and phrase[1] == stop else None


def find_announced(context: Context, number: int, by_sentence: dict[int, Draft]) -> Draft | None:
    """A stretch that opens the sentence after a verb of speech without content: X agreed. "..." """
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    before = sentence - 1
    if start > context.first[sentence] + 1 or sentence == 0 or before in by_sentence:
        return None
    low, high = context.first[before], context.last[before]
    if parse.paragraph[low] != parse.paragraph[start] or high - low > LONGEST_ANNOUNCEMENT:
        return None
    if any(context.stretch_of[i] >= 0 for i in range(low, high)):
        return None
    for verb in range(high - 1, low, -1):
        if parse.tag[verb] not in FINITE or not says(context, verb):
            continue
        noun = find_subject(context, verb)
        cue = context.lexicon.verbs[parse.lower[verb]]
        if noun is None or parse.lower[noun] in THINGS or not cue.takes("clause"):
            continue
        return spoken(context, "introduced", (start, end), verb, noun)
    return None


def subject_of_sentence(context: Context, sentence: int) -> tuple[int, int] | None:
    """The subject of the sentence's main verb, or else its first one: When he died, X wrote."""
    parse = context.parse
    first = context.first[sentence]
    tokens = range(first, min(context.last[sentence], first + WINDOW))
    roots = (i for i in tokens if parse.head[i] == i and parse.tag[i][0] == "V")
    subjects = (i for i in tokens if parse.dep[i] == "nsubj")
    for i in chain((find_subject(context, root) for root in roots), subjects):
        if i is None or context.in_long_stretch(i):
            continue
        if parse.tag[i] in NOUN_TAGS or parse.lower[i] in ("he", "she", "they"):
            return mention_span(context, i)
    return None
