"""Bytes of a source: opened from anywhere, hashed on the way, decompressed within limits.

What belongs here: everything that touches a file's bytes. What does not: what they mean.
"""

import contextlib
import gzip
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

import fsspec
import zstandard

from flows.read.source import Source

BLOCK = 1 << 20
# A zstd block unpacks into 128 KiB at most, and the smallest packed one has 4 bytes.
PACKED_BLOCK = 1 << 10
# Ordinary text compresses some 3 to 10 times, repetitive logs 100 times; deflate ends at 1032.
BOMB_RATIO = 250
BOMB_FREE_BYTES = 64 << 20

CORRUPT = (gzip.BadGzipFile, zlib.error, zstandard.ZstdError)


class TooLarge(Exception):
    """The bytes are more than the limit; the message says which."""


class Changed(Exception):
    """The file is not the one that was scanned."""


class NotRegular(OSError):
    """The path leads to a pipe, a socket or a device."""


class Hashed(io.RawIOBase):
    """A stream that hashes and counts what passes through it."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self._hash = hashlib.sha256()
        self.n_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._inner.read(len(buffer))
        buffer[: len(block)] = block
        self._hash.update(block)
        self.n_bytes += len(block)
        return len(block)

    def hexdigest(self) -> str:
        """SHA-256 of what has passed."""
        return self._hash.hexdigest()


class Bounded(io.RawIOBase):
    """A decompressed stream that stops a bomb.

    Raises:
        TooLarge: once far more has come out than the bytes put in can hold of real text.
    """

    def __init__(self, inner: gzip.GzipFile | io.BufferedReader, packed: Hashed) -> None:
        self._inner = inner
        self._packed = packed
        self._n_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._inner.read1(len(buffer))  # all that came before a break
        buffer[: len(block)] = block
        self._n_bytes += len(block)
        if self._n_bytes > max(BOMB_FREE_BYTES, BOMB_RATIO * self._packed.n_bytes):
            raise TooLarge(
                f"unpacks to more than {BOMB_RATIO} times its size, as a decompression bomb does"
            )
        return len(block)


class Zstd(io.RawIOBase):
    """A zstd stream of any number of frames.

    Raises:
        EOFError: where the data end inside a frame; zstandard's own reader ends there silently.
        zstandard.ZstdError: for what is no zstd.
    """

    def __init__(self, packed: io.BufferedReader) -> None:
        self._packed = packed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = memoryview(b"")
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting:
            if self._frame.eof:
                block = self._frame.unused_data or self._packed.read(PACKED_BLOCK)
                self._frame = zstandard.ZstdDecompressor().decompressobj()
                self._begun = False
            else:
                block = self._packed.read(PACKED_BLOCK)
            if not block:
                if self._begun:
                    raise EOFError
                return 0
            self._begun = True
            self._waiting = memoryview(self._frame.decompress(block))
        n_bytes = min(len(buffer), len(self._waiting))
        buffer[:n_bytes] = self._waiting[:n_bytes]
        self._waiting = self._waiting[n_bytes:]
        return n_bytes


@contextlib.contextmanager
def open_raw(path: str) -> Iterator[IO[bytes]]:
    """Open the bytes of a local path or an fsspec URL.

    Raises:
        OSError: where the system refuses.
        NotRegular: for a pipe, a socket or a device, without waiting for it.
    """
    if is_url(path):
        with fsspec.open(path, "rb") as stream:
            yield cast(IO[bytes], stream)
        return
    with open(path, "rb", opener=_open_without_waiting) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise NotRegular(path)
        yield stream


@contextlib.contextmanager
def open_source(
    source: Source, *, prove: bool = True
) -> Iterator[tuple[io.BufferedReader, Hashed]]:
    """Open a source: its bytes, decompressed, and the hash of the file as far as it is read.

    On leaving, what was not read is read too, so that the hash is of the whole file, and the
    file is compared with what was scanned (unless `prove` is false: to have a look only).

    Raises:
        Changed: on leaving, if the file's size or hash is not what was scanned.
        OSError, NotRegular, TooLarge: as they come up.
    """
    with open_raw(source.path) as stream:
        hashed = Hashed(stream)
        packed: io.BufferedReader = io.BufferedReader(hashed, BLOCK)
        if source.compression is None:
            yield packed, hashed
        else:
            unpacked = Bounded(_unpacked(packed, source.compression), hashed)
            yield io.BufferedReader(unpacked, BLOCK), hashed
        if not prove:
            return
        while packed.read(BLOCK):
            pass
        check_unchanged(source, hashed.n_bytes, hashed.hexdigest())


def read_whole(source: Source, limit: int) -> tuple[bytes, str]:
    """Read all bytes of a source.

    Returns:
        The bytes, decompressed, and the SHA-256 of the file.

    Raises:
        TooLarge: for more than `limit` bytes.
        Changed, OSError, NotRegular: see `open_source`.
    """
    # Room for what is expected, not for the limit; a file that has grown is told on leaving.
    expected = limit if source.compression else min(limit, source.n_bytes)
    with open_source(source) as (stream, hashed):
        data = stream.read(expected + 1)
        if len(data) > limit:
            raise TooLarge(f"more than {limit} bytes")
    return data, hashed.hexdigest()


def check_unchanged(source: Source, n_bytes: int, sha256: str) -> None:
    """Compare what was read with what was scanned.

    Raises:
        Changed: if they differ.
    """
    if n_bytes != source.n_bytes or (source.sha256 or sha256) != sha256:
        raise Changed("the file was written to after it was found")


def is_url(path: str) -> bool:
    """Tell a URL (`s3://...`) from a local path."""
    scheme, separator, _ = path.partition("://")
    return bool(separator) and scheme.replace("+", "").replace("-", "").isalnum()


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unpacked(packed: io.BufferedReader, compression: str) -> gzip.GzipFile | io.BufferedReader:
    if compression == "gzip":
        return gzip.GzipFile(fileobj=packed)
    return io.BufferedReader(Zstd(packed), BLOCK)
