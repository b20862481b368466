"""Mentions of entities by name: the pipeline's, corrected, and those it missed.

One documented rule trims every mention; names of people are completed by titles and by their own
repetition in the article; mentions of one name take one label. What belongs here: which stretches
are names, of what kind, and what their own surroundings say of them (title, description, country).
What does not: who is who (flows/annotate/names).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from flows.annotate.names.countries import (
    ambiguous_country,
    country_of,
    is_only_place,
    is_place_word,
)
from flows.annotate.names.descriptions import description_of
from flows.annotate.names.phrases import singular
from flows.annotate.names.spans import (
    POSSESSIVES,
    SUFFIXES,
    VALUES,
    Span,
    is_capitalised,
    is_no_person,
    straight,
    surface,
    surname_token,
)
from flows.annotate.names.spotting import spot_people
from flows.annotate.names.titles import is_surname, title_before, title_length
from flows.lexicons import mapping, words
from flows.parse import Parse, has_letter
from flows.records import Mention, Sentence

ARTICLES = frozenset(("the", "a", "an"))
DASHES = frozenset(("-", "–", "—", "―", "--"))
# Marks that may open a name.
OPENING_SIGNS = frozenset(("$", "£", "€", "#", "@"))
MAX_PERSON_TOKENS = 8
# Letters of a word that has no capital in a heading (`of`, `with`), and longer words that may have none.
LONGEST_SMALL = 3
MAX_SMALL_SHARE = 0.15
# A name that opens with one of these is a place's or a storm's.
PLACE_OPENERS = frozenset(
    ("Fort", "Lake", "Mount", "Port", "Cape", "Cyclone", "Hurricane", "Typhoon")
)
# A name followed by one of these is a group's, not a place's (the Haqqani network).
GROUP_NOUNS = frozenset(
    ("network", "faction", "group", "clan", "militia", "cartel", "gang", "brigade")
)


def entities(parse: Parse, sentences: Sequence[Sentence]) -> tuple[Mention, ...]:
    """Find the names of an article.

    Args:
        parse: the article's parse, `parse.entities` the pipeline's names.
        sentences: its sentences.

    Returns:
        The mentions in order, none overlapping, each inside one sentence and without article,
        title, possessive or marks at its edges.
    """
    within = [parse.tokens_between(s.start, s.end) for s in sentences]
    floors, ends = _sentence_edges(parse, within)
    pieces = (piece for e in parse.entities for piece in _at_dashes(parse, Span(*e)))
    spans = [s for piece in pieces if (s := _trimmed(parse, piece, ends))]
    # What is trimmed stays so, and most names are not touched again.
    trimmed = {_form(s) for s in spans if s.source == "model"}
    spans = _mended_headings(parse, spans, within)
    spans = spot_people(parse, spans, floors, ends)
    spans = [t for s in spans if (t := s if _form(s) in trimmed else _trimmed(parse, s, ends))]
    _vote(parse, spans)
    return _mentions(parse, spans, sentences)


def _form(span: Span) -> tuple[int, int, str, str]:
    return span.first, span.last, span.label, span.source


def _sentence_edges(parse: Parse, sentences: Sequence[range]) -> tuple[list[int], list[int]]:
    """For each token the offset its sentence starts at, and one past its sentence's last token."""
    floors, ends = [0] * len(parse), [0] * len(parse)
    for tokens in sentences:
        floors[tokens.start : tokens.stop] = [parse.start[tokens.start]] * len(tokens)
        ends[tokens.start : tokens.stop] = [tokens.stop] * len(tokens)
    return floors, ends


def _at_dashes(parse: Parse, span: Span) -> list[Span]:
    """A name with a dash between spaces is two (`Scott - Brentley Vinson`)."""
    if span.label in VALUES or DASHES.isdisjoint(parse.word[span.first + 1 : span.last - 1]):
        return [span]
    cuts = [
        i
        for i in range(span.first + 1, span.last - 1)
        if parse.word[i] in DASHES
        and parse.end[i - 1] < parse.start[i]
        and parse.end[i] < parse.start[i + 1]
    ]
    edges = [span.first - 1, *cuts, span.last]
    return [Span(a + 1, b, span.label) for a, b in pairwise(edges)]


