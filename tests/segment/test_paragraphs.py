import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.records import Mark
from flows.segment.paragraphs import paragraphs, role_by_form, turn_label
from schemas.vocabulary import SENTENCE_ROLES

ROLES = [
    ("The minister resigned on Tuesday.", "body"),
    ("“I will not go,” she said", "body"),
    ("He had one word for it:", "heading"),
    ("What happens next", "heading"),
    ("5 things to know", "heading"),
    ("and so it went on", "body"),
    ("How did it come to this?", "body"),
    ("• A new bridge over the river", "list"),
    ("- fewer buses", "list"),
    ("1. Open the lid.", "list"),
    ("(b) the second clause applies", "list"),
    ("2015 was a good year for the harbour.", "body"),
    ("Photo: A ferry leaves the port.", "caption"),
    ("(Photo by Jane Roe)", "caption"),
    ("A ferry leaves the port. (Photo: Jane Roe)", "caption"),
    ("Flood water in the old town. Image: Jane Roe.", "caption"),
    ("By Jane Roe", "byline"),
    ("By JANE ROE and John Doe", "byline"),
    ("By noon the river had risen by two metres.", "body"),
    ("KABUL, Afghanistan (AP) —", "dateline"),
    ("LONDON —", "dateline"),
    ("LONDON — The minister resigned on Tuesday.", "body"),
    ("WALLACE: Let us turn to the budget.", "turn"),
    ("SEN. ROE (R-Texas): I never said that.", "turn"),
    ("Q: When did you know?", "turn"),
    ("A: In May.", "turn"),
    ("Jane Roe: It was never a question.", "turn"),
    ("Read more: The harbour in pictures", "heading"),
    ("Note: figures are rounded.", "body"),
    ("Editor's note: an earlier version gave a wrong date.", "note"),
    ("Correction: the harbour opened in 1901.", "note"),
]


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_role_by_form(text: str, role: str) -> None:
    assert role_by_form(text) == role


def test_blank_lines_part_paragraphs() -> None:
    text = "One.\n\nTwo\nlines.\n\n\n  Three.  \n"
    found = paragraphs(text, ())
    assert [text[p.start : p.end] for p in found] == ["One.", "Two\nlines.", "Three."]


def test_a_mark_outweighs_the_form() -> None:
    text = "Harbour opens\n\nThe harbour opened.\n\nFerries"
    marks = (Mark(0, 13, "title"), Mark(15, 34, "note"))
    assert [p.role for p in paragraphs(text, marks)] == ["title", "note", "heading"]


@pytest.mark.parametrize("text", ["", "\n", " \n\n \n"])
def test_a_text_without_words_has_no_paragraphs(text: str) -> None:
    assert paragraphs(text, ()) == ()


@pytest.mark.parametrize(
    ("text", "label"),
    [("ROE: Yes.", "ROE:"), ("Q: Why?", "Q:"), ("Update: more rain", ""), ("He said: no.", "")],
)
def test_turn_label(text: str, label: str) -> None:
    assert text[: turn_label(text)] == label


@given(st.text(alphabet='aB.:\n -•1"“”(', max_size=80))
def test_paragraphs_cover_every_word(text: str) -> None:
    found = paragraphs(text, ())
    position = 0
    for p in found:
        assert text[position : p.start].strip() == ""
        assert text[p.start : p.end].strip() == text[p.start : p.end] != ""
        assert p.role in SENTENCE_ROLES
        position = p.end
    assert text[position:].strip() == ""
