"""Articles for the tests of cleaning, made by hand."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from flows.clean.clean import clean
from flows.config import CleanConfig
from flows.records import Article, Metadata, RawArticle, Refusal

# Enough English around a phrase under test for its language to be told.
OPENING = "The council met for three hours on Tuesday and put off its vote on the new bridge."
CLOSING = "Nobody expects the work to begin before the rivers fall again in the autumn."


def make_raw(content: bytes | str, *, as_text: bool = False, **given: Any) -> RawArticle:
    """An article of one input file; `given` goes to its metadata, or to the record itself."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    own = {k: given.pop(k) for k in ("raw_offset", "preamble", "text_runs") if k in given}
    return RawArticle(
        doc_id="a",
        source_path="folder/a.txt",
        source_format="text",
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        raw_n_bytes=len(raw),
        metadata=Metadata(**given),
        raw=None if as_text else raw,
        text=content if as_text and isinstance(content, str) else None,
        **own,
    )


@pytest.fixture
def raw() -> Callable[..., RawArticle]:
    return make_raw


@pytest.fixture
def cleaned() -> Callable[..., Article]:
    """Cleans an article that is expected to be accepted, in whatever language."""

    def run(content: bytes | str, **given: Any) -> Article:
        found = clean(make_raw(content, **given), CleanConfig(other_languages="keep"))
        assert isinstance(found, Article), found
        return found

    return run


@pytest.fixture
def refused() -> Callable[..., Refusal]:
    def run(content: bytes | str, config: CleanConfig | None = None, **given: Any) -> Refusal:
        found = clean(make_raw(content, **given), config or CleanConfig())
        assert isinstance(found, Refusal), found
        return found

    return run


@pytest.fixture
def rules_of(cleaned: Callable[..., Article]) -> Callable[[str], list[tuple[str, str]]]:
    """Rule and text of every removal from paragraphs set between two sentences of news."""

    def run(*paragraphs: str, end: bool = False) -> list[tuple[str, str]]:
        body = [OPENING, *paragraphs] if end else [OPENING, *paragraphs, CLOSING]
        article = cleaned("\n\n".join(body))
        return [(removal.rule, removal.text) for removal in article.removals]

    return run
