"""`onrecord build`: make a release and publish it."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import crew, server
from flows.commands.options import ConfigFile, Inputs, Json, configured, inputs_or_seeds
from flows.config import Config
from flows.errors import storage_errors
from flows.orchestrator import orchestrator_errors
from flows.plan import Plan, make_plan, nothing_new
from flows.publish.manifest import read_manifest
from flows.publish.summary import summarise
from flows.remote import Store, is_url, plan_at


def build(
    inputs: Inputs = None,
    output: Annotated[
        str, typer.Option(help="Folder or s3:// URL the releases go to.", metavar="DIR")
    ] = "output",
    config: ConfigFile = None,
    model: Annotated[str | None, typer.Option(help="Installed spaCy pipeline.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that annotate.", min=1)] = None,
    limit: Annotated[int | None, typer.Option(help="Read at most so many files.", min=1)] = None,
    max_rejects: Annotated[
        float | None,
        typer.Option(
            help="Share of refused inputs above which to stop; skipped ones do not count."
        ),
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
    with storage_errors(output):
        plan, found = _plan(given, output, settings, limit)
        if dry_run:
            _print_plan(plan, output, found, as_json)
            return
        where = output if is_url(output) else Path(output)
        manifest = found or _run_flow(given, where, settings, limit)
    if not manifest["new"]:
        print(
            "Nothing new: the inputs, the configuration, the code and the model are those of",
            file=sys.stderr,
        )
    print(json.dumps(manifest, ensure_ascii=False) if as_json else summarise(manifest))


def _plan(
    inputs: list[str], output: str, settings: Config, limit: int | None
) -> tuple[Plan, dict[str, Any] | None]:
    """What there is to do; with the manifest of the latest release, where that is nothing."""
    if is_url(output):
        store = Store(output)
        plan = plan_at(inputs, store, Path(), settings, limit=limit)
        return plan, store.unchanged(plan, store.pointer())
    plan = make_plan(inputs, Path(output), settings, limit=limit)
    if release := nothing_new(plan):
        return plan, read_manifest(release) | {"path": str(release), "new": False}
    return plan, None


def _run_flow(
    inputs: list[str], output: Path | str, settings: Config, limit: int | None
) -> dict[str, Any]:
    own = None
    if settings.build.runner == "local":
        own = server.start()
        crew.enlist(settings.build.workers, settings.annotate.model_dump_json())
    try:
        # Importing Prefect takes seconds, so it waits until there is something to do.
        from flows.build import build as flow
        from flows.build import runner_for

        with orchestrator_errors(own=own.url if own else None):
            if own:
                own.use()
            manifest: dict[str, Any] = flow.with_options(task_runner=runner_for(settings))(
                inputs, str(output), settings.model_dump(mode="json"), limit
            )
    finally:
        crew.dismiss()
    return manifest


def _print_plan(plan: Plan, output: str, found: dict[str, Any] | None, as_json: bool) -> None:
    said: dict[str, Any] = {
        "inputs": plan.index.one("select count(*) from sources"),
        "refused": [
            {"path": r.source_path, "outcome": r.outcome, "reason": r.reason} for r in plan.refusals
        ],
        "model": f"{plan.model.name} {plan.model.version}",
        "output": output,
        "nothing_new": found["path"] if found else None,
    }
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
        return
    n_skipped = sum(r.outcome == "skipped" for r in plan.refusals)
    counts = f"{len(said['refused']) - n_skipped} refused, {n_skipped} skipped"
    print(f"{said['inputs']} files to read, {counts}; model {said['model']}")
    for refusal in plan.refusals:
        print(f"  {refusal.source_path}: {refusal.reason} ({refusal.detail})")
    print(f"Nothing new: {found['path']}" if found else f"A new release would go to {output}")
