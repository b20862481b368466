"""WARC: web captures, as of Common Crawl's news crawl (CC-News).

What belongs here: records, whether they are whole, and finding the next after one that is broken.
What does not: the page in a record (page.py).

Records of the types response, resource and conversion are read; the others (warcinfo, request,
metadata, revisit) describe the crawl and are skipped without a row. A record is whole if it is as
long as it says, its digest, where one is given, is that of its bytes, and its crawler did not cut
it; fastwarc yields cut records without an error.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterator
from typing import IO, Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from flows.config import ReadConfig
from flows.read.binary import binary_kind
from flows.read.digest import digest
from flows.read.layers import Layer, file_layers
from flows.read.metadata import identify, merge
from flows.read.page import NoArticle, extract
from flows.read.record import ID_DIGITS
from flows.read.source import Source, refuse, split_name
from flows.read.streams import BLOCK, check_unchanged, open_raw
from flows.read.text import is_blank
from flows.records import RawArticle, Refusal

READ_TYPES = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
# Where reading can begin again, by how the file starts.
MARKERS = {b"\x1f\x8b": b"\x1f\x8b\x08", b"\x28\xb5": b"\x28\xb5\x2f\xfd"}
PLAIN_MARKER = b"WARC/1."
MAX_RESTARTS = 1_000

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


def read_warc(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Stream the articles of a WARC file; memory is that of one record.

    Raises:
        OSError, Changed, NotRegular: see `streams.open_source`.
    """
    sha256 = digest(source)
    check_unchanged(source, source.n_bytes, sha256)
    if source.n_bytes == 0:
        yield refuse(source, "empty", "no bytes", raw_sha256=sha256)
        return
    with open_raw(source.path) as stream:
        records = _records(stream, config.max_record_bytes)
        for number, (offset, found) in enumerate(records, start=1):
            # A file compressed as one stream has one offset for many records.
            locator = f"offset {offset} record {number}"
            if isinstance(found, WarcRecord):
                yield _article(source, config, found, locator)
            else:
                reason, detail = found
                yield refuse(source, reason, detail, **_known(locator))


def _records(stream: IO[bytes], limit: int) -> Iterator[tuple[int, WarcRecord | tuple[str, str]]]:
    """Yield offset and record, frozen, or what is wrong with it.

    After what is no record, and after one that ends with the file before its own end, reading
    begins again at the next marker.
    """
    marker = MARKERS.get(stream.read(2), PLAIN_MARKER)
    start: int | None = 0
    for _ in range(MAX_RESTARTS):
        if start is None:
            return
        stream.seek(start)
        at = start
        try:
            for record in ArchiveIterator(stream, parse_http=False):
                at = record.stream_pos
                said = record.content_length
                problem = _freeze(record, limit)
                cut = record.is_frozen and record.content_length < said
                if record.record_type & READ_TYPES:
                    yield at, problem or record
                elif record.record_type == WarcRecordType.unknown:
                    yield at, problem or ("broken_record", "of no type that WARC knows")
                if cut:
                    break
            else:
                return
        except OSError as error:
            yield at, ("broken_record", f"after this, {error}")
        start = _find(stream, marker, at + 1)
    yield at, ("broken_record", f"more than {MAX_RESTARTS} breaks; the rest is not read")


def _freeze(record: WarcRecord, limit: int) -> tuple[str, str] | None:
    """Take a record into memory, and say what is wrong with it, if anything."""
    said = record.content_length
    if said > limit:
        return "too_large", f"more than {limit} bytes (read.max_record_bytes)"
    record.freeze()
    if record.content_length < said:
        return "truncated", f"{record.content_length} of {said} bytes"
    if not _digest_holds(record):
        return "broken_record", "its bytes have not the digest that it gives"
    if "WARC-Truncated" in record.headers:
        return "truncated", f"cut by the crawler ({record.headers['WARC-Truncated']})"
    return None


