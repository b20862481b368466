"""A source: one file to read, told in strings and numbers alone.

What belongs here: the record that `scan` yields and `read` takes, the formats by file name, and
how a path is published. What does not: opening a file (streams.py) or finding one (scan.py).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from flows.records import Refusal

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "text",
        ".text": "text",
        ".md": "markdown",
        ".markdown": "markdown",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".json": "json",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".csv": "csv",
        ".tsv": "tsv",
        ".parquet": "parquet",
        ".pq": "parquet",
        ".warc": "warc",
    }
)
COMPRESSIONS: Mapping[str, str] = MappingProxyType({".gz": "gzip", ".zst": "zstd"})
# Formats whose files are one article each; `max_file_bytes` holds for them.
SINGLE_ARTICLE = frozenset({"text", "markdown", "html"})

MAX_DETAIL_CHARS = 600
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ESCAPED_IN_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    `path` opens it; `source_path` is what is published; `root` is the input it was found under.
    `sidecars` are files of metadata for it, the strongest last; `given` is its row of the
    manifest. `sha256` is of the file's bytes, where it is already known.
    """

    path: str
    source_path: str
    n_bytes: int
    source_format: str
    compression: str | None
    root: str
    sidecars: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    sha256: str | None = None


def dumps(source: Source) -> str:
    """Write a source as JSON (ASCII, so that any file name survives)."""
    return json.dumps(asdict(source), sort_keys=True)


def loads(text: str) -> Source:
    """Read what `dumps` wrote."""
    values = json.loads(text)
    values["sidecars"] = tuple(values["sidecars"])
    values["given"] = tuple((name, value) for name, value in values["given"])
    return Source(**values)


def split_name(name: str) -> tuple[str, str | None, str | None]:
    """Split a path into what stands before its extensions, its format and its compression.

    The format is None for an extension that no reader knows. A name without any extension is
    text: many corpora name their articles by number.
    """
    folder, slash, base = name.rpartition("/")
    stem, extension = _split(base)
    compression = COMPRESSIONS.get(extension.lower())
    if compression:
        stem, extension = _split(stem)
    source_format = FORMATS.get(extension.lower()) if extension else "text"
    return folder + slash + stem, source_format, compression


def publish_path(relative: str) -> str:
    """Write a path as it is published.

    Bytes that are no UTF-8, control characters and the backslash itself become `\\xNN`, so that
    the path is text, prints harmlessly and can be turned back. It is read as UTF-8 whatever the
    locale's encoding is, in which Python has decoded it.
    """
    if any("\udc80" <= c <= "\udcff" for c in relative):
        relative = relative.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return _ESCAPED_IN_PATH.sub(_escape, relative)


def refuse(source: Source, reason: str, detail: str, **known: str | int | None) -> Refusal:
    """Make the row of a source, or of a record in it, that is not read on."""
    values: dict[str, str | int | None] = {
        "source_format": source.source_format,
        "raw_sha256": source.sha256,
        "raw_n_bytes": source.n_bytes,
    }
    detail = _UNPRINTABLE.sub("\ufffd", detail)[:MAX_DETAIL_CHARS]
    return Refusal(source.source_path, reason, detail, **(values | known))  # type: ignore[arg-type]


def _split(base: str) -> tuple[str, str]:
    stem, dot, extension = base.rpartition(".")
    return (stem, dot + extension) if stem else (base, "")


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
