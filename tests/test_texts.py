"""Spans cut in columns are those that Python cuts one by one."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from flows.texts import Texts, joined, stretches

TEXT = st.text(st.sampled_from("ab é’𝟘\n"), max_size=12)
SPAN = st.tuples(st.integers(0, 3), st.integers(0, 14), st.integers(0, 14))


@given(st.lists(TEXT, min_size=4, max_size=4), st.lists(SPAN, max_size=8))
def test_a_span_is_a_slice(given_texts: list[str], spans: list[tuple[int, int, int]]) -> None:
    texts = Texts(pa.chunked_array([given_texts[:1], given_texts[1:]], pa.string()))
    rows = np.array([row for row, *_ in spans], dtype=np.int64)
    starts, ends = (pa.array([span[side] for span in spans], pa.int64()) for side in (1, 2))
    found = texts.cut(rows, starts, ends).to_pylist()
    assert found == [given_texts[row][start:end] for row, start, end in spans]
    assert texts.n_chars.tolist() == [len(text) for text in given_texts]


def test_a_null_offset_has_no_text_and_a_null_text_is_empty() -> None:
    texts = Texts(pa.array(["abc", None]))
    starts, ends = pa.array([None, 1, 0], pa.int64()), pa.array([2, 2, 3], pa.int64())
    assert texts.cut(np.array([0, 0, 1]), starts, ends).to_pylist() == [None, "b", ""]


def test_a_column_that_is_part_of_another_one() -> None:
    texts = Texts(pa.array(["left out", "né", "d"]).slice(1))
    cut = texts.cut(np.array([0, 1]), pa.array([1, 0]), pa.array([2, 1]))
    assert cut.to_pylist() == ["é", "d"]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), max_size=8))
def test_stretches_are_ranges(ranges: list[tuple[int, int]]) -> None:
    first = np.array([start for start, _ in ranges], dtype=np.int64)
    last = first + np.array([n for _, n in ranges], dtype=np.int64)
    expected = [i for start, n in ranges for i in range(start, start + n)]
    assert stretches(first, last).tolist() == expected


def test_pieces_of_each_owner_are_joined() -> None:
    assert joined(pa.array(["a", "b", "c"]), np.array([0, 0, 2]), 3).to_pylist() == ["a b", "", "c"]
