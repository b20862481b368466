"""From staged tables to a published release: documents about it, manifest last, then the swap."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.publish.about import write_about
from flows.publish.manifest import describe_edition, make_manifest, write_manifest
from flows.publish.swap import publish


def publish_release(
    staging: Path,
    output: Path,
    *,
    made_from: Mapping[str, Any],
    build_key: str,
    run: Mapping[str, Any],
) -> dict[str, Any]:
    """Complete a staged release and make it the latest.

    Args:
        staging: folder with the tables, checked.
        output: the output folder.
        made_from: everything the tables depend on.
        build_key: its hash, by which the next build knows whether anything changed.
        run: what the tables do not depend on (seconds, workers, run id).

    Returns:
        The manifest, with `path` of the release.

    Raises:
        OSError: when the file system refuses; the previous release is then still the latest.
    """
    edition = describe_edition(staging, made_from)
    write_about(staging, edition)
    manifest = make_manifest(staging, edition, build_key, run)
    write_manifest(staging, manifest)
    path = publish(staging, output, manifest["id"])
    return manifest | {"path": str(path)}
