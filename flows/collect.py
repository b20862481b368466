"""Collecting what is no longer needed: old releases, and work parts no kept release is made of.

Run with the output folder locked. A release that `latest` names, or that someone reads, stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from flows.columnar import record_type
from flows.ledgers import MAY_PASS, AnnotatedRecord, CleanedRecord
from flows.publish.manifest import MANIFEST, read_manifest
from flows.publish.reading import remove_unread
from flows.publish.release import number
from flows.publish.swap import all_releases, clear_left, latest_release
from flows.work import DamagedPart, Place, WorkStore, clear_jobs, forget_used, used_keys

# Rows of a part that the collector writes; parts with fewer are put together.
PART_ROWS = 2_000
RECORDS = {"clean": CleanedRecord, "annotate": AnnotatedRecord}
STAGES = tuple(RECORDS)
# Parts held open while rows are put together.
CACHED_PARTS = 8


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected, or would be."""

    releases: tuple[str, ...]
    held: tuple[str, ...]
    rows: int
    parts_before: int
    parts_after: int


def collect(output: Path, *, keep: int, dry_run: bool = False) -> Collected:
    """Delete old releases and unused work rows.

    Args:
        output: the output folder, locked.
        keep: how many releases stay, the newest ones; `latest` stays in any case.
        dry_run: only say what would be deleted.

    Returns:
        Names of the releases deleted and of those kept because they are being read; work rows
        deleted; parts before and after.

    Raises:
        OSError: when the file system refuses.
    """
    releases = sorted(
        (r for r in all_releases(output) if (r / MANIFEST).is_file()),
        key=lambda r: (number(r), r.name),
        reverse=True,
    )
    latest = latest_release(output)
    old = [r for r in releases[keep:] if latest is None or r.resolve() != latest]
    gone = [r for r in old if dry_run or remove_unread(r)]
    kept = [_build_key(r) for r in releases if r not in gone]
    work = str(output.resolve() / "work")
    order = _order(work, kept)
    swept = [_sweep(WorkStore(work, stage), order[stage], dry_run) for stage in STAGES]
    if not dry_run:
        clear_left(output)
        clear_jobs(work)
        forget_used(work, kept)
    rows, before, after = (sum(n) for n in zip(*swept, strict=True))
    held = tuple(sorted(r.name for r in old if r not in gone))
    return Collected(tuple(sorted(r.name for r in gone)), held, rows, before, after)


def _build_key(release: Path) -> str:
    try:
        return str(read_manifest(release).get("build_key"))
    except (OSError, ValueError):
        return ""


def _order(work: str, builds: Sequence[str]) -> dict[str, dict[str, int]]:
    """Keys that builds used, each with its place in the order of their documents."""
    order: dict[str, dict[str, int]] = {stage: {} for stage in STAGES}
    for name in builds:
        table = used_keys(work, name)
        for stage, key in zip(*table.to_pydict().values(), strict=True) if table else ():
            order[stage].setdefault(key, len(order[stage]))
    return order


def _sweep(store: WorkStore, order: Mapping[str, int], dry_run: bool) -> tuple[int, int, int]:
    """Keep the used rows of a stage, in parts of a good size: rows deleted, parts before, after.

    New parts are written before the old ones are deleted: whenever it is stopped, nothing used is
    lost, and a row that stands twice does no harm.
    """
    names = store.names()
    rows: list[tuple[int, Place]] = []
    fine: set[str] = set()
    n_dropped = 0
    for name in names:
        try:
            keys = _keys(store, name)
        except DamagedPart:
            continue
        kept = [i for i, key in enumerate(keys) if key in order]
        n_dropped += len(keys) - len(kept)
        if len(kept) == len(keys) and len(keys) * 2 >= PART_ROWS:
            fine.add(name)
        else:
            rows += [(order[keys[i] or ""], Place(name, i)) for i in kept]
    if dry_run:
        return n_dropped, len(names), len(names)
    rows.sort(key=lambda row: (row[0], row[1].part, row[1].row))
    made = {store.write(table) for table in _packed(store, [place for _, place in rows])}
    for name in set(store.names()) - fine - made:
        store.delete(name)
    store.clear_drafts()
    return n_dropped, len(names), len(fine | made)


def _keys(store: WorkStore, name: str) -> list[str | None]:
    """Key of every row; None for rows that are no longer any use.

    Those are the rows of another layout, and of sources that the next build reads again anyway.
    """
    with store.open(name) as file:
        record = RECORDS[store.stage]
        if not file.schema_arrow.equals(pa.schema(list(record_type(record)))):
            return [None] * file.metadata.num_rows
        keys: list[str | None] = file.read(columns=["key"])["key"].to_pylist()
        if record is AnnotatedRecord:
            return keys
        reasons = file.read(columns=["refusal.reason"])["refusal"].to_pylist()
    again = {k for k, r in zip(keys, reasons, strict=True) if r and r["reason"] in MAY_PASS}
    return [None if key in again else key for key in keys]


def _packed(store: WorkStore, places: Sequence[Place]) -> Iterator[pa.Table]:
    """The rows at some places, in their order, in tables of a part's size."""
    read = lru_cache(maxsize=CACHED_PARTS)(store.read)
    for first in range(0, len(places), PART_ROWS):
        chunk = places[first : first + PART_ROWS]
        by_part: dict[str, list[int]] = {}
        for position, place in enumerate(chunk):
            by_part.setdefault(place.part, []).append(position)
        taken = pa.concat_tables(
            read(part).take([chunk[i].row for i in positions])
            for part, positions in by_part.items()
        )
        at = np.argsort([i for positions in by_part.values() for i in positions])
        yield taken.take(pa.array(at)).combine_chunks()
