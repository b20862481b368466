"""What a user does in the explorer, done in headless Chromium.

Install it with `apt-get install chromium libatomic1` (the library is what Playwright's Node.js needs);
without them these tests are skipped.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FIRST = "000_6bba85de8ad38e5d"
SECOND = "001_42cd00bbe486d2c2"

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")


def _missing() -> str | None:
    """What the tests need and the machine has not."""
    import playwright

    node = Path(playwright.__file__).parent / "driver" / "node"
    if not CHROMIUM.exists():
        return f"no {CHROMIUM}: install it with `apt-get install chromium`"
    if subprocess.run([node, "--version"], capture_output=True).returncode:
        return "Playwright's Node.js does not start: `apt-get install libatomic1`"
    return None


MISSING = _missing()
pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(MISSING is not None, reason=str(MISSING)),
]


class Watch:
    """What a page complained about, and where it reached for."""

    def __init__(self, page: "sync_api.Page", address: str) -> None:
        self.problems: list[str] = []
        page.on(
            "console",
            lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(f"dialog {dialog.message}"))
        page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((address, "file:///"))
                else self.problems.append(f"request {r.url}")
            ),
        )


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: "sync_api.Browser", address: str) -> Iterator["sync_api.Page"]:
    """A page that fails its test when anything was complained about."""
    context = browser.new_context(base_url=address, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.set_default_timeout(30_000)
    watch = Watch(page, address)
    yield page
    assert page.evaluate("window.hit") is None, "a script of an article ran"
    assert watch.problems == []
    context.close()


def test_search_to_document_and_back(page: "sync_api.Page") -> None:
    page.goto("/")
    page.get_by_label("Words").fill("taliban")
    page.get_by_label("Kind").select_option("direct")
    page.get_by_role("button", name="Search").click()
    assert "words=taliban" in page.url
    assert page.locator(".hit").count() > 0
    page.locator(".hit .where a").first.click()
    assert page.url.split("#")[1].startswith("q")
    assert page.locator("mark.lit").count() > 0
    page.go_back()
    assert page.get_by_label("Words").input_value() == "taliban"


def test_a_speaker_and_the_speakers_quotes(page: "sync_api.Page") -> None:
    page.goto(f"/document?id={SECOND}")
    page.locator(".article a.speaker", has_text="Ayesha Siddiqa").first.click()
    assert page.locator("h1").inner_text() == "Ayesha Siddiqa"
    assert page.locator(".hit").count() > 1


def test_copying_the_citation_and_the_sql(page: "sync_api.Page") -> None:
    page.goto("/?words=taliban")
    hit = page.locator(".hit").first
    hit.get_by_text("Cite", exact=True).click()
    hit.get_by_role("button", name="Copy citation").click()
    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“")
    assert "onrecord, release" in copied
    page.locator(".bar").get_by_text("SQL", exact=True).click()
    page.get_by_role("button", name="Copy SQL").click()
    page.wait_for_function("navigator.clipboard.readText().then(t => t.startsWith('SELECT'))")


def test_the_csv_is_downloaded(page: "sync_api.Page", tmp_path: Path) -> None:
    page.goto("/?kind=direct")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "quotes.csv")
    assert (tmp_path / "quotes.csv").read_text(encoding="utf-8-sig").startswith("quote_id,")


def test_the_keyboard_is_enough(page: "sync_api.Page") -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("pakistan")
    page.keyboard.press("Enter")
    page.wait_for_url("**words=pakistan**")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(".hit").first
    assert first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/document?**")


def test_tab_reaches_the_content_first(page: "sync_api.Page") -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(
    "path", ["/", f"/document?id={FIRST}", f"/quote?id={FIRST}.q0", "/?words=kayani", "/report"]
)
def test_hostile_articles_do_nothing(page: "sync_api.Page", path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.locator("a[href^='javascript']").count() == 0


def test_every_control_has_a_name(page: "sync_api.Page") -> None:
    page.goto("/?words=taliban")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("input, select, button, a")]
            .filter(e => !e.labels?.length && !e.textContent.trim() && !e.ariaLabel)
            .map(e => e.outerHTML)"""
    )
    assert unnamed == []


def test_nothing_overflows_on_a_telephone(page: "sync_api.Page") -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/?words=taliban", f"/document?id={SECOND}", f"/quote?id={FIRST}.q0"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path


def test_the_report_opens_from_the_disk(browser: "sync_api.Browser", release: Path) -> None:
    page = browser.new_page()
    watch = Watch(page, "file:///")
    page.goto((release / "report.html").as_uri())
    assert page.locator("h1").inner_text().startswith("Who said what")
    assert page.evaluate("getComputedStyle(document.querySelector('dd')).fontWeight") == "600"
    assert watch.problems == []
    page.close()
