"""Publishing with every operation on files counted, so that any one of them can be made to fail.

Run as a program (`operations.py OUTPUT TABLES`) it publishes once and prints how many operations of
each kind it counted: what a trace of its system calls is compared with.
"""

import builtins
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq

from flows.config import PublishConfig
from flows.publish import about, release
from flows.publish.changes import Changes
from flows.publish.parquet import TableWriter
from flows.publish.swap import new_staging
from flows.work import WorkStore, clear_jobs, note_used, write_job
from schemas import TABLES

# What Python tells its audit hooks of, wherever it is called from; fsync and write it does not.
KINDS = {
    "open": "open",
    "os.scandir": "open",
    "os.listdir": "open",
    "os.rename": "rename",
    "os.mkdir": "mkdir",
    "os.remove": "remove",
    "os.rmdir": "remove",
    "os.symlink": "symlink",
    "os.link": "link",
    "os.truncate": "truncate",
}
NEVER = 10**9


class Injector:
    """Counts operations on files below a folder, and lets the n-th one fail."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.failed = ""
        self._root, self._fail_at, self._error = "", NEVER, 0
        sys.addaudithook(self._audited)

    @contextmanager
    def armed(self, root: Path, fail_at: int = NEVER, error: int = 0) -> Iterator[None]:
        """Count below `root`, and let the operation `fail_at`, from 1, fail with an error number."""
        self.counts.clear()
        self._root, self._fail_at, self._error = str(root), fail_at, error
        with self._heard():
            try:
                yield
            finally:
                self._root = ""

    def step(self, kind: str, path: Any) -> None:
        """One operation is about to be done."""
        if not self._root or not isinstance(path, str | os.PathLike):
            return
        name = os.fspath(path)
        # What shutil deletes it names relative to an open folder; nothing else deletes meanwhile.
        if name.startswith(self._root) or (kind == "remove" and not Path(name).is_absolute()):
            self.counts[kind] += 1
            if self.counts.total() == self._fail_at:
                self.failed = kind
                raise OSError(self._error, os.strerror(self._error), name)

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._root and event in KINDS:
            self.step(KINDS[event], arguments[event == "os.symlink"])

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Lead writing and fsync, which are not audited, and Arrow's files through here."""
        fsync, opened, step = os.fsync, io.open, self.step
        writer, metadata, schema = pq.ParquetWriter, pq.read_metadata, pq.read_schema

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                step("write", str(self.name))
                return super().write(data) or 0

        def fsync_heard(handle: int) -> None:
            step("fsync", Path(f"/proc/self/fd/{handle}").readlink())
            fsync(handle)

        def open_heard(path: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
            if "w" not in mode:
                return opened(path, mode, *rest, **options)
            buffered = io.BufferedWriter(Raw(path, "w"))
            return buffered if "b" in mode else io.TextIOWrapper(buffered, "utf-8")

        def parquet_heard(where: Any, *rest: Any, **options: Any) -> Any:
            make = writer if not isinstance(where, Path) else partial(_Writer, writer)
            return make(where, *rest, **options)

        with (
            mock.patch.object(os, "fsync", fsync_heard),
            mock.patch.object(io, "open", open_heard),
            mock.patch.object(builtins, "open", open_heard),
            mock.patch.object(pq, "ParquetWriter", parquet_heard),
            mock.patch.object(pq, "read_metadata", lambda path: _read(metadata, path)),
            mock.patch.object(pq, "read_schema", lambda path: _read(schema, path)),
        ):
            yield


class _Writer:
    """Arrow's writer on a file of Python's."""

    def __init__(self, writer: Any, path: Path, *rest: Any, **options: Any) -> None:
        self._file = path.open("wb")
        self._writer = writer(self._file, *rest, **options)

    def write_table(self, *arguments: Any, **options: Any) -> None:
        self._writer.write_table(*arguments, **options)

    def close(self) -> None:
        self._writer.close()
        self._file.close()


def _read(read: Any, path: Path) -> Any:
    with path.open("rb") as file:
        return read(file)


def read_tables(folder: Path) -> dict[str, pa.Table]:
    """The tables of a release, as staging writes them."""
    return {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}


def publish(output: Path, tables: dict[str, pa.Table]) -> str:
    """Write all that a build writes: parts, jobs, notes, tables, documents, manifest, pointer.

    What is compared and drawn is no matter of storage: quick texts stand for it.

    Returns:
        Id of the release.
    """
    work = str(output / "work")
    WorkStore(work, "clean").write(tables["inputs"].select(["input_id"]))
    write_job(work, {"items": []})
    note_used(work, "key", [("clean", "a"), ("annotate", "b")])
    changes = Changes("# Changes\n", {"compared_with": None})
    with (
        mock.patch.object(release, "describe_changes", lambda *a, **k: changes),
        mock.patch.object(about, "FILES", {"README.md": lambda *a: "about\n"}),
    ):
        staging = new_staging(output)
        for name, table in tables.items():
            writer = TableWriter(staging, name, 1_000_000)
            writer.write(table.cast(writer.schema))
            writer.close()
        manifest = release.publish_release(
            staging, output, made_from={"a": 1}, build_key="key", run={}, config=PublishConfig()
        )
    clear_jobs(work)
    return str(manifest["id"])


def main() -> None:
    output, folder = map(Path, sys.argv[1:])
    injector, tables = Injector(), read_tables(folder)
    with injector.armed(output):
        publish(output, tables)
    print(json.dumps(injector.counts))


if __name__ == "__main__":
    main()
