"""Mentions by name. In the tables `[NAME]LABEL` marks what must be found, and nothing else."""

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.annotate.entities import entities
from flows.annotate.names.spans import VALUES
from flows.parse import Parse
from flows.segment.sentences import sentences
from schemas.vocabulary import LABEL_SOURCES, LABELS

Parsed = Callable[[str], Parse]
MARKED = re.compile(r"\[([^\]]+)\]([A-Z]+)")

PEOPLE = [
    "[Ann Roe]PERSON spoke. Then [Roe]PERSON left.",
    "Gen. [Mark Roe]PERSON spoke. General [Roe]PERSON left.",
    "Defense Secretary [Mark Roe]PERSON spoke.",
    "Army Chief of Staff [Ashfaq Kayani]PERSON spoke.",
    "Interior Minister [Rehman Malik]PERSON spoke.",
    "President [Obama]PERSON met Prime Minister [David Cameron]PERSON.",
    "Mr. [King]PERSON and Mrs. [Dean]PERSON spoke.",
    "The speech of [Ann Roe]PERSON's brother was short.",
    "The speech of [Ann Roe]PERSON’s brother was short.",
    "[Michael Jordan]PERSON spoke. [Jordan]PERSON left.",
    "[Martin Luther King Jr.]PERSON spoke.",
    "[Ban Ki-moon]PERSON spoke.",
    "Then [Jean-Marc Ayrault]PERSON, the foreign minister, spoke.",
    "“It is over,” said [Lester Holt]PERSON, a teacher.",
    "Then Crooked [Hillary Clinton]PERSON spoke.",
    "Certainly [Ann Roe]PERSON will speak. Then [Ann Roe]PERSON spoke. He is certainly late.",
    "A [Donald Trump]PERSON-led group met.",
    "President-elect [Ann Roe]PERSON spoke.",
    "[Ban Ki-moon]PERSON spoke. Then [Kim Jong-un]PERSON left.",
    "[Mark Cuban]PERSON spoke. Then [Cuban]PERSON left with a Cuban friend.",
]


@pytest.mark.model
@pytest.mark.parametrize("case", PEOPLE)
def test_people_are_found_whole_and_alone(case: str, parsed: Parsed) -> None:
    text = MARKED.sub(r"\1", case)
    expected = MARKED.findall(case)
    parse = parsed(text)
    found = entities(parse, sentences(parse))
    assert [(text[m.start : m.end], m.label) for m in found if m.label == "PERSON"] == expected


TRIMMED = [
    ("The/DT United/NNP Nations/NNPS met/VBD ./.", (0, 3, "ORG"), "United Nations"),
    ("A/DT Roe/NNP Bank/NNP 's/POS loss/NN ./.", (0, 4, "ORG"), "Roe Bank"),
    ("“/`` Roe/NNP Bank/NNP ”/'' fell/VBD ./.", (0, 4, "ORG"), "Roe Bank"),
    ("Gen./NNP Ann/NNP Roe/NNP left/VBD ./.", (0, 3, "PERSON"), "Ann Roe"),
    ("Ann/NNP Roe/NNP ,/, Eve/NNP Lee/NNP left/VBD", (0, 5, "PERSON"), "Ann Roe"),
    ("Ann/NNP Roe/NNP says/VBZ no/UH ./.", (0, 3, "PERSON"), "Ann Roe"),
    ("Osama/NNP bin/NNP Laden/NNP left/VBD ./.", (0, 3, "PERSON"), "Osama bin Laden"),
    ("Ann/NNP Roe/NNP ,/, Jr./NNP left/VBD ./.", (0, 4, "PERSON"), "Ann Roe, Jr."),
    ("It/PRP was/VBD the/DT 1990s/CD ./.", (2, 4, "DATE"), "1990s"),
]


@pytest.mark.parametrize(("tagged", "span", "expected"), TRIMMED)
def test_mentions_are_trimmed(
    tagged: str,
    span: tuple[int, int, str],
    expected: str,
    handmade: Callable[..., Parse],
) -> None:
    parse = handmade(tagged, [span])
    found = entities(parse, sentences(parse))
    assert [parse.text[m.start : m.end] for m in found][:1] == [expected]


@pytest.mark.parametrize(
    ("tagged", "span"),
    [
        ("Officials/NNS met/VBD ./.", (0, 1, "ORG")),
        ("National/NNP Security/NNP Adviser/NNP left/VBD ./.", (0, 3, "ORG")),
        ("He/PRP used/VBD Twitter/NNP ./.", (2, 3, "PERSON")),
        ("It/PRP is/VBZ —/: ./.", (2, 3, "ORG")),
        ("In/IN Pakistan/NNP it/PRP rained/VBD ./.", (1, 2, "PERSON")),
    ],
)
def test_what_is_no_name_is_dropped(
    tagged: str, span: tuple[int, int, str], handmade: Callable[..., Parse]
) -> None:
    parse = handmade(tagged, [span])
    assert entities(parse, sentences(parse)) == ()


