"""Lines of a file that should hold UTF-8, with their offsets, of bounded length."""

import io
from collections.abc import Iterator

from flows.read.binary import UNICODE_MARKS, binary_kind
from flows.read.streams import BLOCK

BOM = b"\xef\xbb\xbf"


def lines(
    stream: io.BufferedReader, limit: int, offset: int = 0
) -> Iterator[tuple[int, int, bytes | None]]:
    """Yield number, offset and bytes of each line; None for one longer than `limit` bytes.

    `offset` is where in the file the stream stands.
    """
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        n_bytes = len(line)
        fits = n_bytes <= limit
        rest = line
        while n_bytes > limit and rest and not rest.endswith(b"\n"):
            rest = stream.readline(BLOCK)
            n_bytes += len(rest)
        yield number, offset, line if fits else None
        offset += n_bytes


def not_utf8_text(head: bytes) -> tuple[str, str] | None:
    """Reason and detail if a file that should hold UTF-8 starts as something else."""
    if head.startswith(UNICODE_MARKS):
        return "undecodable", "UTF-16 or UTF-32; save it as UTF-8"
    kind = binary_kind(head)
    return ("binary", kind) if kind else None
