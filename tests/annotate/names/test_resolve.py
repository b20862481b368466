"""Who speaks. In the tables `{...}` marks a quote's speaker; the n-th quotation is the n-th quote."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flows.annotate.entities import entities
from flows.annotate.names.gazetteer import Gazetteer, load_gazetteer
from flows.annotate.names.resolve import innermost, resolve
from flows.annotate.names.spans import VALUES
from flows.parse import Parse
from flows.records import Mention, Part, Quote
from flows.segment.sentences import sentences
from schemas.vocabulary import LINK_METHODS, MENTION_TYPES, SPEAKER_KINDS, SPEAKER_METHODS

Parsed = Callable[[str], Parse]
Resolved = tuple[str, tuple[Mention, ...], tuple[Quote, ...]]
SEEDS = Path(__file__).resolve().parents[3] / "seeds"
BRACES = re.compile(r"\{([^}]*)\}")
QUOTED = re.compile(r"“([^”]*)”")

pytestmark = pytest.mark.model


def read(marked: str, parsed: Parsed, gazetteer: Gazetteer | None = None) -> Resolved:
    """Resolve a marked text; returns it without marks, its mentions and its quotes."""
    text, spans = "", []
    position = 0
    for match in BRACES.finditer(marked):
        text += marked[position : match.start()]
        spans.append((len(text), len(text) + len(match.group(1))))
        text += match.group(1)
        position = match.end()
    text += marked[position:]
    contents = [m.span(1) for m in QUOTED.finditer(text)]
    quotes = [
        Quote(
            quote_index=i,
            sentence_index=0,
            last_sentence_index=0,
            kind="direct",
            parts=(Part(*contents[i], True),),
            cue_kind="say",
            rule="test",
            confidence=1.0,
            speaker_start=start,
            speaker_end=end,
        )
        for i, (start, end) in enumerate(spans)
    ]
    parse = parsed(text)
    parts = sentences(parse)
    mentions, named = resolve(parse, parts, entities(parse, parts), quotes, gazetteer)
    return text, mentions, named


PRONOUNS = [
    ("Ann Roe left. “No,” {she} said.", ["Ann Roe"]),
    ("Ann Roe met Bob Lee. “No,” {she} said. “Yes,” {he} said.", ["Ann Roe", "Bob Lee"]),
    ("Bob Lee met John Poe. “No,” {he} said.", ["Bob Lee"]),
    ("“No,” {Ann Roe} said. “Yes,” {she} added.", ["Ann Roe", "Ann Roe"]),
    ("Bob Lee spoke. “John Poe is wrong,” {he} said.", ["Bob Lee"]),
    ("Ann Roe, who beat Bob Lee, spoke. “It is over,” {she} said.", ["Ann Roe"]),
    ("Bob Lee spoke.\n\nThe hall was full.\n\n“No,” {he} said.", ["Bob Lee"]),
    ("“No,” {she} said.", [None]),
    ("Mr. Roe met Mrs. Lee. “No,” {she} said. “Yes,” {he} said.", ["Lee", "Roe"]),
    ("Roe Bank lost money. “Sales fell,” {it} said.", ["Roe Bank"]),
    (
        "Defense Secretary Leon Panetta has had enough. The U.S. is “losing,” {he} said.",
        ["Leon Panetta"],
    ),
]
NOMINALS = [
    ("Sen. Ann Roe left. “No,” {the senator} said.", ["Ann Roe"]),
    ("Gen. Bob Lee left. “No,” {the general} said.", ["Bob Lee"]),
    (
        "Bob Lee, a former ambassador to Peru, left. “No,” {the former ambassador} said.",
        ["Bob Lee"],
    ),
    ("The analyst Ann Roe met Bob Lee. “No,” {the analyst} said.", ["Ann Roe"]),
    ("“No,” {a senior official} said. “Never,” {the official} said.", [None, None]),
    ("Bob Lee left. “No,” {a senior official} said. “Yes,” {the official} said.", [None, None]),
    ("Bob Lee spoke. “No,” {the spokesman} said.", [None]),
    ("Bob Lee runs for mayor. “No,” {the billionaire} said.", ["Bob Lee"]),
    ("Ann Roe met Bob Lee. “No,” {the businesswoman} said.", ["Ann Roe"]),
    ("Bob Lee left. “No,” {officials} said.", [None]),
    ("Bob Lee left. “No,” {Lee's lawyer} said.", [None]),
]
APPOSED = [
    ("“No,” said {the director} of the bank, Ann Roe.", ["Ann Roe"]),
    ("Bob Lee left. {The director} of the bank, Ann Roe, said it was “late.”", ["Ann Roe"]),
    ("Bob Lee left. {A former senator} -- Ann Roe, who lost -- said it was “late.”", ["Ann Roe"]),
    ("Bob Lee left. {His campaign manager}, Ann Roe, said it was “late.”", ["Ann Roe"]),
    (
        "Bob Lee left. {The other candidate}, former Secretary of State Ann Roe, said it was “late.”",
        ["Ann Roe"],
    ),
    ("According to {a report}, Ann Roe said it was “late.”", [None]),
    ("Bob Lee spoke. Behind {the teacher}, Ann Roe and Eve Poe said it was “late.”", ["Bob Lee"]),
]
TOLD_APART = [
    (
        "President Barack Obama met Francois Hollande. “No,” {the French president} said.",
        ["Francois Hollande"],
    ),
    (
        "Florida Sen. Bob Lee met Iowa Sen. Joan Poe. “No,” {the Florida senator} said.",
        ["Bob Lee"],
    ),
    (
        "Sen. Bob Lee, R-Ky., met Sen. John Poe, D-Vt. “No,” {the Kentucky Republican} said.",
        ["Bob Lee"],
    ),
    (
        "Republican candidate Bob Lee criticized Ann Roe. “No,” {the Democratic candidate} said.",
        ["Ann Roe"],
    ),
    (
        "Campaign manager Ann Roe met business manager Eve Lee. “No,” {the campaign manager} said.",
        ["Ann Roe"],
    ),
]
POSSESSED = [
    ("Bob Lee met Ann Roe. “No,” {his boss} said.", [None]),
    ("Bob Lee spoke. “No,” {Lee’s campaign manager} said.", [None]),
    (
        "Bob Lee spoke. Lee campaign manager Eve Poe left. Ann Roe spoke. “No,” {Lee’s campaign manager} said.",
        ["Eve Poe"],
    ),
    ("Ann Roe and Bob Roe left. “No,” {Ann Roe’s husband} said.", ["Bob Roe"]),
    ("Bob Lee spoke. “No,” {Obama’s former adviser} said.", ["Bob Lee"]),
    ("Bob Lee left. “No,” {Lee’s anger} said.", [None]),
]
SURNAMES = [
    ("Mark Cuban spoke. “No,” {Cuban} said. “Yes,” {he} said.", ["Mark Cuban", "Mark Cuban"]),
    ("Mark Cuban spoke. “No,” {the Cuban government} said.", [None]),
    ("Michael Bloomberg spoke. “No,” {Bloomberg} said.", ["Michael Bloomberg"]),
]
NAMES = [
    ("“No,” said {Ann Roe, a teacher}. “Yes,” {Roe} said.", ["Ann Roe", "Ann Roe"]),
    ("“No,” {Gen. Bob Lee} said. “Yes,” {General Lee} said.", ["Bob Lee", "Bob Lee"]),
    ("“No,” {Pakistan's military chief, Gen. Bob Lee,} said.", ["Bob Lee"]),
    ("“No,” {campaign manager Ann Roe} said.", ["Ann Roe"]),
    ("“No,” {the Roe Bank} said.", ["Roe Bank"]),
    ("“No,” {some Democrats} said.", [None]),
    ("“No,” {Mexicans} say.", [None]),
    ("“No,” {D'Souzaville} said.", ["D'Souzaville"]),
]


@pytest.mark.parametrize(
    ("marked", "names"),
    PRONOUNS + NOMINALS + APPOSED + TOLD_APART + POSSESSED + SURNAMES + NAMES,
)
def test_speakers(marked: str, names: list[str | None], parsed: Parsed) -> None:
    _, _, quotes = read(marked, parsed)
    assert [q.speaker_name for q in quotes] == names


def test_first_person_in_a_quotation_is_its_speaker(parsed: Parsed) -> None:
    text = "“Last year I said never again,” Ann Roe recalled."
    outer = Quote(0, 0, 0, "direct", (Part(1, 30, True),), "say", "test", 1.0)
    outer = replace(outer, speaker_start=32, speaker_end=39)
    inner = Quote(1, 0, 0, "indirect", (Part(18, 29, False),), "say", "test", 1.0)
    inner = replace(inner, speaker_start=11, speaker_end=12)
    parse = parsed(text)
    parts = sentences(parse)
    mentions, quotes = resolve(parse, parts, entities(parse, parts), (outer, inner))
    assert [q.speaker_name for q in quotes] == ["Ann Roe", "Ann Roe"]
    assert quotes[1].speaker_method == "first_person"
    assert quotes[0].speaker_key == quotes[1].speaker_key == "person:ann-roe"
    pronoun = mentions[quotes[1].speaker_entity_index or 0]
    assert (pronoun.mention_type, pronoun.quote_index) == ("pronoun", 0)


def test_a_continued_quotation_takes_its_speaker_over(parsed: Parsed) -> None:
    marked = "“No,” {Ann Roe} said. “Never.”"
    text = BRACES.sub(r"\1", marked)
    first = Quote(0, 0, 0, "direct", (Part(1, 4, True),), "say", "test", 1.0)
    first = replace(first, speaker_start=6, speaker_end=13)
    second = Quote(1, 1, 1, "direct", (Part(21, 27, True),), "none", "test", 1.0)
    second = replace(second, continues_quote_index=0)
    parse = parsed(text)
    parts = sentences(parse)
    _, quotes = resolve(parse, parts, entities(parse, parts), (first, second))
    assert (quotes[1].speaker_name, quotes[1].speaker_method) == ("Ann Roe", "continuation")
    assert quotes[1].speaker_entity_index is None


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("Maria Lopez, {who} said “the road is closed,” left early.", "Maria Lopez"),
        ("The mayor left. {That} said, “the road is closed” was on every sign.", None),
    ],
)
def test_a_relative_pronoun_is_its_own_mention(
    marked: str, name: str | None, parsed: Parsed
) -> None:
    text, mentions, (quote,) = read(marked, parsed)
    assert quote.speaker_name == name
    assert quote.speaker_entity_index is not None
    mention = mentions[quote.speaker_entity_index]
    assert (mention.start, mention.end) == (quote.speaker_start, quote.speaker_end)
    assert text[mention.start : mention.end].lower() in ("who", "that")


def test_an_unnamed_person_is_one_and_keeps_the_description(parsed: Parsed) -> None:
    marked = "“No,” {a senior security official} said. It rained. “Never,” {the official} said."
    text, mentions, quotes = read(marked, parsed)
    assert {q.speaker_kind for q in quotes} == {"unnamed_person"}
    assert {q.speaker_method for q in quotes} == {"unresolved"}
    assert {q.speaker_description for q in quotes} == {"a senior security official"}
    ours = [m for m in mentions if m.mention_type == "nominal"]
    assert [text[m.start : m.end] for m in ours] == ["senior security official", "official"]
    assert len({m.cluster_index for m in ours}) == 1
    assert {m.entity_key for m in ours} == {None}


def test_a_noun_phrase_has_the_country_of_its_demonym(parsed: Parsed) -> None:
    marked = "“No,” {a senior Pakistani official} said. “Yes,” {a teacher} said."
    text, mentions, _ = read(marked, parsed)
    found = {text[m.start : m.end]: m.country for m in mentions if m.mention_type == "nominal"}
    assert found == {"senior Pakistani official": "PK", "teacher": None}


def test_two_unnamed_people_are_two(parsed: Parsed) -> None:
    _, mentions, _ = read("“No,” {a teacher} said. “Yes,” {a nurse} said.", parsed)
    assert len({m.cluster_index for m in mentions if m.mention_type == "nominal"}) == 2


@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("“No,” {Ann Roe} said.", "person"),
        ("“No,” {the United Nations} said.", "organisation"),
        ("“No,” {Pakistan} said.", "organisation"),
        ("“No,” {Democrats} said.", "group"),
        ("“No,” {a report} said.", "document"),
        ("“No,” {a teacher} said.", "unnamed_person"),
        ("“No,” {teachers} said.", "unnamed_group"),
        ("“No,” {the company} said.", "organisation"),
    ],
)
def test_speaker_kind(marked: str, kind: str, parsed: Parsed) -> None:
    _, _, (quote,) = read(marked, parsed)
    assert quote.speaker_kind == kind


def test_the_gazetteer_links_and_labels(parsed: Parsed, tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text(
        "name,alias,type,key,kb_id\nAnn B. Roe,Ann Roe,PERSON,person:x,Q1\nQuetto,,GPE,place:q,\n",
        encoding="utf-8",
    )
    marked = "“No,” {Ann Roe} said in Quetto. “Yes,” {Roe} added."
    text, mentions, quotes = read(marked, parsed, load_gazetteer(path))
    rows = {
        text[m.start : m.end]: (m.entity_key, m.kb_id, m.link_method)
        for m in mentions
        if m.link_method
    }
    assert rows["Ann Roe"] == ("person:x", "Q1", "alias")
    assert rows["Roe"] == ("person:x", "Q1", "partial")
    assert [q.speaker_key for q in quotes] == ["person:x", "person:x"]
    if "Quetto" in rows:
        assert rows["Quetto"] == ("place:q", None, "exact")


def seed(
    number: str, speaker: str, after: str, parsed: Parsed
) -> tuple[Quote, tuple[Mention, ...]]:
    """Resolve one speaker of a seed article, found by what follows it."""
    (path,) = (SEEDS / "articles").glob(f"{number}_*.txt")
    text = re.sub(r"\s*\n\s*", "\n\n", path.read_text(encoding="utf-8").strip())
    start = text.index(speaker + after)
    quote = Quote(0, 0, 0, "direct", (Part(0, 1, True),), "say", "test", 1.0)
    quote = replace(quote, speaker_start=start, speaker_end=start + len(speaker))
    parse = parsed(text)
    parts = sentences(parse)
    mentions, (resolved,) = resolve(parse, parts, entities(parse, parts), (quote,))
    return resolved, mentions


@pytest.mark.parametrize(
    ("number", "speaker", "after", "name", "method"),
    [
        ("004", "he", " proclaimed", "Leon Panetta", "pronoun"),
        (
            "001",
            "the former Pakistan ambassador to Afghanistan",
            ".",
            "Rustam Shah Mohmand",
            "nominal",
        ),
        ("001", "analyst Siddiqa", ".", "Ayesha Siddiqa", "name"),
        ("003", "Mr Zardari", " said", "Asif Ali Zardari", "name"),
        ("003", "he", " said", "Asif Ali Zardari", "pronoun"),
        ("003", "General Kayani", " told", "Ashfaq Kayani", "name"),
    ],
)
def test_seeds(
    number: str, speaker: str, after: str, name: str, method: str, parsed: Parsed
) -> None:
    quote, _ = seed(number, speaker, after, parsed)
    assert (quote.speaker_name, quote.speaker_method) == (name, method)


def test_one_kayani_over_three_articles(parsed: Parsed) -> None:
    keys = set()
    for number, near in (("000", "officials"), ("002", "The U.S."), ("003", "General Kayani")):
        _, mentions = seed(number, near, " ", parsed)
        keys |= {m.entity_key for m in mentions if "Kayani" in (m.canonical_name or "")}
    assert keys == {"person:ashfaq-kayani"}


WORDS = [
    "Ann",
    "Roe",
    "Mr.",
    "Lee",
    "he",
    "she",
    "said",
    ".",
    "the",
    "official",
    "a",
    "“",
    "”",
    ",",
]
WORDS += ["Sen.", "they", "I", "Peru", "Bank", "of", "\n\n", "who", "Democrats", "report", "1995"]


@example(text="the Ann \n\n Ann .", spans=[(0, 12)])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.lists(st.sampled_from(WORDS), max_size=50).map(" ".join),
    spans=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30)), max_size=6),
)
def test_what_comes_out_is_well_formed(
    text: str, spans: list[tuple[int, int]], parsed: Parsed
) -> None:
    parse = parsed(text)
    parts = sentences(parse)
    cut = [(min(a, len(text)), min(a + n, len(text))) for a, n in spans]
    quotes = [
        replace(
            Quote(i, 0, 0, "direct", (Part(max(a - 9, 0), max(a, 1), True),), "say", "t", 1.0),
            speaker_start=a,
            speaker_end=b,
            continues_quote_index=i - 1 if i else None,
        )
        for i, (a, b) in enumerate(cut)
    ]
    mentions, named = resolve(parse, parts, entities(parse, parts), quotes)
    assert [m.entity_index for m in mentions] == list(range(len(mentions)))
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    assert [q.quote_index for q in named] == list(range(len(quotes)))
    for m in mentions:
        assert parts[m.sentence_index].start <= m.start < m.end <= parts[m.sentence_index].end
        assert m.mention_type in MENTION_TYPES
        assert (m.cluster_index is None) == (m.label in VALUES)
        assert m.link_method is None or m.link_method in LINK_METHODS
    for q in named:
        assert q.speaker_kind in SPEAKER_KINDS and q.speaker_method in SPEAKER_METHODS
        assert q.speaker_key is None or q.speaker_name is not None
        if q.speaker_entity_index is not None:
            assert mentions[q.speaker_entity_index].cluster_index is not None


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.integers(0, 9)), max_size=8),
    st.lists(st.integers(0, 40), max_size=20).map(sorted),
)
def test_innermost_holds_its_point(raw: list[tuple[int, int, int]], points: list[int]) -> None:
    intervals = [(a, a + n, v) for a, n, v in raw]
    for point, value in zip(points, innermost(intervals, points), strict=True):
        around = [i for i in intervals if i[0] <= point < i[1]]
        assert (value is None) == (not around)
        assert value is None or value in {v for a, _, v in around if a == max(x[0] for x in around)}


FAMILIES = (
    "Bill Clinton and Hillary Clinton spoke in Ohio. The Clintons left early. “We are tired,” "
    "{Clinton} said. “He never slept,” {she} said. “No,” {the Clintons} said in a statement."
)


def test_a_family_is_none_of_its_people(parsed: Parsed) -> None:
    text, mentions, quotes = read(FAMILIES, parsed)
    family = [m for m in mentions if text[m.start : m.end] == "Clintons"]
    assert [(m.canonical_name, m.entity_key) for m in family] == [("Clintons", None)] * 2
    assert [q.speaker_name for q in quotes] == ["Bill Clinton", "Hillary Clinton", "Clintons"]
