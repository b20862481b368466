"""A small spaCy pipeline (tok2vec, tagger, parser, ner) run by this package's arithmetic.

The pipeline's own components are asked for their weights, transition systems and strings; their
`predict` is not called. A pipeline built of anything else is not run here.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from flows.annotate.engine.arithmetic import Floats
from flows.annotate.engine.assemble import SPACE_TAG, Tokens, doc_numbers, doc_tokens
from flows.annotate.engine.encoder import Encoder, UnknownArchitecture, weights
from flows.annotate.engine.transitions import EntityRecogniser, Layout, Parser

COMPONENTS = {"tok2vec": "tok2vec", "tagger": "tagger", "parser": "parser", "ner": "ner"}
# Compared when a model is loaded; any text with a few sentences and names does.
PROBE = """\
"We will not sign it," Anna Kovacs, the mayor of Riverton, told reporters on Tuesday.  Her deputy
disagreed: he said that 14 of the 20 councillors (most of them new) had asked for $3.5 million."""


class Network:
    """The weights of a pipeline, ready to annotate.

    Attributes:
        columns: lexical attributes that it looks at.
    """

    def __init__(self, nlp: Language) -> None:
        """Take the weights of a pipeline.

        Raises:
            UnknownArchitecture: when it is built otherwise, or does not annotate alike.
        """
        factories = {name: nlp.get_pipe_meta(name).factory for name in nlp.pipe_names}
        if factories != COMPONENTS:
            raise UnknownArchitecture(f"components {', '.join(nlp.pipe_names)}")
        components: dict[str, Any] = dict(nlp.pipeline)
        tagger, parser, ner = components["tagger"], components["parser"], components["ner"]
        if (
            parser.cfg["beam_width"] != 1
            or ner.cfg["beam_width"] != 1
            or parser.cfg["learn_tokens"]
        ):
            raise UnknownArchitecture("a beam, or tokens that the parser merges")
        self._shared = Encoder(components["tok2vec"].model)
        self._own = Encoder(ner.model.get_ref("tok2vec").layers[0])
        self.columns: list[int | str] = [*self._shared.columns, "IS_SPACE"]
        if not set(self._own.columns) <= set(self.columns):
            raise UnknownArchitecture("an encoder of the entity recogniser with columns of its own")
        self._own_columns = [self.columns.index(name) for name in self._own.columns]
        (softmax,) = [node for node in tagger.model.walk() if node.name == "softmax"]
        self._tag_weights = np.ascontiguousarray(weights(softmax, "W").T)
        self._tag_bias = weights(softmax, "b")
        self._tags: Sequence[str] = tagger.labels
        self._parser = Parser(parser.model)
        actions = [ner.moves.get_class_name(i) for i in range(ner.moves.n_moves)]
        self._entities = EntityRecogniser(ner.model, actions)
        if not self._agrees(nlp):
            raise UnknownArchitecture("a pipeline that annotates otherwise")

    def annotate(self, nlp: Language, groups: Sequence[Sequence[Doc]]) -> list[Tokens]:
        """Annotate tokenised Docs.

        Args:
            nlp: the pipeline that the Docs belong to.
            groups: what is encoded together; must depend on the document alone. Groups do not
                touch each other.

        Returns:
            the tokens of each Doc, in order.
        """
        docs = [doc for group in groups for doc in group]
        shared: list[Floats] = []
        own: list[Floats] = []
        tags: list[str] = []
        is_space: list[NDArray[np.bool_]] = []
        for group in groups:
            attributes = np.concatenate([doc.to_array(self.columns) for doc in group])
            lengths = [len(doc) for doc in group]
            is_space.append(attributes[:, -1] == 1)
            shared.append(self._shared(attributes[:, :-1], lengths))
            own.append(self._own(attributes[:, self._own_columns], lengths))
            tags.extend(self._tag(shared[-1], is_space[-1]))
        self._parser.annotate(nlp.get_pipe("parser"), docs, shared)
        ends = list(accumulate(len(doc) for doc in docs))
        spaces = np.concatenate(is_space)
        numbers = list(map(doc_numbers, docs, np.split(spaces, ends[:-1])))
        found = self._entities.find(own, _layout(numbers, ends, spaces))
        return list(_per_doc(numbers, ends, tags, found))

    def _tag(self, vectors: Floats, spaces: NDArray[np.bool_]) -> list[str]:
        scores = vectors @ self._tag_weights
        scores += self._tag_bias
        best = scores.argmax(axis=1).tolist()
        return [
            SPACE_TAG if space else self._tags[tag]
            for tag, space in zip(best, spaces.tolist(), strict=True)
        ]

    def _agrees(self, nlp: Language) -> bool:
        """Whether the pipeline itself annotates a probe alike, and so was understood."""
        (ours,) = self.annotate(nlp, [[nlp.make_doc(PROBE)]])
        theirs = doc_tokens(nlp(PROBE))
        return (
            np.array_equal(ours.numbers, theirs.numbers)
            and ours.tag == theirs.tag
            and ours.entities == theirs.entities
        )


def _layout(
    numbers: Sequence[NDArray[np.int64]],
    ends: Sequence[int],
    is_space: NDArray[np.bool_],
) -> Layout:
    starts_sentence = np.concatenate([block[:, 3] == 1 for block in numbers])
    is_last = np.roll(starts_sentence, -1)
    # A window without tokens ends where the one before it does.
    is_last[[end - 1 for end in ends if end]] = True
    return Layout(np.array(ends), is_space, is_last)


def _per_doc(
    numbers: Sequence[NDArray[np.int64]],
    ends: Sequence[int],
    tags: Sequence[str],
    entities: Sequence[tuple[int, int, str]],
) -> Iterator[Tokens]:
    """Part what counts through all Docs by Doc."""
    done = 0
    for block, end in zip(numbers, ends, strict=True):
        base = end - len(block)
        until = bisect_left(entities, (end,))
        own = [(start - base, stop - base, label) for start, stop, label in entities[done:until]]
        yield Tokens(block, list(tags[base:end]), own)
        done = until
