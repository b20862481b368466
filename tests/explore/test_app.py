"""The explorer's pages and downloads, asked over HTTP."""

import csv
import io
import shutil
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from lxml import html

from flows.explore.app import create_app
from flows.explore.links import citation, safe_url
from flows.export.cells import restored

pytestmark = [pytest.mark.model, pytest.mark.slow]

FIRST = "000_6bba85de8ad38e5d"
SECOND = "001_42cd00bbe486d2c2"
PAGES = [
    "/",
    "/?words=taliban",
    "/?words=taliban&sort=newest&kind=direct",
    "/?page=999",
    f"/document?id={FIRST}",
    f"/document?id={SECOND}",
    f"/quote?id={FIRST}.q0",
    f"/quote?id={SECOND}.q0",
    "/speaker?key=person:ayesha-siddiqa",
]


def _total(page: html.HtmlElement) -> int:
    return int(page.xpath("//p[@role='status']/strong")[0].text.replace(",", ""))


def _get(client: TestClient, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return html.fromstring(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_pages_carry_no_markup_of_articles(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    page = html.fromstring(answer.text)
    assert page.xpath("//script/@src") == ["/static/explore.js"]
    assert not page.xpath("//script[text()] | //img | //iframe | //style | //base")
    assert not page.xpath("//@*[starts-with(name(), 'on')] | //@style")
    for address in page.xpath("//@href | //@src | //@action"):
        assert address.startswith(("/", "#", "https://example.org/a")), address


def test_a_search_finds_what_the_table_holds(client: TestClient, release: Path) -> None:
    quotes = pq.read_table(release / "quotes.parquet").to_pandas()
    expected = quotes["content"].str.contains(r"(?i)\bTaliban\b").sum()
    page = _get(client, "/?words=TALIBAN")
    assert _total(page) == expected > 0
    marked = {e.text.lower() for e in page.xpath("//blockquote//em")}
    assert marked == {"taliban"}
    assert _total(_get(client, "/?words=taliba")) == 0
    assert _total(_get(client, "/?words=taliba*")) == expected
    assert _total(_get(client, "/")) == len(quotes)
    assert _total(_get(client, "/?words=-taliban")) == len(quotes) - expected


def test_filters_narrow(client: TestClient, release: Path) -> None:
    quotes = pq.read_table(release / "quotes.parquet").to_pandas()
    of_second = (quotes["doc_id"] == SECOND).sum()
    direct = quotes["kind"] == "direct"
    assert _total(_get(client, "/?publisher=The+Gazette")) == of_second
    assert _total(_get(client, "/?since=2009-07&until=2009-07-31")) == of_second
    assert _total(_get(client, "/?since=2009-08")) == 0
    assert _total(_get(client, "/?kind=direct")) == direct.sum()
    siddiqa = quotes["speaker_name"] == "Ayesha Siddiqa"
    assert _total(_get(client, "/?speaker=siddiqa&kind=direct")) == (siddiqa & direct).sum() > 0


def test_newest_first_puts_undated_last(client: TestClient) -> None:
    page = _get(client, "/?sort=newest")
    first = page.xpath("//article[1]//p[contains(@class, 'where')]")[0].text_content()
    assert "The Gazette · 2009-07 " in " ".join(first.split()) + " "
    page = _get(client, "/?sort=oldest")
    assert "The Gazette" in page.xpath("//article[1]")[0].text_content()


def test_the_copied_sql_gives_the_same_quotes(
    client: TestClient, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(release)
    for path in ("/?words=taliban+-pakistan", "/?kind=direct&sort=newest", PAGES[-1], PAGES[4]):
        page = _get(client, path)
        (sql,) = page.xpath("//div[@class='bar']//pre[@class='text']/text()")
        rows = duckdb.connect().execute(sql).fetchall()
        shown = page.xpath("//article/@aria-label")
        if shown:
            assert [f"Quote {row[0]}" for row in rows] == shown
        assert rows


def test_downloads_are_defused(client: TestClient, release: Path) -> None:
    answer = client.get("/quotes.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    table = pq.read_table(release / "quotes.parquet").to_pylist()
    assert [row["quote_id"] for row in rows] == [row["quote_id"] for row in table]
    for row, wanted in zip(rows, table, strict=True):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())
        assert restored(row["content"]) == (wanted["content"] or "")
        assert restored(row["speaker_text"]) == (wanted["speaker_text"] or "")
    assert rows[0]["speaker_text"].startswith("'=HYPERLINK")


def test_downloads_follow_the_search(client: TestClient) -> None:
    for page, download in [
        ("/?words=taliban&kind=mixed", "/quotes.csv?words=taliban&kind=mixed"),
        (f"/document?id={SECOND}", f"/quotes.csv?id={SECOND}"),
        (PAGES[-1], "/quotes.csv?key=person:ayesha-siddiqa"),
    ]:
        assert download in [
            a.replace("person%3A", "person:").removesuffix("&sort=corpus")
            for a in _get(client, page).xpath("//a[@download]/@href")
        ]
        assert client.get(download).text.count("\r\n") > 1


def test_a_speaker_of_markup_has_a_page(client: TestClient, release: Path) -> None:
    key = pq.read_table(release / "quotes.parquet")["speaker_key"][0].as_py()
    page = _get(client, f"/speaker?key={quote(key, safe='')}")
    assert page.xpath("//h1")[0].text_content().strip().startswith("</title><script>")


def test_a_speakers_quotes_stand_in_their_context(client: TestClient, release: Path) -> None:
    page = _get(client, "/speaker?key=person:ayesha-siddiqa")
    texts = {
        row["doc_id"]: row["text"]
        for row in pq.read_table(release / "documents.parquet").to_pylist()
    }
    contexts = [
        p.text_content().removeprefix("… ").removesuffix(" …")
        for p in page.xpath("//p[contains(@class, 'context')]")
    ]
    assert len(contexts) == len(page.xpath("//article"))
    for context in contexts:
        assert any(context in text for text in texts.values())
        assert "Siddiqa" in context


def test_a_quote_is_lit_in_its_place(client: TestClient) -> None:
    page = _get(client, f"/quote?id={SECOND}.q3")
    assert {m.get("data-quote") for m in page.xpath("//mark[contains(@class, 'lit')]")} == {"3"}


def test_a_document_shows_quotes_cues_removals(client: TestClient, release: Path) -> None:
    page = _get(client, f"/document?id={SECOND}")
    quotes = [
        row
        for row in pq.read_table(release / "quotes.parquet").to_pylist()
        if row["doc_id"] == SECOND
    ]
    assert {f"q{row['quote_index']}" for row in quotes} <= set(page.xpath("//mark//span/@id"))
    for row in quotes:
        marked = page.xpath(f"//mark[@data-quote='{row['quote_index']}']")
        assert {m.get("class").split()[0] for m in marked} == {row["kind"]}
    assert page.xpath("//a[@class='cue'] | //a[@class='speaker']")
    rules = {row.text_content() for row in page.xpath("//div[@class='article']//del/span")}
    assert "link_parenthesis" in rules
    assert page.xpath("//a[@href='https://example.org/a'][@rel='noreferrer noopener']")


def test_a_javascript_address_is_text(client: TestClient) -> None:
    page = _get(client, f"/document?id={FIRST}")
    assert page.xpath("//code[starts-with(., 'javascript:')]")
    assert not page.xpath("//a[starts-with(@href, 'javascript')]")


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/document?id=none", 404, "No article has the id 'none'"),
        ("/quote?id=none", 404, "No quote has the id 'none'"),
        ("/speaker?key=none", 404, "No quote has the speaker 'none'"),
        ("/speaker", 404, "No quote has the speaker"),
        ("/?since=yesterday", 400, "Write 2011"),
        ("/nowhere", 404, "Not Found"),
        ("/static/../app.py", 404, "Not Found"),
        ("/document?id=<script>alert(1)</script>", 404, "<script>"),
    ],
)
def test_errors_are_pages_that_say_what_to_do(
    client: TestClient, path: str, status: int, says: str
) -> None:
    page = _get(client, path, status)
    assert says in page.xpath("//main")[0].text_content()
    assert page.xpath("//main//a[@href='/']")
    assert not page.xpath("//script[text()]")


def test_only_loopback_names_are_answered(release: Path) -> None:
    app = create_app(release)
    assert TestClient(app, base_url="http://evil.example").get("/").status_code == 400
    assert TestClient(app, base_url="http://localhost:8000").get("/static/icon.svg").is_success


def test_it_is_read_only(client: TestClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/").status_code == 405


def test_the_report_brings_its_own_policy(client: TestClient) -> None:
    answer = client.get("/report")
    assert answer.status_code == 200
    assert "script-src" not in answer.headers["content-security-policy"]


def test_a_release_without_texts_can_be_read(release: Path, tmp_path: Path) -> None:

    folder = tmp_path / "bare"
    shutil.copytree(release, folder)
    for table, columns in {"documents": ["text"], "quotes": ["text", "content"]}.items():
        rows = pq.read_table(folder / f"{table}.parquet")
        for column in columns:
            at = rows.schema.get_field_index(column)
            field = rows.schema.field(at)

            rows = rows.set_column(at, field, pa.nulls(rows.num_rows, field.type))
        pq.write_table(rows, folder / f"{table}.parquet")
    bare = TestClient(create_app(folder), base_url="http://127.0.0.1")
    for path in PAGES[:1] + PAGES[4:]:
        assert bare.get(path).status_code == 200


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org", True),
        ("HTTPS://EXAMPLE.ORG/", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("vbscript:x", False),
        ("//example.org/a", False),
        ("http:", False),
        ("https:///a", False),
        ("http://[", False),
        ("file:///etc/passwd", False),
        ("", False),
        (None, False),
    ],
)
def test_safe_urls(url: str | None, safe: bool) -> None:
    assert safe_url(url) == (url if safe else None)


def test_citation_leaves_out_what_is_not_known() -> None:
    row = {
        "content": "We can.",
        "speaker_name": None,
        "speaker_text": "the official",
        "title": None,
        "publisher": "The Gazette",
        "published_date": None,
        "published_precision": None,
        "url": "javascript:x",
        "quote_id": "a.q0",
    }
    assert citation(row, "0123") == (
        "“We can.” (the official). In: untitled article, The Gazette. "
        "onrecord, release 0123, quote a.q0."
    )
