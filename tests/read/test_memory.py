"""Collections are streamed: what reading holds depends on a record, not on how many there are."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.config import ReadConfig
from flows.read.read import read
from flows.read.scan import scan
from flows.records import RawArticle

TEXT = "The council met for three hours on Tuesday and put off its vote on the new bridge. " * 60
FEW, MANY = 500, 1_500


def jsonl(number: int) -> bytes:
    return json.dumps({"id": number, "text": f"{number} {TEXT}"}).encode() + b"\n"


def csv(number: int) -> bytes:
    return (b"id,text\n" if not number else b"") + f"{number},{number} {TEXT}\n".encode()


def warc(number: int) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{number} {TEXT}".encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/{number}\r\n"
        f"WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def peak(path: Path, n_records: int) -> int:
    """Most bytes that Python held while it read a file, record by record."""
    tracemalloc.start()
    try:
        (source,) = scan([str(path)], ReadConfig(max_file_bytes=1))
        found = sum(isinstance(item, RawArticle) for item in read(source, ReadConfig()))
        assert found == n_records
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(("name", "record"), [("a.jsonl", jsonl), ("a.csv", csv), ("a.warc", warc)])
def test_three_times_the_records_take_no_more_memory(
    tmp_path: Path, name: str, record: Callable[[int], bytes], packed: bool
) -> None:
    def write(n_records: int) -> Path:
        path = tmp_path / str(n_records) / (name + ".gz" * packed)
        path.parent.mkdir()
        with gzip.open(path, "wb", 1) if packed else path.open("wb") as file:
            file.writelines(map(record, range(n_records)))
        return path

    few, many = write(FEW), write(MANY)
    peak(few, FEW)  # what is loaded once
    # What was read in between is 5 MB of text.
    assert peak(many, MANY) < peak(few, FEW) + 300_000
