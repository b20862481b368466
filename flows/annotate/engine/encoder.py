"""spaCy's token encoder (`HashEmbedCNN`), rebuilt on NumPy arrays from a trained model's weights.

What makes it faster than thinc's layers: the embedding of a token depends on a few lexical
attributes alone, and so do the products of it with the weights of the first convolution; both are
computed once per lexeme and kept. Embedding needs no product at all, since its mixing matrix is
applied to the rows of the hash tables when the model is loaded (Miranda et al. 2022, "Multi hash
embeddings in spaCy", describe the layer).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from thinc.api import Model, NumpyOps

from flows.annotate.engine.arithmetic import Floats, RowProduct, by_pieces, maxout, normalise

# Lexemes kept: some 80 MB. A million words of news have some 40,000, of which half occur once.
MAX_KEPT = 20_000
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
        if any(n.attrs["window_size"] != 1 for n in _named(encode, "expand_window")):
            raise UnknownArchitecture("a window of more than one token")
        self._first, *self._others = _maxouts(encode)
        embedding = _Embedding(_named(embed, "hashembed"), *_maxouts(embed))
        self._lexemes = _Lexemes(embedding, self._first.weights)
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
        at = _padded_places(lengths, self._padding)
        numbers = np.zeros(len(attributes) + (len(lengths) + 1) * self._padding, dtype=np.intp)
        numbers[at] = self._lexemes.numbers(attributes)
        # A convolution mixes each row with the one before and the one after it.
        x, before, mixed, after = self._lexemes.rows(numbers)
        mixed[1:] += before[:-1]
        mixed[:-1] += after[1:]
        x += self._first.activate(mixed)
        width = x.shape[1]
        window = np.zeros((len(x), 3 * width), dtype=np.float32)
        for layer in self._others:
            window[1:, :width] = x[:-1]
            window[:, width:-width] = x
            window[:-1, -width:] = x[1:]
            x += layer.activate(window @ layer.weights)
        return x[at]


class _Lexemes:
    """What is kept of each lexeme: its embedding, and the products of that with the weights of the
    first convolution, for the token after it, for itself and for the token before it."""

    def __init__(self, embedding: "_Embedding", convolution: Floats) -> None:
        self._embedding = embedding
        width, mixed = len(convolution) // 3, convolution.shape[1]
        parts = np.concatenate(np.split(convolution, 3), axis=1)
        self._products = RowProduct(parts, np.zeros(3 * mixed, dtype=np.float32))
        # The attributes are 64-bit hashes; a sum of odd multiples of them is one, too.
        powers = [pow(_ODD, i, 2**64) for i in range(embedding.columns)]
        self._multipliers = np.array(powers, dtype=np.uint64)
        # Embeddings and each of the three products; row 0 is the absent token's.
        self._tables = [
            np.zeros((1 + MAX_KEPT, size), dtype=np.float32)
            for size in (width, mixed, mixed, mixed)
        ]
        self._number_of: dict[int, int] = {}

    def numbers(self, attributes: NDArray[np.uint64]) -> list[int]:
        """Number of the lexeme of each token, given its attributes (tokens, columns)."""
        if len(self._number_of) + len(attributes) > MAX_KEPT:
            self._number_of.clear()
        number_of = self._number_of
        keys = (attributes * self._multipliers).sum(axis=1).tolist()
        new = []
        for i, key in enumerate(keys):
            if key not in number_of:
                number_of[key] = 1 + len(number_of)
                new.append(i)
        if new:
            vectors = self._embedding(attributes[new])
            columns = [vectors, *np.split(self._products(vectors), 3, axis=1)]
            end = 1 + len(number_of)
            for table, rows in zip(self._tables, columns, strict=True):
                table[end - len(new) : end] = rows
        return [number_of[key] for key in keys]

    def rows(self, numbers: NDArray[np.intp]) -> list[Floats]:
        """Embeddings and the three products of lexemes just numbered, each (tokens, ...)."""
        return [table.take(numbers, axis=0) for table in self._tables]


class _Embedding:
    """The embedding layer: attributes of tokens to vectors without context, row-wise."""

    def __init__(self, tables: list[Model], mix: _Maxout, *others: _Maxout) -> None:
        if others:
            raise UnknownArchitecture("an embedding of several layers")
        self._mix = mix
        self._seeds: list[int] = [table.attrs["seed"] for table in tables]
        self._sizes: list[int] = [table.get_dim("nV") for table in tables]
        self._products = [
            weights(table, "E") @ part
            for table, part in zip(tables, np.split(mix.weights, len(tables)), strict=True)
        ]
        self.columns = len(tables)

    def __call__(self, attributes: NDArray[np.uint64]) -> Floats:
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
