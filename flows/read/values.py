"""Metadata values, one parser a kind: what was given in, a value for a column or None out.

None means that the value cannot be used. Strings lose what could harm whoever prints them:
escape sequences, controls, bidirectional overrides, lone surrogates.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from flows.read.dates import Published, parse_date
from flows.read.yaml_subset import NotMetadata, load_yaml

MAX_CHARS = 4_000
MAX_ID_CHARS = 1_000
# What spreadsheets, YAML and data frames write where they have nothing.
MISSING = frozenset({"", "-", "--", "~", "null", "none", "nan", "n/a", "<na>", "nat"})
LANGUAGES = {
    "english": "en", "eng": "en", "french": "fr", "fra": "fr", "fre": "fr", "german": "de",
    "deu": "de", "ger": "de", "spanish": "es", "spa": "es", "italian": "it", "ita": "it",
    "portuguese": "pt", "por": "pt", "russian": "ru", "rus": "ru", "chinese": "zh", "zho": "zh",
    "arabic": "ar", "ara": "ar", "japanese": "ja", "jpn": "ja", "dutch": "nl", "nld": "nl",
}  # fmt: skip
# Python's codecs that are not encodings of text files, or hide markup in plain letters.
NOT_ENCODINGS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
)
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|cmpid|ncid|igshid")

_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?|[@-_])"
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LANG = re.compile(r"([a-z]{2})(?:[-_][a-z0-9_-]{1,20})?")
_BY = re.compile(r"(?:written )?by:? ", re.IGNORECASE)
_AND = re.compile(r",? (?:and|&) ")


@dataclass(frozen=True, slots=True)
class Given:
    """A date as given, and what it was read as; None for no date."""

    raw: str
    published: Published | None


def clean_string(value: object) -> str | None:
    """One line of printable text in NFC; None for what is no string or number, or too long."""
    value = _scalar(value)
    if value is None or len(value) > MAX_CHARS:
        return None
    text = _ESCAPE.sub("", value)
    text = _INVISIBLE.sub("", _UNPRINTABLE.sub(" ", text))
    text = unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))
    return " ".join(text.split()) or None


def is_missing(value: object) -> bool:
    """Whether a value stands for no value."""
    if value is None or value == [] or value == {}:
        return True
    if isinstance(value, float):
        return value != value
    return isinstance(value, str) and value.strip().lower() in MISSING


def parse_id(value: object) -> str | None:
    """An id: a cleaned string of at most `MAX_ID_CHARS`."""
    text = clean_string(value)
    return text if text and len(text) <= MAX_ID_CHARS else None


def parse_url(value: object) -> str | None:
    """An http or https address; others (`javascript:`) cannot be used."""
    text = clean_string(value)
    if text is None or len(text) > MAX_ID_CHARS or " " in text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return text if usable else None


def canonical_url(url: str) -> str:
    """The form in which equal addresses are equal: host in lower case, no port that goes without
    saying, no fragment, no parameters that only track readers."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    if port and port != {"http": 80, "https": 443}[parts.scheme]:
        host = f"{host}:{port}"
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.fullmatch(name.lower())
    ]
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or "/"
    return urlunsplit((parts.scheme, host, path, urlencode(kept), ""))


def parse_authors(value: object) -> tuple[str, ...] | None:
    """Names out of a list, of `{"name": ...}`, or of a line such as `By Ann Lee and Bo Orr`.

    A comma parts names only if there are several words on both of its sides: `Lee, Ann` is one.
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = load_yaml("names: " + " ".join(value.split()))["names"]
        except NotMetadata:
            return None
    items = value if isinstance(value, list) else [value]
    names: dict[str, None] = {}
    for item in items:
        text = clean_string(item)
        if text is not None:
            names |= dict.fromkeys(_names(text))
    return tuple(names) or None


def parse_published(value: object) -> Given | None:
    """A date of publication; what is no date is kept as given."""
    text = clean_string(value)
    return None if text is None else Given(text, parse_date(text))


def parse_lang(value: object) -> str | None:
    """ISO 639-1 out of `en`, `en-US`, `eng` or `English`."""
    text = (clean_string(value) or "").lower()
    match = _LANG.fullmatch(text)
    return match[1] if match else LANGUAGES.get(text)


def parse_encoding(value: object) -> str | None:
    """The name of an encoding of text that Python knows."""
    text = clean_string(value) or ""
    try:
        name = codecs.lookup(text).name
        b"aaaa".decode(text, "replace")  # refuses codecs from bytes to bytes
    except (LookupError, UnicodeError):
        return None
    return None if name.replace("_", "-") in NOT_ENCODINGS else name


PARSERS: Mapping[str, Callable[[object], Any]] = MappingProxyType(
    {
        "doc_id": parse_id,
        "url": parse_url,
        "publisher": clean_string,
        "title": clean_string,
        "byline": clean_string,
        "authors": parse_authors,
        "dateline": clean_string,
        "published": parse_published,
        "lang": parse_lang,
        "encoding": parse_encoding,
        "license": clean_string,
        "rights_holder": clean_string,
    }
)


def _scalar(value: object) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("name")
    elif isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) else None


def _names(line: str) -> list[str]:
    line = _BY.sub("", line, count=1) if _BY.match(line) else line
    if ";" in line:
        parts = line.split(";")
    else:
        parts = []
        for part in _AND.split(line):
            pieces = part.split(", ")
            parts += pieces if all(" " in piece.strip() for piece in pieces) else [part]
    return [name for part in parts if (name := part.strip(" ,"))]
