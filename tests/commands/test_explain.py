"""`onrecord explain PATH`: an article of every kind of origin, from its file to what is said of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app

pytestmark = [pytest.mark.model, pytest.mark.slow]

ARTICLE = """---
title: The Bridge
date: May 2011
desk: metro
---
By Jane Doe

ROVERTON, Ohio — The council met for three hours on Tuesday and put off its vote.

Read the full story at The Weekly Bugle.

“Nobody knows what it will cost,” said Ann Smith, the mayor (See pictures of the bridge.) of the town.

She said "so.

Sign up for our morning newsletter.
"""


@pytest.fixture(scope="module")
def folder(
    build_release: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    top = tmp_path_factory.mktemp("explain")
    articles = top / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text(ARTICLE)
    (articles / "empty.txt").write_text("")
    (articles / ".DS_Store").write_text("x")
    return Path(build_release([articles], top / "out")["path"])


def explained(folder: Path, what: str, *options: str) -> str:
    result = CliRunner().invoke(app, ["explain", what, "--release", str(folder), *options])
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_the_article_is_shown_with_what_went_in_its_place(folder: Path) -> None:
    _, _, article = explained(folder, "articles/bridge.txt").partition("\n\n")
    front, head, lead, *rest = article.strip().split("\n\n")
    assert front.startswith("[----\ntitle: The Bridge") and front.endswith("-]{front_matter}")
    assert head == "[-By Jane Doe-]{byline}"
    assert (
        lead
        == "[-ROVERTON, Ohio —-]{dateline} The council met for three hours on Tuesday and put off its vote."
    )
    assert rest == [
        "[-Read the full story at The Weekly Bugle.-]{link_line}",
        "“Nobody knows what it will cost,” said Ann Smith, the mayor "
        "[-(See pictures of the bridge.)-]{link_parenthesis}of the town.",
        'She said "so.',
        "[-Sign up for our morning newsletter.-]{newsletter_line}",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "  title      The Bridge (given with the article)",
        "  byline     By Jane Doe (printed)",
        "  authors    Jane Doe (given or read off the byline)",
        "  dateline   ROVERTON, Ohio (printed)",
        "  date       2011-05-01, to the month (given as 'May 2011')",
        '  also given {"desk": "metro"}',
        "  encoding   utf-8 (strict UTF-8)",
        "  flag       unbalanced_quotes: some paragraph has an odd count of quotation marks",
        "  removed    link_parenthesis: 1",
    ],
)
def test_metadata_are_told_with_their_origin(folder: Path, line: str) -> None:
    assert line in explained(folder, "bridge").splitlines()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("empty.txt", ["rejected", "empty:", "detail"]),
        (".DS_Store", ["skipped", "hidden:", "detail"]),
    ],
)
def test_what_is_no_article_has_its_reason(folder: Path, what: str, said: list[str]) -> None:
    shown = explained(folder, what)
    assert all(words in shown for words in said)


def test_json_has_the_document_and_its_removals(folder: Path) -> None:
    said = json.loads(explained(folder, "bridge", "--json"))
    assert said["document"]["dateline"] == "ROVERTON, Ohio"
    assert {"front_matter", "byline", "link_line"} <= {r["rule"] for r in said["removals"]}
    assert "document" not in json.loads(explained(folder, "empty.txt", "--json"))
