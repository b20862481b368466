"""Who each quote's speaker is.

One walk over the article's tokens: names are remembered as they pass, pronouns and noun phrases
are resolved where they stand, speakers among them. What belongs here: that walk. What does not:
how antecedents are weighed (antecedents.py) and the rows made of the result (resolve.py).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.annotate.names.antecedents import NEAR_SENTENCES, Discourse, Place, Reference
from flows.annotate.names.people import read_name
from flows.annotate.names.phrases import (
    FIRST_PERSON,
    FIRST_PLURAL,
    PRONOUNS,
    RELATIVES,
    THINGS,
    Phrase,
    head_of,
    read_phrase,
)
from flows.annotate.names.referents import Referent
from flows.annotate.names.spans import VALUES
from flows.lexicons import words
from flows.parse import Parse, places_of
from flows.records import Mention, Quote, Sentence

ARTICLES = frozenset(("the", "a", "an"))
SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
MAIN = frozenset(("ROOT", "conj"))
KIND_OF_LABEL = {
    "PERSON": "person",
    "NORP": "group",
    "WORK_OF_ART": "document",
    "LAW": "document",
}
SPOUSES = frozenset(("husband", "wife"))
# What may part a phrase from the name that follows it, and what may stand between.
APPOSING = frozenset((",", "--", "—", "–"))
CLOSING = APPOSING | {".", "("}
PHRASE_TAGS = frozenset(
    ("IN", "DT", "NN", "NNS", "NNP", "NNPS", "JJ", "PRP$", "POS", "HYPH", "CD", "TO", "CC")
)
MAX_APPOSED_TOKENS = 16
LABEL_OF_KIND = {"organisation": "ORG", "document": "WORK_OF_ART"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """What a quote's speaker turned out to be.

    Attributes:
        start, end: the mention, in the text.
        mention_type: name, nominal or pronoun.
        referent: whom it is of.
        kind: one of the schema's speaker kinds.
        method: one of the schema's speaker methods.
    """

    start: int
    end: int
    mention_type: str
    referent: Referent
    kind: str
    method: str

    @property
    def name(self) -> str | None:
        """The speaker's name; None for one the article does not name."""
        return None if self.method == "unresolved" else self.referent.name


