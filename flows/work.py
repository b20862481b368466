"""Work parts: what stages made, kept by content so that later builds reuse it.

A part is a Parquet file of rows with a `key` column; its name is the SHA-256 of its bytes, it
appears by rename, and a part whose bytes do not match its name is set aside and its rows are made
again. A key says everything its rows depend on, so a row found under it is right by definition.
"""

import hashlib
import io
import json
import os
import posixpath
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from flows.columnar import records_to_table, table_to_records
from flows.fingerprint import digest


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: part name and row number."""

    part: str
    row: int


class WorkStore:
    """The parts of one stage under `root/stage`, on any fsspec file system."""

    def __init__(self, root: str, stage: str) -> None:
        self.fs, base = fsspec.core.url_to_fs(root)
        self.folder = posixpath.join(base, stage)

    def write(self, records: Iterable[Any], record: type) -> str | None:
        """Write one part; returns its name, or None when there is nothing to write."""
        table = records_to_table(records, record)
        if not table.num_rows:
            return None
        sink = io.BytesIO()
        pq.write_table(table, sink, compression="zstd", compression_level=3)
        data = sink.getvalue()
        name = hashlib.sha256(data).hexdigest()[:40] + ".parquet"
        put_atomic(self.fs, posixpath.join(self.folder, name), data)
        return name

    def read(self, part: str, columns: list[str] | None = None) -> pa.Table:
        """Read a part, or some of its columns."""
        with self.fs.open(posixpath.join(self.folder, part), "rb") as file:
            # Not read_table: its data set reader does not take the path of a nested column.
            return pq.ParquetFile(file).read(columns=columns)

    def records(self, part: str, rows: list[int], record: type) -> list[Any]:
        """Read some rows of a part as records."""
        return table_to_records(self.read(part).take(rows), record)

    def parts(self) -> list[str]:
        """Names of the parts that are whole; damaged ones are deleted on the way."""
        return [part for part in self._names() if self._is_whole(part)]

    def scan(self, columns: list[str]) -> Iterator[tuple[str, pa.Table]]:
        """Yield every whole part's name with the columns asked for."""
        for part in self.parts():
            yield part, self.read(part, columns)

    def delete(self, part: str) -> None:
        """Delete one part."""
        self.fs.rm_file(posixpath.join(self.folder, part))

    def _names(self) -> list[str]:
        if not self.fs.exists(self.folder):
            return []
        names = (posixpath.basename(p) for p in self.fs.ls(self.folder, detail=False))
        return sorted(n for n in names if n.endswith(".parquet") and not n.startswith("."))

    def _is_whole(self, part: str) -> bool:
        data = self.fs.cat_file(posixpath.join(self.folder, part))
        whole = hashlib.sha256(data).hexdigest()[:40] + ".parquet" == part
        if not whole:
            self.delete(part)
        return whole


def write_job(root: str, job: dict[str, Any]) -> str:
    """Leave the description of a shard under the work folder; returns where."""
    fs, base = fsspec.core.url_to_fs(root)
    path = posixpath.join(base, "jobs", digest(job)[:32] + ".json")
    put_atomic(fs, path, json.dumps(job, sort_keys=True).encode())
    return str(fs.unstrip_protocol(path))


def read_job(path: str) -> dict[str, Any]:
    """Read a shard's description."""
    with fsspec.open(path, "rb") as file:
        job: dict[str, Any] = json.load(file)
    return job


def put_atomic(fs: fsspec.AbstractFileSystem, path: str, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees all of it or none of it."""
    if "file" not in (fs.protocol if isinstance(fs.protocol, tuple) else (fs.protocol,)):
        fs.pipe_file(path, data)  # object stores publish an object whole
        return
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
