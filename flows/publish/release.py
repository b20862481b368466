"""From staged tables to a published release: documents about it, manifest last, then the swap."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.config import PublishConfig
from flows.publish.about import write_about
from flows.publish.changes import describe_changes
from flows.publish.diff import shown
from flows.publish.manifest import describe_edition, make_manifest, read_manifest, write_manifest
from flows.publish.swap import RELEASES, all_releases, latest_release, point_latest, publish
from flows.publish.verify import verify_files

CHANGES = "CHANGES.md"


def publish_release(
    staging: Path,
    output: Path,
    *,
    made_from: Mapping[str, Any],
    build_key: str,
    run: Mapping[str, Any],
    config: PublishConfig | None = None,
    accept_drift: bool = False,
    may_pass: int = 0,
    corrections: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Complete a staged release and make it the latest.

    Args:
        staging: folder with the tables, checked.
        output: the output folder.
        made_from: everything the tables depend on.
        build_key: its hash, by which the next build knows whether anything changed.
        run: what the tables do not depend on (seconds, workers, run id).
        config: thresholds of the drift checks.
        accept_drift: publish whatever changed against the latest release.
        may_pass: number of inputs refused for a reason that may pass: the next build tries again.
        corrections: how many curated corrections were applied, and which were not.

    Returns:
        The manifest, with `path` of the release, and `new`: false where it was there already.

    Raises:
        ValidationFailed: when the tables are too far from the latest release's.
        OSError: when the file system refuses; the previous release is then still the latest.
    """
    edition = describe_edition(staging, made_from)
    release = output / RELEASES / edition.id
    if release.exists() and not verify_files(release):
        shutil.rmtree(staging)
        point_latest(output, edition.id)
        return read_manifest(release) | {"path": str(release), "new": False}
    before = latest_release(output)
    changes = describe_changes(
        before, staging, config or PublishConfig(), accept_drift=accept_drift
    )
    text = changes.text + _not_applied(corrections or {})
    (staging / CHANGES).write_text(text, encoding="utf-8")
    write_about(staging, edition, changes.comparison)
    manifest = make_manifest(staging, edition, build_key, run)
    manifest |= {
        "number": 1 + max((number(r) for r in all_releases(output)), default=0),
        "previous": before.name if before else None,
        "drift": changes.drift,
        "may_pass": may_pass,
        "corrections": corrections,
    }
    write_manifest(staging, manifest)
    path = publish(staging, output, edition.id)
    return manifest | {"path": str(path), "new": True}


def number(release: Path) -> int:
    """Which release of its folder it is, from 1; a clock set back does not show in it.

    0 for one whose manifest is missing or damaged.

    Raises:
        OSError: when the manifest is there and cannot be read.
    """
    try:
        return int(read_manifest(release).get("number") or 0)
    except (FileNotFoundError, ValueError):
        return 0


def _not_applied(corrections: Mapping[str, Any]) -> str:
    unmatched = corrections.get("unmatched") or {}
    lines = [f"- {shown(name)}: {shown(why)}" for name, why in unmatched.items()]
    return "\n".join(["", "## Corrections not applied", "", *lines, ""]) if lines else ""
