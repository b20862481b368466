"""The web app: addresses, headers and downloads; what they show is asked of `Corpus`.

Read-only, on loopback, without a request to any other machine. Everything an article says is
hostile: templates escape it, links are made of http addresses alone, and the content security
policy allows the app's own style sheet and script and nothing else.
"""

import csv
import io
import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from flows.explore import links
from flows.explore.corpus import Corpus, columns_of
from flows.explore.filters import SORTS, BadQuery, Filters, read_filters
from flows.export.cells import cell
from flows.export.pieces import lay_out
from flows.publish.views import literal
from schemas import vocabulary

HERE = Path(__file__).parent
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# The report brings a stricter policy of its own, for which its style sheet has to be let through.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
WORD = re.compile(r"[^\W_]+")


def create_app(release: Path) -> FastAPI:
    """Make the explorer of a release.

    Args:
        release: folder of the release; what `latest` names now is shown until the end.

    Raises:
        FileNotFoundError: when the folder is no release.
    """
    corpus = Corpus(release)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    show = _pages(corpus)

    @app.middleware("http")
    async def headers(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> HTMLResponse:
        return show("error.html", error.status_code, message=error.detail)

    @app.exception_handler(BadQuery)
    def misread(request: Request, error: BadQuery) -> HTMLResponse:
        return show("error.html", 400, message=str(error))

    @app.get("/")
    def search(request: Request) -> HTMLResponse:
        filters = read_filters(request.query_params)
        return show(
            "search.html",
            filters=filters,
            results=corpus.search(filters),
            marked=corpus.highlights(filters.words),
            publishers=corpus.publishers,
            sql=corpus.sql(filters),
        )

    @app.get("/speaker")
    def speaker(request: Request, key: str = "") -> HTMLResponse:
        filters = read_filters(request.query_params)
        found = corpus.speaker(key, filters)
        if found is None:
            raise HTTPException(
                404, f"No quote has the speaker {key!r}. Search for a name instead."
            )
        sql = corpus.sql(Filters(sort=filters.sort), _by_speaker(key))
        profile, results = found
        return show(
            "speaker.html",
            key=key,
            profile=profile,
            results=results,
            contexts=corpus.contexts(results.rows),
            filters=filters,
            sql=sql,
        )

    @app.get("/document")
    def document(id: str = "") -> HTMLResponse:
        tables = corpus.document(id)
        if tables is None:
            raise HTTPException(404, f"No article has the id {id!r}. Search for its words instead.")
        return show(
            "document.html",
            document=tables["documents"][0],
            tables=tables,
            paragraphs=lay_out(tables),
            columns=columns_of("documents"),
            sql=corpus.sql(Filters(), _in_document(id)),
        )

    @app.get("/quote")
    def quote(id: str = "") -> HTMLResponse:
        doc_id = corpus.document_of(id)
        tables = corpus.document(doc_id) if doc_id is not None else None
        if tables is None:
            raise HTTPException(404, f"No quote has the id {id!r}. Search for its words instead.")
        row = next(row for row in tables["quotes"] if row["quote_id"] == id)
        around = [
            p for p in lay_out(tables) if p.start < row["end"] and row["start"] < max(p.end, 1)
        ]
        document = tables["documents"][0]
        known = ("title", "publisher", "published_date", "published_precision", "url")
        return show(
            "quote.html",
            quote=row | {name: document[name] for name in known},
            document=document,
            paragraphs=around,
            columns=columns_of("quotes"),
            sql=corpus.sql(Filters(), f"q.quote_id = {literal(id)}"),
        )

    @app.get("/quotes.csv")
    def download(request: Request) -> StreamingResponse:
        filters, wanted = read_filters(request.query_params), request.query_params
        extra = "true"
        if "key" in wanted:
            extra = _by_speaker(wanted["key"])
        elif "id" in wanted:
            extra = _in_document(wanted["id"])
        names, batches = corpus.download(filters, extra)
        disposition = f'attachment; filename="quotes-{corpus.manifest["id"]}.csv"'
        return StreamingResponse(
            _csv(names, batches),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )

    @app.get("/report")
    def report() -> FileResponse:
        path = corpus.folder / "report.html"
        if not path.is_file():
            raise HTTPException(404, "This release has no report.html.")
        return FileResponse(path, headers={"Content-Security-Policy": REPORT_POLICY})

    return app


def _pages(corpus: Corpus) -> Callable[..., HTMLResponse]:
    pages = Environment(
        loader=PackageLoader("flows.explore", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals |= {
        "release": corpus.manifest,
        "sorts": SORTS,
        "vocabulary": vocabulary,
        "quote_link": links.quote_link,
        "document_link": links.document_link,
        "speaker_link": links.speaker_link,
        "safe_url": links.safe_url,
        "shown_date": links.shown_date,
        "citation": lambda row: links.citation(row, corpus.manifest["id"]),
        "highlighted": _highlighted,
    }

    def show(name: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(pages.get_template(name).render(**values), status_code=status)

    return show


def _highlighted(text: str, words: list[str]) -> Markup:
    """A text, escaped, the searched words in it marked."""
    whole = {word for word in words if not word.endswith("*")}
    starts = tuple(word[:-1] for word in words if word.endswith("*"))
    made, at = Markup(), 0
    for token in WORD.finditer(text) if words else ():
        compared = _folded(token.group())
        if compared in whole or compared.startswith(starts):
            made += escape(text[at : token.start()]) + Markup("<em>{}</em>").format(token.group())
            at = token.end()
    return made + escape(text[at:])


def _folded(word: str) -> str:
    """A word as `Corpus.fold` has it, without asking for each."""
    return "".join(c for c in normalize("NFD", word.lower()) if not combining(c))


def _by_speaker(key: str) -> str:
    return f"q.speaker_key = {literal(key)}"


def _in_document(doc_id: str) -> str:
    return f"q.doc_id = {literal(doc_id)}"


def _csv(names: list[str], batches: Iterator[list[tuple[Any, ...]]]) -> Iterator[str]:
    """A CSV file in pieces, with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff"
    for rows in chain([[tuple(names)]], batches):
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows([cell(value) for value in row] for row in rows)
        yield buffer.getvalue()
