"""Streaming a selection's tables into a staged release: assemble, check, write, batch by batch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa

from flows.plan import Plan
from flows.publish.assemble import assemble
from flows.publish.corrections import load_corrections
from flows.publish.inputs import assemble_inputs
from flows.publish.parquet import TableWriter, table_files
from flows.publish.withhold import withhold
from flows.read.streams import is_url
from flows.validate.raw import check_raw
from flows.validate.relations import check_relations
from flows.validate.tables import check_table
from flows.validate.verdict import Failure
from flows.walk import Selected, Selection, accepted
from flows.work import Place, WorkStore
from schemas import TABLES

# Documents assembled at once: bounds the coordinator's memory, whatever the corpus.
BATCH_DOCUMENTS = 500
# Flag of a document that repeats another one, by the kind of repetition.
FLAGS = {"exact": "duplicate_exact", "near": "duplicate_near", "excerpt": "excerpt"}
# Parts held open while batches pass over them.
CACHED_PARTS = 8


@dataclass(frozen=True)
class Staged:
    """What came of staging: the checks that do not hold, each once, and of the corrections."""

    failures: list[Failure]
    corrections: Mapping[str, Any]


def stage_release(
    plan: Plan, selection: Selection, places: Mapping[str, Place], staging: Path
) -> Staged:
    """Write every table of a selection and run every check on it.

    Args:
        plan: the build.
        selection: its documents and refusals.
        places: where the annotations of each key stand.
        staging: empty folder for the files.

    Raises:
        ConfigError: when the corrections cannot be read.
        DamagedPart: when a work part is.
    """
    publish = plan.config.publish
    corrections = load_corrections(publish.corrections)
    writers = {name: TableWriter(staging, name, publish.part_rows) for name in TABLES}
    read_bytes = _byte_reader(plan)
    failures: list[Failure] = []
    for batch in _batches(plan, selection.documents, places):
        failures += check_raw(batch, read_bytes)
        tables = corrections.apply(batch)
        if not publish.full_text:
            tables = withhold(tables, publish.quote_limit)
        for name, table in tables.items():
            failures += check_table(name, table)
            writers[name].write(table)
    inputs = assemble_inputs([*accepted(selection), *selection.refused])
    failures += check_table("inputs", inputs)
    writers["inputs"].write(inputs)
    for writer in writers.values():
        writer.close()
    failures += check_relations({name: table_files(staging, name) for name in TABLES})
    return Staged(merge_failures(failures), corrections.report())


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


def _batches(
    plan: Plan, documents: Sequence[Selected], places: Mapping[str, Place]
) -> Iterator[Mapping[str, pa.Table]]:
    cleaned, annotated = _part_reader(plan, "clean"), _part_reader(plan, "annotate")
    for first in range(0, len(documents), BATCH_DOCUMENTS):
        batch = documents[first : first + BATCH_DOCUMENTS]
        articles = _gather(cleaned, "article", [d.seen.place for d in batch])
        annotations = _gather(annotated, "annotations", [places[d.key] for d in batch])
        yield assemble(articles, annotations, _duplicates(batch))


def _part_reader(plan: Plan, stage: str) -> Callable[[str, str], pa.ChunkedArray]:
    store = WorkStore(plan.work, stage)

    @lru_cache(maxsize=CACHED_PARTS)
    def read(part: str, column: str) -> pa.ChunkedArray:
        return store.read(part, [column])[column]

    return read


def _gather(
    read: Callable[[str, str], pa.ChunkedArray], column: str, places: Sequence[Place]
) -> pa.Table:
    """Rows of a struct column from several parts, as a table in the order of the places."""
    by_part: dict[str, list[int]] = {}
    for position, place in enumerate(places):
        by_part.setdefault(place.part, []).append(position)
    found = [
        read(part, column).take(pa.array([places[i].row for i in positions]))
        for part, positions in by_part.items()
    ]
    rows = pa.concat_arrays([chunk for column in found for chunk in column.chunks])
    order = np.argsort([i for positions in by_part.values() for i in positions])
    return pa.Table.from_struct_array(rows.take(pa.array(order)))


def _duplicates(batch: Sequence[Selected]) -> pa.Table:
    found = [d.duplicate for d in batch]
    return pa.table(
        {
            "dup_group_id": pa.array([f and f.dup_group_id for f in found], pa.string()),
            "dup_of_doc_id": pa.array([f and f.dup_of_doc_id for f in found], pa.string()),
            "dup_similarity": pa.array([f and f.dup_similarity for f in found], pa.float64()),
            "flag": pa.array([f and FLAGS.get(f.kind or "") for f in found], pa.string()),
        }
    )


def _byte_reader(plan: Plan) -> Callable[[str, int, int], bytes]:
    """Reads stretches of the inputs by their published path."""
    paths = {source.source_path: source.path for _, source in plan.sources}

    def read(source_path: str, start: int, end: int) -> bytes:
        path = paths[source_path]
        with fsspec.open(path, "rb") if is_url(path) else Path(path).open("rb") as file:
            file.seek(start)
            data: bytes = file.read(end - start)
        return data

    return read
