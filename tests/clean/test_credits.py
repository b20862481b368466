"""Bylines and datelines go to their columns."""

from collections.abc import Callable

import pytest

from flows.records import Article

Clean = Callable[..., Article]
NEWS = "The council met for three hours on Tuesday and put off its vote on the new bridge."


@pytest.mark.parametrize(
    ("printed", "place"),
    [
        ("KABUL, Afghanistan —", "KABUL, Afghanistan"),
        ("WASHINGTON (AP) —", "WASHINGTON"),
        ("GENEVA (Reuters) -", "GENEVA"),
        ("NASHUA, N.H. -", "NASHUA, N.H."),
        ("NEW YORK —", "NEW YORK"),
        ("ST. LOUIS, Mo., Nov. 19 (UPI) --", "ST. LOUIS, Mo."),
        ("Islamabad, Pakistan (CNN) --", "Islamabad, Pakistan"),
        ("RAWALPINDI, July 3 —", "RAWALPINDI"),
    ],
)
def test_dateline(cleaned: Clean, printed: str, place: str) -> None:
    article = cleaned(f"{printed} {NEWS}")
    assert article.dateline == place
    assert article.text == NEWS
    assert [(r.rule, r.text) for r in article.removals] == [("dateline", printed)]


def test_wire_slug_without_a_place(cleaned: Clean) -> None:
    article = cleaned(f"(Reuters) - {NEWS}")
    assert (article.dateline, article.text) == (None, NEWS)
    assert [r.rule for r in article.removals] == ["wire_slug"]


@pytest.mark.parametrize(
    "text",
    [
        "EXCLUSIVE — The council met in secret.",
        "UPDATE - The council met again.",
        "The council - and nobody else - voted.",
        "NATO and the E.U. met — twice.",
        "A KEY plank — the third — fell.",
        "Obama (left) - who was late - waved.",
        "JANE DOE: It is late.",
        "BRIDGE VOTE IS NOT NECESSARILY OVER - The council will meet again.",
        "U.S. - led troops crossed the river at noon.",
    ],
)
def test_no_dateline(cleaned: Clean, text: str) -> None:
    article = cleaned(f"{text}\n\n{NEWS}")
    assert article.dateline is None
    assert article.removals == ()


def test_dateline_deep_in_the_text_stays(cleaned: Clean) -> None:
    article = cleaned("\n\n".join([NEWS] * 5 + [f"KABUL — {NEWS}"]))
    assert article.dateline is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("By JANE DOE and JOHN ROE", ("JANE DOE", "JOHN ROE")),
        (
            "By Jane Doe, John Roe and Mary van der Berg",
            ("Jane Doe", "John Roe", "Mary van der Berg"),
        ),
        ("By Jane Doe, Associated Press Writer", ("Jane Doe",)),
        ("By Jane Doe in Kabul", ("Jane Doe",)),
        ("By: Jane O'Neill-Smith", ("Jane O'Neill-Smith",)),
        ("By Jane Doe | July 3, 2012", ("Jane Doe",)),
    ],
)
def test_byline(cleaned: Clean, line: str, authors: tuple[str, ...]) -> None:
    article = cleaned(f"Council Puts Off Vote on Bridge\n\n{line}\n\n{NEWS}")
    assert (article.byline, article.authors) == (line, authors)
    assert article.title == "Council Puts Off Vote on Bridge"
    assert line not in article.text
    assert [r.rule for r in article.removals] == ["byline"]


@pytest.mark.parametrize(
    "line",
    [
        "By Monday Night the river had fallen.",
        "By the Numbers",
        "By comparison, the ferry is cheap.",
        "By Jane Doe's count, nine members were there.",
    ],
)
def test_no_byline(cleaned: Clean, line: str) -> None:
    article = cleaned(f"{NEWS}\n\n{line}\n\n{NEWS}")
    assert article.byline is None
    assert line in article.text


def test_metadata_wins_over_print(cleaned: Clean) -> None:
    article = cleaned(
        f"By Jane Doe\n\nKABUL — {NEWS}", byline="Staff", authors=("A. Writer",), dateline="LONDON"
    )
    assert (article.byline, article.authors, article.dateline) == (
        "Staff",
        ("A. Writer",),
        "LONDON",
    )
    assert article.text == NEWS
