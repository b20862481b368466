"""Edits keep the alignment."""

import numpy as np
import pytest

from flows.clean.align import Aligned, Cut, Edit, edit, runs
from flows.records import Run


def aligned(text: str) -> Aligned:
    lo = np.arange(len(text), dtype=np.int64)
    return Aligned(text, lo, lo + 1)


def test_no_edit_gives_the_same_object() -> None:
    before = aligned("abc")
    assert edit(before, []) == (before, [])


def test_a_removal_is_a_cut_without_the_white_space_around_it() -> None:
    after, cuts = edit(aligned("one two three"), [Edit(3, 8, " ", "rule")])
    assert after.text == "one three"
    assert cuts == [Cut(4, 7, "two", "rule")]
    assert runs(after) == (Run(0, 3, 0, 3), Run(4, 9, 8, 13))


def test_a_replacement_has_the_bytes_of_what_it_replaced() -> None:
    after, _ = edit(aligned("Itâ€™s"), [Edit(2, 5, "’")])
    assert after.text == "It’s"
    assert runs(after) == (Run(0, 2, 0, 2), Run(2, 3, 2, 5), Run(3, 4, 5, 6))


def test_neighbouring_runs_of_one_width_are_one() -> None:
    after, _ = edit(aligned("xabcdy"), [Edit(1, 3, "A"), Edit(3, 5, "B")])
    assert runs(after) == (Run(0, 1, 0, 1), Run(1, 3, 1, 5), Run(3, 4, 5, 6))


@pytest.mark.parametrize(
    "edits", [[Edit(2, 3), Edit(1, 2)], [Edit(0, 2), Edit(1, 3)], [Edit(1, 1)]]
)
def test_edits_must_be_in_order_and_disjoint(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="out of order"):
        edit(aligned("abcd"), edits)
