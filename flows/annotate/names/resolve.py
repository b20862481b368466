"""The last step of annotation: every mention gets its entity, every quote its speaker's name.

Names are clustered, the article is walked once for pronouns and noun phrases, and the quotes'
speakers are looked up in what came out. What belongs here: that walk and what it writes. What does
not: how names are joined (people.py, things.py) and how antecedents are weighed (antecedents.py).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.annotate.names.antecedents import NEAR_SENTENCES, Discourse, Place, Reference, Referent
from flows.annotate.names.gazetteer import Gazetteer
from flows.annotate.names.keys import entity_key
from flows.annotate.names.people import cluster_people
from flows.annotate.names.phrases import (
    FIRST_PERSON,
    PRONOUNS,
    RELATIVES,
    THINGS,
    Phrase,
    head_of,
    read_phrase,
    singular,
)
from flows.annotate.names.things import cluster_things
from flows.lexicons import mapping, words
from flows.parse import Parse
from flows.records import Mention, Quote, Sentence

VALUES = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
ARTICLES = frozenset(("the", "a", "an"))
SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
MAIN = frozenset(("ROOT", "conj"))
PARTIAL_SCORE = 0.8
KIND_OF_LABEL = {
    "PERSON": "person",
    "NORP": "group",
    "WORK_OF_ART": "document",
    "LAW": "document",
}


def resolve(
    parse: Parse,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    quotes: Sequence[Quote],
    gazetteer: Gazetteer | None = None,
) -> tuple[tuple[Mention, ...], tuple[Quote, ...]]:
    """Say who every mention and every speaker is.

    Args:
        parse: the article's parse.
        sentences: its sentences.
        mentions: its mentions by name, in order.
        quotes: its quotes, speakers given as spans.
        gazetteer: names to link; None for none.

    Returns:
        The mentions with their entities, and those pronouns and noun phrases added that are a
        quote's speaker, in order of start; and the quotes with their speakers.
    """
    return _Walk(parse, sentences, mentions, quotes, gazetteer).result()


@dataclass(slots=True)
class _Speaker:
    """What a quote's speaker span turned out to be."""

    start: int
    end: int
    referent: Referent | None
    method: str
    kind: str
    mention_type: str
    label: str
    description: str | None = None