def _trimmed(parse: Parse, span: Span, ends: Sequence[int]) -> Span | None:
    """A mention without what is not its name; None when nothing is left.

    The rule: cut at the sentence's end; then drop white space, marks and articles in front, and
    white space, marks and possessives behind; a person also loses titles in front and whatever
    follows a comma, a mark or a word without a capital.
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
        parse.lower[last - 1] in POSSESSIVES or not has_letter(parse.word[last - 1])
    ):
        last -= 1
    if first >= last or (last - first == 1 and _is_common_noun(parse, first)):
        return None
    # A rule that found a person looked at more than the words.
    found = span.source == "rule" and mapping("not_people").get(parse.word[last - 1]) == "surname"
    if span.label == "PERSON" and not found and not _may_be_person(parse, first, last):
        if not _is_organisation(parse, first, span.last):
            return None
        return Span(first, span.last, "ORG", "rule")
    return Span(first, last, span.label, span.source)


def _is_no_name(parse: Parse, i: int) -> bool:
    word = parse.lower[i]
    return (word in ARTICLES or word in POSSESSIVES or not has_letter(word)) and (
        word not in OPENING_SIGNS
    )


def _is_common_noun(parse: Parse, i: int) -> bool:
    """Whether a token is a role's noun that only its sentence's start gives a capital."""
    return parse.tag[i] in ("NN", "NNS") and singular(parse.lower[i]) in mapping("speaker_nouns")


def _person_end(parse: Parse, first: int, last: int) -> int:
    for i in range(first + 1, last):
        word = parse.word[i]
        if word == "," and i + 1 < last and parse.lower[i + 1] in SUFFIXES:
            continue
        glued = parse.start[i] == parse.end[i - 1]
        if parse.lower[i] in POSSESSIVES or word in words("organisation_words"):
            return i
        if _is_honour(parse, i, first):
            return i
        if not has_letter(word) and not (glued and word in "-'’"):
            return i
        if word == "-" and i + 1 < last and parse.lower[i + 1] in words("hyphened_words"):
            return i
        if word[0].islower() and not glued and parse.lower[i] not in words("surname_particles"):
            return i
    return last


def _is_honour(parse: Parse, i: int, first: int) -> bool:
    """Capitals behind a name that has other letters: `FRS`, `DBE`, `MP`."""
    word = parse.word[i]
    return (
        1 < len(word) < 5
        and word.isupper()
        and word.isalpha()
        and parse.lower[i] not in SUFFIXES
        and not parse.word[first].isupper()
    )


def _may_be_person(parse: Parse, first: int, last: int) -> bool:
    """Whether a stretch labelled PERSON can be a person's name at all."""
    word, final = parse.word[first], parse.word[last - 1]
    if is_no_person(final, word) or not is_surname(final) or word.lower() in SUFFIXES:
        return False
    if last - first == 1:
        return (
            is_capitalised(word)
            and not is_only_place(word)
            and not _is_organisation(parse, first, last + 1)
        )
    if is_only_place(final) and word not in mapping("first_names"):
        return False
    if word in PLACE_OPENERS or any(
        c.isdigit() or c in "(/" for w in parse.word[first:last] for c in w
    ):
        return False
    return (is_capitalised(word) or "-" in word) and last - first <= MAX_PERSON_TOKENS


def _is_organisation(parse: Parse, first: int, last: int) -> bool:
    return any(w in words("organisation_words") for w in parse.word[first + 1 : last])


def _mended_headings(parse: Parse, spans: Sequence[Span], sentences: Sequence[range]) -> list[Span]:
    """In headings written with capitals, keep what the body bears out.

    Every word has a capital there, so the pipeline takes verbs and nouns for names: a name of
    several words is cut to the words that the body knows as a person's, another kind of name to
    those the body has as names where it writes one of the others without a capital; an infinitive
    that the body does not name is none (`Begins to Unravel`).
    """
    inside = _title_case_tokens(parse, sentences)
    if not any(s.first in inside for s in spans):
        return list(spans)
    lowered = {w for i, w in enumerate(parse.word) if w.islower() and i not in inside}
    body = {
        parse.word[i]
        for s in spans
        if s.label == "PERSON" and s.first not in inside
        for i in range(s.first, s.last)
    }
    labels = {
        parse.word[s.first]: s.label
        for s in spans
        if len(s) == 1 and s.first not in inside and s.label not in VALUES
    }
    kept = []
    for span in spans:
        if span.first not in inside or span.label in VALUES:
            kept.append(span)
            continue
        word = parse.word[span.first]
        if _is_infinitive(parse, span) and word not in body and word not in labels:
            continue
        if span.label != "PERSON":
            if not any(w in lowered for w in parse.lower[span.first : span.last]):
                kept.append(span)
            else:
                kept += [
                    Span(i, i + 1, labels[parse.word[i]], "rule")
                    for i in range(span.first, span.last)
                    if parse.word[i] in labels
                ]
            continue
        known = [i for i in range(span.first, span.last) if parse.word[i] in body]
        if len(span) > 1 and known:
            span = Span(known[0], known[-1] + 1, "PERSON", span.source)
        kept.append(span)
    return kept


