"""JSON Lines: a file a table, a row a line, every column named in every line.

Missing is null; dates and times are ISO 8601 text.
"""

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from flows.publish.parquet import table_files
from schemas import TABLES


def export(release: Path, target: Path) -> None:
    """Write every table of a release as `target/TABLE.jsonl`."""
    target.mkdir()
    for name in TABLES:
        with (target / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for path in table_files(release, name):
                with pq.ParquetFile(path) as parquet:
                    for batch in parquet.iter_batches():
                        for row in batch.to_pylist():
                            json.dump(row, file, ensure_ascii=False, default=_in_words)
                            file.write("\n")


def _in_words(value: date | datetime) -> str:
    return value.isoformat()
