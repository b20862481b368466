"""The few layers that spaCy's small networks are made of, on NumPy arrays.

Every function here is row-wise: row i of the result depends on row i of the argument alone, to the
last bit. A plain matrix product is not (BLAS chooses its kernel by the number of rows), so it is
either called with shapes that depend on one document alone, or through `RowProduct`.

Maxout units (Goodfellow et al. 2013) keep their pieces apart, (pieces, outputs) rather than
thinc's (outputs, pieces): the maximum then runs over whole contiguous stretches.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Rows multiplied at a time: a multiple of the tiles of OpenBLAS's kernels (8, 12, 16 rows).
ROW_BLOCK = 48
_EPSILON = np.float32(1e-8)


class RowProduct:
    """`x @ weights + bias` whose rows have the same bits wherever and beside whatever they stand.

    Rows are multiplied in blocks of one fixed size, filled up with zeros. That a row's place in
    its block does not matter either holds for the BLAS kernels known; it is tried out here, and
    where it does not hold, rows are multiplied one at a time.
    """

    def __init__(self, weights: Floats, bias: Floats) -> None:
        """Take weights (inputs, outputs) and bias (outputs,)."""
        self._weights = np.ascontiguousarray(weights)
        self._bias = bias
        self._block = ROW_BLOCK if _place_is_irrelevant(self._weights, ROW_BLOCK) else 1

    def __call__(self, x: Floats) -> Floats:
        """Multiply x (rows, inputs) into a new array (rows, outputs)."""
        rows, width = x.shape
        blocks = -(-rows // self._block)
        padded = np.empty((blocks * self._block, width), dtype=np.float32)
        padded[:rows] = x
        padded[rows:] = 0
        product = np.matmul(padded.reshape(blocks, self._block, width), self._weights)
        product += self._bias
        return product.reshape(len(padded), len(self._bias))[:rows]


def _place_is_irrelevant(weights: Floats, block: int) -> bool:
    random = np.random.default_rng(0)
    rows = random.standard_normal((block, len(weights)), dtype=np.float32)
    product = np.matmul(rows[None], weights)[0]
    return all(
        np.array_equal(
            np.matmul(np.roll(rows, shift, axis=0)[None], weights)[0],
            np.roll(product, shift, axis=0),
        )
        for shift in range(1, block)
    )


def by_pieces(weights: Floats) -> Floats:
    """Weights or biases of maxout units, (outputs, pieces, ...), as (..., pieces * outputs)."""
    pieces_first = np.swapaxes(weights, 0, 1)
    flat = pieces_first.reshape(-1, *weights.shape[2:])
    return np.ascontiguousarray(flat.T)


def maxout(x: Floats, pieces: int) -> Floats:
    """Greatest of the pieces: x (rows, pieces * outputs) to (rows, outputs)."""
    width = x.shape[1] // pieces
    best = np.maximum(x[:, :width], x[:, width : 2 * width])
    for piece in range(2, pieces):
        np.maximum(best, x[:, piece * width : (piece + 1) * width], out=best)
    return best


def normalise(x: Floats, gain: Floats, shift: Floats) -> Floats:
    """Layer normalisation (Ba et al. 2016) of x (rows, width), in place."""
    share = np.float32(1 / x.shape[1])
    x -= (np.einsum("ij->i", x) * share)[:, None]
    variance = np.einsum("ij,ij->i", x, x) * share
    # Square root and division are rounded correctly everywhere; a power is not.
    x *= (np.float32(1) / np.sqrt(variance + _EPSILON))[:, None]
    x *= gain
    x += shift
    return x
