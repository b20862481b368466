"""The mark scanner: which stretches stand between marks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.annotate.quotes.marks import find_stretches
from flows.records import Paragraph


def stretches(text):
    paragraphs, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append(Paragraph(at, at + len(line)))
        at += len(line) + 1
    return find_stretches(text, tuple(paragraphs))


def surfaces(text, depth=0):
    return [text[s.start : s.end] for s in stretches(text) if s.depth == depth]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # double marks
        ('He said, "Go home."', ["Go home."]),
        ("He said, “Go home.”", ["Go home."]),
        ("He said, ``Go home.''", ["Go home."]),
        ("He said, ''Go home.''", ["Go home."]),
        ("Il dit «Rentrez».", ["Rentrez"]),
        ("Il dit « Rentrez ».", ["Rentrez"]),
        ('"Go," he said, "now."', ["Go,", "now."]),
        ("“Go,” he said, “now.”", ["Go,", "now."]),
        ("''Go,'' he said, ''now.''", ["Go,", "now."]),
        ('("Go home")', ["Go home"]),
        ('the "free" zone', ["free"]),
        ('—"Go," he said', ["Go,"]),
        ('"Go"—he said—"now"', ["Go", "now"]),
        ('He said:"Go."', ["Go."]),
        ('"$5," he said', ["$5,"]),
        ('"[We] go," he said', ["[We] go,"]),
        ('"Go. Now. Fast."', ["Go. Now. Fast."]),
        ('"What?" she asked.', ["What?"]),
        ('"No!" she cried. "Stop!"', ["No!", "Stop!"]),
        ("No marks at all.", []),
        ("", []),
        # single marks
        ("'Go home,' he said.", ["Go home,"]),
        ("‘Go home,’ he said.", ["Go home,"]),
        ("Lind: ‘We Will Not Pay’", ["We Will Not Pay"]),
        ("'I won't go,' he said.", ["I won't go,"]),
        ("‘I won’t go,’ he said.", ["I won’t go,"]),
        ("'The officers' mess is full,' he said.", ["The officers' mess is full,"]),
        ("the officers' plan", []),
        ("the '90s were over", []),
        ("rock 'n' roll", []),
        ("'tis the season", []),
        ("get 'em out", []),
        ("It's Jim's dog", []),
        ("It’s Jim’s dog", []),
        ("James' dog and Ross' cat", []),
        ("'Go,' he said. 'Now.'", ["Go,", "Now."]),
        # feet and inches
        ("He is 6'2\" tall.", []),
        ("He is 5'10\" and she is 5'4\".", []),
        ('a 12" gun', []),
        ('"He was 6\'2" tall," she said.', ["He was 6'2\" tall,"]),
        ('"Chapter 9" is long.', ["Chapter 9"]),
        # attributes of tags are none
        ('<a href="http://example.org/x">link</a>', []),
        # unclosed and odd
        ("“Go home, he said.", ["Go home, he said."]),
        ('"Go home, he said.', ["Go home, he said."]),
        ("“One.\n“Two.”", ["One.", "Two."]),
        ("“One.\nTwo.”", ["One.", "Two."]),
        ("“One.\nTwo.\nThree,” he said.", ["One.", "Two.", "Three,"]),
        ('"One.\nTwo," he said.', ["One.", "Two,"]),
        ("“One.\nTwo.\nThree.", ["One."]),
        ("“One.\nHe said “two” there.", ["One.", "two"]),
        ("“One.\nIt was 6 feet” long", ["One.", "It was 6 feet"]),
        # German marks
        ("„Los“, sagte er", ["Los"]),
        ("„One“ and „two“", ["One", "two"]),
        ("„Go,” he said", ["Go,"]),
        ('"One" and "two', ["One", "two"]),
        ("“One “two” three", ["One", "two"]),
        ("no opening” here", []),
        ("”Go home,” he said.", ["Go home,"]),
        ('a " b', []),
        ('""', []),
        ("“”", []),
    ],
)
def test_stretches(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "outer", "inner"),
    [
        ("“He said ‘go home’ to us,” she said.", ["He said ‘go home’ to us,"], ["go home"]),
        ("\"He said 'go home' to us,\" she said.", ["He said 'go home' to us,"], ["go home"]),
        ("‘He said “go home” to us,’ she said.", ["He said “go home” to us,"], ["go home"]),
    ],
)
def test_nested_stretches(text, outer, inner):
    assert surfaces(text) == outer
    assert surfaces(text, depth=1) == inner


@pytest.mark.parametrize(
    ("text", "closed", "odd"),
    [
        ("“Go.”", [True], [False]),
        ("“Go.", [False], [False]),
        ('"Go.', [False], [True]),
        ('"Go." "Now', [True, False], [True, True]),
        ("“One.\n“Two.”", [False, True], [False, False]),
    ],
)
def test_unclosed_and_odd_are_told(text, closed, odd):
    found = stretches(text)
    assert [s.closed for s in found] == closed
    assert [s.odd for s in found] == odd


@pytest.mark.parametrize(
    ("text", "late"),
    [
        ("“One.\n“Two.”", [True, False]),
        ("“One.\n“Two.\n“Three.”", [True, True, False]),
        ("“One.\nTwo.\nThree.”", [True, True, False]),
        ("“One.\n“Two.", [False, False]),
        ("“One.\nA line.\n“Two.”", [False, False]),
        ("“One.\nHe went.\nShe left.", [False]),
    ],
)
def test_what_is_closed_in_a_later_paragraph(text, late):
    assert [s.late for s in stretches(text)] == late


def test_an_odd_mark_costs_its_own_paragraph_only():
    assert surfaces('He said "go.\n"Now," she said.') == ["go.", "Now,"]


@given(st.text(alphabet="ab .,'\"“”‘’«»`?!\n0", max_size=80))
def test_stretches_are_ordered_inside_paragraphs_and_never_cross(text):
    found = stretches(text)
    outer = [s for s in found if not s.depth]
    assert all(a.end <= b.start for a, b in itertools.pairwise(outer))
    assert all(s.start < s.end for s in found)
    assert all("\n" not in text[s.start : s.end] for s in found)
    assert all(any(o.start <= s.start and s.end <= o.end for o in outer) for s in found if s.depth)
