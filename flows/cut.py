"""Cutting the work of a stage into shards of about equal size, a job each."""

from collections.abc import Iterator
from typing import Any

from flows.plan import Plan
from flows.work import write_job

# Most tasks of one pass over a stage, 200 in all, for cleaning passes twice: the orchestrator's cost
# is a task's, not a document's.
MAX_SHARDS = {"clean": 50, "annotate": 100}


def cut(
    plan: Plan, stage: str, items: Iterator[tuple[dict[str, Any], float]], total: float
) -> list[str]:
    """Write items as shards of about equal size: one a worker at least, `MAX_SHARDS` at most.

    Args:
        plan: the build.
        stage: `clean` or `annotate`.
        items: what the shards hold, in order, each with its words.
        total: the words of all of them.

    Returns:
        Paths of the jobs.
    """
    build, config = plan.config.build, plan.config.model_dump(mode="json")
    limit = max(min(build.shard_words, total / build.workers), total / MAX_SHARDS[stage])
    jobs: list[str] = []
    shard: list[dict[str, Any]] = []
    filled = 0.0

    def write() -> None:
        jobs.append(write_job(plan.work, {"config": config, "items": shard}))

    for item, words in items:
        shard.append(item)
        filled += words
        if filled >= limit:
            write()
            shard, filled = [], 0.0
    if shard:
        write()
    return jobs
