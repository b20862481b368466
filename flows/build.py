"""The flow: from inputs to a published release, the whole walk on one screen.

The steps are plain functions: what to do is in walk.py, what one task does in shards.py and
staging.py, and each runs without Prefect (`tests/test_walk.py` does so from end to end).
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.futures import as_completed
from prefect.runtime import flow_run
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows import tasks, walk
from flows.config import Config
from flows.errors import ValidationFailed, storage_errors
from flows.lock import build_lock
from flows.plan import Plan, make_plan, nothing_new
from flows.progress import stage
from flows.publish.manifest import read_manifest
from flows.publish.summary import summarise
from flows.publish.swap import new_staging
from flows.validate.verdict import render

VERDICT = "validation-report.md"


@flow(name="onrecord", retries=0, persist_result=False)
def build(
    inputs: list[str],
    output: str = "output",
    config: dict[str, Any] | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """Build a release from inputs and publish it, unless nothing changed.

    Args:
        inputs: files, folders and URLs.
        output: the output folder.
        config: the configuration as a JSON object (`Config`).
        limit: most input files.

    Returns:
        The manifest of the release, with `path` and `new`: false where it was there already.

    Raises:
        OnrecordError: with the exit code of the command; nothing was published then.
    """
    began = time.monotonic()
    settings = Config.model_validate(config or {})
    with build_lock(Path(output)), storage_errors(output):
        plan = make_plan(inputs, Path(output), settings, limit=limit)
        if release := nothing_new(plan):
            return read_manifest(release) | {"path": str(release), "new": False}

        wanted = walk.first_pass(plan)
        _run(plan, tasks.clean_shard, walk.clean_jobs(plan, wanted))
        wanted = walk.second_pass(plan)
        _run(plan, tasks.clean_shard, walk.clean_jobs(plan, wanted))
        selection = walk.select(plan, wanted)
        results = _run(plan, tasks.annotate_shard, walk.annotate_jobs(plan, selection))
        selection = walk.drop_failed(selection, walk.failures(results))
        walk.demand_usable(plan, selection)

        staging = new_staging(plan.output)
        failures = tasks.stage_and_validate(plan, selection, staging)
        if failures:
            report = plan.output / VERDICT
            report.write_text(render(failures), encoding="utf-8")
            raise ValidationFailed(
                f"{len(failures)} checks do not hold; nothing was published. See {report}. "
                f"First: {failures[0]}"
            )
        run = {
            "flow_run_id": str(flow_run.id) if flow_run.id else None,
            "workers": settings.build.workers,
            "seconds": round(time.monotonic() - began, 1),
        }
        manifest = tasks.publish_release(plan, staging, run)
    create_markdown_artifact(summarise(manifest), key="onrecord-release")
    create_table_artifact(
        [{"table": name, "rows": table["rows"]} for name, table in manifest["tables"].items()],
        key="onrecord-rows",
    )
    return manifest | {"new": True}


def runner_for(config: Config) -> TaskRunner[Any]:
    """The task runner that the configuration asks for."""
    if config.build.runner == "dask":
        from prefect_dask import DaskTaskRunner

        return DaskTaskRunner(address=config.build.scheduler)
    if config.build.workers > 1:
        return ProcessPoolTaskRunner(max_workers=config.build.workers)
    return ThreadPoolTaskRunner(max_workers=1)


def _run(plan: Plan, task: Task[Any, dict[str, Any]], jobs: Sequence[str]) -> list[dict[str, Any]]:
    """Run a task over jobs and gather what it gives back."""
    results = []
    with stage(task.name, len(jobs)) as shown:
        for result in _results(plan, task, jobs):
            shown.advance(result.get("n_words", 0))
            results.append(result)
    return results


def _results(
    plan: Plan, task: Task[Any, dict[str, Any]], jobs: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Results as they come: from the workers, or, with a single one, from this very thread.

    The model is then loaded in this process, and signals (an interrupt, a time limit) reach it.
    """
    build = plan.config.build
    if build.workers == 1 and build.runner == "local":
        yield from (task(plan.work, job, number) for number, job in enumerate(jobs))
        return
    futures = [task.submit(plan.work, job, number) for number, job in enumerate(jobs)]
    for future in as_completed(futures):
        yield future.result()
