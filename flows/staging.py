"""Streaming a selection's tables into a staged release: assemble, check, write, batch by batch."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fsspec
import pyarrow as pa

from flows.gather import gather
from flows.plan import Plan
from flows.publish.assemble import assemble
from flows.publish.corrections import load_corrections
from flows.publish.inputs import assemble_inputs
from flows.publish.parquet import TableWriter, table_files
from flows.publish.withhold import withhold
from flows.read.digest import digest
from flows.read.source import Source, loads
from flows.read.streams import is_url
from flows.validate.raw import check_raw
from flows.validate.relations import check_relations
from flows.validate.tables import check_table
from flows.validate.verdict import Failure
from flows.walk import Selection
from flows.work import WorkStore
from schemas import TABLES

# Flag of a document that repeats another one, by the kind of repetition.
FLAGS = {"exact": "duplicate_exact", "near": "duplicate_near", "excerpt": "excerpt"}
BATCH_INPUTS = 20_000


@dataclass(frozen=True)
class Staged:
    """What came of staging: the checks that do not hold, each once, and of the corrections."""

    failures: list[Failure]
    corrections: Mapping[str, Any]


def stage_release(plan: Plan, selection: Selection, staging: Path) -> Staged:
    """Write every table of a selection and run every check on it.

    Args:
        plan: the build.
        selection: its documents and refusals.
        staging: empty folder for the files.

    Raises:
        ConfigError: when the corrections cannot be read.
        DamagedPart: when a work part is.
    """
    publish = plan.config.publish
    corrections = load_corrections(publish.corrections)
    failures: list[Failure] = []

    def note(found: list[Failure]) -> None:
        failures[:] = merge_failures([*failures, *found])

    def check(name: str, rows: pa.Table) -> None:
        note(check_table(name, rows))

    # By row groups, for a check costs as much as thousands of rows.
    writers = {
        name: TableWriter(staging, name, publish.part_rows, partial(check, name)) for name in TABLES
    }
    inputs_now = _InputsNow(plan)
    for batch in _batches(plan, selection, staging):
        note(check_raw(batch, inputs_now.read, inputs_now.unchanged))
        tables = corrections.apply(batch)
        if not publish.full_text:
            tables = withhold(tables, publish.quote_limit)
        for name, table in tables.items():
            writers[name].write(table)
    outcomes = selection.inputs()
    while some := list(islice(outcomes, BATCH_INPUTS)):
        writers["inputs"].write(assemble_inputs(some))
    for writer in writers.values():
        writer.close()
    note(check_relations({name: table_files(staging, name) for name in TABLES}))
    return Staged(failures, corrections.report())


def merge_failures(failures: Sequence[Failure]) -> list[Failure]:
    """Add up the failures that batches report of one check."""
    merged: dict[tuple[str, str], Failure] = {}
    for f in failures:
        before = merged.get((f.table, f.check))
        if before:
            examples = (*before.examples, *f.examples)[:5]
            f = Failure(f.table, f.check, before.count + f.count, examples)
        merged[f.table, f.check] = f
    return list(merged.values())


def _batches(plan: Plan, selection: Selection, staging: Path) -> Iterator[Mapping[str, pa.Table]]:
    with TemporaryDirectory(dir=staging, prefix=".gather-") as scratch:
        folders = [Path(scratch) / name for name in ("clean", "annotate")]
        for folder in folders:
            folder.mkdir()
        articles, annotations = (
            gather(WorkStore(plan.work, folder.name), column, places, folder)
            for folder, column, places in zip(
                folders,
                ("article", "annotations"),
                (selection.article_places(), selection.annotation_places()),
                strict=True,
            )
        )
        duplicates = selection.duplicates()
        for batch in zip(articles, annotations, strict=True):
            yield assemble(*batch, _duplicates(list(islice(duplicates, len(batch[0])))))


def _duplicates(
    found: Sequence[tuple[str | None, str | None, float | None, str | None]],
) -> pa.Table:
    groups, originals, similarities, kinds = zip(*found, strict=True)
    return pa.table(
        {
            "dup_group_id": pa.array(groups, pa.string()),
            "dup_of_doc_id": pa.array(originals, pa.string()),
            "dup_similarity": pa.array(similarities, pa.float64()),
            "flag": pa.array([FLAGS.get(kind or "") for kind in kinds], pa.string()),
        }
    )


class _InputsNow:
    """The inputs as they are now, by their published path: the build may have run for hours.

    One that was changed since it was read, or that is gone, is no measure of the rows made of it;
    that is said, and the next build sees what it is then.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._changed: dict[str, bool] = {}

    def read(self, source_path: str, start: int, end: int) -> bytes | None:
        """A stretch of an input; None where it cannot be read any more."""
        path = self._source(source_path).path
        try:
            with fsspec.open(path, "rb") if is_url(path) else Path(path).open("rb") as file:
                file.seek(start)
                data: bytes = file.read(end - start)
        except OSError:
            self.unchanged(source_path)
            return None
        return data

    def unchanged(self, source_path: str) -> bool:
        """Whether an input still has the bytes that were read."""
        if source_path not in self._changed:
            source = self._source(source_path)
            try:
                changed = digest(source) != source.sha256
            except OSError:
                changed = True
            self._changed[source_path] = changed
            if changed:
                why = "changed since it was read; its rows are of what was read then"
                print(f"{source_path}: {why}", file=sys.stderr)
        return not self._changed[source_path]

    def _source(self, source_path: str) -> Source:
        query = "select source from sources where source_path = ?"
        return loads(self._plan.index.one(query, [source_path]))
