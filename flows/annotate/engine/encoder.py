"""spaCy's token encoder (`HashEmbedCNN`), rebuilt on NumPy arrays from a trained model's weights.

Two things make it faster than thinc's layers. The embedding of a token depends on a few lexical
attributes alone, so it is computed once per lexeme and kept; and it needs no matrix product, since
the mixing matrix is applied to the rows of the hash tables when the model is loaded (Miranda et
al. 2022, "Multi hash embeddings in spaCy", describe the layer). Convolutions are computed for a
handful of paragraphs at a time, so that what they write stays in the processor's cache.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from thinc.api import Model, NumpyOps

from flows.annotate.engine.arithmetic import Floats, by_pieces, maxout, normalise

# Embeddings kept: some 40 MB. News text of a million words has some 40,000 lexemes.
MAX_KEPT = 100_000
# Layers of the architecture; a model with any other kind is not rebuilt here.
_KNOWN_LAYERS = frozenset(
    [
        "extract_features",
        "list2ragged",
        "ragged2list",
        "list2array",
        "ints-getitem",
        "hashembed",
        "maxout",
        "layernorm",
        "dropout",
        "expand_window",
        "residual",
        "with_array",
        "linear",
    ]
)
_ODD = 0x9E3779B97F4A7C15
_OPS = NumpyOps(use_blis=False)


class UnknownArchitecture(Exception):
    """A model is built of other layers than those known here."""


@dataclass(frozen=True, slots=True)
class _Maxout:
    """A maxout layer and the layer normalisation behind it."""

    weights: Floats
    bias: Floats
    pieces: int
    gain: Floats
    shift: Floats

    def activate(self, x: Floats) -> Floats:
        x += self.bias
        return normalise(maxout(x, self.pieces), self.gain, self.shift)


def weights(layer: Model, name: str) -> Floats:
    """A parameter of a layer; thinc's own type leaves its number of axes open."""
    parameter: Floats = layer.get_param(name)  # type: ignore[assignment]
    return parameter


class Encoder:
    """A token encoder: attributes of tokens to vectors."""

    def __init__(self, model: Model) -> None:
        """Take the weights of a `spacy.Tok2Vec.v2` model.

        Raises:
            UnknownArchitecture: when it is not a `MultiHashEmbed` without static vectors followed
                by a `MaxoutWindowEncoder` with a window of one token.
        """
        _check_layers(model)
        embed, encode = model.get_ref("embed"), model.get_ref("encode")
        self.columns: list[str] = _only(embed, "extract_features").attrs["columns"]
        self._embedding = _Embedding(_named(embed, "hashembed"), *_maxouts(embed))
        self._convolutions = _maxouts(encode)
        if any(n.attrs["window_size"] != 1 for n in _named(encode, "expand_window")):
            raise UnknownArchitecture("a window of more than one token")
        # Rows of zeros between paragraphs: as many as a token sees on either side.
        self._padding: int = encode.attrs["pad"]

    def __call__(self, attributes: NDArray[np.uint64], lengths: Sequence[int]) -> Floats:
        """Encode the tokens of some paragraphs.

        Args:
            attributes: (tokens, columns) of the paragraphs one after the other.
            lengths: number of tokens of each paragraph.

        Returns:
            (tokens, width); no paragraph sees another.
        """
        embedded = self._embedding(attributes)
        at = _padded_places(lengths, self._padding)
        rows = len(embedded) + (len(lengths) + 1) * self._padding
        x = np.zeros((rows, embedded.shape[1]), dtype=np.float32)
        x[at] = embedded
        for layer in self._convolutions:
            x += layer.activate(_OPS.seq2col(x, 1) @ layer.weights)
        return x[at]


class _Embedding:
    """The embedding layer: attributes of tokens to vectors without context."""

    def __init__(self, tables: list[Model], mix: _Maxout, *others: _Maxout) -> None:
        if others:
            raise UnknownArchitecture("an embedding of several layers")
        self._mix = mix
        self._seeds: list[int] = [table.attrs["seed"] for table in tables]
        self._sizes: list[int] = [table.get_dim("nV") for table in tables]
        width = len(mix.weights) // len(tables)
        self._products = [
            weights(table, "E") @ mix.weights[i * width : (i + 1) * width]
            for i, table in enumerate(tables)
        ]
        # The attributes are 64-bit hashes; a sum of odd multiples of them is one, too.
        self._multipliers = np.array([pow(_ODD, i, 2**64) for i in range(len(tables))], np.uint64)
        self._clear()

    def _clear(self) -> None:
        self._row_of: dict[int, int] = {}
        self._rows = np.zeros((1024, len(self._mix.gain)), dtype=np.float32)

    def __call__(self, attributes: NDArray[np.uint64]) -> Floats:
        if len(self._row_of) + len(attributes) > MAX_KEPT:
            self._clear()
        keys = (attributes * self._multipliers).sum(axis=1).tolist()
        row_of = self._row_of
        new: list[int] = []
        for i, key in enumerate(keys):
            if key not in row_of:
                row_of[key] = len(row_of)
                new.append(i)
        if new:
            self._keep(self._embed(attributes[new]))
        return self._rows[[row_of[key] for key in keys]]

    def _keep(self, rows: Floats) -> None:
        end = len(self._row_of)
        if end > len(self._rows):
            larger = np.zeros((2 * end, self._rows.shape[1]), dtype=np.float32)
            larger[: len(self._rows)] = self._rows
            self._rows = larger
        self._rows[end - len(rows) : end] = rows

    def _embed(self, attributes: NDArray[np.uint64]) -> Floats:
        mixed = np.zeros((len(attributes), len(self._mix.bias)), dtype=np.float32)
        for column, (seed, size, product) in enumerate(
            zip(self._seeds, self._sizes, self._products, strict=True)
        ):
            hashed = _OPS.hash(np.ascontiguousarray(attributes[:, column]), seed) % size
            # Four hashes a value: "Bloom embeddings" (Serrà & Karatzoglou 2017).
            for row in hashed.T:
                mixed += product[row]
        return self._mix.activate(mixed)


def _padded_places(lengths: Sequence[int], padding: int) -> NDArray[np.intp]:
    """Row of each token when every paragraph has rows of padding before it."""
    sizes = np.asarray(lengths)
    return np.arange(sizes.sum()) + np.repeat(np.arange(1, len(sizes) + 1) * padding, sizes)


def _check_layers(model: Model) -> None:
    leaves = {node.name for node in model.walk() if not node.layers}
    unknown = sorted(leaves - _KNOWN_LAYERS)
    if unknown or not (model.has_ref("embed") and model.has_ref("encode")):
        raise UnknownArchitecture(f"layers {', '.join(unknown)}")


def _maxouts(model: Model) -> list[_Maxout]:
    """Maxout layers in order, each with the layer normalisation behind it."""
    pairs = zip(_named(model, "maxout"), _named(model, "layernorm"), strict=True)
    return [
        _Maxout(
            by_pieces(weights(layer, "W")),
            by_pieces(weights(layer, "b")),
            layer.get_dim("nP"),
            weights(norm, "G"),
            weights(norm, "b"),
        )
        for layer, norm in pairs
    ]


def _named(model: Model, name: str) -> list[Model]:
    return [node for node in model.walk(order="dfs_pre") if node.name == name]


def _only(model: Model, name: str) -> Model:
    (node,) = _named(model, name)
    return node
