"""The walk from a plan to a published release, and on from whatever an earlier one left behind.

Whoever calls it says how its steps are run: the flow in build.py gives tasks of the orchestrator,
tests and benchmarks plain functions. Everything is found by its content, so a walk that was
interrupted, or that met a damaged work part, is simply walked again and redoes only what is lost.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows import staging, walk
from flows.config import Config
from flows.errors import OnrecordError, ValidationFailed, storage_errors
from flows.ledgers import Annotated, Cleaned
from flows.lock import build_lock
from flows.plan import Plan, make_plan, nothing_new
from flows.publish.manifest import read_manifest
from flows.publish.release import publish_release
from flows.publish.swap import new_staging
from flows.staging import Staged
from flows.validate.verdict import render
from flows.walk import Selection
from flows.work import DamagedPart, clear_jobs, note_used

VERDICT = "validation-report.md"
# Walks, and rounds of one stage, until parts that vanish as fast as they are made are given up on.
ATTEMPTS = 5

Results = Sequence[Mapping[str, Any]]


def run_here(stage: str, work: str, jobs: Sequence[str]) -> Results:
    """Run the shards of a stage one after another in this very process."""
    from flows import shards  # imports spaCy, which a process with workers does without

    do = {"clean": shards.clean_shard, "annotate": shards.annotate_shard}[stage]
    return [do(work, job) for job in jobs]


def publish_here(plan: Plan, folder: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """Publish a staged release (`publish.release.publish_release`).

    Args:
        plan: the build.
        folder: where it is staged.
        said: what the manifest says beside: `run`, `may_pass`, `corrections`.
    """
    return publish_release(
        folder,
        plan.output,
        made_from=plan.made_from,
        build_key=plan.build_key,
        config=plan.config.publish,
        accept_drift=plan.config.build.accept_drift,
        **said,
    )


@dataclass(frozen=True)
class Steps:
    """How the steps of a walk are run."""

    shards: Callable[[str, str, Sequence[str]], Results] = run_here
    stage: Callable[[Plan, Selection, Path], Staged] = staging.stage_release
    publish: Callable[[Plan, Path, Mapping[str, Any]], dict[str, Any]] = publish_here


def build_corpus(
    inputs: Sequence[str],
    output: Path,
    config: Config,
    *,
    limit: int | None = None,
    run: Callable[[], Mapping[str, Any]] = dict,
    steps: Steps = Steps(),
) -> dict[str, Any]:
    """Build a release from inputs and publish it, unless nothing changed; one build at a time.

    Args:
        inputs: files, folders and URLs.
        output: the output folder; it is locked meanwhile.
        config: the configuration.
        limit: most input files.
        run, steps: see `rebuild`.

    Returns:
        The manifest of the release, with `path`, and `new`: false where it was there already.

    Raises:
        OnrecordError: with the exit code of the command; nothing was published then.
    """
    with storage_errors(str(output)), build_lock(output):
        plan = make_plan(inputs, output, config, limit=limit)
        if release := nothing_new(plan):
            return read_manifest(release) | {"path": str(release), "new": False}
        return rebuild(plan, run, steps)


def rebuild(
    plan: Plan, run: Callable[[], Mapping[str, Any]] = dict, steps: Steps = Steps()
) -> dict[str, Any]:
    """Walk from a plan to a published release.

    Args:
        plan: of the build; its output folder must be locked.
        run: gives what the manifest says about this run, when it is known.
        steps: how the steps are run.

    Returns:
        The manifest of the release, with `path`, and `new`: false where it was there already.

    Raises:
        OnrecordError: nothing was published then.
    """
    try:
        for _ in range(ATTEMPTS):
            try:
                return _walk(plan, run, steps)
            except DamagedPart as error:
                damaged = error
                plan.index.close_readers()
        raise OnrecordError(
            f"work parts are damaged as fast as they are made (last: {damaged}). Nothing was "
            f"published. Look at the disk under {plan.work}."
        )
    finally:
        clear_jobs(plan.work)


def _walk(plan: Plan, run: Callable[[], Mapping[str, Any]], steps: Steps) -> dict[str, Any]:
    cleaned, annotated = Cleaned(plan.work, plan.index), Annotated(plan.work, plan.index)
    clean_all(plan, walk.first_pass(plan), cleaned, steps)
    wanted = walk.second_pass(plan)
    clean_all(plan, wanted, cleaned, steps)
    selection = walk.select(plan, wanted)
    selection = walk.drop_failed(selection, _annotate(plan, annotated, steps))
    walk.demand_usable(plan, selection)

    folder = new_staging(plan.output)
    staged = steps.stage(plan, selection, folder)
    _demand_sound(plan, staged)
    for name, why in staged.corrections["unmatched"].items():
        print(f"Correction not applied: {name}: {why}", file=sys.stderr)
    # Of what the scan refused the plan knows, and the next build sees whether it has changed.
    may_pass = selection.n_may_pass()
    said = {"run": run(), "may_pass": may_pass, "corrections": staged.corrections}
    # Before the release is there, so that gc never takes the work of one for unused.
    note_used(plan.work, plan.build_key, walk.used(selection))
    return steps.publish(plan, folder, said)


def _demand_sound(plan: Plan, staged: Staged) -> None:
    if staged.failures:
        report = plan.output / VERDICT
        report.write_text(render(staged.failures), encoding="utf-8")
        raise ValidationFailed(
            f"{len(staged.failures)} checks do not hold; nothing was published. See {report}. "
            f"First: {staged.failures[0]}"
        )


def clean_all(plan: Plan, wanted: str, cleaned: Cleaned, steps: Steps) -> None:
    """Clean every source of a table that has no rows yet."""
    for _ in range(ATTEMPTS):
        jobs = walk.clean_jobs(plan, wanted)
        if not jobs:
            return
        cleaned.refresh(_parts(steps.shards("clean", plan.work, jobs)))
    raise _vanishing(plan)


def _annotate(plan: Plan, annotated: Annotated, steps: Steps) -> dict[str, Sequence[str]]:
    """Annotate what is not yet; returns reason and detail of what could not be, by key."""
    failures: dict[str, Sequence[str]] = {}
    for _ in range(ATTEMPTS):
        jobs = walk.annotate_jobs(plan, failures)
        if not jobs:
            return failures
        results = steps.shards("annotate", plan.work, jobs)
        for result in results:
            failures |= result["failures"]
        annotated.refresh(_parts(results))
    raise _vanishing(plan)


def _parts(results: Results) -> list[str]:
    return [part for result in results for part in result["parts"]]


def _vanishing(plan: Plan) -> OnrecordError:
    return OnrecordError(
        f"work parts vanish as fast as they are made. Nothing was published. Does anything else "
        f"delete files under {plan.work}?"
    )
