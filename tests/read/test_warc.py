import gzip
import hashlib
from base64 import b32encode

import pytest
import zstandard

from flows.records import Refusal

PAGE = (
    "<!doctype html><html><head><title>Mill {0}</title></head><body><article><h1>Mill {0}</h1>"
    "<p>The old mill number {0} on the river will reopen in spring, its owner said on Monday.</p>"
    "<p>“We have waited for this day,” said Ann Smith, who bought the building years ago.</p>"
    "<p>The town council agreed to pay for the bridge, and the work is to begin soon.</p>"
    "</article></body></html>"
)


def http(body, kind="text/html; charset=utf-8", status="200 OK", headers=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}\r\n".encode() + body


def capture(block, name, kind="response", digest=None, length=None, extra=""):
    found = "sha1:" + b32encode(hashlib.sha1(block).digest()).decode()
    content = "application/http; msgtype=response" if kind == "response" else "text/plain"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://x.example/{name}\r\n"
        f"WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{name}>\r\n"
        f"Content-Type: {content}\r\nWARC-Block-Digest: {digest or found}\r\n{extra}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def good(name):
    return capture(http(PAGE.format(name).encode()), name)


def outcomes(found):
    """Last part of the id, or the reason, of each."""
    return [o.reason if isinstance(o, Refusal) else o.doc_id.rpartition("/")[2] for o in found]


PACKERS = {
    "a.warc": lambda records: b"".join(records),
    "a.warc.gz": lambda records: b"".join(map(gzip.compress, records)),
    "a.warc.zst": lambda records: b"".join(map(zstandard.compress, records)),
}


@pytest.fixture(params=list(PACKERS))
def put_records(request, put):
    """Write records as a plain, gzipped or zstd file."""
    return lambda *records: put(request.param, PACKERS[request.param](records))


def test_pages_and_their_metadata(put_records, read_all):
    put_records(capture(b"software: x\r\n", "info", kind="warcinfo"), good("one"), good("two"))
    one, two = read_all()
    assert (one.doc_id, two.doc_id) == ("http://x.example/one", "http://x.example/two")
    assert "The old mill number one on the river" in one.text
    assert one.metadata.title == "Mill one"
    assert one.metadata.published_date is None
    assert one.metadata.extra["warc_date"] == "2020-01-01T00:00:00Z"
    assert one.source_locator.startswith("offset ")
    block = http(PAGE.format("one").encode())
    assert one.raw_sha256 == hashlib.sha256(block).hexdigest()
    assert one.raw_n_bytes == len(block)


def test_what_is_no_article(put_records, read_all):
    put_records(
        capture(http(b"\x89PNG", "image/png"), "picture"),
        capture(http(b"gone", status="404 Not Found"), "gone"),
        capture(http(b""), "nothing"),
        capture(http(b"<html></html>"), "bare"),
        capture(b"no http", "none"),
        good("one"),
    )
    expected = ["no_text", "no_text", "empty", "no_text", "no_text", "one"]
    assert outcomes(read_all()) == expected


def test_packed_and_plain_bodies(put_records, read_all):
    packed = gzip.compress(PAGE.format("gz").encode())
    chunked = f"{len(packed):x}\r\n".encode() + packed + b"\r\n0\r\n\r\n"
    put_records(
        capture(http(packed, headers="Content-Encoding: gzip\r\n"), "gz"),
        capture(
            http(chunked, headers="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), "ch"
        ),
        capture(http("café".encode("latin-1"), "text/plain; charset=latin-1"), "plain"),
        capture(b"a converted text", "wet", kind="conversion"),
    )
    gz, chunked, plain, wet = read_all()
    assert gz.text == chunked.text
    assert (plain.raw, plain.raw_in_file, plain.metadata.encoding) == (
        b"caf\xe9",
        False,
        "iso8859-1",
    )
    assert wet.raw == b"a converted text"


def test_truncated_records_are_told_by_length_and_digest(put_records, read_all):
    put_records(
        good("one"),
        capture(http(PAGE.format("d").encode()), "digest", digest="sha1:" + "A" * 32),
        capture(http(PAGE.format("c").encode()), "cut", extra="WARC-Truncated: length\r\n"),
        capture(http(PAGE.format("u").encode()), "unknown", digest="blake3:xyz"),
        good("two")[:400],
    )
    expected = ["one", "broken_record", "truncated", "unknown", "truncated"]
    assert outcomes(read_all()) == expected


@pytest.mark.parametrize(
    "broken",
    [
        good("cut")[:500],
        capture(http(b"x"), "long", length=10_000_000),
        capture(http(b"x" * 100), "short", length=50),
        capture(http(b"x"), "negative", length=-5),
        b"garbage\r\n\r\n",
        capture(b"x", "other", kind="banana"),
    ],
)
def test_a_broken_record_never_costs_its_neighbours(put_records, read_all, broken):
    put_records(good("one"), broken, good("two"), good("three"))
    found = outcomes(read_all())
    assert [name for name in found if name in ("one", "two", "three")] == ["one", "two", "three"]
    assert len(found) > 3


def test_locators_are_unique_in_a_file_packed_as_one(put, read_all):
    put("a.warc.gz", gzip.compress(good("one") + good("two") + good("three")))
    found = read_all()
    assert outcomes(found) == ["one", "two", "three"]
    assert len({article.source_locator for article in found}) == 3


def test_records_above_the_limit_are_passed_over(put_records, read_all):
    bomb = gzip.compress(b"<p>" + b"0" * 3_000_000)
    put_records(
        capture(http(b"<p>" + b"x" * 200_000), "large"),
        capture(http(bomb, headers="Content-Encoding: gzip\r\n"), "bomb"),
        good("one"),
    )
    assert outcomes(read_all(max_record_bytes=100_000)) == ["too_large", "too_large", "one"]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty"), (b"no warc at all\n" * 100, "broken_record")]
)
def test_whole_files_refused(put, read_one, content, reason):
    put("a.warc", content)
    assert read_one().reason == reason
