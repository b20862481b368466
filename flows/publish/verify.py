"""Whether a release is what its manifest says: files, hashes, rows, and every check of its tables."""

from pathlib import Path

import pyarrow.parquet as pq

from flows.publish.manifest import (
    MANIFEST,
    file_sha256,
    files_below,
    manifest_sha256,
    read_manifest,
)
from flows.publish.parquet import table_files
from schemas import TABLES
from schemas.arrow import arrow_schema


def verify_files(release: Path) -> list[str]:
    """Compare a release with its manifest, and its columns with this version's schema.

    Args:
        release: folder of the release.

    Returns:
        A line for everything that does not agree; none when all does.
    """
    return verify_hashes(release) or _verify_tables(release, read_manifest(release)["tables"])


def verify_hashes(release: Path) -> list[str]:
    """Compare the files of a release, of whatever version, with its manifest.

    Hashes are computed anew: Parquet's readers do not notice every flipped bit.
    """
    try:
        manifest = read_manifest(release)
    except FileNotFoundError:
        return [f"{MANIFEST}: missing; the release is not whole"]
    except ValueError as error:
        return [f"{MANIFEST}: cannot be read ({error})"]
    if manifest.get("manifest_sha256") != manifest_sha256(manifest):
        return [f"{MANIFEST}: its own SHA-256 is another one; its content has changed"]
    problems = []
    for name, said in manifest["files"].items():
        path = release / name
        if not path.is_file():
            problems.append(f"{name}: missing")
        elif path.stat().st_size != said["bytes"]:
            problems.append(
                f"{name}: {path.stat().st_size} bytes, the manifest says {said['bytes']}"
            )
        elif file_sha256(path) != said["sha256"]:
            problems.append(f"{name}: SHA-256 is not the manifest's; its content has changed")
    known = {*manifest["files"], MANIFEST}
    return problems + [
        f"{path.relative_to(release).as_posix()}: not in the manifest"
        for path in files_below(release)
        if path.relative_to(release).as_posix() not in known
    ]


def _verify_tables(release: Path, tables: dict) -> list[str]:
    problems = []
    for name, model in TABLES.items():
        files = table_files(release, name)
        rows = sum(pq.read_metadata(f).num_rows for f in files)
        if rows != tables[name]["rows"]:
            problems.append(f"{name}: {rows} rows, the manifest says {tables[name]['rows']}")
        if not pq.read_schema(files[0]).equals(arrow_schema(model)):
            problems.append(f"{name}: its columns are not those of this version's schema")
    return problems
