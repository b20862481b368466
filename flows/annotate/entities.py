"""Mentions of entities by name: the pipeline's, corrected, and those it missed.

One documented rule trims every mention; names of people are completed by titles and by their own
repetition in the article; mentions of one name take one label. What belongs here: which stretches
are names, of what kind, and what their own surroundings say of them (title, description, country).
What does not: who is who (flows/annotate/names).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.annotate.names.countries import ambiguous_country, country_of, is_place_word
from flows.annotate.names.descriptions import description_of
from flows.annotate.names.titles import is_title_word, title_before, title_length
from flows.lexicons import words
from flows.parse import Parse
from flows.records import Mention, Sentence

ARTICLES = frozenset(("the", "a", "an"))
POSSESSIVES = frozenset(("'s", "’s", "'", "’", "‘s"))
# Labels of values, not of names: never voted on, clustered or described.
VALUES = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
MAX_NAME_TOKENS = 6


@dataclass(slots=True)
class _Span:
    """A name by its tokens [first, last), and what is known of it."""

    first: int
    last: int
    label: str
    source: str = "model"


def entities(parse: Parse, sentences: Sequence[Sentence]) -> tuple[Mention, ...]:
    """Find the names of an article.

    Args:
        parse: the article's parse, `parse.entities` the pipeline's names.
        sentences: its sentences.

    Returns:
        The mentions in order, none overlapping, each inside one sentence and without article,
        title, possessive or marks at its edges.
    """
    ends = _sentence_ends(parse, sentences)
    spans = [s for e in parse.entities if (s := _trimmed(parse, _Span(*e), ends))]
    spans = _with_titled(parse, spans, ends)
    spans = _with_repeated(parse, spans, ends)
    _vote(parse, spans)
    return _mentions(parse, spans, sentences)


def _sentence_ends(parse: Parse, sentences: Sequence[Sentence]) -> list[int]:
    """For each token the number one past the last token of its sentence."""
    ends = [0] * len(parse)
    for sentence in sentences:
        tokens = parse.tokens_between(sentence.start, sentence.end)
        for i in tokens:
            ends[i] = tokens.stop
    return ends


def _trimmed(parse: Parse, span: _Span, ends: list[int]) -> _Span | None:
    """A mention without what is not its name; None when nothing is left.

    The rule: cut at the sentence's end; then drop white space, marks and articles in front, and
    white space, marks and possessives behind; a person also loses titles in front and whatever
    follows a comma or a word without a capital.
    """
    first, last = span.first, span.last
    while first < last and _is_no_name(parse, first):
        first += 1
    if first < last:
        last = min(last, ends[first])
    if span.label == "PERSON":
        first += title_length(parse, first, last)
        last = _person_end(parse, first, last)
    while first < last and (
        parse.lower[last - 1] in POSSESSIVES or not _has_letter(parse.word[last - 1])
    ):
        # A closing bracket or a full stop that belongs to the name stays.
        last -= 1
    if first >= last:
        return None
    word = parse.word[first]
    if span.label == "PERSON" and (not (word[0].isupper() or "-" in word) or last - first > 8):
        return None
    return _Span(first, last, span.label, span.source)


def _is_no_name(parse: Parse, i: int) -> bool:
    return (
        parse.lower[i] in ARTICLES
        or parse.lower[i] in POSSESSIVES
        or not _has_letter(parse.word[i])
    ) and parse.word[i] not in ("$", "£", "€", "#", "@")


def _person_end(parse: Parse, first: int, last: int) -> int:
    for i in range(first, last):
        word = parse.word[i]
        if word == "," and i + 1 < last and parse.lower[i + 1] in SUFFIXES:
            continue
        if i > first and (
            word in (",", ";", ":", "(", "—", "–", "/")
            or parse.lower[i] in POSSESSIVES
            or (
                word[0].islower()
                and parse.lower[i] not in words("surname_particles")
                and "-" not in word
            )
        ):
            return i
    return last


def _with_titled(parse: Parse, spans: list[_Span], ends: list[int]) -> list[_Span]:
    """Add people that only their title gives away (`Gen. Kayani` unmarked or marked as a place)."""
    covered = _covered(parse, spans)
    added = []
    for i in range(1, len(parse)):
        owner = covered[i]
        if owner is not None and (
            owner.first != i or owner.label == "PERSON" or owner.label in VALUES
        ):
            continue
        if not _is_name_word(parse, i) or is_title_word(parse.word[i]):
            continue
        before = i - 1
        if ends[before] != ends[i] or not is_title_word(parse.word[before]):
            continue
        last = i + 1
        while (
            last < ends[i]
            and last - i < MAX_NAME_TOKENS
            and _is_name_word(parse, last)
            and (covered[last] is None or covered[last] is owner)
        ):
            last += 1
        if owner is not None:
            if last - i == 1 and owner.last > last:
                continue
            if is_place_word(parse.text[parse.start[i] : parse.end[owner.last - 1]]):
                continue
            owner.label, owner.source, owner.last = "PERSON", "rule", max(last, owner.last)
        else:
            new = _Span(i, last, "PERSON", "rule")
            added.append(new)
            for j in range(i, last):
                covered[j] = new
    return sorted([*spans, *added], key=lambda s: s.first)


def _with_repeated(parse: Parse, spans: list[_Span], ends: list[int]) -> list[_Span]:
    """Add repetitions of a person's name that the pipeline passed over."""
    surnames = {
        parse.word[_core_last(parse, s)]
        for s in spans
        if s.label == "PERSON" and s.last - s.first > 1
    }
    surnames = {w for w in surnames if len(w) > 2 and not is_place_word(w)}
    full = {
        _surface(parse, s.first, s.last): s.last - s.first
        for s in spans
        if s.label == "PERSON" and s.last - s.first > 1
    }
    longest = max(full.values(), default=0)
    covered = _covered(parse, spans)
    added, i = [], 0
    while i < len(parse):
        size = 0
        if (
            covered[i] is None
            and parse.word[i][0].isupper()
            and parse.tag[i] in ("NNP", "NNPS", "NN", "JJ")
        ):
            for n in range(min(longest, ends[i] - i), 1, -1):
                if all(c is None for c in covered[i : i + n]) and _surface(parse, i, i + n) in full:
                    size = n
                    break
            if not size and parse.word[i] in surnames and parse.tag[i] in ("NNP", "NNPS"):
                alone = not (
                    i + 1 < ends[i] and covered[i + 1] is None and _is_name_word(parse, i + 1)
                )
                alone = alone and not (
                    i
                    and parse.paragraph[i - 1] == parse.paragraph[i]
                    and covered[i - 1] is None
                    and _is_name_word(parse, i - 1)
                    and not is_title_word(parse.word[i - 1])
                )
                size = 1 if alone else 0
        if size:
            added.append(_Span(i, i + size, "PERSON", "rule"))
        i += max(size, 1)
    return sorted([*spans, *added], key=lambda s: s.first)


