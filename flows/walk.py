"""The walk of a build between its tasks: what there is to clean and to annotate, which documents
there are, and the streaming of their tables into a staged release.

Plain functions over a plan and the work parts; the flow in build.py calls them in order.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flows.clean.duplicates import Duplicate, find_duplicates
from flows.clean.recurring import RecurringCounts, find_recurring
from flows.errors import InputsUnusable
from flows.fingerprint import digest
from flows.ledgers import Annotated, Cleaned, Seen
from flows.plan import Plan, annotation_key
from flows.read.source import Source, dumps
from flows.read.withdrawn import load_withdrawn
from flows.records import Accepted, Refusal
from flows.work import write_job

T = TypeVar("T")

# Reason of a document left out by choice, by how it repeats another.
REPEATS = {"exact": "duplicate_exact", "near": "duplicate_near", "excerpt": "excerpt"}

# Bytes of text to a word, to size shards of files not yet read.
BYTES_A_WORD = 6
# Most tasks of one stage: the orchestrator's cost is a task's, not a document's.
MAX_SHARDS = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source to be cleaned, under the key its rows shall have."""

    key: str
    source: Source
    recurring: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selected:
    """A document of the release to be: where its article and its annotations stand."""

    seen: Seen
    key: str
    duplicate: Duplicate | None

    @property
    def doc_id(self) -> str:
        """Id of the document."""
        assert self.seen.doc_id is not None
        return self.seen.doc_id


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents, sorted by doc_id, and every input that did not become one."""

    documents: tuple[Selected, ...]
    refused: tuple[Refusal, ...]


def first_pass(plan: Plan) -> list[Wanted]:
    """Every source, to be cleaned without knowing its neighbours."""
    return [Wanted(key, source) for key, source in plan.sources]


def second_pass(plan: Plan, cleaned: Cleaned) -> list[Wanted]:
    """Every source again, with the recurring paragraphs that it holds.

    A source that holds none keeps its key, and so its rows from the first pass.
    """
    held: dict[str, set[str]] = {}
    counts = RecurringCounts()
    for key, digests in cleaned.digests({key for key, _ in plan.sources}):
        if digests:
            counts.add(digests)
            held.setdefault(key, set()).update(digests)
    recurring = find_recurring(counts, plan.config.clean)
    wanted = []
    for key, source in plan.sources:
        found = tuple(sorted(recurring & held.get(key, set())))
        wanted.append(Wanted(digest([key, found]) if found else key, source, found))
    return wanted


def clean_jobs(plan: Plan, wanted: Sequence[Wanted], cleaned: Cleaned) -> list[str]:
    """Paths of the jobs that clean what has no rows yet."""
    done = cleaned.rows({w.key for w in wanted}).keys()
    pending = [w for w in wanted if w.key not in done]
    jobs = []
    for shard in _shards(pending, lambda w: w.source.n_bytes / BYTES_A_WORD, plan):
        items = [{"source": dumps(w.source), "key": w.key, "recurring": w.recurring} for w in shard]
        jobs.append(write_job(plan.work, {"config": _config(plan), "items": items}))
    return jobs


def select(plan: Plan, wanted: Sequence[Wanted], cleaned: Cleaned) -> Selection:
    """Decide which records become documents, and why the others do not.

    The first of several records with one id keeps it, in the order of their paths and locators.
    """
    rows = cleaned.rows({w.key for w in wanted})
    seen = [s for w in wanted for s in rows[w.key]]
    refused = [*plan.refusals, *(s.input for s in seen if s.input)]
    withdrawn = _withdrawn(plan)
    by_id: dict[str, Seen] = {}
    for s in sorted(
        (s for s in seen if s.input is None), key=lambda s: (s.source_path, s.record_index)
    ):
        assert s.doc_id is not None
        if s.doc_id in withdrawn or (s.url and s.url in withdrawn):
            refused.append(_refuse(s, "withdrawn", "on the withdrawal list", "withdrawn"))
        elif s.doc_id in by_id:
            first = by_id[s.doc_id].source_path
            detail = f"{first} has the id {s.doc_id!r} already; give one of them another id"
            refused.append(_refuse(s, "duplicate_id", detail, "rejected"))
        else:
            by_id[s.doc_id] = s
    duplicates = find_duplicates(
        [
            (doc_id, s.text_sha256, s.sketch, s.n_words)
            for doc_id, s in sorted(by_id.items())
            if s.text_sha256 is not None and s.sketch is not None
        ],
        plan.config.clean.duplicate_threshold,
    )
    documents = []
    for doc_id, s in sorted(by_id.items()):
        duplicate = duplicates.get(doc_id)
        if duplicate and duplicate.kind and plan.config.clean.duplicates == "drop":
            detail = f"repeats {duplicate.dup_of_doc_id}; left out by clean.duplicates"
            kept = _kept(doc_id, duplicates)
            refused.append(_refuse(s, REPEATS[duplicate.kind], detail, "duplicate", doc_id=kept))
        else:
            assert s.text_key is not None
            documents.append(Selected(s, annotation_key(s.text_key, plan), duplicate))
    return Selection(_related(documents), tuple(refused))


def annotate_jobs(
    plan: Plan, selection: Selection, annotated: Annotated, failed: Collection[str] = ()
) -> list[str]:
    """Paths of the jobs that annotate the texts that have no annotations yet, and did not fail."""
    pending = {
        d.key: d
        for d in selection.documents
        if d.key not in annotated.places and d.key not in failed
    }
    in_place = sorted(pending.values(), key=lambda d: (d.seen.place.part, d.seen.place.row))
    jobs = []
    for shard in _shards(in_place, lambda d: d.seen.n_words, plan):
        items = [{"part": d.seen.place.part, "row": d.seen.place.row, "key": d.key} for d in shard]
        jobs.append(write_job(plan.work, {"config": _config(plan), "items": items}))
    return jobs


def drop_failed(selection: Selection, failures: Mapping[str, Sequence[str]]) -> Selection:
    """Turn documents that could not be annotated into refusals."""
    failed = [d for d in selection.documents if d.key in failures]
    refusals = [
        _refuse(d.seen, reason, detail, "rejected")
        for d in failed
        for reason, detail in (failures[d.key],)
    ]
    kept = _related([d for d in selection.documents if d.key not in failures])
    ids = {d.doc_id for d in kept}
    refused = [r if r.doc_id in ids else replace(r, doc_id=None) for r in selection.refused]
    return Selection(kept, (*refused, *refusals))


def demand_usable(plan: Plan, selection: Selection) -> None:
    """Stop where there is nothing to publish, or more was refused than allowed.

    Raises:
        InputsUnusable: saying how many, and the first reasons.
    """
    rejected = [r for r in selection.refused if r.outcome == "rejected"]
    seen = len(rejected) + len(selection.documents)
    first = (rejected or selection.refused)[:3]
    few = "; ".join(f"{r.source_path}: {r.reason} ({r.detail})" for r in first)
    if not selection.documents:
        why = few or "the inputs hold no files"
        raise InputsUnusable(f"nothing to read: {why}. `onrecord check` tells about every input.")
    if len(rejected) > plan.config.build.max_rejects * seen:
        raise InputsUnusable(
            f"{len(rejected)} of {seen} inputs were refused, more than the share "
            f"{plan.config.build.max_rejects:g} allowed (--max-rejects). First: {few}."
        )


def accepted(selection: Selection) -> list[Accepted]:
    """The rows of `inputs` for the documents."""
    return [
        Accepted(
            source_path=d.seen.source_path,
            source_locator=d.seen.source_locator,
            source_format=d.seen.source_format,
            raw_sha256=d.seen.raw_sha256,
            raw_n_bytes=d.seen.raw_n_bytes,
            doc_id=d.doc_id,
        )
        for d in selection.documents
    ]


def _kept(doc_id: str, duplicates: Mapping[str, Duplicate]) -> str:
    """The document that a left out one repeats in the end; each repeats a fuller one."""
    while (found := duplicates[doc_id].dup_of_doc_id) is not None:
        doc_id = found
    return doc_id


def _related(documents: Sequence[Selected]) -> tuple[Selected, ...]:
    """Documents, sorted by doc_id, as duplicates of one another: nobody names one left out."""
    ids = {d.doc_id for d in documents}
    groups: dict[str, list[str]] = {}
    for d in documents:
        if d.duplicate:
            groups.setdefault(d.duplicate.dup_group_id, []).append(d.doc_id)
    related = []
    for d in documents:
        duplicate = d.duplicate
        if duplicate and duplicate.dup_of_doc_id not in ids:
            duplicate = Duplicate(duplicate.dup_group_id, None, None, None)
        if duplicate:
            group = groups[duplicate.dup_group_id]
            duplicate = replace(duplicate, dup_group_id=group[0]) if len(group) > 1 else None
        related.append(replace(d, duplicate=duplicate))
    return tuple(related)


def _config(plan: Plan) -> dict[str, Any]:
    return plan.config.model_dump(mode="json")


def _shards(items: Sequence[T], size: Callable[[T], float], plan: Plan) -> Iterator[list[T]]:
    """Cut items into shards of about equal size: one a worker at least, `MAX_SHARDS` at most."""
    total = sum(map(size, items))
    build = plan.config.build
    wished = min(build.shard_words, total / build.workers)
    limit = max(wished, total / MAX_SHARDS)
    shard: list[T] = []
    filled = 0.0
    for item in items:
        shard.append(item)
        filled += size(item)
        if filled >= limit:
            yield shard
            shard, filled = [], 0.0
    if shard:
        yield shard


def _refuse(
    seen: Seen, reason: str, detail: str, outcome: str, doc_id: str | None = None
) -> Refusal:
    return Refusal(
        source_path=seen.source_path,
        reason=reason,
        detail=detail,
        source_locator=seen.source_locator,
        source_format=seen.source_format,
        raw_sha256=seen.raw_sha256,
        raw_n_bytes=seen.raw_n_bytes,
        outcome=outcome,
        doc_id=doc_id,
    )


def _withdrawn(plan: Plan) -> frozenset[str]:
    path = plan.config.read.withdrawn
    return load_withdrawn(path) if path else frozenset()
