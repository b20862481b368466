"""Work parts: what stages made, kept by content so that later builds reuse it.

A part is a Parquet file of rows with a `key` column; its name is the SHA-256 of its bytes, and it
appears by rename. A key says everything its rows depend on, so a row found under it is right by
definition. A part whose bytes do not match its name is deleted and its rows are made again.
"""

import hashlib
import io
import json
import os
import posixpath
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from flows.columnar import record_type
from flows.fingerprint import digest

JOBS = "jobs"
# Folder of this process's jobs: on an object store no lock keeps another build's apart.
_OWN = uuid.uuid4().hex
USED = "used"
_USED = pa.schema([("stage", pa.string()), ("key", pa.string())])
ROWS_NOTED = 65_536
# What a killed process leaves of a file it was writing: a dot, the name, a dot, 32 hex digits.
DRAFT_PREFIX = "."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: part name and row number."""

    part: str
    row: int


class DamagedPart(Exception):
    """A part is gone or its bytes are not those it was named by; it has been deleted."""

    def __init__(self, stage: str, part: str) -> None:
        super().__init__(stage, part)
        self.stage, self.part = stage, part

    def __str__(self) -> str:
        return f"{self.stage}/{self.part}: damaged"


class WorkStore:
    """The parts of one stage under `root/stage`, on any fsspec file system."""

    def __init__(self, root: str, stage: str) -> None:
        self.fs, base = fsspec.core.url_to_fs(root)
        self.stage = stage
        self.folder = posixpath.join(base, stage)

    def write(self, table: pa.Table) -> str:
        """Write rows as one part and return its name."""
        sink = io.BytesIO()
        # Level 3 is a third slower and 5 % smaller; nobody asks for rows by their values.
        options = {"compression": "zstd", "compression_level": 1, "write_statistics": False}
        pq.write_table(table.combine_chunks(), sink, **options)
        data = sink.getvalue()
        name = _name(data)
        put_atomic(self.fs, posixpath.join(self.folder, name), data)
        return name

    def open(self, part: str, *, proven: bool = False) -> pq.ParquetFile:
        """Open a part.

        Args:
            part: its name.
            proven: whether its bytes were compared with its name already.

        Raises:
            DamagedPart: when it is gone, or is not what it was when it was written.
        """
        path = posixpath.join(self.folder, part)
        try:
            if proven:
                return pq.ParquetFile(self.fs.open(path, "rb"))
            data = self.fs.cat_file(path)
        except FileNotFoundError as error:
            raise DamagedPart(self.stage, part) from error
        if _name(data) != part:
            self.delete(part)
            raise DamagedPart(self.stage, part)
        return pq.ParquetFile(pa.BufferReader(data))

    def read(
        self, part: str, columns: list[str] | None = None, *, proven: bool = False
    ) -> pa.Table:
        """Read a part, or some of its columns (see `open`)."""
        # Not read_table: its data set reader does not take the path of a nested column.
        with self.open(part, proven=proven) as file:
            return file.read(columns=columns)

    def names(self) -> list[str]:
        """Names of all parts, whole or not."""
        return [n for n in self._listed() if n.endswith(".parquet") and not _is_draft(n)]

    def delete(self, part: str) -> None:
        """Delete one part."""
        self.fs.rm_file(posixpath.join(self.folder, part))

    def clear_drafts(self) -> None:
        """Delete what killed writers left half written; nobody may be writing meanwhile."""
        for name in self._listed():
            if _is_draft(name):
                self.delete(name)

    def _listed(self) -> list[str]:
        self.fs.invalidate_cache(self.folder)
        if not self.fs.exists(self.folder):
            return []
        return sorted(posixpath.basename(p) for p in self.fs.ls(self.folder, detail=False))


class Ledger:
    """The rows of one stage as a build sees them: each part is proven and read once.

    Parts that another version of the code wrote in another layout are passed over. `fresh` are the
    parts this build has made itself.
    """

    def __init__(self, root: str, stage: str, record: type, columns: list[str]) -> None:
        self.store = WorkStore(root, stage)
        self.columns = columns
        self.fresh: set[str] = set()
        self._layout = pa.schema(list(record_type(record)))
        self._known: set[str] = set()

    def refresh(
        self, made: Iterable[str] = ()
    ) -> tuple[Iterator[tuple[str, pa.Table]], Collection[str]]:
        """Take note of parts that came, and of those that went.

        Args:
            made: names of parts that tasks of this build have made.

        Returns:
            Name and columns of each part that came, read as they are asked for, and names of
            those that went.
        """
        self.fresh.update(made)
        names = set(self.store.names())
        came, went = sorted(names - self._known), self._known - names
        self._known = names
        return self._whole(came), went

    def _whole(self, parts: Iterable[str]) -> Iterator[tuple[str, pa.Table]]:
        for part in parts:
            try:
                table = self._read(part)
            except DamagedPart:
                self._known.discard(part)
                continue
            if table is not None:
                yield part, table

    def _read(self, part: str) -> pa.Table | None:
        with self.store.open(part) as file:
            same = file.schema_arrow.equals(self._layout)
            return file.read(columns=self.columns) if same else None


def write_job(root: str, job: dict[str, Any]) -> str:
    """Leave the description of a shard under the work folder; returns where."""
    fs, base = fsspec.core.url_to_fs(root)
    path = posixpath.join(_jobs(fs, base), digest(job)[:32] + ".json")
    put_atomic(fs, path, json.dumps(job, sort_keys=True).encode())
    return str(fs.unstrip_protocol(path))


def read_job(path: str) -> dict[str, Any]:
    """Read a shard's description."""
    with fsspec.open(path, "rb") as file:
        job: dict[str, Any] = json.load(file)
    return job


