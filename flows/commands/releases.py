"""`onrecord releases`, `diff`, `rollback` and `gc`: the releases of an output folder."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.collect import collect
from flows.commands.options import Json, Output, release_folder, release_read
from flows.errors import IntegrityMismatch, UsageError, storage_errors
from flows.lock import build_lock
from flows.publish.diff import compare, render
from flows.publish.manifest import read_manifest
from flows.publish.release import number
from flows.publish.swap import LATEST, RELEASES, all_releases, latest_release, point_latest
from flows.publish.verify import verify_files

Named = Annotated[Path, typer.Argument(help="Folder or id of a release.", metavar="RELEASE")]


def releases(output: Output = Path("output"), as_json: Json = False) -> None:
    """List the releases, newest first.

    Examples:

        onrecord releases

        onrecord releases --json | jq -r '.[].id'
    """
    latest = latest_release(output)
    found = sorted(all_releases(output), key=lambda r: (number(r), r.name), reverse=True)
    said = [_describe(r) | {"latest": r.resolve() == latest} for r in found]
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
        return
    for r in said:
        mark = "  latest" if r["latest"] else ""
        if r["published_at"] is None:
            print(f"{r['id']}  not whole: its manifest is missing or damaged{mark}")
        else:
            rows = f"{r['documents']:,} documents, {r['quotes']:,} quotes"
            print(f"{r['id']}  {r['published_at']}  {rows}, {r['bytes']:,} bytes{mark}")


def diff(old: Named, new: Named, output: Output = Path("output"), as_json: Json = False) -> None:
    """Say what is different between two releases.

    Examples:

        onrecord diff 0123456789abcdef latest
    """
    with release_read(old, output) as a, release_read(new, output) as b:
        found = compare(a, b)
    print(json.dumps(asdict(found), ensure_ascii=False) if as_json else render(found), end="")


def rollback(
    release: Annotated[
        Path | None,
        typer.Argument(help="Which one. [default: the one before the latest]", metavar="RELEASE"),
    ] = None,
    output: Output = Path("output"),
) -> None:
    """Let `latest` name an earlier release, after checking that it is whole.

    Examples:

        onrecord rollback

        onrecord rollback 0123456789abcdef

    The next build, a scheduled one too, publishes again what it makes of the inputs: mend before
    what was wrong.
    """
    with storage_errors(str(output)), build_lock(output):
        folder = release_folder(release, output) if release else _before_latest(output)
        folder = folder.resolve()
        if folder.parent != (output / RELEASES).resolve():
            raise UsageError(f"{folder}: no release of {output}. `onrecord releases` lists them.")
        problems = verify_files(folder)
        if problems:
            raise IntegrityMismatch(
                f"{folder.name}: {problems[0]}. Nothing was changed; choose another release."
            )
        point_latest(output, folder.name)
    print(f"{output / LATEST} is {folder.name} now.")
    print(
        "The next build publishes again what it makes of the inputs: mend them before, and hold "
        "scheduled builds until then.",
        file=sys.stderr,
    )


def gc(
    keep: Annotated[int, typer.Option(help="Releases that stay, the newest.", min=1)] = 3,
    output: Output = Path("output"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Delete old releases and the work that none of the others is made of.

    Examples:

        onrecord gc --keep 5

    The latest release stays, and so does one that is being read.
    """
    with storage_errors(str(output)), build_lock(output):
        done = collect(output, keep=keep, dry_run=dry_run)
    if as_json:
        print(json.dumps(asdict(done)))
        return
    would = "would be " if dry_run else ""
    print(f"{len(done.releases)} releases {would}deleted: {', '.join(done.releases) or 'none'}")
    if done.held:
        print(f"Being read, and kept: {', '.join(done.held)}")
    print(
        f"{done.rows} rows of work {would}deleted; {done.parts_before} parts, now {done.parts_after}"
    )


def _before_latest(output: Path) -> Path:
    latest = latest_release(output)
    if latest is None:
        raise UsageError(f"{output}: there is no latest release. `onrecord releases` lists them.")
    before = [r for r in all_releases(output) if 0 < number(r) < number(latest)]
    if not before:
        raise UsageError(f"{output}: {latest.name} is the first release. Name another one.")
    return max(before, key=lambda r: (number(r), r.name))


def _describe(release: Path) -> dict[str, Any]:
    try:
        manifest = read_manifest(release)
        return {
            "id": release.name,
            "number": number(release),
            "published_at": manifest["run"]["published_at"],
            "documents": manifest["tables"]["documents"]["rows"],
            "quotes": manifest["tables"]["quotes"]["rows"],
            "bytes": sum(file["bytes"] for file in manifest["files"].values()),
        }
    except (OSError, ValueError, KeyError):
        return {"id": release.name, "published_at": None}
