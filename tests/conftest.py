"""Fixtures that several packages share: a build without the orchestrator, and one of the seeds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import shards, staging, walk
from flows.config import Config
from flows.errors import ValidationFailed
from flows.plan import make_plan
from flows.publish.release import publish_release
from flows.publish.swap import new_staging

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "articles"

Build = Callable[..., dict[str, Any]]


def walk_to_release(
    inputs: list[Path], output: Path, config: Config | None = None
) -> dict[str, Any]:
    """Walk from inputs to a release, as the flow does, but without Prefect."""
    plan = make_plan([str(i) for i in inputs], output, config or Config())
    wanted = walk.first_pass(plan)
    for job in walk.clean_jobs(plan, wanted):
        shards.clean_shard(plan.work, job)
    wanted = walk.second_pass(plan)
    for job in walk.clean_jobs(plan, wanted):
        shards.clean_shard(plan.work, job)
    selection = walk.select(plan, wanted)
    results = [shards.annotate_shard(plan.work, job) for job in walk.annotate_jobs(plan, selection)]
    selection = walk.drop_failed(selection, walk.failures(results))
    walk.demand_usable(plan, selection)
    folder = new_staging(plan.output)
    failures = staging.stage_release(plan, selection, folder)
    if failures:
        raise ValidationFailed("; ".join(map(str, failures)))
    return publish_release(
        folder,
        plan.output,
        made_from=plan.made_from,
        build_key=plan.build_key,
        run={"seconds": 0.0, "workers": 1},
    )


@pytest.fixture(scope="session")
def build_release() -> Build:
    """The walk, as a fixture."""
    return walk_to_release


@pytest.fixture(scope="session")
def seed_release(build_release: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a release of the seed articles."""
    manifest = build_release([SEEDS], tmp_path_factory.mktemp("seeds"))
    return Path(manifest["path"])
