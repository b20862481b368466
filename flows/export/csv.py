"""CSV: a file a table, safe to open in a spreadsheet.

UTF-8 with the mark that spreadsheets look for, commas, CRLF, as RFC 4180 says. Missing is an empty
cell, no text of a release being empty; lists are JSON; cells that look like formulas are defused
(`cells`).
"""

import csv
from pathlib import Path

import pyarrow.parquet as pq

from flows.export.cells import cell
from flows.publish.parquet import table_files
from schemas import TABLES


def export(release: Path, target: Path) -> None:
    """Write every table of a release as `target/TABLE.csv`."""
    target.mkdir()
    for name, model in TABLES.items():
        columns = list(model.to_schema().columns)
        with (target / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for path in table_files(release, name):
                with pq.ParquetFile(path) as parquet:
                    for batch in parquet.iter_batches():
                        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                        writer.writerows([cell(value) for value in row] for row in rows)
