"""The texts of some documents as one stretch of memory, from which spans are cut in columns.

A batch has a hundred thousand spans: cut one by one, each costs more than its own length. Here are
only texts and offsets; what a span is, and whose, the callers know.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.alignment import Mask, Offsets


class Texts:
    """Texts, end to end, and the bytes at which their code points start.

    Attributes:
        data: the texts in UTF-8, shape (n bytes,).
        n_chars: length of each text in code points, shape (n texts,).
    """

    def __init__(self, texts: pa.Array | pa.ChunkedArray) -> None:
        """Take a column of strings; a null is an empty text."""
        column = pc.fill_null(pa.concat_arrays(_chunks(texts)), "")
        first_byte, self.data = contents(column)
        points = np.flatnonzero((self.data & 0xC0) != 0x80)
        # Of every code point, and the end of the last one.
        self._byte = np.append(points, len(self.data))
        self._first = np.searchsorted(self._byte, first_byte)
        self.n_chars: Offsets = np.diff(self._first)

    def bytes_of(
        self, rows: npt.ArrayLike, starts: npt.ArrayLike, ends: npt.ArrayLike
    ) -> tuple[Offsets, Offsets]:
        """Where spans stand in `data`.

        Args:
            rows: the text of each span, shape (n,).
            starts, ends: offsets in it, shape (n,), code points. What lies beyond the text is left
                out, as in a slice.

        Returns:
            Starts and ends, shape (n,), bytes.
        """
        low, high = self._first[np.asarray(rows)], self._first[np.asarray(rows) + 1]
        first = np.clip(low + np.asarray(starts), low, high)
        last = np.clip(low + np.asarray(ends), first, high)
        return self._byte[first], self._byte[last]

    def cut(self, rows: npt.ArrayLike, starts: pa.Array, ends: pa.Array) -> pa.StringArray:
        """Text of each span (see `bytes_of`); null where its start or end is."""
        known = pc.and_(starts.is_valid(), ends.is_valid())
        first, last = self.bytes_of(rows, _numbers(starts), _numbers(ends))
        last = np.where(_mask(known), last, first)
        offsets = np.append(0, np.cumsum(last - first)).astype(np.int32)
        text = pa.py_buffer(self.data[stretches(first, last)])
        found = pa.StringArray.from_buffers(len(known), pa.py_buffer(offsets), text)
        return found if known.true_count == len(known) else pc.if_else(known, found, None)


def contents(column: pa.Array) -> tuple[Offsets, npt.NDArray[np.uint8]]:
    """Offsets, shape (n + 1,), and bytes of a column of strings or bytes without nulls."""
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    whole = np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)
    return (bounds - bounds[0]).astype(np.int64), whole[bounds[0] : bounds[-1]]


def stretches(first: Offsets, last: Offsets) -> Offsets:
    """The numbers of every range `first[i]` to `last[i]`, one range after the other."""
    some = last > first
    first, last = first[some], last[some]
    ends = np.cumsum(last - first)
    # Steps of one, but from the end of a range to the next: one array, however long the ranges.
    steps = np.ones(ends[-1] if len(ends) else 0, dtype=np.int64)
    steps[:1] = first[:1]
    steps[ends[:-1]] = first[1:] - last[:-1] + 1
    return np.cumsum(steps, out=steps)


def rows_of(keys: pa.ChunkedArray, table: pa.ChunkedArray) -> Offsets:
    """The row of a table at which each key stands; every key must be there."""
    rows: Offsets = pc.index_in(keys, value_set=table.combine_chunks()).to_numpy().astype(np.int64)
    return rows


def joined(pieces: pa.Array, owner: Offsets, n: int) -> pa.Array:
    """The pieces of each of `n` owners, joined by a space; `owner` must be sorted."""
    offsets = pa.array(np.searchsorted(owner, np.arange(n + 1)).astype(np.int32))
    return pc.binary_join(pa.ListArray.from_arrays(offsets, pieces), " ")


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return chunks or [pa.array([], column.type)]


def _numbers(column: pa.Array) -> Offsets:
    numbers: Offsets = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
    return numbers


def _mask(column: pa.Array) -> Mask:
    mask: Mask = column.to_numpy(zero_copy_only=False)
    return mask