class Walk:
    """The walk over one article."""

    def __init__(
        self,
        parse: Parse,
        sentences: Sequence[Sentence],
        mentions: Sequence[Mention],
        referents: list[Referent],
        of_mention: Sequence[Referent | None],
        in_quote: Sequence[int | None],
    ) -> None:
        """
        Args:
            parse: the article's parse.
            sentences: its sentences.
            mentions: its mentions by name.
            referents: those of the mentions; unnamed ones are appended.
            of_mention: for each mention its referent.
            in_quote: for each token the innermost quote whose content it stands in.
        """
        self._parse, self._mentions, self._referents = parse, mentions, referents
        self._of_mention, self._in_quote = of_mention, in_quote
        self._sentence_starts = [s.start for s in sentences]
        self._heads = self._name_heads()
        self._discourse = Discourse()
        self._author: Referent | None = None
        self._speakers: dict[int, Speaker] = {}

    def speakers(self, quotes: Sequence[Quote]) -> dict[int, Speaker]:
        """Resolve the speakers of quotes; the keys are their `quote_index`."""
        parse = self._parse
        spans: dict[int, list[tuple[Quote, range]]] = {}
        speaking: set[int] = set()
        for quote in quotes:
            if quote.speaker_start is None or quote.speaker_end is None:
                continue
            tokens = parse.tokens_between(quote.speaker_start, quote.speaker_end)
            if tokens:
                spans.setdefault(tokens.start, []).append((quote, tokens))
                speaking.add(head_of(parse, tokens.start, tokens.stop))
        pronouns = set(places_of(parse.lower, PRONOUNS))
        later = []
        for i in sorted(pronouns.union(self._heads, spans)):
            self._pass(i, i in speaking)
            done: dict[int, Speaker] = {}
            for quote, tokens in spans.get(i, ()):
                if parse.lower[i] in FIRST_PERSON:
                    later.append((quote, i))
                    continue
                speaker = done.get(tokens.stop) or self._speaker(quote, tokens)
                self._speakers[quote.quote_index] = done[tokens.stop] = speaker
        for quote, i in later:
            # Whoever says "I" in a quotation is known once its own speaker is, which may follow.
            self._speakers[quote.quote_index] = self._first_person(i)
        return self._speakers

    def _name_heads(self) -> dict[int, int]:
        """Token that heads a name mention, and the mention's number."""
        heads = {}
        for number, mention in enumerate(self._mentions):
            if mention.label in VALUES:
                continue
            tokens = self._parse.tokens_between(mention.start, mention.end)
            if tokens:
                heads[head_of(self._parse, tokens.start, tokens.stop)] = number
        return heads

    def _pass(self, i: int, speaking: bool) -> None:
        """Remember what token i refers to."""
        if i in self._heads:
            referent = self._of_mention[self._heads[i]]
            if referent is not None:
                self._remember(referent, i, speaking)
            return
        gender = PRONOUNS.get(self._parse.lower[i])
        # Pronouns in quotations follow their speaker's point of view, not the article's.
        if gender and not speaking and self._in_quote[i] is None:
            who = self._discourse.person(gender, self._place(i))
            if who is not None:
                self._remember(who, i, False)

    def _remember(self, referent: Referent, i: int, speaker: bool) -> None:
        parse = self._parse
        subject = 0
        if parse.dep[i] in SUBJECTS:
            subject = 2 if parse.dep[parse.head[i]] in MAIN else 1
        self._discourse.add(
            Reference(
                referent=referent,
                token=i,
                sentence=self._sentence(i),
                paragraph=parse.paragraph[i],
                subject=subject,
                speaker=speaker,
                possessive=parse.dep[i] == "poss",
                quote=self._in_quote[i],
            )
        )

    def _sentence(self, i: int) -> int:
        return max(bisect_right(self._sentence_starts, self._parse.start[i]) - 1, 0)

    def _place(self, i: int, excluded: frozenset[int] = frozenset()) -> Place:
        return Place(i, self._sentence(i), self._parse.paragraph[i], self._in_quote[i], excluded)

    def _speaker(self, quote: Quote, tokens: range) -> Speaker:
        parse = self._parse
        head = head_of(parse, tokens.start, tokens.stop)
        if len(tokens) == 1 and parse.lower[head] in RELATIVES:
            noun = self._relative(head)
            if noun is not None:
                meant = self._speaker(quote, range(noun, noun + 1))
                return replace(
                    meant, start=parse.start[head], end=parse.end[head], mention_type="pronoun"
                )
        number = self._named(tokens, head)
        if number is not None and (speaker := self._by_name(number, tokens)):
            return speaker
        lower = parse.lower[head]
        if lower in PRONOUNS:
            who = self._discourse.person(PRONOUNS[lower], self._place(head))
            return self._pronoun(who or self._new("person", gender=PRONOUNS[lower]), head)
        if lower in THINGS:
            plural = lower == "they"
            who = self._discourse.thing(self._place(head), plural=plural)
            return self._pronoun(who or self._new("group" if plural else "organisation"), head)
        return self._nominal(read_phrase(parse, tokens.start, tokens.stop), tokens, quote)

    def _relative(self, i: int) -> int | None:
        """The noun a relative pronoun stands for; None where the tree gives no noun."""
        parse = self._parse
        verb = parse.head[i]
        noun = parse.head[verb] if parse.dep[verb] == "relcl" else i - 1
        return noun if 0 <= noun < i and parse.tag[noun].startswith("NN") else None

    def _named(self, tokens: range, head: int) -> int | None:
        """The name mention that a speaker's phrase is about, if it is one."""
        if head in self._heads:
            return self._heads[head]
        parse = self._parse
        for i in tokens:
            number = self._heads.get(i)
            if number is None or self._mentions[number].label != "PERSON":
                continue
            if parse.dep[i] in ("appos", "conj") and parse.head[i] == head:
                return number
            ends = parse.tokens_between(self._mentions[number].start, self._mentions[number].end)
            plain = not any(
                parse.tag[j] in ("IN", "POS", "PRP$", "TO") for j in range(tokens.start, i)
            )
            if ends.stop == tokens.stop and plain:
                return number
        return None

    def _by_name(self, number: int, tokens: range) -> Speaker | None:
        """The speaker that a name gives; None for a people's name that stands for some of it."""
        mention, referent = self._mentions[number], self._of_mention[number]
        if referent is None:
            return None
        kind, method = KIND_OF_LABEL.get(mention.label, "organisation"), "name"
        if mention.label == "NORP":
            first = tokens.start + (self._parse.lower[tokens.start] == "the")
            if self._parse.start[first] < mention.start:
                # "some Democrats", "a California Democrat"
                return None
            if mention.country:
                # "Mexicans say" names no one.
                kind, method = "unnamed_group", "unresolved"
        return Speaker(mention.start, mention.end, "name", referent, kind, method)

    def _pronoun(self, who: Referent, head: int) -> Speaker:
        self._remember(who, head, True)
        return self._found(who, range(head, head + 1), "pronoun")

    def _first_person(self, i: int) -> Speaker:
        """`I` inside a quotation is its speaker; outside, the article's author."""
        plural = self._parse.lower[i] in FIRST_PLURAL
        outer = self._in_quote[i]
        around = self._speakers.get(outer) if outer is not None else None
        if around is not None:
            return self._found(around.referent, range(i, i + 1), "first_person")
        if plural:
            return self._found(self._new("group"), range(i, i + 1), "pronoun")
        self._author = self._author or self._new("person")
        return self._found(self._author, range(i, i + 1), "pronoun")

    def _nominal(self, phrase: Phrase, tokens: range, quote: Quote) -> Speaker:
        parse = self._parse
        # A noun the list lacks is a person's if it speaks, a thing's otherwise (the deal angered).
        fallback = "person" if quote.cue_kind == "say" else "document"
        kind = phrase.kind or ("group" if phrase.plural else fallback)
        who = None
        if kind == "person" and not phrase.plural:
            who = self._apposed(tokens)
        if who is None and phrase.definite and kind in ("person", "group"):
            place = self._place(tokens.start, self._inside(tokens))
            if phrase.possessed and phrase.kind == "person":
                who = self._related(phrase, tokens, place)
            elif not phrase.possessed:
                who = self._discourse.called(phrase, place)
                if who is None and phrase.kind == "person":
                    who = self._nearest(phrase, place)
        if who is None:
            who = self._new(kind, gender=phrase.gender)
            who.plural = phrase.plural
        who.nouns |= {phrase.noun, phrase.compound} - {""}
        who.traits |= phrase.traits
        self._remember(who, phrase.head, True)
        first = tokens.start
        while first < phrase.head and parse.lower[first] in ARTICLES:
            first += 1
        if who.name is None:
            who.describe(parse.text[parse.start[tokens.start] : parse.end[tokens.stop - 1]])
        return self._found(who, range(first, tokens.stop), "nominal")

    def _nearest(self, phrase: Phrase, place: Place) -> Referent | None:
        """Someone near whom no noun was given of yet: `the New York businessman`."""
        if phrase.noun in words("anonymous_nouns"):
            return None
        return self._discourse.person(
            phrase.gender, place, within=NEAR_SENTENCES, traits=phrase.traits
        )

    def _inside(self, tokens: range) -> frozenset[int]:
        """Those a phrase itself names, as no one is their own boss."""
        inside = (self._of_mention[self._heads[i]] for i in tokens if i in self._heads)
        return frozenset(r.number for r in inside if r)

    def _apposed(self, tokens: range) -> Referent | None:
        """The person named right behind a phrase: `the director of the bank, Ann Roe, said`."""
        parse = self._parse
        i, end = tokens.stop, min(tokens.stop + MAX_APPOSED_TOKENS, len(parse))
        while i < end and parse.word[i] not in APPOSING and parse.tag[i] in PHRASE_TAGS:
            i += 1
        if i >= end or parse.word[i] not in APPOSING:
            return None
        for j in range(i + 1, end):
            number = self._heads.get(j)
            if number is not None and self._mentions[number].label == "PERSON":
                mention = self._mentions[number]
                ends = parse.tokens_between(mention.start, mention.end)
                closed = ends.stop == len(parse) or parse.word[ends.stop] in CLOSING
                return self._of_mention[number] if closed else None
            # What may stand between is a title: "former Secretary of State Ann Roe".
            if parse.tag[j] not in ("NNP", "NNPS", "JJ", "IN"):
                return None
        return None

    def _related(self, phrase: Phrase, tokens: range, place: Place) -> Referent | None:
        """Whom `her husband` or `Roe's campaign manager` is, where names or roles tell it."""
        parse = self._parse
        owner = None
        gender = PRONOUNS.get(parse.lower[tokens.start])
        if parse.tag[tokens.start] == "PRP$" and gender:
            owner = self._discourse.person(gender, place)
        else:
            numbers = (self._heads.get(i) for i in range(tokens.start, phrase.head))
            owner = next((self._of_mention[n] for n in numbers if n is not None), None)
        if owner is None or owner.name is None or not owner.person:
            return None
        surname = read_name(owner.name).last
        known = self._discourse.before(place)
        if phrase.noun in SPOUSES:
            kin = [
                r
                for r in known
                if r.person and r.name and r is not owner and r.gender == phrase.gender
                if not r.plural and read_name(r.name).last == surname
            ]
            return kin[0] if len(kin) == 1 else None
        if all(r is not owner for r in known):
            # Someone new to the article is no one to look for people by, but a description.
            return self._nearest(phrase, place)
        return self._discourse.called(phrase, place, surname)

    def _new(self, kind: str, *, gender: str | None = None) -> Referent:
        """Someone, or something, that the article does not name."""
        referent = Referent(
            len(self._referents),
            LABEL_OF_KIND.get(kind, "PERSON"),
            gender=gender,
            plural=kind == "group",
            person=kind in ("person", "group"),
        )
        self._referents.append(referent)
        return referent

    def _found(self, who: Referent, tokens: range, method: str) -> Speaker:
        kind = KIND_OF_LABEL.get(who.label, "organisation")
        if who.name is None and who.person:
            kind = "unnamed_group" if who.plural else "unnamed_person"
        return Speaker(
            self._parse.start[tokens.start],
            self._parse.end[tokens.stop - 1],
            "nominal" if method == "nominal" else "pronoun",
            who,
            kind,
            method if who.name is not None else "unresolved",
        )
