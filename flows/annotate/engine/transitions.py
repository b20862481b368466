"""Greedy transition-based parsing and entity recognition, many paragraphs in step.

The networks are spaCy's (`spacy.TransitionBasedParser.v2`; Kiperwasser & Goldberg 2016 for the
state features): a state's score is a sum of precomputed projections of a few tokens, a maxout
layer, and a linear layer. spaCy's own loop releases the interpreter's lock and then takes it anew
for every validity check, which costs more than all its arithmetic. Here the states of many
paragraphs take one step together: spaCy's transition system still says which actions are valid and
carries them out, under one lock, and NumPy scores them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.ml.parser_model import ParserStepModel
from spacy.tokens import Doc
from thinc.api import Model

from flows.annotate.engine.arithmetic import Floats, RowProduct, by_pieces, maxout
from flows.annotate.engine.encoder import UnknownArchitecture, weights

Ints = NDArray[np.intp]
_PARSER_FEATURES = 8
_ENTITY_FEATURES = 3


class StateScores:
    """The network of a transition system: token vectors to tables, tables and states to scores."""

    def __init__(self, model: Model, features: int) -> None:
        """Take the weights of a `spacy.TransitionBasedParser.v2` model.

        Raises:
            UnknownArchitecture: when it has another number of features, no upper layer, or
                actions never seen in training.
        """
        lower, upper = model.get_ref("lower"), model.layers[2]
        if (
            lower.get_dim("nF") != features
            or lower.get_dim("nP") < 2
            or not model.attrs["has_upper"]
            or model.attrs["unseen_classes"]
        ):
            raise UnknownArchitecture("a transition model of another kind")
        (reduce,) = [node for node in model.layers[0].layers if node.name == "linear"]
        self._reduce = np.ascontiguousarray(weights(reduce, "W").T)
        self._reduce_bias = weights(reduce, "b")
        # (features, outputs, pieces, inputs): one product projects for all features.
        projections = [by_pieces(feature) for feature in weights(lower, "W")]
        self._project = np.concatenate(projections, axis=1)
        self._absent = np.stack([by_pieces(feature) for feature in weights(lower, "pad")[0]])
        self._pieces: int = lower.get_dim("nP")
        self._bias = by_pieces(weights(lower, "b"))
        self._upper = RowProduct(weights(upper, "W").T, weights(upper, "b"))
        self._feature = np.arange(features)

    def table(self, vectors: Sequence[Floats]) -> Floats:
        """Project token vectors for each feature.

        Args:
            vectors: (tokens, width) of tokens that were encoded together; each is multiplied by
                itself.

        Returns:
            (1 + tokens, features, hidden): first an absent token, which has number -1.
        """
        size = sum(map(len, vectors))
        table = np.empty((1 + size, self._absent.size), dtype=np.float32)
        table[0] = self._absent.ravel()
        done = 1
        for block in vectors:
            reduced = block @ self._reduce
            reduced += self._reduce_bias
            np.matmul(reduced, self._project, out=table[done : done + len(block)])
            done += len(block)
        return table.reshape(-1, self._absent.shape[1])

    def __call__(self, table: Floats, tokens: Ints) -> Floats:
        """Score states given by their tokens (states, features), -1 for none: (states, actions)."""
        rows = (tokens + 1) * len(self._feature) + self._feature
        # Feature by feature, so that whole stretches of memory are added.
        hidden = table.take(rows.T, axis=0).sum(axis=0)
        hidden += self._bias
        return self._upper(maxout(hidden, self._pieces))


class Parser:
    """spaCy's arc-eager dependency parser (Honnibal & Johnson 2015)."""

    def __init__(self, model: Model) -> None:
        self._scores = StateScores(model, _PARSER_FEATURES)

    def annotate(self, component: Any, docs: Sequence[Doc], vectors: Sequence[Floats]) -> None:
        """Write heads, labels and sentence starts into Docs.

        Args:
            component: the pipeline's parser, whose transition system is used.
            docs: what to parse.
            vectors: of their tokens, in the same order; arrays of tokens encoded together.
        """
        # Only the number of features is asked of the step model by its own method.
        step = SimpleNamespace(state2vec=SimpleNamespace(nF=_PARSER_FEATURES))
        table = self._scores.table(vectors)
        states = component.moves.init_batch(docs)
        active = [state for state in states if not state.is_final()]
        while active:
            tokens = ParserStepModel.get_token_ids(step, active)
            active = component.transition_states(active, self._scores(table, tokens))
        component.set_annotations(docs, states)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where what stands among the tokens of several Docs, one after the other.

    Attributes:
        ends: for each Doc one past its last token.
        is_space: whether each token is white space; an entity may not start there.
        is_last: whether no entity may run on past the token (end of Doc or of sentence).
    """

    ends: Ints
    is_space: NDArray[np.bool_]
    is_last: NDArray[np.bool_]


class EntityRecogniser:
    """spaCy's BILUO entity recogniser (Lample et al. 2016).

    Outside of an entity an action depends on one token alone, so all are scored at once; inside,
    only going on or ending can be, and the entities of all Docs take a step together.
    """

    def __init__(self, model: Model, actions: Sequence[str]) -> None:
        """Take the network and its actions' names ("B-ORG", "O")."""
        self._scores = StateScores(model, _ENTITY_FEATURES)
        move = np.array([action[0] for action in actions])
        labels = [action[2:] for action in actions]
        self._labels = labels
        self._begins = (move == "B") & np.array([bool(label) for label in labels])
        self._units = (move == "U") & np.array([bool(label) for label in labels])
        self._outside = move == "O"
        # For the action that begins an entity those that carry it on and end it.
        self._inside = np.array([_index(actions, "I-" + label) for label in labels])
        self._last = np.array([_index(actions, "L-" + label) for label in labels])
        if self._outside.sum() != 1 or any(
            (self._inside < 0)[self._begins] | (self._last < 0)[self._begins]
        ):
            raise UnknownArchitecture("an entity recogniser with other actions")

    def find(self, vectors: Sequence[Floats], layout: Layout) -> list[tuple[int, int, str]]:
        """Find the entities: (first token, one past the last, label), by Doc and in order."""
        table = self._scores.table(vectors)
        action = self._outer_actions(table, layout)
        is_start = ~self._outside[action]
        # For each token the first at or after it at which an entity starts.
        places = np.where(is_start, np.arange(len(action)), len(action))
        next_start = [*np.minimum.accumulate(places[::-1])[::-1].tolist(), len(action)]
        is_unit = self._units[action].tolist()
        ends = layout.ends.tolist()
        found: list[tuple[int, int, str]] = []

        def skip_to_begin(at: int, doc: int) -> int | None:
            """Take the entities of one token; say where a longer one begins, if one does."""
            at = next_start[at]
            while at < ends[doc]:
                if not is_unit[at]:
                    return at
                found.append((at, at + 1, self._labels[action[at]]))
                at = next_start[at + 1]
            return None

        begins = [(skip_to_begin(start, i), i) for i, start in enumerate([0, *ends[:-1]])]
        # Entities that are open: first token, current token, Doc.
        active = [(start, start + 1, doc) for start, doc in begins if start is not None]
        while active:
            first, at, _ = (np.array(column) for column in zip(*active, strict=True))
            scores = self._scores(table, np.stack([at, first, at - 1], axis=1))
            begin = action[first]
            row = np.arange(len(active))
            inside, last = self._inside[begin], self._last[begin]
            goes_on = scores[row, inside] - scores[row, last]
            # spaCy takes the first of the best actions.
            stays = (goes_on > 0) | ((goes_on == 0) & (inside < last))
            stays &= ~layout.is_last[at]
            following = []
            for (start, now, doc), stay in zip(active, stays.tolist(), strict=True):
                if stay:
                    following.append((start, now + 1, doc))
                    continue
                found.append((start, now + 1, self._labels[action[start]]))
                begin_at = skip_to_begin(now + 1, doc)
                if begin_at is not None:
                    following.append((begin_at, begin_at + 1, doc))
            active = following
        return sorted(found)

    def _outer_actions(self, table: Floats, layout: Layout) -> Ints:
        """Best valid action at each token when no entity is open."""
        tokens = np.full((len(layout.is_space), _ENTITY_FEATURES), -1)
        tokens[:, 0] = np.arange(len(tokens))
        scores = self._scores(table, tokens)
        scores[:, ~(self._begins | self._units | self._outside)] = -np.inf
        may_not_begin = layout.is_space | layout.is_last
        scores[np.ix_(may_not_begin, self._begins)] = -np.inf
        scores[np.ix_(layout.is_space, self._units)] = -np.inf
        return scores.argmax(axis=1)


def _index(actions: Sequence[str], action: str) -> int:
    return actions.index(action) if action in actions else -1
