"""People's names that the pipeline passed over, mislabelled or cut wrongly.

Evidence for a person: a title before the name, a first name in front, an age or a role behind. What
belongs here: which stretches are people's names by what stands around them. What does not: names
that the article gives away elsewhere (repeats.py), and who the people are.
"""

from collections.abc import Sequence, Set

from flows.annotate.names.countries import is_place_word
from flows.annotate.names.descriptions import is_described, role_before
from flows.annotate.names.repeats import repeat_people
from flows.annotate.names.spans import (
    MAX_NAME_TOKENS,
    NAME_TAGS,
    SUFFIXES,
    VALUES,
    VERB_TAGS,
    Span,
    covered,
    is_capitalised,
    is_name_word,
    is_no_person,
    straight,
    surface,
    surname_token,
)
from flows.annotate.names.titles import is_surname, is_title_word, title_before
from flows.lexicons import mapping, words
from flows.parse import Parse, places_of

# Tags of a word in front of a name that is no part of it.
NO_FIRST_TAGS = frozenset(("RB", "VB", "VBG", "VBD", "VBN", "JJ", "IN", "MD"))
PLACE_PREPOSITIONS = frozenset(("in", "at", "near", "outside", "to", "around", "across", "into"))


def spot_people(
    parse: Parse, spans: Sequence[Span], floors: Sequence[int], ends: Sequence[int]
) -> list[Span]:
    """Mend and complete the people among an article's names.

    Args:
        parse: the article's parse.
        spans: its names so far, trimmed, in order.
        floors: for each token the offset at which its sentence starts.
        ends: for each token the number one past the last token of its sentence.

    Returns:
        The names in order, none overlapping.
    """
    # Words that the article also writes without a capital, and the proper nouns that have one.
    lowered = set(filter(str.islower, parse.word))
    proper = [i for i in places_of(parse.tag, NAME_TAGS) if is_capitalised(parse.word[i])]
    found = [s for s in spans if not _is_title_alone(parse, s)]
    found = _without_epithets(parse, found, lowered)
    found = _titled(parse, found, proper, floors, ends)
    found = _by_evidence(parse, found, proper, ends, lowered)
    return repeat_people(parse, found, ends, lowered)


def _is_title_alone(parse: Parse, span: Span) -> bool:
    """`National Security Adviser`, or `Defense` before `Secretary Leon Panetta`."""
    if span.label in VALUES or span.label == "PERSON":
        return False
    if is_title_word(parse.word[span.last - 1]) and all(
        is_title_word(w) or w in words("title_modifiers")
        for w in parse.word[span.first : span.last]
    ):
        return True
    after = parse.word[span.last] if span.last < len(parse) else ""
    return (
        len(span) == 1
        and parse.word[span.first] in words("title_modifiers")
        and (is_title_word(after) or after in words("title_modifiers"))
    )


def _without_epithets(parse: Parse, spans: Sequence[Span], lowered: Set[str]) -> list[Span]:
    """People's names without the words in front that only a capital makes part of them.

    `Crooked Hillary Clinton`, `Certainly Ann Roe`: the word is in the list, or the article has the
    name without it and the word as a common one, and it is no first name.
    """
    people = [s for s in spans if s.label == "PERSON"]
    full = {surface(parse, s.first, s.last) for s in people if len(s) > 1}
    firsts = mapping("first_names")
    for s in people:
        while len(s) > 1:
            word, rest = parse.word[s.first], surface(parse, s.first + 1, s.last)
            known = rest in full or (
                len(s) == 2 and parse.word[s.first + 1] in words("well_known_people")
            )
            common = parse.tag[s.first] in NO_FIRST_TAGS or word.lower() in lowered
            if word in words("epithets") or (known and common and word not in firsts):
                s.first += 1
            elif known and parse.tag[s.first] == "MD":
                s.first += 1  # "Will Roe come?"
            else:
                break
    surnames = {name.split()[-1] for name in full}
    # Capitals alone are no evidence for a name that the article writes as a common word.
    return [
        s
        for s in spans
        if not (
            s.label == "PERSON"
            and len(s) == 1
            and parse.lower[s.first] in lowered
            and parse.word[s.first] not in firsts
            and parse.word[s.first] not in words("well_known_people")
            and parse.lower[s.first] not in surnames
            and title_before(parse, s.first, 0) is None
        )
    ]


def _titled(
    parse: Parse,
    spans: list[Span],
    proper: Sequence[int],
    floors: Sequence[int],
    ends: Sequence[int],
) -> list[Span]:
    """A name of capitals after a title is a person, whatever else was made of its words."""
    owner = covered(parse, spans)
    dropped: set[int] = set()
    added = []
    last = 1
    for i in proper:
        if i < last or not _follows_title(parse, i, owner[i], floors[i]):
            continue
        end = _run_end(parse, i, ends[i])
        name = parse.word[i:end]
        if any(w in words("organisation_words") for w in name) or is_place_word(" ".join(name)):
            continue
        last = end
        for j in range(i, last):
            if (own := owner[j]) is not None:
                dropped.add(id(own))
        added.append(Span(i, last, "PERSON", "rule"))
    kept = [s for s in spans if id(s) not in dropped]
    return sorted([*kept, *added], key=lambda s: s.first)


