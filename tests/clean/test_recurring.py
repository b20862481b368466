"""Paragraphs that recur across a publisher's articles."""

import sqlite3
from collections.abc import Callable

import pytest

from flows.clean.clean import clean
from flows.clean.recurring import find_recurring, paragraph_digests
from flows.config import CleanConfig
from flows.records import Article, RawArticle

CONFIG = CleanConfig(recurring_min_documents=3, recurring_min_share=0.1)
FOOTER = "The Bugle has told the valley its news since 1902."
NUMBERS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

Raw = Callable[..., RawArticle]


def story(number: int) -> str:
    word = NUMBERS[number]
    return (
        f"The council of district {word} met for {word} hours on Tuesday and put off its vote.\n\n"
        f"Nobody in district {word} expects the work to begin before the rivers fall again."
    )


def recurring_in(*articles: RawArticle, config: CleanConfig = CONFIG) -> frozenset[str]:
    database = sqlite3.connect(":memory:")
    database.execute("create table paragraphs (digest)")
    for article in articles:
        cleaned = clean(article, CONFIG)
        assert isinstance(cleaned, Article)
        digests = ((bytes.fromhex(digest),) for digest in paragraph_digests(cleaned))
        database.executemany("insert into paragraphs values (?)", digests)
    find_recurring(database, config)
    return frozenset(row[0].hex() for row in database.execute("select paragraph from recurring"))


def test_a_recurring_footer_is_removed(raw: Raw) -> None:
    articles = [raw(f"{story(i)}\n\n{FOOTER}", publisher="The Bugle") for i in range(5)]
    recurring = recurring_in(*articles)
    cleaned = clean(articles[0], CONFIG, recurring=recurring)
    assert isinstance(cleaned, Article)
    assert cleaned.text == story(0)
    assert [(r.rule, r.text) for r in cleaned.removals] == [("recurring", FOOTER)]


def test_numbers_do_not_tell_paragraphs_apart(raw: Raw) -> None:
    articles = [raw(f"{story(i)}\n\n{i} people read this page today.") for i in range(5)]
    recurring = recurring_in(*articles)
    cleaned = clean(articles[4], CONFIG, recurring=recurring)
    assert isinstance(cleaned, Article)
    assert cleaned.text == story(4)


def test_a_recurring_note_stays_and_is_marked(raw: Raw) -> None:
    note = "Editor’s note: The Weekly Bugle has endorsed nobody in this election."
    articles = [raw(f"{story(i)}\n\n{note}") for i in range(6)]
    cleaned = clean(articles[2], CONFIG, recurring=recurring_in(*articles))
    assert isinstance(cleaned, Article)
    assert cleaned.text.endswith(note)
    assert cleaned.marks[-1].role == "note"


@pytest.mark.parametrize(
    "paragraphs",
    [
        [FOOTER, FOOTER, "", "", ""],  # in too few
        ['"We will build it, and we will build it soon," the mayor said.'] * 5,  # a quotation
        ["9:05 p.m."] * 5,  # too short
    ],
)
def test_what_does_not_recur(raw: Raw, paragraphs: list[str]) -> None:
    articles = [raw(f"{story(i)}\n\n{p}\n\nIt rained.") for i, p in enumerate(paragraphs)]
    assert recurring_in(*articles) == frozenset()


def test_versions_of_one_article_count_once(raw: Raw) -> None:
    """Else every paragraph of a story that was updated often would be boilerplate."""
    versions = [raw(f"{story(0)}\n\nThis was update {NUMBERS[i]} of the day.") for i in range(8)]
    assert recurring_in(*versions) == frozenset()


def test_publishers_are_counted_apart(raw: Raw) -> None:
    articles = [raw(f"{story(i)}\n\n{FOOTER}", publisher=f"Paper {i % 3}") for i in range(6)]
    assert recurring_in(*articles) == frozenset()


def test_share_of_the_publishers_articles(raw: Raw) -> None:
    articles = [raw(story(i) + (f"\n\n{FOOTER}" if i < 3 else "")) for i in range(12)]
    assert recurring_in(*articles)
    half = CONFIG.model_copy(update={"recurring_min_share": 0.5})
    assert recurring_in(*articles, config=half) == frozenset()


def test_neither_order_nor_repetition_shows(raw: Raw) -> None:
    articles = [raw(f"{story(i)}\n\n{FOOTER}") for i in range(6)]
    again = [*articles[3:], *articles]
    assert recurring_in(*again) == recurring_in(*articles) != frozenset()


def test_no_articles() -> None:
    assert recurring_in() == frozenset()
