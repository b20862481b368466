"""Articles that are an HTML file each."""

from collections.abc import Iterator

from flows.config import ReadConfig
from flows.read.binary import binary_kind
from flows.read.layers import Layer, file_layers
from flows.read.metadata import identify, merge
from flows.read.page import NoArticle, extract
from flows.read.source import Source, refuse, split_name
from flows.read.streams import read_whole
from flows.read.text import is_blank
from flows.records import RawArticle, Refusal


def read_html(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Read an HTML file as one article; its text has no map to the file's bytes.

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
    try:
        page = extract(data, declared=None, fallback=config.fallback_encoding)
    except NoArticle as error:
        yield refuse(source, "no_text", str(error), raw_sha256=sha256)
        return
    metadata = merge(file_layers(source, config, Layer("page", page.values, page.flags)))
    yield RawArticle(
        doc_id=identify(metadata, split_name(source.source_path)[0]),
        source_path=source.source_path,
        source_format=source.source_format,
        raw_sha256=sha256,
        raw_n_bytes=source.n_bytes,
        metadata=metadata,
        text=page.text,
    )
