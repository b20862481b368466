"""CHANGES.md of a release, and whether it may be published: its diff and its drift in one go."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.config import PublishConfig
from flows.errors import ValidationFailed
from flows.publish.diff import compare, render
from flows.publish.drift import Comparison, Measure, as_json, judge, line, measure
from flows.publish.verify import verify_hashes

FIRST = "# Changes\n\nThis is the first release.\n"
NEW = "this release"


@dataclass(frozen=True)
class Changes:
    """What is different from the release before.

    Attributes:
        text: of CHANGES.md.
        drift: what the manifest says about it.
        comparison: None where there was nothing to compare with.
    """

    text: str
    drift: dict[str, Any]
    comparison: Comparison | None = None


def describe_changes(
    before: Path | None, staging: Path, config: PublishConfig, *, accept_drift: bool
) -> Changes:
    """Compare a staged release with the latest one.

    A latest release that is damaged is no measure: that is said, and nothing is compared.

    Args:
        before: folder of the latest release, if there is one.
        staging: folder with the tables of the staged one.
        config: thresholds.
        accept_drift: let drift pass, and record it.

    Raises:
        ValidationFailed: when it has drifted too far.
    """
    if before is None:
        return Changes(FIRST, {"compared_with": None})
    damage = verify_hashes(before)
    if not damage:
        try:
            text, measures = _compared(before, staging)
        except (duckdb.Error, FileNotFoundError, pa.ArrowInvalid) as error:
            damage = [" ".join(str(error).split())[:300]]
    if damage:
        why = f"{before.name} cannot be compared with: {damage[0]}"
        print(f"The latest release is damaged. {why}", file=sys.stderr)
        text = f"# Changes\n\nThe release before, {why}.\n"
        return Changes(text, {"compared_with": None, "why": why})
    fail, warn = judge(measures, config)
    if fail and not accept_drift:
        shown = "\n  ".join(map(line, fail))
        raise ValidationFailed(
            f"too far from the latest release, {before.name}; nothing was published:\n  {shown}\n"
            "If that is right, build again with --accept-drift."
        )
    for m in (*fail, *warn):
        print(f"Drift against {before.name}: {line(m)}", file=sys.stderr)
    drifted = [f"- {line(m)}" for m in (*fail, *warn)]
    drift = ["", "## Drift", "", *(drifted or ["None beyond the thresholds."]), ""]
    if fail:
        drift += ["Accepted by whoever built this release (`--accept-drift`).", ""]
    said = {"compared_with": before.name, "accepted": bool(fail)}
    said |= {"failed": as_json(fail), "warned": as_json(warn)}
    return Changes(text + "\n".join(drift), said, Comparison(before.name, measures))


def _compared(before: Path, staging: Path) -> tuple[str, list[Measure]]:
    diff = compare(before, staging, names=(before.name, NEW))
    return render(diff), measure(before, staging)
