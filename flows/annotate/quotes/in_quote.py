"""How much of each sentence lies between quotation marks."""

from collections.abc import Sequence

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
        tokens = parse.tokens_between(stretch.start, stretch.end)
        inside[tokens.start : tokens.stop] = b"\1" * len(tokens)
    for sentence in sentences:
        sentence.in_quote = _share(parse, inside, sentence)
    return tuple(sentences)


def _share(parse: Parse, inside: bytearray, sentence: Sentence) -> str:
    tokens = parse.tokens_between(sentence.start, sentence.end)
    if not any(inside[tokens.start : tokens.stop]):
        return "none"
    words = [i for i in tokens if parse.word[i][0].isalnum()]
    quoted = sum(inside[i] for i in words)
    if not quoted:
        return "none"
    return "full" if quoted == len(words) else "partial"
