"""Rows of the work parts in the order of the documents, whatever their order in the parts.

Each part is read once: its rows go to the files of the batches they belong to, and a file is read
back whole. So memory is that of a part and of a file, however ids are ordered.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.work import WorkStore

OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


# Batches to a file: each part writes to every file, so few files cost less and more memory.
BATCHES_A_FILE = 4
# Part and row of a row, its position in the order of the documents, and its batch.
Place = tuple[str, int, int, int]


def gather(
    store: WorkStore, column: str, places: Iterable[Place], folder: Path
) -> Iterator[pa.Table]:
    """Read a struct column of the rows at some places.

    Args:
        store: the parts.
        column: name of the column.
        places: of each row, sorted by part; batches rise with positions, and a row may have
            several places.
        folder: for the files; must be empty.

    Yields:
        A table of the struct's fields a batch, together all rows by their positions.

    Raises:
        DamagedPart: when a part is.
    """
    numbers: set[int] = set()
    for part, group in groupby(places, key=lambda place: place[0]):
        numbers |= _scatter(store.read(part, [column]), group, folder)
    for number in sorted(numbers):
        yield from _collect(folder / str(number), column)


def _scatter(rows: pa.Table, places: Iterable[Place], folder: Path) -> set[int]:
    """Append rows of a part to the files of their batches, and return the files' numbers."""
    _, taken, positions, batches = (np.array(values) for values in zip(*places, strict=True))
    order = np.argsort(positions)
    table = rows.take(pa.array(taken[order]))
    table = table.append_column("position", pa.array(positions[order]))
    table = table.append_column("batch", pa.array(batches[order]))
    numbers = batches[order] // BATCHES_A_FILE
    for first, last in _stretches(numbers):
        _append(folder / str(numbers[first]), table.slice(first, last - first))
    return set(numbers.tolist())


def _collect(path: Path, column: str) -> Iterator[pa.Table]:
    """The batches of a file, which is deleted."""
    table = pa.concat_tables(_read(path)).combine_chunks()
    path.unlink()
    order = pc.sort_indices(table["position"])
    batches = table["batch"].take(order).to_numpy()
    rows = table[column].combine_chunks()
    del table
    for first, last in _stretches(batches):
        yield pa.Table.from_struct_array(rows.take(order.slice(first, last - first)))


def _stretches(numbers: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """First and past-the-last place of each run of one number, none of which is negative."""
    bounds = np.flatnonzero(np.diff(numbers, prepend=-1, append=-1)).tolist()
    return list(pairwise(bounds))


def _append(path: Path, table: pa.Table) -> None:
    with (
        path.open("ab") as file,
        pa.ipc.new_stream(file, table.schema, options=OPTIONS) as stream,
    ):
        stream.write_table(table.combine_chunks())


def _read(path: Path) -> Iterator[pa.Table]:
    with path.open("rb") as file:
        end = path.stat().st_size
        while file.tell() < end:
            with pa.ipc.open_stream(file) as stream:
                yield stream.read_all()
