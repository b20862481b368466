"""Addresses: the explorer's own, and the few of articles that may become links."""

from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit


def safe_url(url: str | None) -> str | None:
    """An article's address where a browser may follow it: http or https, nothing else."""
    if not url or any(c.isspace() or ord(c) < 32 for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def quote_link(quote_id: str) -> str:
    """Permalink of a quote."""
    return f"/quote?id={quote(quote_id, safe='')}"


def document_link(doc_id: str, quote_index: int | None = None) -> str:
    """Permalink of a document, or of a quote in it."""
    anchor = "" if quote_index is None else f"#q{quote_index}"
    return f"/document?id={quote(doc_id, safe='')}{anchor}"


def speaker_link(key: str) -> str:
    """Permalink of a speaker."""
    return f"/speaker?key={quote(key, safe='')}"


def citation(row: dict[str, Any], release_id: str) -> str:
    """A quote as a footnote gives it; what is not known is left out."""
    title = f"“{row['title']}”" if row["title"] else "untitled article"
    where = [title, row["publisher"], shown_date(row), safe_url(row["url"])]
    said = f"“{row['content']}”" if row["content"] is not None else "[text not published]"
    who = row["speaker_name"] or row["speaker_text"] or "no speaker found"
    via = f"onrecord, release {release_id}, quote {row['quote_id']}"
    return f"{said} ({who}). In: {', '.join(w for w in where if w)}. {via}."


def shown_date(row: dict[str, Any]) -> str | None:
    """A date as exactly as it was given."""
    day: date | None = row["published_date"]
    if day is None:
        return None
    return day.isoformat()[: {"year": 4, "month": 7}.get(row["published_precision"], 10)]
