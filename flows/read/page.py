"""A web page: its article's text and what it says of itself.

What belongs here: HTML in, text and metadata values out, for files and WARC records alike. What
does not: files (html.py, warc.py), or what the values are worth (metadata.py).

The text is trafilatura's main content (Barbaresi 2021). Its date is not taken: it is guessed, and
bounded by today; a page's own statements are read instead, the surest first: JSON-LD, then meta
elements, then the first `<time>`.
"""

import codecs
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flows.read.dates import parse_date
from flows.read.json_text import check_depth
from flows.read.lines import BOM
from flows.read.values import parse_encoding

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 60_000
ARTICLE_TYPE = re.compile(r"(?:\w*Article|BlogPosting|\w*Report|LiveBlogPosting)")
# Names, properties and itemprops of elements that give a time of publication, the surest first.
DATE_NAMES = (
    "article:published_time", "datepublished", "article:published", "og:published_time",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dcterms.issued",
    "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "pubdate",
    "publishdate", "publish-date", "publish_date", "publication_date", "ptime", "date",
    "citation_publication_date", "citation_date",
)  # fmt: skip
# A fixed bound, as trafilatura's own is today.
_DATE_CONFIG = {"original_date": True, "extensive_search": False, "max_date": "2199-12-31"}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_HEAD_BYTES = 4096
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")

# It reports on pages it cannot read, in their own words; we report them as rows.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as extracted: paragraphs parted by blank lines, and metadata by name."""

    text: str
    values: dict[str, Any]
    flags: tuple[str, ...]


class NoArticle(Exception):
    """No article's text was found; the message says why."""


def extract(data: bytes, *, declared: str | None, fallback: str, url: str | None = None) -> Page:
    """Extract the article of a page.

    Args:
        data: the page.
        declared: encoding declared by who sent it, over the page's own declaration.
        fallback: encoding to use where nothing else fits.
        url: address it was found at.

    Raises:
        NoArticle: where there is none, or the page is too large to look for one.
    """
    # Imported where there is a page: a tenth of a second that most workers are spared.
    import trafilatura
    from trafilatura.settings import Document

    if len(data) > MAX_BYTES:
        raise NoArticle(f"a page of more than {MAX_BYTES} bytes")
    html, flags = decode(data, declared=declared, fallback=fallback)
    try:
        tree = trafilatura.load_html(_CONTROLS.sub(" ", html))
        if tree is None:
            raise NoArticle("no HTML")
        if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
            raise NoArticle(f"a page of more than {MAX_ELEMENTS} elements")
        values = _values(tree, url)
        found = trafilatura.bare_extraction(tree, url=url, include_comments=False)
    except NoArticle:
        raise
    except Exception as error:  # whatever a hostile page brings out in the extractor
        raise NoArticle(f"the page could not be read ({type(error).__name__})") from error
    text = found.text or "" if isinstance(found, Document) else ""
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    if not paragraphs:
        raise NoArticle("no article's text found on the page")
    return Page("\n\n".join(paragraphs), values, flags)


def decode(data: bytes, *, declared: str | None, fallback: str) -> tuple[str, tuple[str, ...]]:
    """Decode a page: byte order mark, strict UTF-8, what is declared, then the fallback.

    Returns:
        The text and flags.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), ()
    try:
        return data.removeprefix(BOM).decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    match = _CHARSET.search(data, 0, _HEAD_BYTES)
    names = (declared, match[1].decode("ascii") if match else None)
    encodings = [encoding for name in names if (encoding := parse_encoding(name or ""))]
    for encoding in encodings:
        # Browsers read these two as Windows-1252, and so pages that declare them are written.
        encoding = "cp1252" if encoding in ("iso8859-1", "ascii") else encoding
        try:
            return data.decode(encoding), ()
        except (UnicodeDecodeError, LookupError):
            continue
    flags = ("fallback_encoding", *(["declared_encoding_wrong"] if encodings else []))
    return data.decode(fallback, "replace"), flags


def _values(tree: Any, url: str | None) -> dict[str, Any]:
    """Metadata by name; stronger statements first, guesses last."""
    from trafilatura.metadata import extract_metadata

    linked = _linked_data(tree)
    meta = _meta(tree)
    guessed = extract_metadata(tree, default_url=url, date_config=dict(_DATE_CONFIG))
    canonical = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    statements = {
        "url": [*canonical[:1], meta.get("og:url"), linked.get("url"), url, guessed.url],
        "publisher": [linked.get("publisher"), meta.get("og:site_name"), guessed.sitename],
        "title": [linked.get("headline"), meta.get("og:title"), guessed.title],
        "authors": [linked.get("author"), guessed.author and guessed.author.split("; ")],
        "published": [_published(tree, linked, meta)],
        "lang": [*tree.xpath("/html/@lang"), linked.get("inLanguage")],
        "license": [linked.get("license"), guessed.license],
        "rights_holder": [linked.get("copyrightHolder")],
        "description": [linked.get("description"), meta.get("og:description")],
        "keywords": [linked.get("keywords"), meta.get("keywords")],
        "section": [linked.get("articleSection"), meta.get("article:section")],
    }
    best = {
        name: next((value for value in values if _usable(name, value)), None)
        for name, values in statements.items()
    }
    return {name: value for name, value in best.items() if value is not None}


def _usable(name: str, value: object) -> bool:
    if name == "url":
        return isinstance(value, str) and value.startswith(("http://", "https://"))
    return bool(value)


def _published(tree: Any, linked: dict[str, Any], meta: dict[str, str]) -> str | None:
    """The first statement that is a date; else the first at all."""
    statements = [linked.get("datePublished"), *(meta.get(name) for name in DATE_NAMES)]
    statements += tree.xpath("//time/@datetime")[:1]
    given = [s.strip() for s in statements if isinstance(s, str) and s.strip()]
    return next((s for s in given if parse_date(s)), given[0] if given else None)


def _meta(tree: Any) -> dict[str, str]:
    """Statements of the page's elements by name in lower case, the first of each."""
    found: dict[str, str] = {}
    for element in tree.xpath("//meta[@content] | //*[@itemprop][@content or @datetime]"):
        given = element.get("content") or element.get("datetime")
        for attribute in ("property", "name", "itemprop"):
            name = element.get(attribute)
            if name and given:
                found.setdefault(name.strip().lower(), given)
    return found


def _linked_data(tree: Any) -> dict[str, Any]:
    """The first article described in JSON-LD; empty where there is none."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            check_depth(str(script))
            described = json.loads(str(script), strict=False)
        except ValueError:
            continue
        for item in _items(described):
            kinds = item.get("@type")
            for kind in kinds if isinstance(kinds, list) else [kinds]:
                if isinstance(kind, str) and ARTICLE_TYPE.fullmatch(kind):
                    return item
    return {}


def _items(described: Any) -> Iterator[dict[str, Any]]:
    """Objects of a JSON-LD document: itself, of its list, of its graph."""
    for item in described if isinstance(described, list) else [described]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (node for node in graph if isinstance(node, dict))
