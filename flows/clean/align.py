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
    text, lo, hi = aligned.text, aligned.lo, aligned.hi
    parts: list[str] = []
    los: list[Offsets] = []
    his: list[Offsets] = []
    cuts: list[Cut] = []
    at = 0
    for e in edits:
        if not at <= e.start < e.end <= len(text):
            raise ValueError(f"edit out of order: {e}")
        if at < e.start:
            parts.append(text[at : e.start])
            los.append(lo[at : e.start])
            his.append(hi[at : e.start])
        if e.replacement:
            first = lo[e.start]
            last = first if e.replacement.isspace() else hi[e.end - 1]
            parts.append(e.replacement)
            los.append(np.full(len(e.replacement), first))
            his.append(np.full(len(e.replacement), last))
        if e.rule is not None:
            cuts.append(_cut(aligned, e))
        at = e.end
    if not parts and at == 0:
        return aligned, cuts
    parts.append(text[at:])
    los.append(lo[at:])
    his.append(hi[at:])
    return Aligned("".join(parts), np.concatenate(los), np.concatenate(his)), cuts


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
