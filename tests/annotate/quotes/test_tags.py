"""Names that the tagger took for other words, and what the article says of them."""

import pytest

from flows.annotate.quotes.tags import mend_names, names_of

NAMED = "The|DT|det|2 old|JJ|amod|2 Will|NNP|nsubj|3 left|VBD|ROOT|3 "


@pytest.mark.parametrize(
    ("rest", "tag"),
    [
        ("> Will|MD|aux|5 said|VBD|ROOT|5", "NNP"),  # a verb follows
        ("> Will|MD|aux|6 he|PRP|nsubj|6 go|VB|ROOT|6", "MD"),  # a question
        ("> will|MD|aux|5 said|VBD|ROOT|5", "MD"),  # no capital
        ("> May|MD|aux|5 said|VBD|ROOT|5", "MD"),  # no name of this article
    ],
)
def test_a_capital_at_the_start_of_a_sentence_needs_a_verb_behind_it(rest, tag, tools):
    mended = mend_names(tools.hand_parse(NAMED + rest))
    assert mended.tag[4] == tag


def test_inside_a_sentence_a_capital_is_enough(tools):
    parse = tools.hand_parse(NAMED + "> But|CC|cc|6 Will|RB|advmod|6 slept|VBD|ROOT|6")
    assert mend_names(parse).tag[5] == "NNP"


def test_nothing_to_mend_gives_the_same_parse(tools):
    parse = tools.hand_parse(NAMED)
    assert mend_names(parse) is parse
    assert names_of(parse) == {"Will"}
