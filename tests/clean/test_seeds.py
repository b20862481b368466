"""The five seed articles, cleaned."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.clean.clean import clean
from flows.config import CleanConfig
from flows.records import Article, RawArticle

SEEDS = Path(__file__).parents[2] / "seeds" / "articles"


@pytest.mark.parametrize(
    ("stem", "title", "rules", "n_paragraphs"),
    [
        (
            "000_6bba85de8ad38e5d",
            "Pakistanis still reluctant to take on the Afghan Taliban",
            ["contact_line"],
            7,
        ),
        (
            "001_42cd00bbe486d2c2",
            "Why Pakistan Balks at the U.S. Afghanistan Offensive",
            [
                "link_parenthesis",
                "link_parenthesis",
                "app_line",
                "link_line",
                "link_parenthesis",
                "link_parenthesis",
            ],
            14,
        ),
        (
            "002_3413f20282c2b0b3",
            "U.S., Pakistan's Uneasy Interdependence (Dispatch)",
            ["transcript_label", "transcript_label"],
            8,
        ),
        ("003_4cc89330f60b4b63", None, [], 10),
        (
            "004_8d740d0d5ff74187",
            "After Osama Bin Laden, America's Relationship With Pakistan Begins to Unravel",
            [],
            9,
        ),
    ],
)
def test_seed(
    raw: Callable[..., RawArticle],
    stem: str,
    title: str | None,
    rules: list[str],
    n_paragraphs: int,
) -> None:
    content = (SEEDS / f"{stem}.txt").read_bytes()
    article = clean(raw(content), CleanConfig())
    assert isinstance(article, Article)
    assert article.title == title
    assert article.title_method == ("heading" if title else "none")
    assert [removal.rule for removal in article.removals] == rules
    assert article.text.count("\n\n") + 1 == n_paragraphs
    assert "\n" not in article.text.replace("\n\n", "")
    assert (article.lang, article.dateline, article.byline) == ("en", None, None)
    for removal in article.removals:
        assert content[removal.raw_start : removal.raw_end].decode() == removal.text
    if title:
        mark = article.marks[0]
        assert (article.text[mark.start : mark.end], mark.role) == (title, "title")
