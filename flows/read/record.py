"""A record of a collection file, made into an article.

What belongs here: what JSONL, CSV and Parquet share: columns, ids, missing text. What does not:
how each of them is read.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.config import ReadConfig
from flows.read.fields import assign
from flows.read.json_text import without_surrogates
from flows.read.layers import RECORD, Layer, file_layers
from flows.read.metadata import identify, merge
from flows.read.source import Source, refuse, split_name
from flows.records import RawArticle, Refusal, Run

ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Record:
    """A record as its file holds it.

    Attributes:
        values: values by column.
        raw: bytes of the record, hashed for its row and its id.
        locator: where it stands; None where the file is the record.
        runs: maps the string in a column to the file's bytes, where the format allows it.
        flags: what was odd about it.
        sha256: of the file, where the file is the record.
    """

    values: Mapping[str, Any]
    raw: bytes
    locator: str | None
    runs: Callable[[str], tuple[Run, ...] | None] | None = None
    flags: tuple[str, ...] = ()
    sha256: str | None = None


def text_column(names: Iterable[str], config: ReadConfig) -> str | None:
    """The column that holds the text; None if there is none.

    Raises:
        ConfigError: for a field in `read.columns` that does not exist.
    """
    names = list(names)
    name = assign(names, config.columns).get("text")
    return name if name in names else None


def to_article(source: Source, config: ReadConfig, record: Record) -> RawArticle | Refusal:
    """Make an article of a record, or the refusal that says why it is none.

    A record without id and URL has the id `path#hash`, of its own bytes: it stays the same when
    the file is reordered or grows, which a record's number would not.

    Raises:
        ConfigError: for a field in `read.columns` that does not exist.
    """
    sha256 = record.sha256 or hashlib.sha256(record.raw).hexdigest()
    n_bytes = source.n_bytes if record.sha256 else len(record.raw)
    known = {
        "source_locator": record.locator,
        "raw_sha256": sha256,
        "raw_n_bytes": n_bytes,
    }
    name = text_column(record.values, config)
    if name is None:
        return refuse(source, "no_text", missing_text(list(record.values), config), **known)
    text = _joined(record.values[name])
    if text is None:
        kind = type(record.values[name]).__name__
        return refuse(source, "no_text", f"{name!r} holds no text but {kind}", **known)
    if not text.strip("\ufeff\x00 \t\r\n\x0b\x0c"):
        return refuse(source, "empty", f"{name!r} is empty", **known)
    plain = without_surrogates(text)
    flags = (*record.flags, *(("replacement_characters",) if plain != text else ()))
    own = Layer(RECORD, record.values, flags, config.columns)
    metadata = merge(file_layers(source, config, own))
    stem = split_name(source.source_path)[0]
    otherwise = stem if record.locator is None else f"{stem}#{sha256[:ID_DIGITS]}"
    return RawArticle(
        doc_id=identify(metadata, otherwise),
        source_path=source.source_path,
        source_format=source.source_format,
        source_locator=record.locator,
        raw_sha256=sha256,
        raw_n_bytes=n_bytes,
        metadata=metadata,
        text=plain,
        text_runs=_runs(source, record, name),
    )


def missing_text(names: list[str], config: ReadConfig) -> str:
    """Say that no column holds the text, which there are, and how to name one."""
    shown = ", ".join(repr(name)[:60] for name in names[:20]) or "none"
    if "text" in config.columns:
        return f"no column {config.columns['text']!r} (read.columns.text); there are {shown}"
    return f"no column of text is known here; name one in read.columns.text; there are {shown}"


def _runs(source: Source, record: Record, name: str) -> tuple[Run, ...] | None:
    if record.runs is None or source.compression or not isinstance(record.values[name], str):
        return None
    return record.runs(name)


def _joined(value: object) -> str | None:
    """A text, or paragraphs in a list."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n\n".join(value)
    return value if isinstance(value, str) else None
