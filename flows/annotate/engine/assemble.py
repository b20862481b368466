"""The annotated windows of an article, put together into its Parse."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy import symbols
from spacy.attrs import DEP, HEAD, IDX, IS_SPACE, LENGTH, SENT_START
from spacy.strings import StringStore
from spacy.tokens import Doc

from flows.annotate.engine.windows import Window
from flows.parse import Parse
from flows.records import Paragraph

# spaCy's English models give these to white space in a component not needed for anything else.
SPACE_TAG = "_SP"
SPACE_DEP = symbols.dep
_COLUMNS = [IDX, LENGTH, HEAD, SENT_START, DEP]
# The dependents of most tokens, one list for all of them; nobody writes to a Parse.
_LEAF: list[int] = []
# Forms kept: some 15 MB.
MAX_FORMS = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """What a pipeline says of one window.

    Attributes:
        numbers: (tokens, 5): offset in the window, length, head (relative to the token), 1 where a
            sentence starts, and the hash of the dependency label.
        tag: tag of each token.
        entities: (first token, one past the last, label), in order.
    """

    numbers: NDArray[np.int64]
    tag: list[str]
    entities: list[tuple[int, int, str]]


def doc_numbers(doc: Doc, is_space: NDArray[np.bool_]) -> NDArray[np.int64]:
    """`Tokens.numbers` of a parsed Doc, given which of its tokens are white space."""
    # Heads may be negative, so the unsigned array is read as signed.
    numbers = doc.to_array(_COLUMNS).view(np.int64).reshape(len(doc), len(_COLUMNS))
    numbers[is_space, 4] = SPACE_DEP
    return numbers


def doc_tokens(doc: Doc) -> Tokens:
    """Tokens of a Doc that its pipeline has annotated."""
    is_space = doc.to_array([IS_SPACE]).astype(bool).reshape(len(doc))
    return Tokens(
        doc_numbers(doc, is_space),
        [SPACE_TAG if token.is_space else token.tag_ for token in doc],
        [(entity.start, entity.end, entity.label_) for entity in doc.ents],
    )


class Names(dict[int, str]):
    """Strings by their hash, looked up once."""

    def __init__(self, strings: StringStore) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, number: int) -> str:
        # String ids are unsigned 64-bit hashes, read as signed here.
        name = self[number] = self._strings[number & (2**64 - 1)]
        return name


class Forms(dict[str, tuple[str, str]]):
    """Surface and lower-case form by surface: one string object for all tokens of a form.

    Rules look them up in sets time and again, and a string that is met again has its hash already.
    """

    def __missing__(self, surface: str) -> tuple[str, str]:
        if len(self) >= MAX_FORMS:
            self.clear()
        lower = surface.lower()
        pair = self[surface] = (surface, surface if lower == surface else lower)
        return pair


def assemble(
    text: str,
    paragraphs: Sequence[Paragraph],
    windows: Sequence[Window],
    tokens: Sequence[Tokens],
    names: Names,
    forms: Forms,
) -> Parse:
    """Join the windows of an article.

    Args:
        text: the article's text.
        paragraphs: its paragraphs.
        windows: what was parsed apart, in order.
        tokens: what the pipeline says of each window.
        names: dependency labels by their hash.
        forms: the forms met so far.

    Returns:
        The parse, offsets counting in `text`.
    """
    sizes = np.array([len(t.tag) for t in tokens], dtype=np.int64)
    bases = np.concatenate([[0], np.cumsum(sizes)])
    numbers = np.concatenate([np.zeros((0, len(_COLUMNS)), np.int64), *(t.numbers for t in tokens)])
    starts = numbers[:, 0] + np.repeat(np.array([w.start for w in windows], np.int64), sizes)
    start, end = starts.tolist(), (starts + numbers[:, 1]).tolist()
    head = (numbers[:, 2] + np.arange(len(numbers))).tolist()
    children = [_LEAF] * len(head)
    for i, h in enumerate(head):
        if h != i:
            own = children[h]
            if own is _LEAF:
                children[h] = [i]
            else:
                own.append(i)
    owners = np.array([w.paragraph for w in windows], np.int64)
    # Number of the first token of each paragraph: the tokens of the windows before it.
    first = bases[np.searchsorted(owners, np.arange(len(paragraphs) + 1))]
    pairs = [forms[text[s:e]] for s, e in zip(start, end, strict=True)]
    return Parse(
        text=text,
        paragraphs=tuple(paragraphs),
        first=tuple(first.tolist()),
        start=start,
        end=end,
        word=[word for word, _ in pairs],
        lower=[lower for _, lower in pairs],
        tag=[tag for t in tokens for tag in t.tag],
        dep=[names[dep] for dep in numbers[:, 4].tolist()],
        head=head,
        sent_start=(numbers[:, 3] == 1).tolist(),
        paragraph=np.repeat(owners, sizes).tolist(),
        children=children,
        entities=tuple(
            (base + i, base + j, label)
            for base, t in zip(bases.tolist(), tokens, strict=False)
            for i, j, label in t.entities
        ),
    )
