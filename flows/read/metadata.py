"""Metadata of one article, put together from its layers.

What belongs here: precedence, conflicts, and what is left over (`extra`). What does not: names
(fields.py), values (values.py), or where a layer is stored (layers.py).
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from flows.read.fields import METADATA, assign
from flows.read.layers import DEFAULTS, RECORD, Layer
from flows.read.values import (
    PARSERS,
    Given,
    canonical_url,
    is_missing,
    parse_authors,
)
from flows.records import Metadata
from schemas.vocabulary import DOCUMENT_FLAGS

MAX_EXTRA_DEPTH = 8

_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def merge(layers: Sequence[Layer], *, flags: Sequence[str] = ()) -> Metadata:
    """Merge layers, the strongest last, into one record.

    A value that cannot be used is flagged `metadata_invalid` and kept in `extra`, and the next
    weaker one counts; two layers that disagree (defaults apart) are flagged `metadata_conflict`.

    Args:
        layers: the strongest last.
        flags: what is known to be odd already.

    Raises:
        ConfigError: for a field in a layer's `columns` that does not exist.
    """
    fields: dict[str, Any] = {}
    firm: set[str] = set()  # fields that something stronger than the defaults gave
    extra: dict[str, Any] = {}
    odd = set(flags)
    for layer in layers:
        odd.update(layer.flags)
        rest = dict(layer.values)
        names = assign(rest, layer.columns)
        if layer.name == RECORD:
            rest.pop(names.get("text", ""), None)
        for field in METADATA:
            given = rest.pop(names[field], None) if field in names else None
            if is_missing(given):
                continue
            value = PARSERS[field](given)
            if value is None:
                odd.add("metadata_invalid")
                rest[names[field]] = given
            elif isinstance(value, Given) and value.published is None:
                odd.add("date_invalid")
                fields.setdefault(field, value)
            else:
                if field in firm and _disagree(fields[field], value):
                    odd.add("metadata_conflict")
                fields[field] = value
                if layer.name != DEFAULTS:
                    firm.add(field)
        extra |= {_text(name): _plain(value) for name, value in rest.items() if _counts(value)}
    return _metadata(fields, extra, odd)


def identify(metadata: Metadata, otherwise: str) -> str:
    """The article's id: the one given, else its canonical URL, else `otherwise`."""
    if metadata.doc_id:
        return metadata.doc_id
    if metadata.url:
        return canonical_url(metadata.url)
    return unicodedata.normalize("NFC", otherwise)


def _disagree(weaker: Any, stronger: Any) -> bool:
    if isinstance(stronger, Given):
        return bool(weaker.published and weaker.published != stronger.published)
    return bool(weaker != stronger)


def _metadata(fields: dict[str, Any], extra: dict[str, Any], odd: set[str]) -> Metadata:
    given: Given | None = fields.pop("published", None)
    if "byline" in fields and "authors" not in fields:
        fields["authors"] = parse_authors(fields["byline"]) or ()
    published = given.published if given else None
    return Metadata(
        **fields,
        published_raw=given.raw if given else None,
        published_at=published.at if published else None,
        published_date=published.day if published else None,
        published_precision=published.precision if published else None,
        extra=extra,
        flags=tuple(flag for flag in DOCUMENT_FLAGS if flag in odd),
    )


def _counts(value: object) -> bool:
    return value is not None and value != ""


def _text(value: object) -> str:
    return _UNUSABLE.sub("\ufffd", str(value))


def _plain(value: object, depth: int = 1) -> Any:
    """A value that any JSON reader takes: finite, of bounded depth, without controls."""
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list) and depth >= MAX_EXTRA_DEPTH:
        return f"(left out: nested deeper than {MAX_EXTRA_DEPTH})"
    if isinstance(value, dict):
        return {_text(name): _plain(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, bytes):
        return f"(left out: {len(value)} bytes)"
    return _text(value)
