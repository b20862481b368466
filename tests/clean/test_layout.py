"""Lines, paragraphs and spaces."""

from collections.abc import Callable

import pytest

from flows.records import Article

Clean = Callable[..., Article]

WIRE = """\
   GENEVA (Reuters) - The council met for three hours on Tuesday
and put off its vote on the new bridge until the last week of
September, when the rivers will have fallen.
   It was the third delay this year, and it will not be the last
of them, members said.
"""
MAIL = """\
Dear all,

The council met for three hours on Tuesday and put off its vote
on the new bridge until the last week of September, when the
rivers will have fallen far enough for the engineers to look at
the piers. Nobody expects the work to begin before that.

It was the third delay this year.
"""
LINES = (
    "The council met for three hours on Tuesday and put off its vote on the new bridge, which was to "
    "have been built in the spring of the year after the flood.\n"
    "It was the third delay.\n"
    "Nobody expects the work to begin before the last week of September, when the rivers will have "
    "fallen far enough for the engineers to look at the piers."
)


def paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


def test_mail_is_joined(cleaned: Clean) -> None:
    article = cleaned(MAIL)
    assert [p.partition(" ")[0] for p in paragraphs(article)] == ["Dear", "The", "It"]
    assert "vote on the new bridge until" in article.text
    assert "hard_wrapped" in article.flags


def test_wire_copy_parts_paragraphs_by_indent(cleaned: Clean) -> None:
    article = cleaned(WIRE)
    assert [p.partition(" ")[0] for p in paragraphs(article)] == ["The", "It"]
    assert article.dateline == "GENEVA"


def test_lines_of_any_length_are_paragraphs(cleaned: Clean) -> None:
    article = cleaned(LINES)
    assert article.text == LINES.replace("\n", "\n\n")
    assert article.flags == ()


def test_a_wrapped_block_in_an_article_of_long_lines(cleaned: Clean) -> None:
    article = cleaned(f"{LINES}\n\n{MAIL}")
    assert len(paragraphs(article)) == 6
    assert "hard_wrapped" in article.flags


def test_a_stray_break_inside_a_sentence_is_joined(cleaned: Clean) -> None:
    broken = LINES.replace("Tuesday and put off its vote on", "Tuesday and put off its vote\non")
    assert cleaned(broken).text == cleaned(LINES).text


def test_a_sentence_through_lines_of_any_length_is_joined(cleaned: Clean) -> None:
    note = (
        "The council\nmet for three hours on Tuesday, as it does in every\nmonth of the year, and\n"
        "put off its vote on the new bridge."
    )
    assert cleaned(f"{LINES}\n\n{note}").text.endswith(note.replace("\n", " "))


@pytest.mark.parametrize(
    "lines",
    [
        "Milk\nBread\nEggs",
        "milk for the men who run the old ferry\nbread for the engineers at the piers\neggs for the council",
        "- milk for the ferrymen\n- bread for the engineers\n- eggs",
        "1. The bridge\n2. The ferry\n3. The ford",
        "JANE: It is late.\nJOHN: It is not.\nJANE: So be it.",
    ],
)
def test_lists_and_dialogue_stay_lines(cleaned: Clean, lines: str) -> None:
    assert cleaned(lines).text == lines.replace("\n", "\n\n")


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("the govern-\nment of the", "the government of the"),
        ("a well-\nknown plan of", "a well-known plan of"),
        ("the Sino-\nIndian border", "the Sino- Indian border"),
    ],
)
def test_words_broken_at_line_ends(cleaned: Clean, broken: str, whole: str) -> None:
    first, _, second = broken.partition("\n")
    article = cleaned(
        f"The council met for three hours on this one bright Tuesday {first}\n"
        f"{second} bridge that the engineers had asked it to look at again\n"
        "before the last week of the month, when the rivers will have fallen."
    )
    assert whole in article.text


def test_a_hyphen_taken_out_is_a_removal(cleaned: Clean) -> None:
    article = cleaned(
        "The council met for three hours on Tuesday and put off its govern-\n"
        "ment vote on the new bridge until the last week of September, when\n"
        "the rivers will have fallen."
    )
    assert "government vote" in article.text
    assert [(r.rule, r.text) for r in article.removals] == [("line_end_hyphen", "-")]


def test_a_word_keeps_the_hyphen_it_has_elsewhere(cleaned: Clean) -> None:
    article = cleaned(
        "The vice-mayor met the council for three hours on Tuesday, and the vice-\n"
        "mayor put off the vote on the new bridge until the last week of the month,\n"
        "when the rivers will have fallen."
    )
    assert article.text.count("vice-mayor") == 2


def test_spaces(cleaned: Clean) -> None:
    assert cleaned("  The\tcouncil \u00a0 met.  \n \n\n\n  It\u2003left. ").text == (
        "The council met.\n\nIt left."
    )
