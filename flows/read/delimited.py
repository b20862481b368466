"""CSV and TSV: a record a row, the names in the first.

What belongs here: where rows and cells start and end, to the byte. (Python's csv module, whose
reading this equals, tells no offsets, and lets a quotation mark that is never closed swallow the
rest of the file.) What does not: what the columns mean (fields.py).
"""

import hashlib
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from flows.config import ReadConfig
from flows.read.lines import BOM, lines, not_utf8_text
from flows.read.record import Record, missing_text, text_column, to_article
from flows.read.runs import WIDE, map_runs
from flows.read.source import Source, refuse
from flows.read.streams import open_source
from flows.records import RawArticle, Refusal, Run

DELIMITERS = (b",", b";", b"\t", b"|")
# A quotation mark that is never closed ends at the next mark, rows later, or nowhere. Such a row is
# given up at its first line and reading goes on at the second, until so many bytes were read twice.
MAX_BYTES_AGAIN = 512 << 20

_QUOTED = re.compile(rb'"[^"]*"')
_QUOTED_CELL = re.compile(rb'"([^"]*(?:""[^"]*)*)"')
_QUOTED_RUNS = re.compile(r'(?P<escape>"")|(?P<one>[^"\x80-\U0010ffff]+)|' + WIDE)
_BARE_RUNS = re.compile(r"(?P<one>[\x00-\x7f]+)|" + WIDE)

Line = tuple[int, int, bytes | None]  # number, offset, bytes; see `lines.lines`


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it starts at, its offset, its bytes; or what is wrong with it."""

    line: int
    offset: int
    raw: bytes
    problem: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its bytes where they stand in the row, and what follows its closing mark."""

    start: int
    literal: bytes
    quoted: bool
    tail: bytes


