"""Digests that tell whether an input changed."""

import hashlib
import json

from flows.read.source import Source
from flows.read.streams import BLOCK, open_raw


def digest(source: Source) -> str:
    """SHA-256 of the file's bytes, streamed.

    Raises:
        OSError: where the file cannot be read (`read` turns that into a refusal).
        NotRegular: where it is no longer a regular file.
    """
    return _digest(source.path)


def fingerprint(source: Source, sha256: str) -> str:
    """SHA-256 of all that `read` makes of a source: its bytes, its name and its metadata files.

    Args:
        source: the source.
        sha256: what `digest` returned for it.
    """
    parts = [
        sha256,
        source.source_path,
        source.source_format,
        source.compression,
        [_digest(path) for path in source.sidecars],
        source.given,
    ]
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()


def _digest(path: str) -> str:
    running = hashlib.sha256()
    with open_raw(path) as stream:
        while block := stream.read(BLOCK):
            running.update(block)
    return running.hexdigest()
