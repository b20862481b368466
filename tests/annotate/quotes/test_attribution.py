"""Attribution on the marked cases of gate/cases.txt, by class of construction."""

from dataclasses import replace

import pytest

from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes


@pytest.mark.model
def test_case(case, tools):
    parse = tools.model_parse(case.text)
    assert tools.differences(case, parse, tools.quotes_of(parse)) == []


@pytest.mark.model
@pytest.mark.parametrize(
    ("role", "flagged"), [("title", True), ("heading", True), ("body", False), ("caption", False)]
)
def test_headline_is_flagged_by_the_role_of_its_sentence(role, flagged, tools):
    parse = tools.model_parse("The mayor said the bridge was safe.")
    sentences = [replace(s, role=role) for s in tools.sentences_of(parse)]
    (quote,) = find_quotes(parse, sentences, (), load_cues())
    assert ("headline" in quote.flags) == flagged


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("He said the talks were over, according to the agency.", "the agency"),
        ("He said the talks were over, citing the agency.", None),
        ("He said the talks were over.", None),
    ],
)
def test_nested_is_what_came_through_another(text, via, tools):
    parse = tools.model_parse(text)
    quote = tools.quotes_of(parse)[0]
    found = None if quote.via_start is None else text[quote.via_start : quote.via_end]
    assert found == via
    assert ("nested" in quote.flags) == (via is not None)


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("She said the plan was “a rush to judgment,” and left.", "a rush to judgment,"),
        ("He called the report “a rush to judgment,” she said.", "a rush to judgment,"),
        ("She called it “a quiet revolution,” but not a lasting one.", "a quiet revolution,"),
        ("“The plan is dead,” the mayor said.", "The plan is dead,"),
    ],
)
def test_marked_words_keep_the_punctuation_inside_their_marks(text, marked, tools):
    quotes = tools.quotes_of(tools.model_parse(text))
    parts = [text[part.start : part.end] for q in quotes for part in q.parts if part.quoted]
    assert marked in parts
