"""`onrecord hydrate`: texts for a release that was published without them."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import Json, Output, release_read
from flows.errors import InputsUnusable, storage_errors
from flows.hydrate import hydrate as restore


def hydrate(
    release: Annotated[Path, typer.Argument(help="Folder or id of a release.", metavar="RELEASE")],
    inputs: Annotated[
        list[str], typer.Argument(help="Files, folders or URLs.", metavar="INPUT...")
    ],
    to: Annotated[Path, typer.Option(help="New folder for the copy with texts.", metavar="DIR")],
    output: Output = Path("output"),
    as_json: Json = False,
) -> None:
    """Write a copy of a release without full texts, with the texts of the articles you have.

    Examples:

        onrecord hydrate downloaded/release articles/ --to with-text

    A text is restored only where its SHA-256 is the one the release names.
    """
    with storage_errors(str(to)), release_read(release, output) as folder:
        done = restore(folder, inputs, to)
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
    else:
        print(f"{to}: {done.restored} of {done.documents} texts restored.")
        for doc_id in done.missing[:20]:
            print(f"  no article with the text of {doc_id}", file=sys.stderr)
    if done.documents and not done.restored:
        raise InputsUnusable(
            "none of the articles is one of the release's; are they the same files, and is this "
            "the version of onrecord that made it?"
        )
