"""From offsets of the cleaned text to bytes of the input file.

Reads the runs of `documents.alignment`; how they come about is the clean stage's affair. The
convention: in a run whose bytes are w times its code points, offset o stands at byte
raw_start + w * (o - start); inside any other run only its two ends are known. Code points that
no run covers are white space that cleaning wrote, bytes that no run covers were left out.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.records import Run

Offsets = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

COLUMNS = ("start", "end", "raw_start", "raw_end")
# More than any offset: tells documents apart in one sorted list of their offsets.
STRIDE = 1 << 40


class Alignments:
    """The runs of some documents in columns: spans of all of them are carried in one go."""

    def __init__(self, runs: npt.ArrayLike, first: npt.ArrayLike) -> None:
        """Take runs, in order and disjoint in each document.

        Args:
            runs: the columns `COLUMNS`, shape (4, n runs).
            first: the first run of each document and the end of the last one's, shape
                (n documents + 1,).
        """
        self._first = np.asarray(first, dtype=np.int64)
        owner = np.repeat(np.arange(len(self._first) - 1), np.diff(self._first)) * STRIDE
        self._start, self._end, self._raw_start, self._raw_end = np.asarray(runs, dtype=np.int64)
        n_points, n_bytes = self._end - self._start, self._raw_end - self._raw_start
        self._width = np.where(n_bytes % n_points == 0, n_bytes // n_points, 0)
        self._starts, self._ends = owner + self._start, owner + self._end

    @classmethod
    def of_column(cls, column: pa.ChunkedArray) -> "Alignments":
        """Take the column `alignment`, one list of runs a document or null."""
        lists = column.combine_chunks()
        items = lists.flatten()
        lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
        runs = [items.field(name).to_numpy(zero_copy_only=False) for name in COLUMNS]
        return cls(np.array(runs, dtype=np.int64), np.append(0, np.cumsum(lengths)))

    def mapped(self, rows: npt.ArrayLike) -> Mask:
        """Whether each of these documents has runs, shape (n,)."""
        mask: Mask = np.diff(self._first)[np.asarray(rows)] > 0
        return mask

    def stretch(self, row: int) -> tuple[int, int]:
        """Where the runs of a document begin and end in its input file, bytes; it must have some."""
        first, last = self._first[row], self._first[row + 1] - 1
        return int(self._raw_start[first]), int(self._raw_end[last])

    def raw_spans(
        self, rows: npt.ArrayLike, starts: npt.ArrayLike, ends: npt.ArrayLike
    ) -> tuple[Offsets, Offsets]:
        """Carry spans of the cleaned texts to byte ranges of the input files.

        A range is the smallest one that the runs can tell: it never takes in white space or removed
        text that stood before the span's first mapped code point or after its last one.

        Args:
            rows: the document of each span, shape (n,); it must have runs.
            starts, ends: offsets of the spans, shape (n,), code points, each end above its start.

        Returns:
            raw_starts and raw_ends, shape (n,), bytes. For a span without any mapped code point
            the range is empty.
        """
        row = np.asarray(rows, dtype=np.int64)
        start, width = self._start, self._width
        first = np.asarray(starts, dtype=np.int64)
        run = np.searchsorted(self._ends, row * STRIDE + first, side="right")
        run = np.minimum(run, self._first[row + 1] - 1)
        raw_first = self._raw_start[run] + width[run] * np.maximum(first - start[run], 0)
        raw_first = np.where(first >= self._end[run], self._raw_end[run], raw_first)

        last = np.asarray(ends, dtype=np.int64)
        run = np.searchsorted(self._starts, row * STRIDE + last, side="left") - 1
        run = np.maximum(run, self._first[row])
        known = (width[run] > 0) & (last < self._end[run])
        inside = self._raw_start[run] + width[run] * (last - start[run])
        raw_last = np.where(known, inside, self._raw_end[run])
        raw_last = np.where(last <= start[run], self._raw_start[run], raw_last)
        return raw_first, np.maximum(raw_first, raw_last)


def raw_spans(
    runs: Sequence[Run], starts: npt.ArrayLike, ends: npt.ArrayLike
) -> tuple[Offsets, Offsets]:
    """Carry spans of one document; see `Alignments.raw_spans`.

    Raises:
        ValueError: there are no runs.
    """
    if not runs:
        raise ValueError("an alignment without runs maps nothing")
    columns = np.array([(r.start, r.end, r.raw_start, r.raw_end) for r in runs]).T
    rows = np.zeros(len(np.asarray(starts)), dtype=np.int64)
    return Alignments(columns, [0, len(runs)]).raw_spans(rows, starts, ends)


def raw_span(runs: Sequence[Run], start: int, end: int) -> tuple[int, int]:
    """Carry one span to its byte range; see `raw_spans`."""
    raw_starts, raw_ends = raw_spans(runs, [start], [end])
    return int(raw_starts[0]), int(raw_ends[0])
