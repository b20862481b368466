"""A release in a few lines, for a terminal and for the orchestrator's page of a run."""

from collections.abc import Mapping
from typing import Any


def summarise(manifest: Mapping[str, Any]) -> str:
    """Render a manifest's essentials as Markdown.

    Args:
        manifest: of the release, with its `path`.
    """
    model = manifest["made_from"]["model"]
    rows = "\n".join(f"| {n} | {t['rows']:,} |" for n, t in manifest["tables"].items())
    return (
        f"Release `{manifest['id']}` in `{manifest['path']}`\n\n"
        f"| table | rows |\n|---|---:|\n{rows}\n\n"
        f"Model {model['name']} {model['version']}; schema {manifest['schema_version']}; "
        f"{manifest['run']['seconds']} s.\n"
    )
