"""The entities of an article: who and what its names are of.

What belongs here: name mentions joined into referents, with what the article and the gazetteer
tell of each. What does not: pronouns and noun phrases (antecedents.py), the rows (resolve.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flows.annotate.names.gazetteer import Gazetteer, Link
from flows.annotate.names.keys import entity_key
from flows.annotate.names.people import cluster_people, fold
from flows.annotate.names.phrases import singular
from flows.annotate.names.spans import VALUES
from flows.annotate.names.things import cluster_things
from flows.annotate.names.traits import traits_near, traits_of
from flows.lexicons import mapping
from flows.parse import Parse
from flows.records import Mention

# Words at which a description's head noun is behind us.
HEAD_ENDS = frozenset(("of", "for", "to", "who", "at", "in", "from", "with"))


@dataclass(slots=True)
class Referent:
    """Someone or something the article speaks of.

    Attributes:
        number: of the referent; becomes `cluster_index`.
        label: OntoNotes label.
        name: canonical name, None for an unnamed one.
        key: `entity_key`, None where there is none.
        link: the gazetteer's entry and how it was found.
        gender: `m` or `f` where known.
        leaning: the gender it would have if its one word is a first name.
        plural: whether it is several people.
        person: whether it is a person or people.
        nouns: nouns the article has called it by, singular, lower case; and with the noun before
            them (`campaign manager`).
        traits: party, state and country that the words around its names tell (traits.py).
        owners: surnames of those whose something it is (`Roe's campaign manager`), lower case.
        description: the longest description the article gives of it.
    """

    number: int
    label: str
    name: str | None = None
    key: str | None = None
    link: Link | None = None
    gender: str | None = None
    leaning: str | None = None
    plural: bool = False
    person: bool = False
    nouns: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)
    description: str | None = None

    def describe(self, text: str | None) -> None:
        """Keep a description if it says more than the one known."""
        if text and len(text) > len(self.description or ""):
            self.description = text


def relabelled(
    parse: Parse, mentions: Sequence[Mention], gazetteer: Gazetteer | None
) -> list[Mention]:
    """The mentions, those the gazetteer knows with its label."""
    if gazetteer is None:
        return list(mentions)
    found = []
    for mention in mentions:
        link = gazetteer.find(parse.text[mention.start : mention.end])
        if link is not None and link.entry.label != mention.label and mention.label not in VALUES:
            mention = replace(mention, label=link.entry.label, label_source="gazetteer")
        found.append(mention)
    return found


def find_referents(
    parse: Parse, mentions: Sequence[Mention], gazetteer: Gazetteer | None
) -> tuple[list[Referent], list[Referent | None]]:
    """Join an article's name mentions.

    Args:
        parse: the article's parse.
        mentions: its mentions by name, in order.
        gazetteer: names to link; None for none.

    Returns:
        The referents by their numbers, and for each mention its referent; None for values.
    """
    texts = [parse.text[m.start : m.end] for m in mentions]
    people = [i for i, m in enumerate(mentions) if m.label == "PERSON"]
    things = [i for i, m in enumerate(mentions) if m.label != "PERSON" and m.label not in VALUES]
    referents: list[Referent] = []
    of_mention: list[Referent | None] = [None] * len(mentions)
    by_key: dict[str, Referent] = {}

    def refer(own: Sequence[int], name: str, label: str) -> Referent:
        link = _link(gazetteer, [name, *(texts[i] for i in own)])
        if link is not None and link.entry.key in by_key:
            referent = by_key[link.entry.key]
            referent.name = max(referent.name or "", name, key=len)
        else:
            referent = Referent(len(referents), label, name=name, link=link)
            referents.append(referent)
        referent.key = entity_key(name, label)
        if link is not None:
            by_key[link.entry.key] = referent
            referent.key = link.entry.key
        for i in own:
            of_mention[i] = referent
            referent.nouns |= _nouns(mentions[i])
            referent.describe(mentions[i].description)
            if label == "PERSON":
                _learn(parse, referent, mentions[i])
        return referent

    families = {f"{texts[i].split()[-1]}s" for i in people}
    for person in cluster_people([texts[i] for i in people], [mentions[i] for i in people]):
        referent = refer([people[i] for i in person.mentions], person.text, "PERSON")
        referent.person = True
        # "the Clintons": several people, and none of them.
        referent.plural = person.text in families
        referent.gender, referent.leaning = person.gender, person.leaning
    for cluster in cluster_things([texts[i] for i in things], [mentions[i] for i in things]):
        own = [things[i] for i in cluster]
        label = mentions[own[0]].label
        referent = refer(own, max((texts[i] for i in own), key=len), label)
        referent.plural = label == "NORP"
    return referents, of_mention


def _link(gazetteer: Gazetteer | None, names: Sequence[str]) -> Link | None:
    if gazetteer is None:
        return None
    return next((link for name in names if (link := gazetteer.find(name))), None)


def _learn(parse: Parse, referent: Referent, mention: Mention) -> None:
    """Traits of a person by the words around a name, and whose something the person is."""
    tokens = parse.tokens_between(mention.start, mention.end)
    description = (mention.description or "").split()
    referent.traits |= traits_near(parse, tokens.start, tokens.stop) | traits_of(description)
    if country := mapping("well_known_people").get(parse.word[tokens.stop - 1]):
        referent.traits.add(f"country:{country}")
    for word in description:
        if word.lower() in HEAD_ENDS:
            break
        if word[0].isupper():
            referent.owners.add(fold(word.removesuffix("'s").removesuffix("’s")))


def _nouns(mention: Mention) -> set[str]:
    """Nouns that a name's title and description call it by."""
    nouns: set[str] = set()
    if mention.title is None and mention.description is None:
        return nouns  # as of most
    title = [word.partition("-")[0] for word in (mention.title or "").split()]
    for before, word in zip(["", *title], title, strict=False):
        known = set(mapping("title_nouns").get(word, word.lower()).split())
        nouns |= known | ({f"{before.lower()} {noun}" for noun in known} if before else set())
    before = ""
    for word in (mention.description or "").lower().replace(",", " ").split():
        if word in HEAD_ENDS:
            break
        noun = singular(word)
        if noun in mapping("speaker_nouns"):
            nouns |= {noun, f"{before} {noun}"} if before else {noun}
        before = word
    return nouns
