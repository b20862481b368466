"""The manifest of a release: what it holds and what it was made from.

It is written last, so a folder with a manifest is whole. Clocks, host and run stand here and
nowhere else in a release.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.fingerprint import digest
from flows.publish.parquet import table_files
from schemas import SCHEMA_VERSION, TABLES

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1


def make_manifest(
    folder: Path, made_from: Mapping[str, Any], build_key: str, run: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe a staged release.

    Args:
        folder: the staged release, all files but the manifest in place.
        made_from: everything the tables depend on: inputs, configuration, code, model.
        build_key: its hash.
        run: what they do not depend on: run id, seconds, workers.

    Returns:
        The manifest as a JSON object. Its `id` depends on the tables and `made_from` alone.
    """
    files = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": file_sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    tables = {name: _describe_table(folder, name) for name in TABLES}
    tables_digest = {f: files[f]["sha256"] for table in tables.values() for f in table["files"]}
    return {
        "manifest_version": MANIFEST_VERSION,
        "id": digest({"tables": tables_digest, "made_from": made_from})[:16],
        "schema_version": SCHEMA_VERSION,
        "build_key": build_key,
        "made_from": dict(made_from),
        "tables": tables,
        "files": files,
        "run": {
            "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "host": platform.node(),
            "python": platform.python_version(),
            **run,
        },
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest into a staged release."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(release: Path) -> dict[str, Any]:
    """Read a release's manifest.

    Raises:
        FileNotFoundError: when there is none.
        ValueError: when it is no JSON object.
    """
    value = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{release / MANIFEST}: not a JSON object")
    return value


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _describe_table(folder: Path, name: str) -> dict[str, Any]:
    files = table_files(folder, name)
    return {
        "files": [f.relative_to(folder).as_posix() for f in files],
        "rows": sum(pq.read_metadata(f).num_rows for f in files),
    }
