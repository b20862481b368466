"""report.html: a release in figures, in one file that loads and runs nothing.

Labels are words of articles and so hostile: Jinja2 escapes every one, and the page's content
security policy allows its own style sheet, by hash, and nothing else.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.publish.citation import cite
from flows.publish.drift import Comparison, Measure
from flows.publish.figures import Figures, Rows, count_figures
from flows.publish.manifest import Edition
from flows.publish.views import connect
from schemas import SCHEMA_VERSION
from schemas import vocabulary as v

TEMPLATES = PackageLoader("flows.publish", "templates")
SPEAKER_KINDS: Mapping[str, str] = v.SPEAKER_KINDS


def render_report(folder: Path, edition: Edition, comparison: Comparison | None = None) -> str:
    """Render the report of a release.

    Args:
        folder: of the release, its tables in place.
        edition: of the same.
        comparison: with the release before; None where there is none.

    Returns:
        An HTML page; the same tables give the same page.
    """
    pages = _pages()
    # A style sheet of ours, the only text that is not escaped.
    css = Markup(pages.get_template("report.css").render())
    with connect(folder, bounded=True) as connection:
        figures = _with_names_of_countries(count_figures(connection))
    return pages.get_template("report.html").render(
        f=figures,
        edition=edition,
        citation=cite(edition.id),
        schema_version=SCHEMA_VERSION,
        before=comparison.before if comparison else None,
        drift=[_shown(m) for m in comparison.measures if _is_told(m)] if comparison else [],
        css=css,
        policy=_policy(css),
        reasons=_Words(v.REASONS),
        flags=_Words(v.DOCUMENT_FLAGS),
        meanings=_Words(SPEAKER_KINDS),
    )


@cache
def _pages() -> Environment:
    return Environment(
        loader=TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Words(dict[str, str]):
    """Meanings of coded values; None for a value that is none of them."""

    def __missing__(self, key: str) -> None:
        return None


def _is_told(measured: Measure) -> bool:
    """Counts and averages always; shares of nulls, one a column, where they rose."""
    return measured.change > 0 or not measured.name.startswith("share of nulls")


def _shown(measured: Measure) -> dict[str, str]:
    change = measured.after - measured.before
    return {
        "label": measured.name,
        "before": f"{measured.before:,.4g}",
        "now": f"{measured.after:,.4g}",
        "change": f"{change:+,.4g}" if change else "none",
    }


def _policy(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _with_names_of_countries(figures: Figures) -> Figures:
    names: Any = Locale("en").territories
    countries: Rows = [
        row | {"label": f"{names.get(row['label'], row['label'])} ({row['label']})"}
        for row in figures.countries
    ]
    return replace(figures, countries=countries)
