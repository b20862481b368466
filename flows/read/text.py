"""Articles that are a file of text: plain or Markdown, with or without front matter.

What belongs here: what can be said of the bytes without decoding them. What does not: decoding,
which is cleaning's first step.
"""

from collections.abc import Iterator

from flows.config import ReadConfig
from flows.read.binary import binary_kind
from flows.read.front_matter import split_front_matter
from flows.read.layers import Layer, file_layers
from flows.read.metadata import identify, merge
from flows.read.source import Source, refuse, split_name
from flows.read.streams import read_whole
from flows.records import RawArticle, Refusal

# White space in any encoding, as far as bytes can tell; byte order marks with it.
BLANK = b" \t\r\n\x0b\x0c\x00"
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")


def read_text(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Read a text file as one article, its bytes undecoded.

    Raises:
        OSError, Changed, TooLarge, NotRegular: see `streams.read_whole`.
    """
    data, sha256 = read_whole(source, config.max_file_bytes)
    if is_blank(data):
        detail = "white space only" if data else "no bytes"
        yield refuse(source, "empty", detail, raw_sha256=sha256)
        return
    if kind := binary_kind(data):
        yield refuse(source, "binary", kind, raw_sha256=sha256)
        return
    found = split_front_matter(data, config.fallback_encoding)
    raw = data[found.n_bytes :]
    if is_blank(raw):
        yield refuse(source, "no_text", "front matter without an article", raw_sha256=sha256)
        return
    inner = Layer("front matter", found.values, found.flags)
    metadata = merge(file_layers(source, config, inner))
    yield RawArticle(
        doc_id=identify(metadata, split_name(source.source_path)[0]),
        source_path=source.source_path,
        source_format=source.source_format,
        raw_sha256=sha256,
        raw_n_bytes=source.n_bytes,
        metadata=metadata,
        raw=raw,
        raw_offset=found.n_bytes,
        raw_in_file=source.compression is None,
        preamble=data[: found.n_bytes],
    )


def is_blank(data: bytes) -> bool:
    """Whether the bytes are white space in any encoding, byte order mark or not."""
    for mark in MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            break
    return not data.strip(BLANK)