def clear_jobs(root: str) -> None:
    """Delete the descriptions of shards, which serve one build: in a folder, where nobody else
    builds meanwhile, all of them, elsewhere those of this process."""
    fs, base = fsspec.core.url_to_fs(root)
    folder = _jobs(fs, base)
    if fs.exists(folder):
        fs.rm(folder, recursive=True)


def note_used(root: str, build_key: str, keys: Iterable[tuple[str, str]]) -> None:
    """Note stage and key of what a build uses, in the order of its release: what gc keeps."""
    fs, base = fsspec.core.url_to_fs(root)
    sink = io.BytesIO()
    pending = iter(keys)
    with pq.ParquetWriter(sink, _USED, compression="zstd") as writer:
        while rows := list(islice(pending, ROWS_NOTED)):
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            writer.write_table(pa.table(columns, schema=_USED))
    put_atomic(fs, posixpath.join(base, USED, f"{build_key}.parquet"), sink.getvalue())


def forget_used(root: str, build_keys: Collection[str]) -> None:
    """Delete the notes on all builds but these."""
    fs, base = fsspec.core.url_to_fs(root)
    folder = posixpath.join(base, USED)
    for path in fs.ls(folder, detail=False) if fs.exists(folder) else ():
        if posixpath.basename(path).removesuffix(".parquet") not in build_keys:
            fs.rm_file(path)


def used_keys(root: str, build_key: str) -> pa.Table | None:
    """Columns `stage` and `key` of what a build used; None where that is not known."""
    fs, base = fsspec.core.url_to_fs(root)
    path = posixpath.join(base, USED, f"{build_key}.parquet")
    try:
        return pq.read_table(pa.BufferReader(fs.cat_file(path)))
    except (FileNotFoundError, pa.ArrowInvalid):
        return None


def put_atomic(fs: fsspec.AbstractFileSystem, path: str, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees all of it or none of it."""
    if not _is_local(fs):
        fs.pipe_file(path, data)  # object stores publish an object whole
        return
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{DRAFT_PREFIX}{target.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _jobs(fs: fsspec.AbstractFileSystem, base: str) -> str:
    return posixpath.join(base, JOBS, *(() if _is_local(fs) else (_OWN,)))


def _is_local(fs: fsspec.AbstractFileSystem) -> bool:
    return "file" in (fs.protocol if isinstance(fs.protocol, tuple) else (fs.protocol,))


def _name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:40] + ".parquet"


def _is_draft(name: str) -> bool:
    return name.startswith(DRAFT_PREFIX)
