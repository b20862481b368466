"""The tasks of the flow: three lines around a function that knows nothing of Prefect.

A task takes the path of a job and gives back names and counts; articles travel through the work
parts. To run one without Prefect call the function it wraps, or `task.fn`.
"""

from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows import shards, staging
from flows.plan import Plan
from flows.publish import release
from flows.validate.verdict import Failure
from flows.walk import Selection


@task(name="clean", task_run_name="clean {number}", retries=1, cache_policy=NO_CACHE)
def clean_shard(work: str, job: str, number: int) -> dict[str, Any]:
    """Read and clean one shard (`shards.clean_shard`)."""
    return shards.clean_shard(work, job)


@task(name="annotate", task_run_name="annotate {number}", retries=1, cache_policy=NO_CACHE)
def annotate_shard(work: str, job: str, number: int) -> dict[str, Any]:
    """Segment and annotate one shard (`shards.annotate_shard`)."""
    return shards.annotate_shard(work, job)


@task(name="validate", cache_policy=NO_CACHE, persist_result=False)
def stage_and_validate(plan: Plan, selection: Selection, folder: Path) -> list[Failure]:
    """Assemble, check and write the tables (`staging.stage_release`)."""
    return staging.stage_release(plan, selection, folder)


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish_release(plan: Plan, folder: Path, run: dict[str, Any]) -> dict[str, Any]:
    """Write the manifest and swap the pointer (`release.publish_release`)."""
    return release.publish_release(
        folder, plan.output, made_from=plan.made_from, build_key=plan.build_key, run=run
    )
