"""Spans: quotes as character offsets into the raw files, a JSON line a document.

The form that scorers of quotation attribution read. What the offsets are is said in
`flows.evaluate.spans`; here they are only written.
"""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import UsageError
from flows.evaluate.spans import prediction_lines
from flows.publish.manifest import read_manifest
from flows.publish.parquet import table_files


def export(release: Path, target: Path, inputs: Path | None = None) -> None:
    """Write the spans of a release.

    Args:
        release: folder of the release.
        target: file to write.
        inputs: folder of the articles; by default the one the release was built from.

    Raises:
        UsageError: when that folder is not known or an article is not in it.
    """
    folder = inputs or built_from(release)
    try:
        with target.open("w", encoding="utf-8") as file:
            for line in prediction_lines(
                rows(release, "documents"), rows(release, "quotes"), folder
            ):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except FileNotFoundError as error:
        raise UsageError(
            f"{error.filename}: the article is not there. Give the folder it was read from: "
            "--inputs DIR"
        ) from error


def built_from(release: Path) -> Path:
    """The one folder a release was built from, as its manifest says.

    Raises:
        UsageError: when there were several, or none on this machine.
    """
    given = [Path(i) for i in read_manifest(release)["run"].get("inputs", []) if "://" not in i]
    folders = [path if path.is_dir() else path.parent for path in given if path.exists()]
    if len(folders) != 1:
        raise UsageError(f"{release}: where its articles lie is not known. Give --inputs DIR.")
    return folders[0]


def rows(release: Path, table: str) -> list[dict[str, object]]:
    """All rows of a table."""
    found: pa.Table = pa.concat_tables(map(pq.read_table, table_files(release, table)))
    return found.to_pylist()
