"""`onrecord verify`: whether a release is whole and says what its manifest says."""

import json
from contextlib import nullcontext
from pathlib import Path

import pyarrow.parquet as pq

from flows.commands.options import Json, Output, Release, release_folder
from flows.errors import IntegrityMismatch
from flows.publish.manifest import MANIFEST
from flows.publish.parquet import table_files
from flows.publish.reading import reading
from flows.publish.verify import verify_files
from flows.staging import merge_failures
from flows.validate.relations import check_relations
from flows.validate.tables import check_table
from schemas import TABLES


def verify(release: Release = None, output: Output = Path("output"), as_json: Json = False) -> None:
    """Check a release: hashes of all files, keys, offsets, counts.

    Examples:

        onrecord verify

        onrecord verify output/releases/0123456789abcdef
    """
    folder = release_folder(release, output)
    # Without a manifest there is nothing to hold it by, and no more to say than that.
    with reading(folder) if (folder / MANIFEST).is_file() else nullcontext(folder) as folder:
        problems = verify_files(folder) or _failures(folder)
    said = {"release": str(folder), "ok": not problems, "problems": problems}
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
    if problems:
        shown = "\n  ".join(problems[:20])
        raise IntegrityMismatch(
            f"{folder}: {len(problems)} mismatches:\n  {shown}\n"
            "Do not use this release: fetch it again, or build it anew."
        )
    if not as_json:
        print(f"{folder}: every file, key, offset and count is as it should be.")


def _failures(folder: Path) -> list[str]:
    files = {name: table_files(folder, name) for name in TABLES}
    failures = check_relations(files)
    for name, paths in files.items():
        for path in paths:
            with pq.ParquetFile(path) as file:
                for group in range(file.num_row_groups):
                    failures += check_table(name, file.read_row_group(group))
    return [str(f) for f in merge_failures(failures)]
