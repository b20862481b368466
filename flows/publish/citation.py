"""CITATION.cff of a release: how to cite exactly these tables.

The release's id is its version: it names the bytes. Who made the articles is said in
`documents`, not here, and when it was published in the manifest alone.
"""

import yaml

from flows.publish.manifest import Edition

TITLE = "onrecord: who said what, in which article, and where exactly"
AUTHORS = "The onrecord authors"


def render_citation(edition: Edition) -> str:
    """Render the citation of a release in the Citation File Format 1.2.0."""
    said = {
        "cff-version": "1.2.0",
        "message": "If you use this corpus, please cite it with its version, which names its bytes.",
        "type": "dataset",
        "title": TITLE,
        "version": edition.id,
        "authors": [{"name": AUTHORS}],
        "abstract": abstract(edition),
    }
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
    return text


def cite(edition_id: str) -> str:
    """The same in one line, for a footnote."""
    return f"{AUTHORS}. {TITLE}. Release {edition_id}."


def abstract(edition: Edition) -> str:
    """A release in one sentence."""
    rows = {name: f"{table['rows']:,}" for name, table in edition.tables.items()}
    return (
        f"{rows['quotes']} statements attributed to their sources in {rows['documents']} English "
        f"news articles, with {rows['sentences']} sentences and {rows['entities']} mentions of "
        "entities; every row is a stretch of a text and of the bytes it was read from."
    )
