"""An attributing phrase right behind a quotation, by its words alone: "...," the editorial read.

Belongs here: what is left when tagger and parser lost their way beside the marks. Does not belong
here: phrases that the tree shows (`clauses`).
"""

from flows.annotate.quotes.beside import acts
from flows.annotate.quotes.context import Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Draft
from flows.annotate.quotes.speakers import NAME_TAGS, phrase_after, phrase_before

OPEN_ENDS = ",?!"
ENDS = frozenset([".", ";", ":", "?", "!", "—", "–", "--"])
LONGEST_PHRASE = 30
LONGEST_MENTION = 8
WORDS_BEFORE_VERBS = frozenset(
    ["PRP", "NN", "NNS", "NNP", "NNPS", "JJ", "CD", ",", "RB", "RP", ")"]
)


def find_adjacent(context: Context, number: int) -> Draft | None:
    """The draft of a stretch that ends in a comma, ? or ! before a name and a verb of speech."""
    parse = context.parse
    start, end = context.tokens[number]
    if context.last_character(number) not in OPEN_ENDS or context.is_title(number):
        return None
    first = end
    while first < len(parse) and context.is_mark(first):
        first += 1
    if first < len(parse) and parse.lower[first] == "as":
        first += 1  # "...," as X put it
    if first >= len(parse) or parse.paragraph[first] != parse.paragraph[start]:
        return None
    verb = _verb(context, first)
    if verb is None:
        return None
    speaker = _mention(context, first, verb)
    if speaker is None:
        return None
    cue = context.lexicon.verbs[parse.lower[verb]]
    return Draft(
        rule="quote_cue_speaker",
        content=[(start, end)],
        cue=(verb, verb + 1),
        lemma=cue.lemma,
        kind=cue.kind.get("clause") or cue.kind["quotation"],
        speaker=speaker,
    )


def _verb(context: Context, first: int) -> int | None:
    """The first verb of speech of the phrase, whatever the tagger took it for."""
    parse = context.parse
    for i in range(first, min(len(parse), first + LONGEST_PHRASE)):
        if parse.word[i] in ENDS or context.stretch_of[i] >= 0:
            return None
        if parse.paragraph[i] != parse.paragraph[first]:
            return None
        cue = context.lexicon.verbs.get(parse.lower[i])
        if cue is None or not _speaks(cue) or parse.tag[i] in ("VBG", "VB"):
            continue
        if acts(context, i):
            return None
        if i == first or parse.tag[i - 1] in WORDS_BEFORE_VERBS or parse.word[i - 1] == ",":
            return i
    return None


def _speaks(cue: Cue) -> bool:
    kind = cue.kind.get("clause") or cue.kind.get("quotation")
    return kind is not None and kind != "think" and cue.particle is None


def _mention(context: Context, first: int, verb: int) -> tuple[int, int] | None:
    """The noun phrase behind the verb where that opens the phrase, else the one that opens it."""
    parse = context.parse
    if verb == first:
        return phrase_after(context, verb + 1, len(parse))
    end = first
    while end < min(verb, first + LONGEST_MENTION) and parse.word[end] not in (",", "("):
        if end > first and parse.tag[end] in ("IN", "WP", "WDT"):
            break
        end += 1
    while end > first + 1 and parse.tag[end - 1] == "RB":
        end -= 1
    if end == first + LONGEST_MENTION or end == first:
        return None
    opens = parse.tag[first] in NAME_TAGS | {"DT", "PRP", "PRP$", "CD", "JJ", "NN", "NNS"}
    if opens or parse.word[first][:1].isupper():
        return first, end
    named = phrase_before(context, verb, first)
    return named if named is not None and named[0] == first + 1 else None
