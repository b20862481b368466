"""Whom a pronoun or a noun phrase stands for.

A walk over the article's references to people, in order: names, and the pronouns and phrases
resolved so far. Each asks the last few references before it; nearness, subjecthood, gender and
number decide. What belongs here: that decision. What does not: what is written into the tables.
"""

from dataclasses import dataclass

from flows.annotate.names.phrases import Phrase

# References looked back at, and sentences they may be away.
MAX_REFERENCES = 40
MAX_SENTENCES = 8

SUBJECT = 2.0
SPEAKER = 1.5
QUOTED = -3.0
POSSESSIVE = -1.0
UNKNOWN_GENDER = -0.5
PER_SENTENCE = -1.5
PER_PARAGRAPH = -0.5


@dataclass(slots=True)
class Referent:
    """Someone the article speaks of.

    Attributes:
        number: of the referent; becomes `cluster_index`.
        name: canonical name, None for an unnamed one.
        gender: `m` or `f` where known.
        plural: whether it is several people.
        person: whether it is a person or people.
        nouns: nouns the article has called it by, singular, lower case.
        first: token of its first mention.
    """

    number: int
    name: str | None
    gender: str | None
    plural: bool
    person: bool
    nouns: set[str]
    label: str
    first: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of a referent, as the walk remembers it."""

    referent: Referent
    token: int
    sentence: int
    paragraph: int
    subject: bool
    speaker: bool
    possessive: bool
    quote: int | None


class Discourse:
    """The references so far, latest last."""

    def __init__(self) -> None:
        self.references: list[Reference] = []

    def add(self, reference: Reference) -> None:
        self.references.append(reference)

    def pronoun(
        self,
        gender: str,
        *,
        token: int,
        sentence: int,
        paragraph: int,
        quote: int | None,
        excluded: frozenset[int] = frozenset(),
    ) -> Referent | None:
        """The best antecedent of `he` or `she`; None where no one fits.

        Args:
            gender: `m` or `f`.
            token: of the pronoun.
            sentence: its sentence.
            paragraph: its paragraph.
            quote: the quotation it stands in.
            excluded: numbers of referents it cannot be.
        """
        best, best_score = None, float("-inf")
        for r in reversed(self.references[-MAX_REFERENCES:]):
            away = sentence - r.sentence
            if away > MAX_SENTENCES:
                break
            who = r.referent
            if not who.person or who.plural or who.number in excluded or r.token >= token:
                continue
            if who.gender and who.gender != gender:
                continue
            score = PER_SENTENCE * away + PER_PARAGRAPH * (paragraph - r.paragraph)
            score += SUBJECT * r.subject + SPEAKER * r.speaker + POSSESSIVE * r.possessive
            score += UNKNOWN_GENDER * (who.gender is None)
            if r.quote is not None and r.quote != quote:
                score += QUOTED
            if score > best_score:
                best, best_score = who, score
        if best is not None and best.gender is None:
            best.gender = gender
        return best

    def nominal(self, phrase: Phrase, *, sentence: int) -> Referent | None:
        """The referent a definite noun phrase points back to; None where none fits."""
        seen: set[int] = set()
        for r in reversed(self.references):
            who = r.referent
            if len(seen) >= MAX_REFERENCES:
                break
            if who.number in seen:
                continue
            seen.add(who.number)
            if who.plural != phrase.plural:
                continue
            if phrase.gender and who.gender and phrase.gender != who.gender:
                continue
            if phrase.noun in who.nouns:
                return who
        return None
