"""Rows of the work parts in the order of the documents, whatever their order in the parts.

Each part is read once: its rows go to the files of the batches they belong to, and a batch is read
back whole. So memory is that of a part and of a batch, and time is linear, however ids are ordered.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.work import WorkStore

OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


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
    seen: set[int] = set()
    for part, group in groupby(places, key=lambda place: place[0]):
        _, rows, positions, batches = (np.array(values) for values in zip(*group, strict=True))
        order = np.argsort(positions)
        taken = store.read(part, [column]).take(pa.array(rows[order]))
        table = taken.append_column("position", pa.array(positions[order]))
        batches = batches[order]
        bounds = np.flatnonzero(np.diff(batches, prepend=-1, append=-1))
        for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            _append(folder / str(batches[first]), table.slice(first, last - first))
        seen.update(batches.tolist())
    for number in sorted(seen):
        path = folder / str(number)
        table = pa.concat_tables(_read(path))
        path.unlink()
        rows = table[column].combine_chunks().take(pc.sort_indices(table["position"]))
        yield pa.Table.from_struct_array(rows)


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
