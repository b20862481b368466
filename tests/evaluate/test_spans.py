"""The conventions in which a prediction differs from the quotes table."""

import pytest

from flows.evaluate.spans import outer_content, source_spans


@pytest.mark.parametrize(
    ("text", "mention", "cue", "expected"),
    [
        ("The mayor said it was over.", "The mayor", "said", ["The mayor"]),
        ("Critics who say it is over left.", "Critics", "say", ["Critics who"]),
        ("Ann Lee, who also said so, left.", "Ann Lee", "said", ["Ann Lee, who"]),
        ("Ann Lee, 19, of Dover, who also said so.", "Ann Lee", "said", ["Ann Lee", "who"]),
        ("The bank, in a note that had shown losses,", "The bank", "shown", ["The bank", "that"]),
        ("Ann Lee left.\nBob, who said so.", "Ann Lee", "said", ["Ann Lee"]),
        ("It was over, said the mayor.", "the mayor", "said", ["the mayor"]),
    ],
)
def test_the_source_has_its_relative_pronoun(text, mention, cue, expected):
    start = text.index(mention)
    found = source_spans(text, start, start + len(mention), text.index(cue))
    assert [text[a:b] for a, b in found] == expected


@pytest.mark.parametrize(
    ("parts", "inner", "via", "expected"),
    [
        ([(8, 20)], [(0, 2), (3, 7)], (30, 40), [(0, 20)]),
        ([(0, 9), (20, 30)], [(10, 12), (13, 17)], (35, 40), [(0, 30)]),
        ([(8, 20)], [(0, 2), (None, None)], (30, 40), [(0, 20)]),
        ([(0, 9), (20, 30)], [(31, 33), (34, 36)], (10, 19), [(0, 9), (20, 30)]),
    ],
)
def test_an_outer_source_says_who_said_it(parts, inner, via, expected):
    assert outer_content(parts, inner, via) == expected
