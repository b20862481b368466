"""JSON: a record a line (JSON Lines), or a file that is one object or a list of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from flows.config import ReadConfig
from flows.read.json_text import Member, NotJson, list_items, parse_object, string_runs
from flows.read.lines import BOM, lines, not_utf8_text
from flows.read.record import Record, to_article
from flows.read.source import Source, refuse
from flows.read.streams import open_source, read_whole
from flows.records import RawArticle, Refusal

LOOKED_AT = 20  # records whose names are shown as a file's columns


def read_jsonl(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Stream the records of a JSON Lines file; memory is that of one line.

    Raises:
        OSError, Changed, TooLarge, NotRegular: see `streams.open_source`.
    """
    with open_source(source) as (stream, _):
        head = stream.peek(1)
        if not head:
            yield refuse(source, "empty", "no bytes")
        elif problem := not_utf8_text(head):
            yield refuse(source, *problem)
        else:
            for number, offset, line in lines(stream, config.max_record_bytes):
                yield from _read_line(source, config, number, offset, line)


def read_json(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Read a `.json` file: one article, a list of articles, or in truth JSON Lines.

    Raises:
        OSError, Changed, TooLarge, NotRegular: see `streams.open_source`.
    """
    if _is_jsonl(source, config):
        yield from read_jsonl(source, config)
        return
    data, sha256 = read_whole(source, config.max_file_bytes)
    if not data.strip():
        yield refuse(source, "empty", "white space only" if data else "no bytes", raw_sha256=sha256)
        return
    if problem := not_utf8_text(data):
        yield refuse(source, *problem, raw_sha256=sha256)
        return
    n_mark = len(BOM) if data.startswith(BOM) else 0
    try:
        text = data[n_mark:].decode("utf-8")
        if not text.lstrip().startswith("["):
            record = replace(_record(text, data, n_mark, None), sha256=sha256)
            yield to_article(source, config, record)
        else:
            yield from _read_list(source, config, text, n_mark)
    except UnicodeDecodeError as error:
        yield refuse(source, "undecodable", f"no UTF-8 at byte {error.start}", raw_sha256=sha256)
    except NotJson as error:
        yield refuse(source, "broken_record", str(error), raw_sha256=sha256)


def header(source: Source, config: ReadConfig) -> list[str]:
    """The names in the first `LOOKED_AT` records, in order of appearance.

    Raises:
        OSError, TooLarge, NotRegular: see `streams.open_source`.
    """
    names: dict[str, None] = {}
    for members in islice(_first_objects(source, config), LOOKED_AT):
        names |= dict.fromkeys(members)
    return list(names)


def _first_objects(source: Source, config: ReadConfig) -> Iterator[dict[str, Member]]:
    with open_source(source, prove=False) as (stream, _):
        if source.source_format == "jsonl" or _is_jsonl(source, config):
            texts: Iterator[bytes] = (
                line for _, _, line in lines(stream, config.max_record_bytes) if line
            )
        else:
            texts = _whole(stream.read(config.max_file_bytes))
        for text in texts:
            try:
                yield parse_object(text.decode("utf-8-sig"))[0]
            except (UnicodeDecodeError, NotJson):
                continue


def _whole(data: bytes) -> Iterator[bytes]:
    """The objects of a file that is one, or a list of them."""
    if not data.removeprefix(BOM).lstrip().startswith(b"["):
        yield data
        return
    text = data.decode("utf-8-sig", "replace")
    try:
        yield from (text[start:end].encode() for start, end in list_items(text))
    except NotJson:
        return


def _read_line(
    source: Source, config: ReadConfig, number: int, offset: int, line: bytes | None
) -> Iterator[RawArticle | Refusal]:
    locator = f"line {number}"
    known: dict[str, str | int | None] = {
        "source_locator": locator,
        "raw_sha256": None,
        "raw_n_bytes": None,
    }
    if line is None:
        detail = f"more than {config.max_record_bytes} bytes (read.max_record_bytes)"
        yield refuse(source, "too_large", detail, **known)
        return
    raw = line.rstrip(b"\r\n")
    if number == 1 and raw.startswith(BOM):
        raw, offset = raw[len(BOM) :], offset + len(BOM)
    if not raw.strip():
        return
    known["raw_n_bytes"] = len(raw)
    known["raw_sha256"] = hashlib.sha256(raw).hexdigest()
    try:
        yield to_article(source, config, _record(raw.decode("utf-8"), raw, offset, locator))
    except UnicodeDecodeError as error:
        yield refuse(source, "undecodable", f"no UTF-8 at byte {error.start} of it", **known)
    except NotJson as error:
        yield refuse(source, "broken_record", str(error), **known)


def _read_list(
    source: Source, config: ReadConfig, text: str, offset: int
) -> Iterator[RawArticle | Refusal]:
    """Read a list; a value in it that is no object does not cost its neighbours."""
    at = 0
    for number, (start, end) in enumerate(list_items(text), start=1):
        offset += len(text[at:start].encode())
        raw = text[start:end].encode()
        locator = f"item {number}"
        try:
            yield to_article(source, config, _record(text[start:end], raw, offset, locator))
        except NotJson as error:
            sha256 = hashlib.sha256(raw).hexdigest()
            yield refuse(
                source,
                "broken_record",
                str(error),
                source_locator=locator,
                raw_sha256=sha256,
                raw_n_bytes=len(raw),
            )
        offset += len(raw)
        at = end


def _record(text: str, raw: bytes, offset: int, locator: str | None) -> Record:
    members, conflict = parse_object(text)
    return Record(
        values={name: member.value for name, member in members.items()},
        raw=raw,
        locator=locator,
        runs=lambda name: string_runs(text, members[name], offset),
        flags=("metadata_conflict",) if conflict else (),
    )


def _is_jsonl(source: Source, config: ReadConfig) -> bool:
    """Whether the first two lines that are not blank are objects, each by itself."""
    with open_source(source, prove=False) as (stream, _):
        found = 0
        for _, _, line in lines(stream, config.max_record_bytes):
            if line is None:
                return False
            if line.strip():
                try:
                    parse_object(line.decode("utf-8-sig"))
                except (UnicodeDecodeError, NotJson):
                    return found == 1 and line.lstrip().startswith(b"{")
                found += 1
            if found == 2:
                return True
    return False
