"""Names of people that nothing but their speaking gives away.

What belongs here: proper nouns that head a quote's speaker and that no mention covers. What does
not: names that their own surroundings give away (spotting.py).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from flows.annotate.names.countries import is_place_word
from flows.annotate.names.phrases import head_of, singular
from flows.annotate.names.spans import is_name_word
from flows.annotate.names.titles import is_surname, title_length
from flows.lexicons import mapping, words
from flows.parse import Parse, has_letter
from flows.records import Mention, Quote, Sentence


def spot_speakers(
    parse: Parse,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    quotes: Sequence[Quote],
) -> list[Mention]:
    """Add names that nothing but their speaking gives away.

    Args:
        parse: the article's parse.
        sentences: its sentences.
        mentions: its mentions by name, in order.
        quotes: its quotes, speakers given as spans.

    Returns:
        The mentions, in order, with the heads of speakers that are proper nouns no mention covers.
    """
    starts = [s.start for s in sentences]
    names = [m.start for m in mentions]
    taken: set[int] = set()
    added = []

    def is_free(i: int) -> bool:
        """Whether token i is a proper noun that no mention covers."""
        if i in taken or not is_name_word(parse, i):
            return False
        number = bisect_left(names, parse.end[i]) - 1
        return number < 0 or mentions[number].end <= parse.start[i]

    for quote in quotes:
        if quote.speaker_start is None or quote.speaker_end is None:
            continue
        tokens = parse.tokens_between(quote.speaker_start, quote.speaker_end)
        if not tokens:
            continue
        first = last = head_of(parse, tokens.start, tokens.stop)
        # A phrase that a full stop or a paragraph's end cuts names nobody across it.
        sentence = sentences[max(bisect_right(starts, parse.start[first]) - 1, 0)]
        within = parse.tokens_between(sentence.start, sentence.end)
        tokens = range(max(tokens.start, within.start), min(tokens.stop, within.stop))
        while first > tokens.start and is_free(first - 1):
            first -= 1
        while last < tokens.stop and is_free(last):
            last += 1
        first += title_length(parse, first, last)
        name = parse.word[first:last]
        if not name or not _may_speak(name):
            continue
        taken.update(range(first, last))
        added.append(
            Mention(
                entity_index=0,
                sentence_index=sentence.sentence_index,
                start=parse.start[first],
                end=parse.end[last - 1],
                label="PERSON",
                label_source="rule",
            )
        )
    return sorted([*mentions, *added], key=lambda m: m.start)


def _may_speak(name: Sequence[str]) -> bool:
    """Whether an unmarked proper noun that speaks is a person's name, and no role or place."""
    return not (
        any(w in words("organisation_words") or w in words("not_people") for w in name)
        or is_place_word(" ".join(name))
        or not is_surname(name[-1])
        or not has_letter(name[-1])
        or singular(name[-1].lower()) in mapping("speaker_nouns")
    )
