"""Everything a release says about itself, but its manifest: one renderer a file.

What belongs here: which files there are. What does not: what stands in them; each has a module of
its own, fed by `schemas/` and by the tables' rows and hashes; the report also by the comparison with
the release before. No clock and no host is written, so the same tables get the same bytes.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flows.publish.card import render_card
from flows.publish.citation import render_citation
from flows.publish.croissant import describe_croissant
from flows.publish.datapackage import describe_datapackage
from flows.publish.dictionary import render_dictionary
from flows.publish.drift import Comparison
from flows.publish.manifest import Edition
from flows.publish.report import render_report

FILES: Mapping[str, Callable[[Path, Edition, Comparison | None], str]] = {
    "DICTIONARY.md": lambda folder, edition, comparison: render_dictionary(),
    "README.md": lambda folder, edition, comparison: render_card(edition),
    "CITATION.cff": lambda folder, edition, comparison: render_citation(edition),
    "datapackage.json": lambda folder, edition, comparison: _json(describe_datapackage(edition)),
    "croissant.json": lambda folder, edition, comparison: _json(describe_croissant(edition)),
    "report.html": render_report,
}


def write_about(folder: Path, edition: Edition, comparison: Comparison | None = None) -> None:
    """Write every file about a staged release into its folder.

    Args:
        folder: of the staged release, its tables in place.
        edition: of the same.
        comparison: with the release before, if there is one.
    """
    for name, render in FILES.items():
        (folder / name).write_text(render(folder, edition, comparison), encoding="utf-8")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
