"""Layers on arrays: they are thinc's, and a row's bits do not depend on its neighbours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thinc.api import LayerNorm, Maxout, NumpyOps

from flows.annotate.engine import arithmetic
from flows.annotate.engine.arithmetic import (
    ROW_BLOCK,
    Floats,
    RowProduct,
    by_pieces,
    maxout,
    normalise,
)

RANDOM = np.random.default_rng(7)


def floats(*shape: int) -> Floats:
    return RANDOM.standard_normal(shape, dtype=np.float32)


ROWS = floats(3 * ROW_BLOCK + 5, 96)
GAIN, SHIFT = floats(96), floats(96)
selections = st.lists(st.integers(0, len(ROWS) - 1), max_size=120)


@pytest.mark.parametrize("outputs", [1, 50, 106, 864])
@pytest.mark.parametrize("always_single", [False, True])
def test_a_row_product_is_the_product(
    outputs: int, always_single: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if always_single:
        monkeypatch.setattr(arithmetic, "_place_is_irrelevant", lambda weights, block: False)
    weights, bias = floats(96, outputs), floats(outputs)
    product = RowProduct(weights, bias)
    for rows in (0, 1, ROW_BLOCK, ROW_BLOCK + 1, len(ROWS)):
        expected = ROWS[:rows].astype(float) @ weights.astype(float) + bias
        np.testing.assert_allclose(product(ROWS[:rows]), expected, atol=1e-4)


PRODUCT = RowProduct(floats(96, 106), floats(106))


@given(selections)
def test_a_row_of_a_product_has_the_same_bits_in_any_company(chosen: list[int]) -> None:
    assert np.array_equal(PRODUCT(ROWS[chosen]), PRODUCT(ROWS)[chosen])


@given(selections)
def test_a_normalised_row_has_the_same_bits_in_any_company(chosen: list[int]) -> None:
    whole = normalise(ROWS.copy(), GAIN, SHIFT)
    assert np.array_equal(normalise(ROWS[chosen].copy(), GAIN, SHIFT), whole[chosen])


@given(selections)
def test_a_summed_row_has_the_same_bits_in_any_company(chosen: list[int]) -> None:
    # The features of parser states are added up like this.
    features = ROWS[:, :96].reshape(len(ROWS), 8, 12)
    assert np.array_equal(features[chosen].sum(axis=1), features.sum(axis=1)[chosen])


@pytest.mark.parametrize("pieces", [2, 3])
def test_maxout_and_normalisation_are_those_of_thinc(pieces: int) -> None:
    ops = NumpyOps(use_blis=False)
    layer, norm = Maxout(nO=32, nI=96, nP=pieces), LayerNorm(nI=32)
    layer.ops, norm.ops = ops, ops
    layer.initialize()
    norm.initialize()
    layer.set_param("b", floats(32, pieces))
    norm.set_param("G", floats(32))
    norm.set_param("b", floats(32))
    mixed = ROWS @ by_pieces(layer.get_param("W")) + by_pieces(layer.get_param("b"))
    ours = normalise(maxout(mixed, pieces), norm.get_param("G"), norm.get_param("b"))
    theirs = norm.predict(layer.predict(ROWS))
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