def _follows_title(parse: Parse, i: int, own: Span | None, floor: int) -> bool:
    """Whether a person's name starts at the proper noun i because a title stands before it."""
    word, before = parse.word[i], parse.word[i - 1]
    if not before[0].isupper() or not (is_title_word(before) or before in words("title_modifiers")):
        return False
    if not is_surname(word) or word in words("title_modifiers"):
        return False
    if own is not None and own.label == "PERSON":
        return False
    return title_before(parse, i, floor) is not None


def _by_evidence(
    parse: Parse,
    spans: list[Span],
    proper: Sequence[int],
    ends: Sequence[int],
    lowered: Set[str],
) -> list[Span]:
    """Names that look like people's from inside or from what follows them."""
    owner = covered(parse, spans)
    people = {
        straight(parse.word[surname_token(parse, s)])
        for s in spans
        if s.label == "PERSON" and len(s) > 1
    }
    for s in spans:
        if s.label == "PERSON" and _is_called_organisation(parse, s):
            s.label, s.source = "ORG", "rule"
        if s.label in VALUES or s.label == "PERSON" or s.source == "rule":
            continue
        if _looks_like_person(parse, s.first, s.last, people, lowered):
            s.label, s.source = "PERSON", "rule"
    added = []
    last = 0
    firsts = mapping("first_names")
    for i in proper:
        if (
            i >= last
            and owner[i] is None
            and (parse.word[i] in firsts or role_before(parse, i) == "person")
        ):
            last = _run_end(parse, i, ends[i])
            while last > i + 1 and owner[last - 1] is not None:
                last -= 1
            if all(o is None for o in owner[i:last]) and _looks_like_person(
                parse, i, last, people, lowered
            ):
                added.append(Span(i, last, "PERSON", "rule"))
    return _with_first_names(parse, sorted([*spans, *added], key=lambda s: s.first))


def _is_called_organisation(parse: Parse, span: Span) -> bool:
    """`the investment company Janney Montgomery Scott`, but not `the campaign Ann Roe led`."""
    return (
        span.source == "model"
        and len(span) > 1
        and role_before(parse, span.first) == "organisation"
        and parse.word[span.first] not in mapping("first_names")
        and not (span.last < len(parse) and parse.tag[span.last] in VERB_TAGS)
    )


def _with_first_names(parse: Parse, spans: list[Span]) -> list[Span]:
    """Give a person the first name that was left outside (`Rustam` | `Shah Mohmand`)."""
    owner = covered(parse, spans)
    taken: set[int] = set()
    for span in spans:
        before = span.first - 1
        if (
            span.label == "PERSON"
            and before >= 0
            and parse.word[before] in mapping("first_names")
            and parse.text[parse.end[before] : parse.start[span.first]] == " "
            and is_name_word(parse, before)
            and ((own := owner[before]) is None or len(own) == 1)
        ):
            if own is not None:
                taken.add(id(own))
            span.first = before
    return [s for s in spans if id(s) not in taken]


def _looks_like_person(
    parse: Parse, first: int, last: int, people: Set[str], lowered: Set[str]
) -> bool:
    name = parse.word[first:last]
    core = [w for w in name if w.lower() not in SUFFIXES and w != ","]
    if not 1 <= len(core) <= MAX_NAME_TOKENS:
        return False
    if any(w in words("organisation_words") or is_no_person(w, core[0]) for w in core):
        return False
    if is_place_word(" ".join(name)) or not all(
        is_capitalised(w) or w.lower() in words("surname_particles") or "-" in w for w in core
    ):
        return False
    if (
        len(core) > 1
        and core[0] in mapping("first_names")
        and core[-1].isalpha()
        and not core[-1].isupper()
    ):
        return True
    if (
        len(core) > 1
        and straight(core[-1]) in people
        and not (is_place_word(core[0]) or core[0].lower() in lowered)
    ):
        return True
    if role_before(parse, first) == "person" and len(core) <= 4 and parse.tag[first] == "NNP":
        return True
    after_place = first > 0 and parse.lower[first - 1] in PLACE_PREPOSITIONS
    return is_described(parse, first, last) and not after_place


def _run_end(parse: Parse, first: int, end: int) -> int:
    """One past the last token of the name that starts at token `first`."""
    last = first + 1
    while last < end and last - first < MAX_NAME_TOKENS:
        glued = parse.start[last] == parse.end[last - 1]
        if glued and parse.word[last] == "-" and last + 1 < end:
            last += 2
            continue
        particle = parse.lower[last] in words("surname_particles") and last + 1 < end
        if not (is_name_word(parse, last) or (particle and is_name_word(parse, last + 1))):
            break
        last += 1
    return min(last, end)
