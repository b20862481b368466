"""From offsets of the cleaned text to bytes of the input file.

Reads the runs of `documents.alignment`; how they come about is the clean stage's affair. The
convention: in a run whose bytes are w times its code points, offset o stands at byte
raw_start + w * (o - start); inside any other run only its two ends are known. Code points that
no run covers are white space that cleaning wrote, bytes that no run covers were left out.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from flows.records import Run

Offsets = npt.NDArray[np.int64]


def raw_spans(
    runs: Sequence[Run], starts: npt.ArrayLike, ends: npt.ArrayLike
) -> tuple[Offsets, Offsets]:
    """Carry spans of the cleaned text to byte ranges of the input file.

    A range is the smallest one that the runs can tell: it never takes in white space or removed
    text that stood before the span's first mapped code point or after its last one.

    Args:
        runs: the runs of the alignment, in order and disjoint, at least one.
        starts, ends: offsets of the spans, shape (n,), code points, each end above its start.

    Returns:
        raw_starts and raw_ends, shape (n,), bytes. For a span without any mapped code point the
        range is empty.

    Raises:
        ValueError: there are no runs.
    """
    if not runs:
        raise ValueError("an alignment without runs maps nothing")
    start, end, raw_start, raw_end = np.array(
        [(r.start, r.end, r.raw_start, r.raw_end) for r in runs], dtype=np.int64
    ).T
    n_points, n_bytes = end - start, raw_end - raw_start
    width = np.where(n_bytes % n_points == 0, n_bytes // n_points, 0)

    first = np.asarray(starts, dtype=np.int64)
    run = np.minimum(np.searchsorted(end, first, side="right"), len(start) - 1)
    raw_first = raw_start[run] + width[run] * np.maximum(first - start[run], 0)
    raw_first = np.where(first >= end[run], raw_end[run], raw_first)

    last = np.asarray(ends, dtype=np.int64)
    run = np.maximum(np.searchsorted(start, last, side="left") - 1, 0)
    known = (width[run] > 0) & (last < end[run])
    raw_last = np.where(known, raw_start[run] + width[run] * (last - start[run]), raw_end[run])
    raw_last = np.where(last <= start[run], raw_start[run], raw_last)
    return raw_first, np.maximum(raw_first, raw_last)


def raw_span(runs: Sequence[Run], start: int, end: int) -> tuple[int, int]:
    """Carry one span to its byte range; see `raw_spans`."""
    raw_starts, raw_ends = raw_spans(runs, [start], [end])
    return int(raw_starts[0]), int(raw_ends[0])
