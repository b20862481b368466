"""Names of people that the article gives away elsewhere.

What belongs here: a person's name that stands again, alone or in full, where the pipeline passed
it over or made it part of another name. What does not: what stands around a name (spotting.py).
"""

from collections import Counter
from collections.abc import Sequence, Set

from flows.annotate.names.countries import is_place_word
from flows.annotate.names.spans import (
    MAX_NAME_TOKENS,
    POSSESSIVES,
    VALUES,
    VERB_TAGS,
    Span,
    covered,
    is_capitalised,
    is_name_word,
    straight,
    surface,
    surname_token,
)
from flows.annotate.names.titles import is_title_word
from flows.lexicons import mapping, words
from flows.parse import Parse

# Tags under which a capitalised word at a sentence's start is no name, however it is spelled.
NO_NAME_TAGS = frozenset(
    ("MD", "IN", "DT", "PRP", "PRP$", "CC", "WP", "WRB", "WDT", "TO", "EX", "UH")
)


def repeat_people(
    parse: Parse, spans: Sequence[Span], ends: Sequence[int], lowered: Set[str]
) -> list[Span]:
    """Find the people of an article wherever their names stand again.

    Args:
        parse: the article's parse.
        spans: its names so far, in order.
        ends: for each token the number one past the last token of its sentence.
        lowered: words that the article also writes without a capital.

    Returns:
        The names in order, none overlapping.
    """
    known = _known_people(parse, spans)
    parted = [part for s in spans for part in _split(parse, s, known)]
    return _repeated(parse, parted, known, ends, lowered)


def _known_people(parse: Parse, spans: Sequence[Span]) -> dict[str, str]:
    """Surnames (and first names of people named in full) that stand for a person when alone.

    Returns:
        Word as written, to `surname` or `first`.
    """
    alone: Counter[str] = Counter()
    known: dict[str, str] = {}
    for s in spans:
        if s.label != "PERSON":
            continue
        if len(s) == 1:
            alone[parse.word[s.first]] += 1
        else:
            known.setdefault(straight(parse.word[surname_token(parse, s)]), "surname")
    for s in spans:
        if s.label == "PERSON" and len(s) > 1 and parse.word[s.first] in mapping("first_names"):
            known.setdefault(parse.word[s.first], "first")
    for word, count in alone.items():
        if count > 1 and word not in words("not_people"):
            known.setdefault(word, "surname")
    return {
        w: how
        for w, how in known.items()
        if len(w) > 2 and is_capitalised(w) and not is_place_word(w)
    }


def _split(parse: Parse, span: Span, known: dict[str, str]) -> list[Span]:
    """Take a known person out of a name or value that swallowed them (`Trump's 1995`)."""
    if span.label == "PERSON" or len(span) == 1:
        return [span]
    last = span.last - 1
    if known.get(straight(parse.word[last])) == "surname" and (
        span.label in VALUES
        or (span.last < len(parse) and parse.tag[span.last] in VERB_TAGS and len(span) > 1)
    ):
        begin = last
        rest = Span(span.first, begin, span.label, span.source)
        return [rest, Span(begin, span.last, "PERSON", "rule")]
    if known.get(straight(parse.word[span.first])) != "surname":
        return [span]
    after = span.first + 1
    person = Span(span.first, after, "PERSON", "rule")
    if parse.lower[after] in POSSESSIVES:
        rest_first = after + 1
        if (
            rest_first < span.last
            and is_capitalised(parse.word[rest_first])
            and span.label not in VALUES
        ):
            return [person, Span(rest_first, span.last, span.label, span.source)]
        return [person]
    if span.label in VALUES or not all(
        is_capitalised(w) or w.lower() in ("of", "the", "for", "and", "&")
        for w in parse.word[after : span.last]
    ):
        return [person]
    return [span]


def _repeated(
    parse: Parse,
    spans: Sequence[Span],
    known: dict[str, str],
    ends: Sequence[int],
    lowered: Set[str],
) -> list[Span]:
    """Repetitions of a person's name that the pipeline passed over."""
    full = {surface(parse, s.first, s.last) for s in spans if s.label == "PERSON" and len(s) > 1}
    opening = {f.split()[0] for f in full}
    owner = covered(parse, spans)
    taken: set[int] = set()
    added = []
    last = 0
    capitalised = [i for i, word in enumerate(parse.word) if word[0].isupper()]
    for i in capitalised:
        if i < last or not _is_stray(owner[i]):
            continue
        size = 0
        if straight(parse.lower[i]) in opening:
            size = _longest(parse, i, full, owner, ends)
        if not size and owner[i] is None and straight(parse.word[i]) in known:
            size = int(_stands_alone(parse, i, owner, ends, lowered))
        if size:
            last = i + size
            taken.update(id(own) for own in owner[i:last] if own is not None)
            added.append(Span(i, last, "PERSON", "rule"))
    kept = [s for s in spans if id(s) not in taken]
    return sorted([*kept, *added], key=lambda s: s.first)


def _longest(
    parse: Parse, i: int, full: set[str], owner: Sequence[Span | None], ends: Sequence[int]
) -> int:
    """Length of the longest full name that stands at token i; 0 for none."""
    for n in range(min(MAX_NAME_TOKENS, ends[i] - i), 1, -1):
        if surface(parse, i, i + n) in full and all(map(_is_stray, owner[i : i + n])):
            return n
    return 0


def _is_stray(span: Span | None) -> bool:
    """Whether a token is free, or a name of its own that a longer one may take in."""
    return span is None or (len(span) == 1 and span.label not in VALUES)


def _stands_alone(
    parse: Parse, i: int, owner: Sequence[Span | None], ends: Sequence[int], lowered: Set[str]
) -> bool:
    """Whether a known surname at token i is a name of its own, not a part of a longer one."""
    if parse.tag[i] in NO_NAME_TAGS:
        return False
    if not is_name_word(parse, i) and parse.lower[i] in lowered:
        return False
    if i + 1 < ends[i] and owner[i + 1] is None and is_name_word(parse, i + 1):
        return False
    before = i - 1
    return not (
        before >= 0
        and ends[before] == ends[i]
        and owner[before] is None
        and is_name_word(parse, before)
        and not is_title_word(parse.word[before])
    )