def read_delimited(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Stream the records of a CSV or TSV file; memory is that of one row.

    Raises:
        OSError, Changed, TooLarge, NotRegular: see `streams.open_source`.
        ConfigError: for a field in `read.columns` that does not exist.
    """
    with open_source(source) as (stream, _):
        head = stream.peek(1)
        if not head:
            yield refuse(source, "empty", "no bytes")
        elif problem := not_utf8_text(head):
            yield refuse(source, *problem)
        else:
            found, delimiter = _open_rows(source, config, stream)
            yield from _read_rows(source, config, found, delimiter)


def header(source: Source, config: ReadConfig) -> list[str]:
    """The names of the columns; empty where there are none.

    Raises:
        OSError, TooLarge, NotRegular: see `streams.open_source`.
    """
    with open_source(source, prove=False) as (stream, _):
        found, delimiter = _open_rows(source, config, stream)
        first = next(found, None)
        return [] if first is None else _names(first, delimiter, config)


def guess_delimiter(head: bytes) -> bytes:
    """What parts the cells of the first line: what stands there most often outside of quotes."""
    line = _QUOTED.sub(b"", head.partition(b"\n")[0])
    return max(DELIMITERS, key=line.count)


def rows(stream: io.BufferedReader, delimiter: bytes, limit: int, offset: int = 0) -> Iterator[Row]:
    """Yield the rows of a file that are not blank, each of at most `limit` bytes.

    A row of several lines must have no fewer cells than the first row and nothing after a closing
    mark; else a mark was never closed, and its first line is yielded alone, as a problem.
    """
    fresh = lines(stream, limit, offset)
    again: deque[Line] = deque()
    n_again = 0
    n_cells = None
    while True:
        taken, closed = _take(again, fresh, delimiter, limit)
        if not taken:
            return
        number, offset, first = taken[0]
        raw = b"".join(line for _, _, line in taken if line is not None)
        if first is None:
            detail = f"more than {limit} bytes (read.max_record_bytes)"
            yield Row(number, offset, b"", ("too_large", detail))
        elif closed and (len(taken) == 1 or _is_sound(raw, delimiter, n_cells)):
            if raw.strip():
                n_cells = n_cells or len(cells(raw, delimiter))
                yield Row(number, offset, raw.rstrip(b"\r\n"))
        else:
            yield Row(number, offset, first, ("broken_record", "a quotation mark is never closed"))
            n_again += len(raw)
            if n_again > MAX_BYTES_AGAIN:
                detail = "too many quotation marks are never closed; from here on nothing is read"
                yield Row(number + 1, offset + len(first), b"", ("broken_record", detail))
                return
            again.extendleft(reversed(taken[1:]))


def cells(raw: bytes, delimiter: bytes) -> list[Cell]:
    """Cut a row into its cells."""
    found = []
    at = 0
    while True:
        end = None
        if raw[at : at + 1] == b'"':
            match = _QUOTED_CELL.match(raw, at)
            if match:
                end = _find(raw, delimiter, match.end())
                found.append(Cell(at + 1, match[1], True, raw[match.end() : end]))
        if end is None:
            end = _find(raw, delimiter, at)
            found.append(Cell(at, raw[at:end], False, b""))
        if end == len(raw):
            return found
        at = end + 1


def _take(
    again: deque[Line], fresh: Iterator[Line], delimiter: bytes, limit: int
) -> tuple[list[Line], bool]:
    """Take the lines of the next row, and say whether it is closed."""
    taken: list[Line] = []
    n_bytes, inside = 0, False
    while item := (again.popleft() if again else next(fresh, None)):
        taken.append(item)
        line = item[2]
        if line is None:
            return taken, False
        n_bytes += len(line)
        inside = _ends_inside(line, inside, delimiter)
        if not inside or n_bytes > limit:
            break
    return taken, not inside


def _is_sound(raw: bytes, delimiter: bytes, n_cells: int | None) -> bool:
    found = cells(raw.rstrip(b"\r\n"), delimiter)
    if n_cells is not None and len(found) < n_cells:
        return False
    return not any(cell.tail for cell in found)


def _ends_inside(line: bytes, inside: bool, delimiter: bytes) -> bool:
    """Whether a quoted cell is open at the end of a line."""
    at = 0
    while True:
        if inside:
            at = line.find(b'"', at)
            if at < 0:
                return True
            if line[at + 1 : at + 2] == b'"':
                at += 2
                continue
        elif line[at : at + 1] == b'"':
            inside, at = True, at + 1
            continue
        inside = False
        at = line.find(delimiter, at) + 1
        if at == 0:
            return False


def _find(raw: bytes, delimiter: bytes, at: int) -> int:
    end = raw.find(delimiter, at)
    return len(raw) if end < 0 else end


def _open_rows(
    source: Source, config: ReadConfig, stream: io.BufferedReader
) -> tuple[Iterator[Row], bytes]:
    """The rows after a byte order mark, and what parts their cells."""
    head = stream.peek(1)
    n_mark = len(stream.read(len(BOM))) if head.startswith(BOM) else 0
    delimiter = b"\t" if source.source_format == "tsv" else guess_delimiter(head[n_mark:])
    return rows(stream, delimiter, config.max_record_bytes, n_mark), delimiter


def _read_rows(
    source: Source, config: ReadConfig, found: Iterator[Row], delimiter: bytes
) -> Iterator[RawArticle | Refusal]:
    first = next(found, None)
    if first is None:
        yield refuse(source, "empty", "white space only")
        return
    names = _names(first, delimiter, config)
    if text_column(names, config) is None:
        yield refuse(source, "no_text", missing_text(names, config))
        return
    for row in found:
        locator = f"line {row.line}"
        problem = row.problem
        if problem is None:
            record = _record(row, names, delimiter, config, locator)
            if isinstance(record, Record):
                yield to_article(source, config, record)
                continue
            problem = ("broken_record", record)
        yield refuse(
            source,
            *problem,
            source_locator=locator,
            raw_sha256=hashlib.sha256(row.raw).hexdigest() if row.raw else None,
            raw_n_bytes=len(row.raw) if row.raw else None,
        )


def _names(row: Row, delimiter: bytes, config: ReadConfig) -> list[str]:
    encoding = _encoding(row.raw, config)
    return [_value(cell, encoding).strip() for cell in cells(row.raw, delimiter)]


def _record(
    row: Row, names: list[str], delimiter: bytes, config: ReadConfig, locator: str
) -> Record | str:
    """The record of a row, or what is wrong with it."""
    found = cells(row.raw, delimiter)
    encoding = _encoding(row.raw, config)
    values = [_value(cell, encoding) for cell in found]
    if len(values) < len(names) or any(values[len(names) :]):
        return f"{len(values)} cells under a header of {len(names)}"
    by_name = {name: cell for name, cell in zip(names, found, strict=False) if name}

    def runs(name: str) -> tuple[Run, ...] | None:
        cell = by_name[name]
        return None if cell.tail or encoding != "utf-8" else _runs(cell, row.offset)

    return Record(
        values={name: value for name, value in zip(names, values, strict=False) if name},
        raw=row.raw,
        locator=locator,
        runs=runs,
        flags=() if encoding == "utf-8" else ("fallback_encoding",),
    )


def _encoding(raw: bytes, config: ReadConfig) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return config.fallback_encoding
    return "utf-8"


def _value(cell: Cell, encoding: str) -> str:
    literal = cell.literal.replace(b'""', b'"') if cell.quoted else cell.literal
    return (literal + cell.tail).decode(encoding, "replace")


def _runs(cell: Cell, offset: int) -> tuple[Run, ...]:
    pattern = _QUOTED_RUNS if cell.quoted else _BARE_RUNS
    return map_runs(cell.literal.decode("utf-8"), pattern, {"escape": 2}, offset + cell.start)
