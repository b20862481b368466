"""Telling text from bytes that are none, without decoding."""

# A file that starts so is no text, whatever its name says.
MAGIC = {
    b"%PDF-": "a PDF",
    b"\x89PNG\r\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an office document of the old kind",
    b"{\\rtf": "rich text; save it as plain text",
    b"\x1f\x8b": "gzip; name it .gz",
    b"\x28\xb5\x2f\xfd": "zstd; name it .zst",
    b"BZh91AY&SY": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"PAR1": "Parquet; name it .parquet",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x7fELF": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\x00asm": "a program",
    b"OggS\x00": "sound",
    b"ID3\x03": "sound",
    b"ID3\x04": "sound",
    b"wOFF": "a font",
}
UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# Controls that text has no use for: all but tab, line feed, vertical tab, form feed, carriage
# return, the ASCII separators (CR/FS of old wire copy) and escape (terminal colours in logs).
CONTROLS = bytes(sorted(set(range(32)) - {9, 10, 11, 12, 13, 27, 28, 29, 30, 31} | {127}))
MAX_CONTROL_SHARE = 0.05
# UTF-16 and UTF-32 of mostly Latin text have NUL in fixed places, and nearly nowhere else.
MIN_NULLS_IN_PLACE = 0.5
MAX_NULLS_ELSEWHERE = 0.05


def binary_kind(data: bytes) -> str | None:
    """Say what the bytes are if they are no text in any encoding; None if they may be text.

    A few stray control characters are text with a blemish (cleaning removes and flags them);
    more than a share of `MAX_CONTROL_SHARE` is not.
    """
    for magic, kind in MAGIC.items():
        if data.startswith(magic):
            return kind
    if data.startswith(UNICODE_MARKS) or is_wide(data):
        return None
    n_controls = len(data) - len(data.translate(None, CONTROLS))
    if n_controls > MAX_CONTROL_SHARE * len(data):
        return f"{n_controls} of {len(data)} bytes are control characters"
    return None


def is_wide(data: bytes) -> bool:
    """Whether NUL bytes stand as in UTF-16 or UTF-32 without a byte order mark."""
    if b"\x00" not in data:
        return False
    lanes = [_null_share(data[lane::4]) for lane in range(4)]
    full = [share >= MIN_NULLS_IN_PLACE for share in lanes]
    free = [share <= MAX_NULLS_ELSEWHERE for share in lanes]
    patterns = (
        (full[0] and full[2] and free[1] and free[3]),  # UTF-16, big end first
        (full[1] and full[3] and free[0] and free[2]),  # UTF-16, little end first
        (full[0] and full[1] and free[3]),  # UTF-32, big end first
        (full[2] and full[3] and free[0]),  # UTF-32, little end first
    )
    return any(patterns)


def _null_share(data: bytes) -> float:
    return data.count(0) / len(data) if data else 0.0
