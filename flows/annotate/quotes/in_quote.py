"""How much of each sentence lies between quotation marks."""

from collections.abc import Sequence
from dataclasses import replace

from flows.annotate.quotes.marks import find_stretches
from flows.parse import Parse
from flows.records import Sentence


def in_quote(parse: Parse, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Fill in `Sentence.in_quote` by counting the sentence's words between marks.

    Args:
        parse: the article's tokens.
        sentences: its sentences, in order.

    Returns:
        The sentences: `none`, `partial` or `full`; one without any word is `none`.
    """
    inside = bytearray(len(parse))
    for stretch in find_stretches(parse.text, parse.paragraphs):
        for i in parse.tokens_between(stretch.start, stretch.end):
            inside[i] = 1
    return tuple(replace(s, in_quote=_share(parse, inside, s)) for s in sentences)


def _share(parse: Parse, inside: bytearray, sentence: Sentence) -> str:
    words = [
        i for i in parse.tokens_between(sentence.start, sentence.end) if parse.word[i][0].isalnum()
    ]
    quoted = sum(inside[i] for i in words)
    if not quoted:
        return "none"
    return "full" if quoted == len(words) else "partial"
