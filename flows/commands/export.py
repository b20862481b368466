"""`onrecord export`: a release in another format."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import Output, Release, release_read
from flows.errors import UsageError, storage_errors
from flows.export.formats import FORMATS, Format
from flows.publish.manifest import read_manifest

LISTED = "; ".join(f"{name}: {said.description}" for name, said in FORMATS.items())


def export(
    release: Release = None,
    to: Annotated[
        str,
        typer.Option("--format", "-f", help=f"{LISTED}.", autocompletion=lambda: list(FORMATS)),
    ] = "csv",
    target: Annotated[
        Path | None,
        typer.Option("--to", help="File or folder to write. [default: onrecord-ID.FORMAT]"),
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option(help="Folder of the articles, for spans. [default: where they were read]"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    output: Output = Path("output"),
) -> None:
    """Write a release in a format that other tools read.

    Examples:

        onrecord export --format csv --to tables

        onrecord export --format duckdb --to corpus.duckdb

        onrecord export corpus/latest --format conllu

        onrecord export --format spans --inputs articles --to spans.jsonl

    Prints the path written. The release itself stays as it is.
    """
    if to not in FORMATS:
        raise UsageError(f"{to}: no such format. Choose one of {', '.join(FORMATS)}.")
    wanted = FORMATS[to]
    with release_read(release, output) as folder:
        try:
            name = f"onrecord-{read_manifest(folder)['id']}"
        except (OSError, ValueError) as error:
            raise UsageError(f"{folder} is no release ({error}).") from error
        place = target or Path(name + (wanted.suffix or f"-{to}"))
        if place.exists() and not force:
            raise UsageError(
                f"{place}: is there already. Give another --to, or --force to replace it."
            )
        with storage_errors(str(place)):
            _write(wanted, folder, place, inputs)
    print(place)
    print(f"{wanted.description}: written from release {name}.", file=sys.stderr)


def _write(wanted: Format, folder: Path, place: Path, inputs: Path | None) -> None:
    """Write beside the target, then move it there: what stands there is always whole."""
    draft = place.with_name(f".{place.name}.part")
    _remove(draft)
    try:
        given = (inputs,) if wanted.takes_inputs else ()
        wanted.export(folder, draft, *given)
        _remove(place)
        draft.rename(place)
    finally:
        _remove(draft)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
