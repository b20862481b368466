"""Bytes to text: which encoding, and which bytes each code point came from.

Decoding is strict; text is never guessed at by statistics. What is wrong inside decoded text
(mojibake, controls) is the affair of `characters`.
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

import ftfy.bad_codecs
import numpy as np

from flows.clean.align import Aligned, Offsets
from flows.records import Run

# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Position of the NUL bytes of ASCII text, modulo the unit's size.
NUL_PATTERNS = (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1))
DETECTION_BYTES = 4096
# Pages that declare these are cp1252 in practice (WHATWG Encoding Standard, section 4.2). ftfy's
# codec maps the five bytes that cp1252 leaves undefined to controls, as that standard does.
SLOPPY = "sloppy-windows-1252"
WINDOWS = {"ascii", "iso8859-1", "cp1252"}
UNITS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}

ftfy.bad_codecs.ok()


@dataclass(frozen=True, slots=True)
class Decoded:
    """Decoded text; `skipped` bytes of a mark stood before it."""

    text: str
    encoding: str
    method: str
    skipped: int = 0
    flags: tuple[str, ...] = ()


def decode(raw: bytes, *, declared: str | None, fallback: str) -> Decoded | None:
    """Decode an article: byte order mark, UTF-16/32 by NULs, UTF-8, declared, fallback.

    Returns:
        None where not even the fallback decodes the bytes.
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            text = _strict(raw[len(mark) :], encoding)
            if text is not None:
                return Decoded(text, encoding, "bom", len(mark))
    detected = _by_nuls(raw)
    if detected and (text := _strict(raw, detected)) is not None:
        return Decoded(text, detected, "detected")
    text = _strict(raw, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8", "utf-8")
    flags: tuple[str, ...] = ()
    if declared:
        text = _strict(raw, _codec(declared))
        if text is not None:
            return Decoded(text, _name(declared), "declared")
        flags = ("declared_encoding_wrong",)
    text = _strict(raw, _codec(fallback))
    if text is None:
        return None
    return Decoded(text, _name(fallback), "fallback", 0, (*flags, "fallback_encoding"))


def align_bytes(decoded: Decoded, raw: bytes, offset: int) -> Aligned:
    """Give each code point its bytes; `offset` is where `raw` stands in the input file."""
    text, at = decoded.text, offset + decoded.skipped
    if len(text) == len(raw) - decoded.skipped:
        lo = np.arange(at, at + len(text), dtype=np.int64)
        return Aligned(text, lo, lo + 1)
    ends = at + np.cumsum(_widths(decoded, raw[decoded.skipped :]), dtype=np.int64)
    return Aligned(text, np.concatenate(([at], ends[:-1])), ends)


def align_runs(text: str, given: Sequence[Run] | None) -> tuple[Aligned, bool]:
    """Align text that its container decoded; with no runs, to its own code points.

    Returns:
        The text, and whether its alignment leads to bytes.
    """
    if given is None:
        lo = np.arange(len(text), dtype=np.int64)
        return Aligned(text, lo, lo + 1), False
    lo = np.zeros(len(text), dtype=np.int64)
    hi = np.zeros(len(text), dtype=np.int64)
    at, raw_at = 0, given[0].raw_start if given else 0
    for run in given:
        lo[at : run.start] = hi[at : run.start] = raw_at
        n_points, n_bytes = run.end - run.start, run.raw_end - run.raw_start
        if n_bytes % n_points == 0:
            width = n_bytes // n_points
            lo[run.start : run.end] = run.raw_start + width * np.arange(n_points)
            hi[run.start : run.end] = lo[run.start : run.end] + width
        else:
            lo[run.start : run.end] = run.raw_start
            hi[run.start : run.end] = run.raw_end
        at, raw_at = run.end, run.raw_end
    lo[at:] = hi[at:] = raw_at
    return Aligned(text, lo, hi), True


def _strict(raw: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _codec(name: str) -> str | None:
    """Python's codec for a name; None for an unknown one and for codecs that are no encodings."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding:
        return None
    return SLOPPY if info.name in WINDOWS else info.name


def _name(given: str) -> str:
    codec = _codec(given)
    return "cp1252" if codec == SLOPPY else str(codec)


def _by_nuls(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: nearly every unit of English text has its high bytes 0."""
    head = raw[:DETECTION_BYTES]
    if 0 not in head:
        return None
    for encoding, size, unit in NUL_PATTERNS:
        head_units = head[: len(head) // size * size]
        zero = [head_units[i::size].count(0) for i in range(size)]
        n = len(head_units) // size
        if n and zero[unit] < n / 2 and all(zero[i] > 0.6 * n for i in range(size) if i != unit):
            return encoding
    return None


def _widths(decoded: Decoded, raw: bytes) -> Offsets:
    """Bytes of each code point, shape (n,)."""
    text, encoding = decoded.text, decoded.encoding
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if encoding == "utf-8":
        edges = np.array([0x80, 0x800, 0x10000])
        return 1 + np.searchsorted(edges, points, side="right").astype(np.int64)
    if encoding in UNITS:
        size = UNITS[encoding]
        return size + 2 * ((points > 0xFFFF) & (size == 2)).astype(np.int64)
    return _fed_widths(encoding, raw, len(text))


def _fed_widths(encoding: str, raw: bytes, n_points: int) -> Offsets:
    """Widths in any other encoding, found by feeding its decoder byte by byte.

    Bytes that yield nothing at once (lead bytes, shifts) belong to the code point they lead to.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    widths = np.zeros(n_points, dtype=np.int64)
    at = pending = 0
    for i in range(len(raw)):
        pending += 1
        got = len(decoder.decode(raw[i : i + 1]))
        if got:
            widths[at] = pending
            at, pending = at + got, 0
    if n_points:
        widths[-1] += pending
    return widths
