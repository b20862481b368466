"""Whom a pronoun or a noun phrase stands for.

A walk over the article's references to people, in order: names, and the pronouns and phrases
resolved so far. Each asks the last few references before it; nearness, subjecthood, gender and
number decide. What belongs here: that decision. What does not: what is written into the tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.annotate.names.phrases import Phrase
from flows.annotate.names.referents import Referent
from flows.annotate.names.traits import conflict

# References looked back at, and sentences they may be away.
MAX_REFERENCES = 40
MAX_SENTENCES = 8
# A noun phrase that no one was called by before stands for someone this near, if anyone.
NEAR_SENTENCES = 2

# Weights, in sentences' worth of distance; chosen by hand on news, the order matters more than the
# values: the subject of the last main clause, then whoever was speaking, then the nearest.
PER_SENTENCE = -1.5
PER_PARAGRAPH = -0.5
MAIN_SUBJECT = 2.0
SUBJECT = 0.75
SPEAKER = 1.5
QUOTED = -3.0
POSSESSIVE = -0.5
UNKNOWN_GENDER = -0.5
OTHER_LEANING = -4.0
SAME_TRAIT = 3.0
# Sentences after which someone called by a phrase's noun gives way to a nearer subject.
CALLED_SENTENCES = 4


@dataclass(slots=True)  # not frozen: an article has hundreds (see flows/records.py)
class Reference:
    """One mention of a referent, as the walk remembers it.

    Attributes:
        referent: whom it is of.
        token, sentence, paragraph: where it stands.
        subject: 2 for the subject of a main clause, 1 for another clause's, else 0.
        speaker: whether it is the speaker of a quote.
        possessive: whether it stands as another noun's possessor.
        quote: the quote whose content it stands in, None outside.
    """

    referent: Referent
    token: int
    sentence: int
    paragraph: int
    subject: int
    speaker: bool
    possessive: bool
    quote: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pronoun or phrase stands that is to be resolved."""

    token: int
    sentence: int
    paragraph: int
    quote: int | None
    excluded: frozenset[int] = frozenset()


class Discourse:
    """The references so far, latest last."""

    def __init__(self) -> None:
        self._references: list[Reference] = []

    def add(self, reference: Reference) -> None:
        """Remember a reference; they come in the order of the text."""
        self._references.append(reference)

    def person(
        self,
        gender: str | None,
        place: Place,
        *,
        within: int = MAX_SENTENCES,
        traits: frozenset[str] = frozenset(),
    ) -> Referent | None:
        """The best antecedent of `he` or `she`, or of a phrase for one person; None for none.

        Args:
            gender: `m` or `f`, None when not known.
            place: where the pronoun stands.
            within: how many sentences away it may be.
            traits: party, state or country that it must not contradict.
        """
        best, best_score = None, float("-inf")
        for r in self._before(place, within):
            who = r.referent
            if not who.person or who.plural or (gender and who.gender and who.gender != gender):
                continue
            if conflict(traits, who.traits):
                continue
            score = _weight(r, place) + UNKNOWN_GENDER * (who.gender is None)
            score += SAME_TRAIT * bool(traits & who.traits)
            if gender and who.gender is None and who.leaning and who.leaning != gender:
                score += OTHER_LEANING
            if score > best_score:
                best, best_score = who, score
        if best is not None and best.gender is None and gender:
            best.gender = gender
        return best

    def thing(self, place: Place, *, plural: bool) -> Referent | None:
        """The best antecedent of `it` or `they` as a speaker: who spoke, else a subject."""
        best, best_score = None, float("-inf")
        for r in self._before(place, NEAR_SENTENCES + 1):
            who = r.referent
            if not (r.speaker or r.subject) or (who.person and not who.plural):
                continue
            if not plural and who.plural:
                continue
            score = _weight(r, place) + (plural and who.plural)
            if score > best_score:
                best, best_score = who, score
        return best

    def before(self, place: Place) -> list[Referent]:
        """Those spoken of before a place, latest first, each once; long ago ones left out."""
        found: dict[int, Referent] = {}
        for r in reversed(self._references[-8 * MAX_REFERENCES :]):
            if r.token < place.token:
                found.setdefault(r.referent.number, r.referent)
        return list(found.values())

    def called(self, phrase: Phrase, place: Place, owner: str | None = None) -> Referent | None:
        """Whom the article has called by a phrase's noun; None for no one.

        Of several it is whom more of the phrase fits (the noun before its noun, party, state or
        country), then the last. One mentioned long ago gives way to the subject of a sentence
        close by of whom the article has not said yet what they are.

        Args:
            phrase: the noun phrase.
            place: where it stands.
            owner: surname, folded, of whose it is; None where it is no one's.
        """
        best, best_fit, best_sentence = None, -1, 0
        seen: set[int] = set()
        for r in reversed(self._references[-8 * MAX_REFERENCES :]):
            who = r.referent
            if who.number in seen or r.token >= place.token or who.number in place.excluded:
                continue
            seen.add(who.number)
            fit = _fit(phrase, who, owner)
            if fit > best_fit:
                best, best_fit, best_sentence = who, fit, r.sentence
        if best is None or best_fit or place.sentence - best_sentence <= CALLED_SENTENCES:
            return best
        for r in self._before(place, 1):
            who = r.referent
            plain = who.person and not (
                who.plural or who.nouns or conflict(phrase.traits, who.traits)
            )
            if plain and r.subject == 2 and who.name and phrase.gender in (None, who.gender):
                return who
        return best

    def _before(self, place: Place, within: int) -> Iterator[Reference]:
        for r in reversed(self._references[-MAX_REFERENCES:]):
            if place.sentence - r.sentence > within:
                return
            if r.token < place.token and r.referent.number not in place.excluded:
                yield r


def _fit(phrase: Phrase, who: Referent, owner: str | None) -> int:
    """How well a phrase fits someone: -1 for not at all, else how many of its words say so."""
    if phrase.noun not in who.nouns or phrase.plural != who.plural:
        return -1
    if phrase.gender and who.gender and phrase.gender != who.gender:
        return -1
    if conflict(phrase.traits, who.traits):
        return -1
    if owner is not None and owner not in who.owners:
        return -1
    same = phrase.compound in who.nouns
    if phrase.compound and not same and any(n.endswith(f" {phrase.noun}") for n in who.nouns):
        return -1
    return same + len(phrase.traits & who.traits)


def _weight(r: Reference, place: Place) -> float:
    score = PER_SENTENCE * (place.sentence - r.sentence)
    score += PER_PARAGRAPH * (place.paragraph - r.paragraph)
    score += (0.0, SUBJECT, MAIN_SUBJECT)[r.subject]
    score += SPEAKER * r.speaker + POSSESSIVE * r.possessive
    return score + (QUOTED if r.quote is not None and r.quote != place.quote else 0.0)
