"""Arguments and options that several commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.config import Config, load_config
from flows.errors import UsageError
from flows.fingerprint import ROOT

SEEDS = ROOT / "seeds" / "articles"

Inputs = Annotated[
    list[str] | None,
    typer.Argument(help="Files, folders or URLs. [default: seeds/articles]", metavar="INPUT..."),
]
Output = Annotated[Path, typer.Option(help="Folder the releases go to.", metavar="DIR")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="TOML file with the configuration.", metavar="FILE")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Release = Annotated[
    Path | None,
    typer.Argument(help="Folder of a release. [default: the latest one]", metavar="RELEASE"),
]


def inputs_or_seeds(inputs: list[str] | None) -> list[str]:
    """The inputs given, or the articles that come with the project."""
    return inputs or [str(SEEDS)]


def configured(path: Path | None, **flags: Any) -> Config:
    """Configuration from a file, the environment and flags given as `section__key=value`."""
    dotted = {name.replace("__", "."): value for name, value in flags.items()}
    return load_config(path, flags=dotted)


@contextmanager
def release_read(release: Path | None, output: Path) -> Iterator[Path]:
    """The release given, or the latest one, held against `gc` while it is read.

    Raises:
        UsageError: when there is none.
    """
    from flows.publish.reading import reading

    with reading(release_folder(release, output)) as folder:
        yield folder


def release_folder(release: Path | None, output: Path) -> Path:
    """The release given, by folder or by id, or the latest one.

    Raises:
        UsageError: when there is none.
    """
    from flows.publish.swap import LATEST, RELEASES

    if release is None or str(release) == LATEST:
        release = output / LATEST
    for folder in (release, output / RELEASES / release):
        if folder.is_dir():
            return folder
    raise UsageError(f"{release}: no such release. Build one: onrecord build")