def _find(stream: IO[bytes], marker: bytes, start: int) -> int | None:
    """Offset of the next marker at or after `start`."""
    stream.seek(start)
    kept = b""
    while block := stream.read(BLOCK):
        window = kept + block
        at = window.find(marker)
        if at >= 0:
            return start - len(kept) + at
        kept = window[1 - len(marker) :]
        start += len(block)
    return None


def _digest_holds(record: WarcRecord) -> bool:
    """Whether a frozen record's bytes have the digest it gives; true where it gives none we know."""
    algorithm, _, given = (record.headers.get("WARC-Block-Digest") or "").partition(":")
    if algorithm.lower() not in ("sha1", "sha256", "sha512", "md5"):
        return True
    found = hashlib.new(algorithm.lower(), _block(record), usedforsecurity=False).digest()
    given = given.strip().rstrip("=")
    return given.lower() == found.hex() or given.upper() == b32encode(found).decode().rstrip("=")


def _block(record: WarcRecord) -> bytes:
    """All bytes of a frozen record, which stands at its start again afterwards."""
    data = record.reader.read()
    record.reader.seek(0)
    return data


def _article(
    source: Source, config: ReadConfig, record: WarcRecord, locator: str
) -> RawArticle | Refusal:
    block = _block(record)
    known = _known(locator, block)
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    try:
        kind, charset, body = _body(record, config.max_record_bytes)
    except (OSError, ValueError) as error:
        return refuse(source, "broken_record", f"its HTTP message: {error}", **known)
    except NoArticle as error:
        return refuse(source, "no_text", str(error), **known)
    if len(body) > config.max_record_bytes:
        detail = f"unpacks to more than {config.max_record_bytes} bytes (read.max_record_bytes)"
        return refuse(source, "too_large", detail, **known)
    if is_blank(body):
        return refuse(source, "empty", "nothing was sent", **known)
    if found := binary_kind(body):
        return refuse(source, "binary", found, **known)
    values: dict[str, Any] = {
        "url": url,
        "warc_date": record.headers.get("WARC-Date"),
        "warc_record_id": record.headers.get("WARC-Record-ID"),
    }
    given: dict[str, Any]
    flags: tuple[str, ...] = ()
    if kind == "text/plain":
        values["encoding"] = charset
        given = {"raw": body, "raw_in_file": False}
    else:
        try:
            fallback = config.fallback_encoding
            page = extract(body, declared=charset, fallback=fallback, url=url)
        except NoArticle as error:
            return refuse(source, "no_text", str(error), **known)
        values |= page.values
        flags = page.flags
        given = {"text": page.text}
    metadata = merge(file_layers(source, config, Layer("page", values, flags)))
    sha256 = str(known["raw_sha256"])
    return RawArticle(
        doc_id=identify(metadata, f"{split_name(source.source_path)[0]}#{sha256[:ID_DIGITS]}"),
        source_path=source.source_path,
        source_format=source.source_format,
        source_locator=locator,
        raw_sha256=sha256,
        raw_n_bytes=len(block),
        metadata=metadata,
        **given,
    )


def _body(record: WarcRecord, limit: int) -> tuple[str, str | None, bytes]:
    """Content type, encoding declared and bytes of what a record captured.

    Raises:
        NoArticle: if it captured no page and no text.
        OSError, ValueError: for a broken HTTP message.
    """
    content_type = record.headers.get("Content-Type") or ""
    if record.is_http:
        record.parse_http(auto_decode="all")
        headers = record.http_headers
        if headers is None or headers.status_code != 200:
            status = headers.status_code if headers is not None else None
            raise NoArticle(f"HTTP status {status}")
        content_type = headers.get("Content-Type") or ""
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if kind not in READABLE:
        raise NoArticle(f"its content type is {kind[:80]!r}")
    charset = _CHARSET.search(parameters)
    return kind, charset[1] if charset else None, record.reader.read(limit + 1)


def _known(locator: str, block: bytes | None = None) -> dict[str, str | int | None]:
    return {
        "source_locator": locator,
        "raw_sha256": None if block is None else hashlib.sha256(block).hexdigest(),
        "raw_n_bytes": None if block is None else len(block),
    }
