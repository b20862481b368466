"""The names under which people give metadata, and what each of them means to us."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from flows.config import ConfigError

# Field to the names understood, the surest first; compared without case and punctuation.
SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "doc_id": ("docid", "id", "articleid", "documentid", "uuid", "guid", "uid", "identifier"),
        "url": (
            "url", "canonicalurl", "articleurl", "link", "permalink", "sourceurl", "weburl", "uri",
        ),
        "publisher": (
            "publisher", "source", "site", "sitename", "publication", "outlet", "newspaper",
            "sourcename", "newssource", "ogsitename", "sourcedomain", "domain", "hostname",
        ),
        "title": ("title", "headline", "heading", "articletitle", "ogtitle"),
        "byline": ("byline",),
        "authors": ("authors", "author", "creator", "dccreator", "writers", "writer", "by"),
        "dateline": ("dateline",),
        "published": (
            "published", "date", "pubdate", "publishedat", "publisheddate", "publicationdate",
            "datepublished", "publishdate", "datepublish", "publishedtime", "articlepublishedtime",
            "webpublicationdate", "firstpublished", "timestamp", "datetime",
        ),
        "lang": ("lang", "language", "locale", "inlanguage"),
        "encoding": ("encoding", "charset"),
        "license": ("license", "licence"),
        "rights_holder": ("rightsholder", "copyrightholder", "copyright", "rights"),
        "text": (
            "text", "body", "content", "article", "articletext", "articlebody", "fulltext",
            "maintext", "bodytext", "plaintext", "story", "rawtext", "raw",
        ),
    }
)  # fmt: skip
METADATA = tuple(name for name in SYNONYMS if name != "text")
KNOWN = frozenset(synonym for name in METADATA for synonym in SYNONYMS[name])

_PUNCTUATION = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=4096)
def plain_key(name: str) -> str:
    """A name without case and punctuation: `pubDate`, `pub_date` and `Pub-Date` are one."""
    return _PUNCTUATION.sub("", name.lower())


def assign(names: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Find which name holds which field.

    Args:
        names: names that are there; those that `columns` asks for need not be.
        columns: field to name, given by the user; it wins over any guess.

    Returns:
        Field to name, in the order of `SYNONYMS`.

    Raises:
        ConfigError: for a field in `columns` that does not exist.
    """
    unknown = sorted(columns.keys() - SYNONYMS.keys())
    if unknown:
        raise ConfigError(
            f"read.columns.{unknown[0]}: no such field. Fields are {', '.join(SYNONYMS)}."
        )
    taken = set(columns.values())
    by_key: dict[str, str] = {}
    for name in names:
        if name not in taken:
            by_key.setdefault(plain_key(name), name)
    found = {}
    for field, synonyms in SYNONYMS.items():
        if field in columns:
            found[field] = columns[field]
        else:
            match = next((by_key[key] for key in synonyms if key in by_key), None)
            if match is not None:
                found[field] = match
    return found
