"""Tags that the article itself corrects: a name that the tagger took for another word.

Belongs here: part-of-speech tags of single words that are names elsewhere in the article (Will
wrote; Early said), and what those are. Does not belong here: what the parser made of them.
"""

from dataclasses import replace

from flows.annotate.quotes.context import PAST_OR_PRESENT
from flows.parse import Parse, places_of

NAME = "NNP"
# Tags that the tagger gives to names which look like adverbs, verbs or adjectives.
DOUBTFUL = frozenset(["RB", "MD", "VB", "VBP", "VBG", "VBN", "JJ"])


def names_of(parse: Parse) -> frozenset[str]:
    """Words of an article that are tagged as names where no sentence starts."""
    names = places_of(parse.tag, {NAME})
    return frozenset(parse.word[i] for i in names if not parse.sent_start[i])


def mend_names(parse: Parse) -> Parse:
    """Tag capitalised words as names that the article also has as names inside sentences.

    Where a capital says nothing, at the start of a sentence or behind a mark, a verb must follow.

    Args:
        parse: the article's tokens.

    Returns:
        The parse, or one that differs from it in its tags alone.
    """
    word, tag, names = parse.word, parse.tag, names_of(parse)
    mended = list(tag)
    for i in places_of(tag, DOUBTFUL):
        if word[i] not in names or not word[i][0].isupper():
            continue
        opens = parse.sent_start[i] or (not word[i - 1][-1].isalnum() and word[i - 1] != ",")
        if not opens or any(t in PAST_OR_PRESENT for t in tag[i + 1 : i + 2]):
            mended[i] = NAME
    return replace(parse, tag=mended) if mended != tag else parse
