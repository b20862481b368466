"""The last step of annotation: every mention gets its entity, every quote its speaker's name.

What belongs here: the order of the steps and the fields filled in with what they found. What does not:
how names are joined (referents.py) and speakers resolved (speakers.py).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from flows.annotate.names.gazetteer import Gazetteer
from flows.annotate.names.referents import Referent, find_referents, relabelled
from flows.annotate.names.speaker_names import spot_speakers
from flows.annotate.names.speakers import Speaker, Walk
from flows.annotate.names.traits import country_in
from flows.parse import Parse
from flows.records import Mention, Quote, Sentence

PARTIAL_SCORE = 0.8


def resolve(
    parse: Parse,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    quotes: Sequence[Quote],
    gazetteer: Gazetteer | None = None,
) -> tuple[tuple[Mention, ...], tuple[Quote, ...]]:
    """Fill in who every mention and every speaker is.

    Args:
        parse: the article's parse.
        sentences: its sentences.
        mentions: its mentions by name, in order.
        quotes: its quotes in the order of `quote_index`, speakers given as spans.
        gazetteer: names to link; None for none.

    Returns:
        The mentions with their entities, and those pronouns and noun phrases added that are a
        quote's speaker, in order of start; and the quotes with their speakers.
    """
    mentions = spot_speakers(parse, sentences, mentions, quotes)
    mentions = relabelled(parse, mentions, gazetteer)
    referents, of_mention = find_referents(parse, mentions, gazetteer)
    intervals = [(p.start, p.end, q.quote_index) for q in quotes for p in q.parts]
    in_quote = innermost(intervals, parse.start)
    walk = Walk(parse, sentences, mentions, referents, of_mention, in_quote)
    speakers = walk.speakers(quotes)
    rows = list(zip(mentions, of_mention, strict=True))
    rows += _added(parse, mentions, sentences, speakers)
    rows.sort(key=lambda row: (row[0].start, -row[0].end))
    within = innermost(intervals, [m.start for m, _ in rows])
    for i, ((mention, referent), quote) in enumerate(zip(rows, within, strict=True)):
        mention.entity_index, mention.quote_index = i, quote
        if referent is not None:
            _fill(mention, referent, parse.text[mention.start : mention.end], gazetteer)
    final = tuple(mention for mention, _ in rows)
    _fill_speakers(quotes, speakers, final)
    return final, tuple(quotes)


def _added(
    parse: Parse,
    mentions: Sequence[Mention],
    sentences: Sequence[Sentence],
    speakers: Mapping[int, Speaker],
) -> list[tuple[Mention, Referent | None]]:
    """Mentions for the speakers that are no names, each once."""
    starts = [s.start for s in sentences]
    known = {(m.start, m.end) for m in mentions}
    rows: list[tuple[Mention, Referent | None]] = []
    for speaker in speakers.values():
        sentence = max(bisect_right(starts, speaker.start) - 1, 0)
        # A phrase that a full stop cuts is kept to the sentence it starts in.
        end = min(speaker.end, sentences[sentence].end)
        if (speaker.start, end) in known or end <= speaker.start:
            continue
        known.add((speaker.start, end))
        mention = Mention(
            entity_index=0,
            sentence_index=sentence,
            start=speaker.start,
            end=end,
            label=speaker.referent.label,
            label_source="rule",
            mention_type=speaker.mention_type,
            country=country_in(parse.text[speaker.start : end].split())
            if speaker.mention_type == "nominal"
            else None,
        )
        rows.append((mention, speaker.referent))
    return rows


def _fill(mention: Mention, referent: Referent, text: str, gazetteer: Gazetteer | None) -> None:
    """Fill in what is known of a mention's entity."""
    mention.cluster_index = referent.number
    mention.canonical_name = referent.name
    mention.entity_key = referent.key
    if referent.link is not None and gazetteer is not None:
        own = gazetteer.find(text)
        mention.kb_id = referent.link.entry.kb_id
        mention.link_method, mention.link_score = "partial", PARTIAL_SCORE
        if own is not None and own.entry == referent.link.entry:
            mention.link_method, mention.link_score = own.method, own.score


def _fill_speakers(
    quotes: Sequence[Quote], speakers: Mapping[int, Speaker], mentions: Sequence[Mention]
) -> None:
    """Fill in the speaker of each quote, in one that goes on without one that of the quote before."""
    at = {(m.start, m.mention_type): m.entity_index for m in reversed(mentions)}
    done: dict[int | None, Quote] = {}
    for quote in quotes:
        speaker = speakers.get(quote.quote_index)
        before = done.get(quote.continues_quote_index)
        if speaker is not None:
            named = speaker.name is not None
            quote.speaker_entity_index = at.get((speaker.start, speaker.mention_type))
            quote.speaker_name = speaker.name
            quote.speaker_key = speaker.referent.key if named else None
            quote.speaker_kind = speaker.kind
            quote.speaker_method = speaker.method
            quote.speaker_description = speaker.referent.description
        elif before is not None and before.speaker_kind != "none":
            quote.speaker_name = before.speaker_name
            quote.speaker_key = before.speaker_key
            quote.speaker_kind = before.speaker_kind
            quote.speaker_method = "continuation"
            quote.speaker_description = before.speaker_description
        done[quote.quote_index] = quote


def innermost(intervals: Sequence[tuple[int, int, int]], points: Sequence[int]) -> list[int | None]:
    """For each point the value of the innermost interval that holds it.

    Args:
        intervals: (start, end, value), nested or apart.
        points: ascending offsets.

    Returns:
        For each point the value of the interval that started last, None outside of all.
    """
    found: list[int | None] = [None] * len(points)
    for start, end, value in sorted(intervals, key=lambda x: (x[0], -x[1])):
        first, last = bisect_left(points, start), bisect_left(points, end)
        found[first:last] = [value] * (last - first)
    return found
