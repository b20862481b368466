"""The flow: from inputs to a published release.

The walk itself is `rebuild.build_corpus`, and runs without Prefect (tests and benchmarks do so); here its
steps become tasks.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.futures import as_completed
from prefect.runtime import flow_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from flows import crew, tasks
from flows.config import Config
from flows.progress import stage
from flows.publish.summary import summarise
from flows.rebuild import Results, Steps
from flows.remote import build_at
from flows.staging import Staged
from flows.work import read_job


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
        output: the output folder, or its s3:// URL.
        config: the configuration as a JSON object (`Config`).
        limit: most input files.

    Returns:
        The manifest of the release, with `path` and `new`: false where it was there already.

    Raises:
        OnrecordError: with the exit code of the command; nothing was published then.
    """
    began = time.monotonic()
    settings = Config.model_validate(config or {})

    def run() -> dict[str, Any]:
        return {
            "flow_run_id": str(flow_run.id) if flow_run.id else None,
            "workers": settings.build.workers,
            "inputs": [i if "://" in i else str(Path(i).resolve()) for i in inputs],
            "seconds": round(time.monotonic() - began, 1),
        }

    crew.enlist()
    try:
        steps = _steps(settings)
        manifest = build_at(inputs, output, settings, limit=limit, run=run, steps=steps)
    finally:
        crew.dismiss()
    create_markdown_artifact(summarise(manifest), key="onrecord-release")
    create_table_artifact(
        [{"table": name, "rows": table["rows"]} for name, table in manifest["tables"].items()],
        key="onrecord-rows",
    )
    return manifest


def runner_for(config: Config) -> TaskRunner[Any]:
    """The task runner that the configuration asks for.

    Its threads wait for the worker processes (crew.py), one each.
    """
    if config.build.runner == "dask":
        from prefect_dask import DaskTaskRunner

        return DaskTaskRunner(address=config.build.scheduler)
    return ThreadPoolTaskRunner(max_workers=config.build.workers)


def _steps(settings: Config) -> Steps:
    """The steps of the walk, as tasks. `quote`: Prefect shall not search documents for futures."""

    def run(name: str, work: str, jobs: Sequence[str]) -> Results:
        results = []
        with stage(name, sum(len(read_job(job)["items"]) for job in jobs)) as shown:
            for result in _results(settings, tasks.SHARDS[name], work, jobs):
                if settings.build.runner != "local":  # else it was told as it was done
                    shown.add(result["did"])
                results.append(result)
        return results

    def check(*what: Any) -> Staged:
        with stage("validate"):
            return tasks.stage_and_validate(quote(what))

    def publish(*what: Any) -> dict[str, Any]:
        with stage("publish"):
            return tasks.publish(quote(what))

    return Steps(shards=run, stage=check, publish=publish)


def _results(
    config: Config, task: Task[Any, dict[str, Any]], work: str, jobs: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Results as they come. With a single worker this very thread waits for it."""
    if config.build.workers == 1 and config.build.runner == "local":
        yield from (task(work, job, number) for number, job in enumerate(jobs))
        return
    futures = [task.submit(work, job, number) for number, job in enumerate(jobs)]
    for future in as_completed(futures):
        yield future.result()
