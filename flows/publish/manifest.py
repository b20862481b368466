"""The manifest of a release: what it holds and what it was made from.

It is written last, so a folder with a manifest is whole. Clocks, host and run stand here and
nowhere else in a release.
"""

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.fingerprint import digest
from flows.publish.parquet import table_files
from schemas import SCHEMA_VERSION, TABLES

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True)
class Edition:
    """What is known of a release when its tables stand: all that may be written about it.

    Attributes:
        id: name of the release; depends on the tables and `made_from` alone.
        made_from: everything the tables depend on: inputs, configuration, code, model.
        tables: name to `files` (relative paths, in order) and `rows`.
        files: each of those files to its `bytes` and `sha256`.
    """

    id: str
    made_from: Mapping[str, Any]
    tables: Mapping[str, Any]
    files: Mapping[str, Any]


def describe_edition(folder: Path, made_from: Mapping[str, Any]) -> Edition:
    """Hash and count the tables of a staged release."""
    tables = {name: _describe_table(folder, name) for name in TABLES}
    files = {f: _describe_file(folder / f) for table in tables.values() for f in table["files"]}
    digests = {f: said["sha256"] for f, said in files.items()}
    name = digest({"tables": digests, "made_from": made_from})[:16]
    return Edition(id=name, made_from=made_from, tables=tables, files=files)


def make_manifest(
    folder: Path, edition: Edition, build_key: str, run: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe a staged release.

    Args:
        folder: the staged release, all files but the manifest in place.
        edition: its tables.
        build_key: hash of everything the tables depend on.
        run: what they do not depend on: run id, seconds, workers.

    Returns:
        The manifest as a JSON object.
    """
    about = {
        path.relative_to(folder).as_posix(): path
        for path in files_below(folder)
        if path.name != MANIFEST
    }
    files = {name: edition.files.get(name) or _describe_file(p) for name, p in about.items()}
    return {
        "manifest_version": MANIFEST_VERSION,
        "id": edition.id,
        "schema_version": SCHEMA_VERSION,
        "build_key": build_key,
        "made_from": dict(edition.made_from),
        "tables": dict(edition.tables),
        "files": files,
        "run": {
            "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "host": platform.node(),
            "python": platform.python_version(),
            **run,
        },
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest into a staged release, with a hash of itself."""
    said = {**manifest, "manifest_sha256": manifest_sha256(manifest)}
    text = json.dumps(said, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def manifest_sha256(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of all that a manifest says but that."""
    return digest({k: v for k, v in manifest.items() if k != "manifest_sha256"})


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


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, sorted.

    Raises:
        OSError: when a folder cannot be listed, which `Path.rglob` passes over.
    """

    def refuse(error: OSError) -> None:
        raise error

    return sorted(
        Path(root, name) for root, _, names in os.walk(folder, onerror=refuse) for name in names
    )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _describe_file(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": file_sha256(path)}


def _describe_table(folder: Path, name: str) -> dict[str, Any]:
    files = table_files(folder, name)
    return {
        "files": [f.relative_to(folder).as_posix() for f in files],
        "rows": sum(pq.read_metadata(f).num_rows for f in files),
    }
