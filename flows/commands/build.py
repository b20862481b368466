"""`onrecord build`: make a release and publish it."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.options import ConfigFile, Inputs, Json, Output, configured, inputs_or_seeds
from flows.config import Config
from flows.errors import storage_errors
from flows.plan import Plan, make_plan, nothing_new
from flows.publish.manifest import read_manifest
from flows.publish.summary import summarise


def build(
    inputs: Inputs = None,
    output: Output = Path("output"),
    config: ConfigFile = None,
    model: Annotated[str | None, typer.Option(help="Installed spaCy pipeline.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that annotate.", min=1)] = None,
    limit: Annotated[int | None, typer.Option(help="Read at most so many files.", min=1)] = None,
    max_rejects: Annotated[
        float | None, typer.Option(help="Share of refused inputs above which to stop.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Target language.")] = None,
    drop_duplicates: Annotated[
        bool, typer.Option("--drop-duplicates", help="Leave duplicates out instead of marking.")
    ] = False,
    device: Annotated[str | None, typer.Option(help="cpu or gpu.")] = None,
    runner: Annotated[str | None, typer.Option(help="local or dask.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of the Dask scheduler.")] = None,
    accept_drift: Annotated[
        bool, typer.Option("--accept-drift", help="Publish however much has changed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    as_json: Json = False,
) -> None:
    """Build a release of the corpus and publish it as OUTPUT/latest.

    Examples:

        onrecord build

        onrecord build articles/ --output corpus --workers 2

        onrecord build articles/ --dry-run

    An unchanged rebuild publishes nothing new and says so.
    """
    settings = configured(
        config,
        annotate__model=model,
        annotate__device=device,
        clean__lang=lang,
        clean__duplicates="drop" if drop_duplicates else None,
        build__workers=workers,
        build__max_rejects=max_rejects,
        build__runner=runner,
        build__scheduler=scheduler,
        build__accept_drift=True if accept_drift else None,
    )
    given = inputs_or_seeds(inputs)
    with storage_errors(str(output)):
        plan = make_plan(given, output, settings, limit=limit)
        release = nothing_new(plan)
        if dry_run:
            _print_plan(plan, release, as_json)
            return
        if release:
            manifest = read_manifest(release) | {"path": str(release), "new": False}
        else:
            manifest = _run_flow(given, output, settings, limit)
    if not manifest["new"]:
        print(
            "Nothing new: the inputs, the configuration, the code and the model are those of",
            file=sys.stderr,
        )
    print(json.dumps(manifest, ensure_ascii=False) if as_json else summarise(manifest))


def _run_flow(
    inputs: list[str], output: Path, settings: Config, limit: int | None
) -> dict[str, Any]:
    # Importing Prefect takes seconds, so it waits until there is something to do.
    from flows.build import build as flow
    from flows.build import runner_for

    manifest: dict[str, Any] = flow.with_options(task_runner=runner_for(settings))(
        inputs, str(output), settings.model_dump(mode="json"), limit
    )
    return manifest


def _print_plan(plan: Plan, release: Path | None, as_json: bool) -> None:
    said = {
        "inputs": len(plan.sources),
        "refused": [{"path": r.source_path, "reason": r.reason} for r in plan.refusals],
        "model": f"{plan.model.name} {plan.model.version}",
        "output": str(plan.output),
        "nothing_new": str(release) if release else None,
    }
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
        return
    print(f"{said['inputs']} files to read, {len(plan.refusals)} refused; model {said['model']}")
    for refusal in plan.refusals:
        print(f"  {refusal.source_path}: {refusal.reason} ({refusal.detail})")
    print(f"Nothing new: {release}" if release else f"A new release would go to {plan.output}")