def _is_infinitive(parse: Parse, span: Span) -> bool:
    return len(span) == 1 and parse.tag[span.first - 1 : span.first + 1] == ["TO", "VB"]


def _title_case_tokens(parse: Parse, sentences: Sequence[range]) -> set[int]:
    """Tokens of sentences in which nearly every longer word has a capital."""
    found: set[int] = set()
    for tokens in sentences:
        if _is_title_case(parse.word[tokens.start : tokens.stop]):
            found.update(tokens)
    return found


def _is_title_case(forms: Sequence[str]) -> bool:
    small = (w for w in forms if w.islower() and len(w) > LONGEST_SMALL and w.isalpha())
    # Of all words more than may be small of the longer ones: most sentences are told by a few.
    if next(islice(small, int(MAX_SMALL_SHARE * len(forms)), None), None):
        return False
    long = [w for w in forms if len(w) > LONGEST_SMALL and w.isalpha()]
    n_capital = sum(w[0].isupper() for w in long)
    return len(long) > 2 and n_capital >= (1 - MAX_SMALL_SHARE) * len(long)


def _vote(parse: Parse, spans: Iterable[Span]) -> None:
    """Give the mentions of one name one label.

    A word that ends a person's full name is that person's wherever it stands alone, places and
    peoples apart; otherwise a label a rule gave wins, then the most frequent, then the earlier.
    """
    names = [s for s in spans if s.label not in VALUES]
    full = [s for s in names if s.label == "PERSON" and len(s) > 1]
    people = {straight(parse.lower[surname_token(parse, s)]) for s in full}
    people |= {parse.lower[s.first] for s in full if parse.word[s.first] in mapping("first_names")}
    known = words("well_known_people")
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for s in names:
        if _names_group(parse, s):
            s.label, s.source = "ORG", "rule"
        # What a rule saw is worth more than any number of guesses.
        votes[surface(parse, s.first, s.last)][s.label] += 100 if s.source == "rule" else 1
    elected = {form: max(cast, key=cast.__getitem__) for form, cast in votes.items()}
    for s in names:
        form = surface(parse, s.first, s.last)
        label = elected[form]
        if (
            len(s) == 1
            and (form in people or parse.word[s.first] in known)
            and (not is_only_place(parse.word[s.first]) or _is_surname_here(parse, s))
        ):
            label = "PERSON"
        if label != s.label and not (s.source == "rule" and s.label == "ORG"):
            s.label, s.source = label, "document_vote"


def _is_surname_here(parse: Parse, span: Span) -> bool:
    """Whether a demonym that is someone's surname stands for them (`Cuban said`, `with Cuban`)."""
    if parse.word[span.first] not in mapping("demonyms"):
        return False
    before, after = span.first - 1, span.last
    modifies = after < len(parse) and parse.tag[after] in ("NN", "NNS", "NNP", "JJ", "HYPH")
    modified = before >= 0 and parse.tag[before] in ("DT", "JJ", "CD", "PRP$", "HYPH", "NN")
    return not modifies and not modified


def _names_group(parse: Parse, span: Span) -> bool:
    """`the Haqqani network`: a name of one word before a group's noun, countries apart."""
    return (
        span.label in ("GPE", "LOC", "FAC", "PRODUCT")
        and span.last < len(parse)
        and parse.lower[span.last] in GROUP_NOUNS
        and not is_place_word(parse.text[parse.start[span.first] : parse.end[span.last - 1]])
    )


def _mentions(
    parse: Parse, spans: Sequence[Span], sentences: Sequence[Sentence]
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
            description = description_of(
                parse, span.first, span.last, span.label, sentences[number]
            )
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
    for i, mention in enumerate(found):
        if mention.country is None:
            name = parse.text[mention.start : mention.end]
            if code := ambiguous_country(name, mention.label, codes):
                found[i] = replace(mention, country=code)
    return tuple(found)