class _Walk:
    """One article's resolution; its methods stand in the order they are called."""

    def __init__(
        self,
        parse: Parse,
        sentences: Sequence[Sentence],
        mentions: Sequence[Mention],
        quotes: Sequence[Quote],
        gazetteer: Gazetteer | None,
    ) -> None:
        self.parse, self.sentences, self.quotes = parse, sentences, quotes
        self.mentions, self.gazetteer = list(mentions), gazetteer
        self.sentence_starts = [s.start for s in sentences]
        self.mention_starts = [m.start for m in mentions]
        self.referents: list[Referent] = []
        self.of_mention: list[Referent | None] = [None] * len(self.mentions)
        self.discourse = Discourse()
        self.found: dict[int, _Speaker] = {}
        self._author: Referent | None = None

    def result(self) -> tuple[tuple[Mention, ...], tuple[Quote, ...]]:
        self._cluster()
        self.in_quote = _innermost(
            [(p.start, p.end, q.quote_index) for q in self.quotes for p in q.parts],
            self.parse.start,
        )
        speakers = self._walk()
        return self._written(speakers)

    def _cluster(self) -> None:
        texts = [self.parse.text[m.start : m.end] for m in self.mentions]
        people = [i for i, m in enumerate(self.mentions) if m.label == "PERSON"]
        things = [
            i for i, m in enumerate(self.mentions) if m.label != "PERSON" and m.label not in VALUES
        ]
        for person in cluster_people(
            [texts[i] for i in people], [self.mentions[i] for i in people]
        ):
            own = [people[i] for i in person.mentions]
            self._refer(own, person.text, person.gender, "PERSON", person.leaning)
        for cluster in cluster_things(
            [texts[i] for i in things], [self.mentions[i] for i in things]
        ):
            own = [things[i] for i in cluster]
            name = max((texts[i] for i in own), key=len)
            self._refer(own, name, None, self.mentions[own[0]].label)

    def _refer(
        self,
        own: list[int],
        name: str,
        gender: str | None,
        label: str,
        leaning: str | None = None,
    ) -> None:
        referent = Referent(
            number=len(self.referents),
            name=name,
            gender=gender,
            plural=label == "NORP",
            person=label == "PERSON",
            nouns=set(),
            label=label,
            leaning=leaning,
        )
        self.referents.append(referent)
        for i in own:
            self.of_mention[i] = referent
            referent.nouns |= _nouns_of(self.mentions[i])

    def _walk(self) -> dict[int, _Speaker]:
        """Walk the tokens; remember references; resolve speakers where they stand."""
        parse = self.parse
        spans: dict[int, list[Quote]] = {}
        for quote in self.quotes:
            if quote.speaker_start is not None and quote.speaker_end is not None:
                tokens = parse.tokens_between(quote.speaker_start, quote.speaker_end)
                if tokens:
                    spans.setdefault(tokens.start, []).append(quote)
        heads = self._name_heads()
        speaking = frozenset(
            head_of(parse, t.start, t.stop)
            for qs in spans.values()
            for q in qs
            if (t := parse.tokens_between(q.speaker_start or 0, q.speaker_end or 0))
        )
        for i in range(len(parse)):
            if i in heads:
                referent = self.of_mention[heads[i]]
                if referent is not None:
                    self._remember(referent, i, i in speaking)
            elif parse.lower[i] in PRONOUNS and i not in speaking and self.in_quote[i] is None:
                who = self.discourse.person(PRONOUNS[parse.lower[i]], self._place(i))
                if who is not None:
                    self._remember(who, i, False)
            for quote in spans.get(i, ()):
                self.found[quote.quote_index] = self._speaker(quote, heads)
        return self.found

    def _name_heads(self) -> dict[int, int]:
        """Token that heads a name mention, and the mention's number."""
        heads = {}
        for number, mention in enumerate(self.mentions):
            if mention.label in VALUES:
                continue
            tokens = self.parse.tokens_between(mention.start, mention.end)
            if tokens:
                heads[head_of(self.parse, tokens.start, tokens.stop)] = number
        return heads

    def _remember(self, referent: Referent, i: int, speaker: bool) -> None:
        parse = self.parse
        self.discourse.add(
            Reference(
                referent=referent,
                token=i,
                sentence=self._sentence(parse.start[i]),
                paragraph=parse.paragraph[i],
                subject=self._subject(i),
                speaker=speaker,
                possessive=parse.dep[i] == "poss",
                quote=self.in_quote[i],
            )
        )

    def _subject(self, i: int) -> int:
        parse = self.parse
        if parse.dep[i] not in SUBJECTS:
            return 0
        return 2 if parse.dep[parse.head[i]] in MAIN else 1

    def _sentence(self, offset: int) -> int:
        return max(bisect_right(self.sentence_starts, offset) - 1, 0)

    def _place(self, i: int, excluded: frozenset[int] = frozenset()) -> Place:
        parse = self.parse
        return Place(
            i, self._sentence(parse.start[i]), parse.paragraph[i], self.in_quote[i], excluded
        )

    def _speaker(self, quote: Quote, heads: dict[int, int]) -> _Speaker:
        parse = self.parse
        tokens = parse.tokens_between(quote.speaker_start or 0, quote.speaker_end or 0)
        head = head_of(parse, tokens.start, tokens.stop)
        if len(tokens) == 1 and parse.lower[head] in RELATIVES:
            tokens, head = self._relative(head)
        number = self._named(tokens.start, tokens.stop, head, heads)
        if number is not None:
            mention, referent = self.mentions[number], self.of_mention[number]
            if mention.label == "NORP" and mention.country and referent is not None:
                # "Mexicans say" names no one.
                return _Speaker(
                    mention.start, mention.end, None, "unresolved", "unnamed_group", "name", "NORP"
                )
            kind = KIND_OF_LABEL.get(mention.label, "organisation")
            return _Speaker(
                mention.start, mention.end, referent, "name", kind, "name", mention.label
            )
        lower = parse.lower[head]
        if lower in PRONOUNS:
            who = self.discourse.person(PRONOUNS[lower], self._place(head))
            return self._pronoun(who or self._new(PRONOUNS[lower], False, set(), "person"), head)
        if lower in THINGS:
            plural = lower == "they"
            who = self.discourse.thing(self._place(head), plural=plural)
            kind = "group" if plural else "organisation"
            return self._pronoun(who or self._new(None, plural, set(), kind), head)
        if lower in FIRST_PERSON:
            return self._first_person(head, lower)
        return self._nominal(read_phrase(parse, tokens.start, tokens.stop), tokens, heads)

    def _relative(self, i: int) -> tuple[range, int]:
        """The noun a relative pronoun stands for."""
        parse = self.parse
        verb = parse.head[i]
        head = parse.head[verb] if parse.dep[verb] == "relcl" else max(i - 1, 0)
        return range(head, head + 1), head

    def _pronoun(self, who: Referent, head: int) -> _Speaker:
        self._remember(who, head, True)
        return self._found(who, head, head + 1, "pronoun")

    def _first_person(self, head: int, lower: str) -> _Speaker:
        """`I` inside a quotation is its speaker; outside, the article's author."""
        plural = lower in ("we", "us", "our", "ourselves")
        outer = self.in_quote[head]
        around = self.found.get(outer) if outer is not None else None
        if around is not None and around.referent is not None:
            return self._found(around.referent, head, head + 1, "first_person")
        who = self._author if not plural else None
        if who is None:
            who = self._new(None, plural, set(), "group" if plural else "person")
            if not plural:
                self._author = who
        return self._found(who, head, head + 1, "pronoun")

    def _named(self, first: int, last: int, head: int, heads: dict[int, int]) -> int | None:
        """The name mention that a speaker span is about, if it is one."""
        if head in heads:
            return heads[head]
        for i in range(first, last):
            if i in heads and self.mentions[heads[i]].label == "PERSON":
                if self.parse.dep[i] in ("appos", "conj") and self.parse.head[i] == head:
                    return heads[i]
                mention = self.mentions[heads[i]]
                ends = self.parse.tokens_between(mention.start, mention.end).stop
                if ends == last and not any(
                    self.parse.tag[j] in ("IN", "POS", "PRP$", "TO") for j in range(first, i)
                ):
                    return heads[i]
        return None

    def _nominal(self, phrase: Phrase, tokens: range, heads: dict[int, int]) -> _Speaker:
        parse = self.parse
        kind = phrase.kind or ("group" if phrase.plural else "person")
        who = None
        if phrase.definite and kind in ("person", "group"):
            who = self.discourse.called(phrase)
            if who is None and kind == "person" and phrase.noun not in words("anonymous_nouns"):
                inside = (self.of_mention[heads[i]] for i in tokens if i in heads)
                place = self._place(tokens.start, frozenset(r.number for r in inside if r))
                who = self.discourse.person(phrase.gender, place, within=NEAR_SENTENCES)
        if who is None:
            who = self._new(phrase.gender, phrase.plural, set(), kind)
        who.nouns.add(phrase.noun)
        self._remember(who, phrase.head, True)
        first = tokens.start
        while first < phrase.head and parse.lower[first] in ARTICLES:
            first += 1
        return self._found(who, first, tokens.stop, "nominal")

    def _new(self, gender: str | None, plural: bool, nouns: set[str], kind: str) -> Referent:
        """Someone, or something, that the article does not name."""
        person = kind in ("person", "group")
        label = "PERSON" if person else "ORG" if kind == "organisation" else "WORK_OF_ART"
        referent = Referent(len(self.referents), None, gender, plural, person, nouns, label)
        self.referents.append(referent)
        return referent

    def _found(self, who: Referent, first: int, last: int, method: str) -> _Speaker:
        kind = KIND_OF_LABEL.get(who.label, "organisation")
        if who.name is None and who.person:
            kind = "unnamed_group" if who.plural else "unnamed_person"
        return _Speaker(
            self.parse.start[first],
            self.parse.end[last - 1],
            who,
            method if who.name is not None else "unresolved",
            kind,
            "nominal" if method == "nominal" else "pronoun",
            who.label,
        )

    def _written(
        self, speakers: dict[int, _Speaker]
    ) -> tuple[tuple[Mention, ...], tuple[Quote, ...]]:
        rows: list[tuple[Mention, Referent | None]] = list(
            zip(self.mentions, self.of_mention, strict=True)
        )
        known = {(m.start, m.end) for m in self.mentions}
        for speaker in speakers.values():
            if speaker.mention_type != "name" and (speaker.start, speaker.end) not in known:
                known.add((speaker.start, speaker.end))
                mention = Mention(
                    entity_index=0,
                    sentence_index=self._sentence(speaker.start),
                    start=speaker.start,
                    end=speaker.end,
                    label=speaker.label,
                    label_source="rule",
                    mention_type=speaker.mention_type,
                )
                rows.append((mention, speaker.referent))
        rows.sort(key=lambda row: (row[0].start, -row[0].end))
        best = self._descriptions(rows)
        in_quote = _innermost(
            [(p.start, p.end, q.quote_index) for q in self.quotes for p in q.parts],
            [m.start for m, _ in rows],
        )
        out = []
        for index, ((mention, referent), quote) in enumerate(zip(rows, in_quote, strict=True)):
            out.append(self._row(mention, referent, index, quote))
        at = {(m.start, m.end): m.entity_index for m in out}
        return tuple(out), self._quotes(speakers, at, best)

    def _descriptions(self, rows: Sequence[tuple[Mention, Referent | None]]) -> dict[int, str]:
        """The longest description the article gives of each referent."""
        best: dict[int, str] = {}
        for mention, referent in rows:
            if referent is not None and mention.description:
                known = best.get(referent.number, "")
                if len(mention.description) > len(known):
                    best[referent.number] = mention.description
        return best

    def _row(
        self, mention: Mention, referent: Referent | None, index: int, quote: int | None
    ) -> Mention:
        mention = replace(mention, entity_index=index, quote_index=quote)
        if referent is None:
            return mention
        mention = replace(mention, cluster_index=referent.number, canonical_name=referent.name)
        if referent.name is None:
            return mention
        key = entity_key(referent.name, referent.label)
        link = self.gazetteer.find(referent.name) if self.gazetteer else None
        if link is None:
            return replace(mention, entity_key=key)
        own = (
            self.gazetteer.find(self.parse.text[mention.start : mention.end])
            if self.gazetteer
            else None
        )
        method, score = (own.method, own.score) if own else ("partial", PARTIAL_SCORE)
        return replace(
            mention,
            entity_key=link.entry.key,
            kb_id=link.entry.kb_id,
            link_method=method,
            link_score=score,
        )

    def _quotes(
        self, speakers: dict[int, _Speaker], at: dict[tuple[int, int], int], best: dict[int, str]
    ) -> tuple[Quote, ...]:
        done: dict[int, Quote] = {}
        out = []
        for quote in self.quotes:
            speaker = speakers.get(quote.quote_index)
            if speaker is not None:
                referent = speaker.referent
                name = referent.name if referent else None
                quote = replace(
                    quote,
                    speaker_entity_index=at.get((speaker.start, speaker.end)),
                    speaker_name=name,
                    speaker_key=entity_key(name, referent.label) if referent and name else None,
                    speaker_kind=speaker.kind,
                    speaker_method=speaker.method,
                    speaker_description=best.get(referent.number) if referent else None,
                )
            elif quote.continues_quote_index in done:
                before = done[quote.continues_quote_index]
                if before.speaker_kind != "none":
                    quote = replace(
                        quote,
                        speaker_name=before.speaker_name,
                        speaker_key=before.speaker_key,
                        speaker_kind=before.speaker_kind,
                        speaker_method="continuation",
                        speaker_description=before.speaker_description,
                    )
            done[quote.quote_index] = quote
            out.append(quote)
        return tuple(out)


def _nouns_of(mention: Mention) -> set[str]:
    """Nouns that a name's title and description call it by."""
    nouns: set[str] = set()
    for word in (mention.title or "").split():
        nouns |= set(mapping("title_nouns").get(word, word.lower()).split())
    for word in (mention.description or "").lower().replace(",", " ").split():
        if singular(word) in mapping("speaker_nouns"):
            nouns.add(singular(word))
        if word in ("of", "for", "to", "who", "at", "in", "from"):
            break
    return nouns


def _innermost(
    intervals: Sequence[tuple[int, int, int]], points: Sequence[int]
) -> list[int | None]:
    """For each point (ascending) the last value of the shortest interval that holds it."""
    ordered = sorted(intervals, key=lambda x: (x[0], -x[1]))
    found: list[int | None] = []
    stack: list[tuple[int, int, int]] = []
    nxt = 0
    for point in points:
        while nxt < len(ordered) and ordered[nxt][0] <= point:
            stack.append(ordered[nxt])
            nxt += 1
        while stack and stack[-1][1] <= point:
            stack.pop()
        found.append(stack[-1][2] if stack else None)
    return found
