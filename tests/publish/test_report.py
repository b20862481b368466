"""The report: one file, the right numbers, and nothing of an article that runs."""

import base64
import hashlib
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import html

from flows.publish.drift import Comparison, measure
from flows.publish.figures import count_figures
from flows.publish.manifest import describe_edition, read_manifest
from flows.publish.report import render_report
from flows.publish.views import connect, literal

pytestmark = [pytest.mark.model, pytest.mark.slow]

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}\u202e"


def _replace(folder: Path, table: str, column: str, value: object) -> None:
    """Give every row of a table the same value in a column."""
    path = folder / f"{table}.parquet"
    rows = pq.read_table(path)
    at = rows.schema.get_field_index(column)
    field = rows.schema.field(at)
    values = pa.array([value] * rows.num_rows, type=field.type)
    pq.write_table(rows.set_column(at, field, values), path)


def _render(folder: Path) -> str:
    return render_report(folder, describe_edition(folder, read_manifest(folder)["made_from"]))


@pytest.fixture(scope="module")
def hostile(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the seeds, every label of an article turned into markup."""
    folder = tmp_path_factory.mktemp("hostile") / "release"
    shutil.copytree(seed_release, folder)
    for table, column in [
        ("quotes", "speaker_name"),
        ("quotes", "cue_lemma"),
        ("quotes", "rule"),
        ("entities", "canonical_name"),
        ("documents", "publisher"),
        ("removals", "rule"),
        ("inputs", "source_path"),
        ("inputs", "reason"),
    ]:
        _replace(folder, table, column, HOSTILE)
    return folder


def test_nothing_of_an_article_becomes_markup(hostile: Path) -> None:
    page = html.fromstring(_render(hostile))
    assert not page.xpath("//script | //img | //iframe | //object | //link | //a")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert not page.xpath("//@style")
    shown = page.xpath("//bdi[contains(., '<script>')]")
    assert len(shown) > 5
    assert all("{{ 7 * 7 }}" in label.text_content() for label in shown)


def test_policy_allows_its_own_style_sheet_alone(seed_release: Path) -> None:
    text = (seed_release / "report.html").read_text(encoding="utf-8")
    page = html.fromstring(text)
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = page.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "http" not in " ".join(page.xpath("//@src | //@href"))


def test_numbers_are_those_of_the_tables(seed_release: Path) -> None:
    figures = count_figures(connect(seed_release))
    quotes = pq.read_table(seed_release / "quotes.parquet").to_pandas()
    assert figures.totals["quotes"] == len(quotes)
    assert figures.quotes["named"] == quotes["speaker_name"].notna().sum()
    assert sum(row["n"] for row in figures.speaker_kinds) == len(quotes)
    assert sum(row["n"] for row in figures.periods) == len(quotes)
    assert sum(row["n"] for row in figures.rules) == len(quotes)
    by_kind = {kind: sum(row[kind] for row in figures.publishers) for kind in set(quotes["kind"])}
    assert by_kind == quotes["kind"].value_counts().to_dict()
    page = html.fromstring((seed_release / "report.html").read_text(encoding="utf-8"))
    shown = {dt.text: dt.getnext().text for dt in page.xpath("//dl/div/dt")}
    assert shown["quotes"] == f"{len(quotes):,}"


@pytest.mark.parametrize(
    ("first", "last", "precision", "labels"),
    [
        ("2011-11-20", "2012-02-03", "day", ["2011-11", "2011-12", "2012-01", "2012-02"]),
        ("2001-05-01", "2004-05-01", "year", [None]),
        ("2001-05-01", "2007-05-01", "year", [str(y) for y in range(2001, 2008)]),
        ("0300-01-01", "2007-05-01", "day", ["0300", "2007"]),
    ],
)
def test_periods_leave_no_gap_and_hide_no_quote(
    seed_release: Path, tmp_path: Path, first: str, last: str, precision: str, labels: list[str]
) -> None:
    folder = tmp_path / "release"
    shutil.copytree(seed_release, folder)
    with connect(folder) as connection:
        connection.execute(
            f"""COPY (SELECT * REPLACE (
                CASE doc_id WHEN (SELECT min(doc_id) FROM documents) THEN DATE {literal(first)}
                    ELSE DATE {literal(last)} END AS published_date,
                {literal(precision)} AS published_precision) FROM documents)
            TO {literal(str(folder / "dated.parquet"))} (FORMAT parquet)"""
        )
    (folder / "dated.parquet").replace(folder / "documents.parquet")
    periods = count_figures(connect(folder)).periods
    assert [row["label"] for row in periods] == labels
    assert sum(row["n"] for row in periods) == pq.read_metadata(folder / "quotes.parquet").num_rows


def test_a_release_without_quotes_has_a_report(seed_release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(seed_release, folder)
    for table in ("quotes", "entities", "removals", "documents", "inputs", "sentences"):
        path = folder / f"{table}.parquet"
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert "None." in _render(folder)


def test_drift_is_shown(seed_release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fewer"
    shutil.copytree(seed_release, folder)
    quotes = pq.read_table(folder / "quotes.parquet")
    pq.write_table(quotes.slice(0, quotes.num_rows - 5), folder / "quotes.parquet")
    edition = describe_edition(folder, read_manifest(folder)["made_from"])
    comparison = Comparison(seed_release.name, measure(seed_release, folder))
    page = html.fromstring(render_report(folder, edition, comparison))
    rows = {
        row[0].text: [cell.text for cell in row[1:]]
        for row in page.xpath("//section[@id='drift']//tbody/tr")
    }
    assert rows["rows of quotes"] == [str(quotes.num_rows), str(quotes.num_rows - 5), "-5"]
    assert rows["rows of sentences"][2] == "none"
    assert seed_release.name in page.xpath("//section[@id='drift']//code/text()")


def test_the_first_release_has_nothing_to_drift_from(seed_release: Path) -> None:
    page = html.fromstring(_render(seed_release))
    assert "no release before" in page.xpath("//section[@id='drift']")[0].text_content()