def _vote(parse: Parse, spans: Iterable[_Span]) -> None:
    """Give the mentions of one name one label.

    Words that end a person's full name are that person's wherever they stand alone, places and
    peoples apart; otherwise the most frequent label wins, on a tie the earlier one.
    """
    names = [s for s in spans if s.label not in VALUES]
    people = {
        parse.lower[_core_last(parse, s)]
        for s in names
        if s.label == "PERSON" and s.last - s.first > 1
    }
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for s in names:
        # A title is worth more than any number of guesses.
        votes[_surface(parse, s.first, s.last)][s.label] += 100 if s.source == "rule" else 1
    for s in names:
        surface = _surface(parse, s.first, s.last)
        label = votes[surface].most_common(1)[0][0]
        if s.last - s.first == 1 and surface in people and not is_place_word(surface):
            label = "PERSON"
        if label != s.label:
            s.label, s.source = label, "document_vote"


def _mentions(
    parse: Parse, spans: Sequence[_Span], sentences: Sequence[Sentence]
) -> tuple[Mention, ...]:
    found: list[Mention] = []
    number = 0
    for span in spans:
        start, end = parse.start[span.first], parse.end[span.last - 1]
        if found and start < found[-1].end:
            continue
        while number + 1 < len(sentences) and sentences[number + 1].start <= start:
            number += 1
        title = description = None
        if span.label == "PERSON":
            title = title_before(parse, span.first, sentences[number].start)
        if span.label in ("PERSON", "ORG"):
            description = description_of(parse, span.first, span.last, sentences[number])
        found.append(
            Mention(
                entity_index=len(found),
                sentence_index=number,
                start=start,
                end=end,
                label=span.label,
                label_source=span.source,
                title=title,
                description=description,
                country=country_of(parse.text[start:end], span.label),
            )
        )
    codes = frozenset(m.country for m in found if m.country)
    return tuple(
        replace(m, country=ambiguous_country(parse.text[m.start : m.end], m.label, codes))
        if m.country is None
        else m
        for m in found
    )


def _covered(parse: Parse, spans: Iterable[_Span]) -> list[_Span | None]:
    covered: list[_Span | None] = [None] * len(parse)
    for span in spans:
        for i in range(span.first, span.last):
            covered[i] = span
    return covered


def _core_last(parse: Parse, span: _Span) -> int:
    """Token of a person's surname: the last that is no suffix."""
    i = span.last - 1
    while i > span.first and (parse.lower[i] in SUFFIXES or parse.word[i] == ","):
        i -= 1
    return i


def _surface(parse: Parse, first: int, last: int) -> str:
    return " ".join(parse.lower[first:last])


def _is_name_word(parse: Parse, i: int) -> bool:
    return parse.word[i][0].isupper() and parse.tag[i] in ("NNP", "NNPS")


def _has_letter(word: str) -> bool:
    return any(c.isalnum() for c in word)
