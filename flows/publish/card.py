"""README.md of a release: a dataset card that people read and the Hugging Face hub's tools parse.

Its YAML names a configuration a table, so `datasets.load_dataset(DIR, "quotes")` works.
"""

from functools import cache
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from flows.publish.citation import TITLE, abstract, cite
from flows.publish.manifest import Edition
from schemas import SCHEMA_VERSION, TABLES

# Upper bounds of the hub's classes of size.
SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}
LARGER = {10_000_000: "1M<n<10M", 100_000_000: "10M<n<100M"}
DEFAULT = "quotes"


def render_card(edition: Edition) -> str:
    """Render the dataset card of a release."""
    return _page().render(
        front=yaml.safe_dump(_front(edition), sort_keys=False, allow_unicode=True, width=100),
        title=TITLE,
        abstract=abstract(edition),
        citation=cite(edition.id),
        edition=edition,
        schema_version=SCHEMA_VERSION,
        tables={
            name: {
                "rows": f"{edition.tables[name]['rows']:,}",
                "glob": _glob(edition.tables[name]["files"]),
                "description": (model.__doc__ or "").strip(),
            }
            for name, model in TABLES.items()
        },
    )


@cache
def _page() -> Template:
    # Markdown has no markup of ours to protect, and nothing of an article stands in it.
    pages = Environment(
        loader=PackageLoader("flows.publish", "templates"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return pages.get_template("card.md")


def _front(edition: Edition) -> dict[str, Any]:
    return {
        "language": ["en"],
        "pretty_name": TITLE,
        "license": "other",
        "license_name": "per-document",
        "license_link": "DICTIONARY.md",
        "task_categories": ["token-classification", "text-retrieval"],
        "tags": ["news", "quotation", "attribution", "named-entities"],
        "size_categories": [_size(edition.tables[DEFAULT]["rows"])],
        "configs": [
            {
                "config_name": name,
                "data_files": [{"split": "train", "path": _glob(edition.tables[name]["files"])}],
                **({"default": True} if name == DEFAULT else {}),
            }
            for name in TABLES
        ],
    }


def _glob(files: list[str]) -> str:
    return files[0] if len(files) == 1 else f"{files[0].split('/')[0]}/*.parquet"


def _size(rows: int) -> str:
    return next((name for top, name in (SIZES | LARGER).items() if rows < top), "n>100M")