def test_a_name_has_one_label(handmade: Callable[..., Parse]) -> None:
    parse = handmade(
        "Leon/NNP Panetta/NNP spoke/VBD and/CC Panetta/NNP left/VBD ./.",
        [(0, 2, "PERSON"), (4, 5, "ORG")],
    )
    found = entities(parse, sentences(parse))
    assert [(m.label, m.label_source) for m in found] == [
        ("PERSON", "model"),
        ("PERSON", "document_vote"),
    ]


def test_the_more_frequent_label_wins(handmade: Callable[..., Parse]) -> None:
    parse = handmade(
        "Omsk/NNP and/CC Omsk/NNP and/CC Omsk/NNP ./.",
        [(0, 1, "ORG"), (2, 3, "GPE"), (4, 5, "GPE")],
    )
    found = entities(parse, sentences(parse))
    assert [m.label for m in found] == ["GPE"] * 3
    assert [m.label_source for m in found] == ["document_vote", "model", "model"]


def test_a_title_makes_a_person_of_a_place(handmade: Callable[..., Parse]) -> None:
    parse = handmade("Gen./NNP Quetto/NNP left/VBD ./.", [(1, 2, "GPE")])
    (mention,) = entities(parse, sentences(parse))
    assert (mention.label, mention.label_source, mention.title) == ("PERSON", "rule", "Gen.")


def test_a_group_noun_makes_a_group_of_a_place(handmade: Callable[..., Parse]) -> None:
    parse = handmade("The/DT Haqqani/NNP network/NN fled/VBD ./.", [(1, 2, "GPE")])
    assert entities(parse, sentences(parse))[0].label == "ORG"


def test_a_name_is_cut_at_its_sentence(handmade: Callable[..., Parse]) -> None:
    parse = handmade("They/PRP met/VBD Roe/NNP Bank/NNP ./. Then/NNP Lee/NNP", [(2, 7, "ORG")])
    found = entities(parse, sentences(parse))
    assert [parse.text[m.start : m.end] for m in found] == ["Roe Bank"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "name", "title", "description"),
    [
        ("Gen. Ann Roe left.", "Ann Roe", "Gen.", None),
        (
            "Ann Roe, a former ambassador to Peru, left.",
            "Ann Roe",
            None,
            "a former ambassador to Peru",
        ),
        ("She met Ann Roe, head of the bank.", "Ann Roe", None, "head of the bank"),
        ("The analyst Ann Roe left.", "Ann Roe", None, "analyst"),
        ("In came Ann Roe, Eve Lee and Sue Poe.", "Ann Roe", None, None),
        ("Ann Roe, 43, left.", "Ann Roe", None, None),
        ("Defense Secretary Ann Roe left.", "Ann Roe", "Defense Secretary", None),
        ("Army Chief of Staff Ann Roe left.", "Ann Roe", "Army Chief of Staff", None),
    ],
)
def test_title_and_description(
    text: str, name: str, title: str | None, description: str | None, parsed: Parsed
) -> None:
    parse = parsed(text)
    mention = next(m for m in entities(parse, sentences(parse)) if text[m.start : m.end] == name)
    assert (mention.title, mention.description) == (title, description)


@pytest.mark.model
def test_headings_in_capitals_name_what_the_body_names(parsed: Parsed) -> None:
    text = (
        "Roe Seeks Better Relations With Peru Before Talks Begin\n\n"
        "Ann Roe went to Peru. She seeks better relations, said Roe, before talks begin."
    )
    parse = parsed(text)
    heading = [
        (text[m.start : m.end], m.label)
        for m in entities(parse, sentences(parse))
        if m.start < text.index("\n")
    ]
    assert heading == [("Roe", "PERSON"), ("Peru", "GPE")]


@pytest.mark.model
def test_an_infinitive_of_a_heading_is_a_name_only_if_the_body_has_it(parsed: Parsed) -> None:
    heading = "After Osama Bin Laden, America's Relationship With Pakistan Begins to Unravel"
    named = (
        heading + "\n\nAmerica and Pakistan lost patience. The town of Unravel is far from Kabul."
    )
    for text, kept in ((heading, False), (named, True)):
        parse = parsed(text)
        found = [text[m.start : m.end] for m in entities(parse, sentences(parse))]
        assert "Osama Bin Laden" in found and ("Unravel" in found) is kept


PIECES = ["Gen.", "Ann", "Roe", "Roe's", "Peru", "the", "U.S.", "Senate", "Jordan", "said", ","]
PIECES += [".", "“", "”", "—", "King", "Jr.", "\n\n", "Trump’s", "Defense", "Secretary", "of"]
PIECES += ["bin", "al-Qaeda", "network", "1995", "years", "who", "a", "former", "analyst"]


@pytest.mark.model
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_mentions_are_well_formed(text: str, parsed: Parsed) -> None:
    parse = parsed(text)
    parts = sentences(parse)
    position = 0
    for index, m in enumerate(entities(parse, parts)):
        assert m.entity_index == index
        assert position <= m.start < m.end
        sentence = parts[m.sentence_index]
        assert sentence.start <= m.start < m.end <= sentence.end
        surface = text[m.start : m.end]
        assert surface == surface.strip() and any(c.isalnum() for c in surface)
        assert m.label in LABELS and m.label_source in LABEL_SOURCES
        if m.label not in VALUES:
            assert surface.split()[0].lower() not in ("the", "a", "an")
        position = m.end
