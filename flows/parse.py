"""The parse of one article: the tokens of all its paragraphs as parallel lists.

Paragraphs are parsed apart (a parser that sees several at once errs at their borders), while
names and quotes run across them; this record joins the paragraphs' spaCy Docs again. Plain lists
keep the rules that walk over tokens free of spaCy's per-token objects, which cost more than the
rules themselves.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from spacy.attrs import DEP, HEAD, IDX, LENGTH, SENT_START, TAG
from spacy.tokens import Doc

from flows.records import Paragraph


@dataclass(frozen=True, slots=True)
class Parse:
    """Tokens of an article in order; token i is `text[start[i]:end[i]]`.

    Heads are absolute token numbers and a root is its own head. Tags are the Penn Treebank's,
    dependency labels those of the pipeline (ClearNLP's for spaCy's English models). White space
    tokens are kept, with tag `_SP`.

    Attributes:
        text: the article's text.
        paragraphs: its paragraphs, in order.
        first: for each paragraph the number of its first token, and at the end the token count.
        start, end: offsets of each token in `text`.
        word: surface of each token.
        lower: its lower-case form.
        tag, dep, head: as said above.
        sent_start: whether the pipeline starts a sentence here.
        paragraph: number of each token's paragraph.
        children: for each token the numbers of its dependents, in order.
        entities: (first token, one past the last, label), in order, from the pipeline.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    first: tuple[int, ...]
    start: list[int]
    end: list[int]
    word: list[str]
    lower: list[str]
    tag: list[str]
    dep: list[str]
    head: list[int]
    sent_start: list[bool]
    paragraph: list[int]
    children: list[list[int]]
    entities: tuple[tuple[int, int, str], ...]

    def __len__(self) -> int:
        return len(self.word)

    def tokens_between(self, start: int, end: int) -> range:
        """Numbers of the tokens that overlap the text span [start, end)."""
        return range(bisect_right(self.end, start), bisect_left(self.start, end))

    def token_at(self, offset: int) -> int:
        """Number of the token that holds, or else first follows, a text offset."""
        return bisect_right(self.end, offset)


def join_docs(text: str, paragraphs: Sequence[Paragraph], docs: Sequence[Doc]) -> Parse:
    """Join the Docs of an article's paragraphs into one Parse.

    Args:
        text: the article's text.
        paragraphs: its paragraphs; `docs[i].text == text[paragraphs[i].start:paragraphs[i].end]`,
            white space at the Doc's end apart (a Doc cut out of a longer one keeps it).
        docs: one Doc a paragraph, tagged and parsed.

    Returns:
        The parse, offsets counting in `text`.

    Raises:
        ValueError: when a Doc's text is not its paragraph's.
    """
    first = [0]
    numbers: list[np.ndarray] = []
    entities: list[tuple[int, int, str]] = []
    word: list[str] = []
    paragraph_of: list[int] = []
    for i, (paragraph, doc) in enumerate(zip(paragraphs, docs, strict=True)):
        if doc.text.rstrip() != text[paragraph.start : paragraph.end].rstrip():
            raise ValueError(f"the Doc of paragraph {i} is not its text")
        base = first[-1]
        # HEAD is relative and may be negative, so the unsigned array is read as signed.
        block = doc.to_array([IDX, LENGTH, HEAD, TAG, DEP, SENT_START]).view(np.int64)
        block = block.reshape(len(doc), 6).copy()
        block[:, 2] += np.arange(base, base + len(doc))
        block[:, 0] += paragraph.start
        numbers.append(block)
        word.extend(token.text for token in doc)
        paragraph_of.extend([i] * len(doc))
        entities.extend((base + e.start, base + e.end, e.label_) for e in doc.ents)
        first.append(base + len(doc))
    block = np.concatenate([np.zeros((0, 6), dtype=np.int64), *numbers])
    # String ids are unsigned 64-bit hashes, seen as signed here.
    unsigned = 2**64 - 1
    names = {int(k): docs[0].vocab.strings[int(k) & unsigned] for k in np.unique(block[:, 3:5])}
    head = block[:, 2].tolist()
    children: list[list[int]] = [[] for _ in head]
    for i, h in enumerate(head):
        if h != i:
            children[h].append(i)
    starts = block[:, 0]
    return Parse(
        text=text,
        paragraphs=tuple(paragraphs),
        first=tuple(first),
        start=starts.tolist(),
        end=(starts + block[:, 1]).tolist(),
        word=word,
        lower=[w.lower() for w in word],
        tag=[names[t] for t in block[:, 3].tolist()],
        dep=[names[d] for d in block[:, 4].tolist()],
        head=head,
        sent_start=(block[:, 5] == 1).tolist(),
        paragraph=paragraph_of,
        children=children,
        entities=tuple(entities),
    )


def places_of(forms: Sequence[str], wanted: Container[str]) -> list[int]:
    """Numbers of the tokens whose form is wanted.

    Args:
        forms: one string a token: its word, lower-case form or tag.
        wanted: the strings looked for, asked for every token: a set or a mapping.
    """
    return list(compress(range(len(forms)), map(wanted.__contains__, forms)))


def has_letter(word: str) -> bool:
    """Whether a word has a letter or a digit; one without is a mark or white space."""
    return word.isalnum() or any(map(str.isalnum, word))
