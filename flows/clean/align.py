"""Text that remembers which bytes each of its code points came from, and edits on it.

Rules elsewhere are pure functions from a text to edits; here the edits are applied and the
alignment is kept. What a rule decides does not belong here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flows.records import Run

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `replacement` for `text[start:end]`.

    With a `rule` it is a removal to be recorded; without, a normalisation.
    """

    start: int
    end: int
    replacement: str = ""
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A removed stretch: its source range (bytes), its text, its rule."""

    lo: int
    hi: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text, and for each code point i the source range [lo[i], hi[i]) it came from.

    `lo` never decreases. Written white space has an empty range. Code points that replaced a
    stretch together share its range.
    """

    text: str
    lo: Offsets
    hi: Offsets


def edit(aligned: Aligned, edits: Iterable[Edit]) -> tuple[Aligned, list[Cut]]:
    """Apply edits.

    Args:
        aligned: the text before.
        edits: in order and disjoint.

    Returns:
        The text after, and what edits with a rule removed.

    Raises:
        ValueError: edits overlap, are out of order or empty.
    """
    made = list(edits)
    if not made:
        return aligned, []
    before = aligned.text
    n_points = len(before) + sum(len(e.replacement) - (e.end - e.start) for e in made)
    lo, hi = np.empty(max(n_points, 0), np.int64), np.empty(max(n_points, 0), np.int64)
    parts: list[str] = []
    at = to = 0
    for e in made:
        if not at <= e.start < e.end <= len(before):
            raise ValueError(f"edit out of order: {e}")
        kept = to + e.start - at
        parts += (before[at : e.start], e.replacement)
        lo[to:kept], hi[to:kept] = aligned.lo[at : e.start], aligned.hi[at : e.start]
        to = kept + len(e.replacement)
        if e.replacement:
            lo[kept:to] = first = aligned.lo[e.start]
            hi[kept:to] = first if e.replacement.isspace() else aligned.hi[e.end - 1]
        at = e.end
    parts.append(before[at:])
    lo[to:], hi[to:] = aligned.lo[at:], aligned.hi[at:]
    cuts = [_cut(aligned, e) for e in made if e.rule is not None]
    return Aligned("".join(parts), lo, hi), cuts


def runs(aligned: Aligned) -> tuple[Run, ...]:
    """The runs of `documents.alignment`: as few as hold the same knowledge."""
    lo, hi = aligned.lo, aligned.hi
    if not len(lo):
        return ()
    width = hi - lo
    real = width > 0
    shared = np.zeros(len(lo) + 1, dtype=bool)
    shared[1:-1] = (lo[1:] == lo[:-1]) & (hi[1:] == hi[:-1]) & real[1:]
    single = ~(shared[:-1] | shared[1:])
    joined = np.zeros(len(lo), dtype=bool)
    joined[1:] = shared[1:-1] | (
        (lo[1:] == hi[:-1]) & (width[1:] == width[:-1]) & single[1:] & single[:-1] & real[1:]
    )
    starts = np.flatnonzero(real & ~joined)
    last = np.ones(len(lo), dtype=bool)
    last[:-1] = ~joined[1:]
    ends = np.flatnonzero(real & last)
    return tuple(
        Run(start, end + 1, raw_start, raw_end)
        for start, end, raw_start, raw_end in zip(
            starts.tolist(), ends.tolist(), lo[starts].tolist(), hi[ends].tolist(), strict=True
        )
    )


def _cut(aligned: Aligned, e: Edit) -> Cut:
    """The removed stretch without the white space around it."""
    removed = aligned.text[e.start : e.end]
    start = e.start + len(removed) - len(removed.lstrip())
    end = e.start + len(removed.rstrip())
    assert e.rule is not None
    return Cut(int(aligned.lo[start]), int(aligned.hi[end - 1]), aligned.text[start:end], e.rule)
