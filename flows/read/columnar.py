"""Parquet: a record a row.

What belongs here: rows as plain values, batch by batch. What does not: what the columns mean
(fields.py).
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from flows.config import ReadConfig
from flows.read.digest import digest
from flows.read.record import Record, missing_text, text_column, to_article
from flows.read.source import Source, refuse
from flows.read.streams import Changed, check_unchanged, open_raw, open_source
from flows.records import RawArticle, Refusal

BATCH_ROWS = 64


def read_parquet(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Stream the records of a Parquet file; memory is that of some pages of each column.

    A row has no bytes of its own: its hash and its size are those of its values as JSON.

    Raises:
        OSError, Changed, NotRegular: see `streams.open_source`.
        ConfigError: for a field in `read.columns` that does not exist.
    """
    sha256 = digest(source)
    check_unchanged(source, source.n_bytes, sha256)
    if source.n_bytes == 0:
        yield refuse(source, "empty", "no bytes", raw_sha256=sha256)
        return
    number = 0
    try:
        with _open(source) as stream:
            before = _stamp(stream)
            file = pq.ParquetFile(stream, pre_buffer=False)
            names = file.schema_arrow.names
            if text_column(names, config) is None:
                detail = missing_text(names, config)
                yield refuse(source, "no_text", detail, raw_sha256=sha256)
                return
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                for values in _rows(batch):
                    number += 1
                    yield _article(source, config, values, f"row {number}")
            if _stamp(stream) != before:
                raise Changed("the file was written to while it was read")
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        detail = " ".join(str(error).split())[:300]
        detail = f"no valid Parquet after row {number}: {detail}"
        yield refuse(source, "broken_record", detail, raw_sha256=sha256)


def header(source: Source) -> list[str]:
    """The names of the columns; empty where the file is no Parquet.

    Raises:
        OSError, NotRegular: see `streams.open_source`.
    """
    with _open(source) as stream:
        try:
            return list(pq.ParquetFile(stream).schema_arrow.names)
        except (pa.ArrowException, OSError):
            return []


@contextlib.contextmanager
def _open(source: Source) -> Iterator[IO[bytes]]:
    """The file itself, or unpacked on disk: Parquet is read from its end."""
    if source.compression is None:
        with open_raw(source.path) as stream:
            yield stream
        return
    with tempfile.TemporaryFile() as unpacked:
        with open_source(source) as (packed, _):
            shutil.copyfileobj(packed, unpacked)
        unpacked.seek(0)
        yield unpacked


def _stamp(stream: IO[bytes]) -> tuple[int, int] | None:
    """Size and time of change of a local file; an object of a store does not change."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, AttributeError):
        return None
    return status.st_size, status.st_mtime_ns


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """Rows as values that JSON knows, times as strings; a message for a row that cannot be read."""
    columns = [_as_text(column) for column in batch.columns]
    for index in range(batch.num_rows):
        try:
            yield {
                name: column[index].as_py()
                for name, column in zip(batch.schema.names, columns, strict=True)
            }
        except (UnicodeDecodeError, ValueError, OverflowError) as error:
            yield str(error)


def _as_text(column: pa.Array) -> pa.Array:
    """Dates and times as text, which holds those that Python cannot."""
    return column.cast(pa.string()) if pa.types.is_temporal(column.type) else column


def _article(
    source: Source, config: ReadConfig, values: dict[str, Any] | str, locator: str
) -> RawArticle | Refusal:
    if isinstance(values, str):
        known: dict[str, Any] = {"raw_sha256": None, "raw_n_bytes": None}
        return refuse(source, "broken_record", values, source_locator=locator, **known)
    name = cast(str, text_column(values, config))
    if isinstance(values[name], bytes):
        try:
            values[name] = values[name].decode("utf-8")
        except UnicodeDecodeError as error:
            detail = f"{name!r} is no UTF-8 at byte {error.start}"
            return refuse(source, "undecodable", detail, source_locator=locator)
    raw = json.dumps(values, default=_plain, ensure_ascii=True).encode("ascii")
    if len(raw) > config.max_record_bytes:
        detail = f"more than {config.max_record_bytes} bytes (read.max_record_bytes)"
        return refuse(source, "too_large", detail, source_locator=locator, raw_n_bytes=len(raw))
    return to_article(source, config, Record(values, raw, locator))


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
