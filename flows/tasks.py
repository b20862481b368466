"""The tasks of the flow: three lines around a function that knows nothing of Prefect.

A task takes the path of a job and gives back names and counts; articles travel through the work
parts. To run one without Prefect call the function it wraps, or `task.fn`.
"""

from functools import partial
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows import crew, progress, rebuild, staging
from flows.staging import Staged


@task(name="clean", task_run_name="clean {number}", retries=1, cache_policy=NO_CACHE)
def clean_shard(work: str, job: str, number: int) -> dict[str, Any]:
    """Read and clean one shard in a worker process (`shards.clean_shard`)."""
    return crew.run_shard("clean", work, job, partial(progress.tell, "clean"))


@task(name="annotate", task_run_name="annotate {number}", retries=1, cache_policy=NO_CACHE)
def annotate_shard(work: str, job: str, number: int) -> dict[str, Any]:
    """Segment and annotate one shard in a worker process (`shards.annotate_shard`)."""
    return crew.run_shard("annotate", work, job, partial(progress.tell, "annotate"))


@task(name="validate", cache_policy=NO_CACHE, persist_result=False)
def stage_and_validate(what: Any) -> Staged:
    """Assemble, check and write the tables (`staging.stage_release`)."""
    return staging.stage_release(*what)


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(what: Any) -> dict[str, Any]:
    """Write the manifest and swap the pointer (`release.publish_release`)."""
    return rebuild.publish_here(*what)


SHARDS = {"clean": clean_shard, "annotate": annotate_shard}
