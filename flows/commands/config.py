"""`onrecord config`: the settings that hold, and where each comes from."""

import json
from typing import Annotated

import typer

from flows.commands.options import ConfigFile, Json, configured
from flows.config import origins

config = typer.Typer(help="The settings.", no_args_is_help=True)


@config.callback()
def _group() -> None:
    """The settings that hold, and where each comes from."""


@config.command()
def show(
    file: ConfigFile = None,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each comes from.")] = False,
    as_json: Json = False,
) -> None:
    """Print every setting that holds.

    Examples:

        onrecord config show

        onrecord config show --origin --config onrecord.toml
    """
    values = configured(file).model_dump(mode="json")
    flat = {f"{s}.{key}": value for s, keys in values.items() for key, value in keys.items()}
    whence = origins(file)
    if as_json:
        said = {k: {"value": v, "origin": whence[k]} for k, v in flat.items()} if origin else flat
        print(json.dumps(said, ensure_ascii=False))
        return
    width = max(map(len, flat))
    for key, value in flat.items():
        shown = "not set" if value is None else json.dumps(value, ensure_ascii=False)
        print(f"{key:{width}}  {shown}" + (f"  ({whence[key]})" if origin else ""))
