"""`onrecord init`: a folder to start in, with every setting explained."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.config import Config
from flows.errors import UsageError, storage_errors

CONFIG_FILE = "onrecord.toml"
ARTICLES = "articles"
HEAD = """# Settings of onrecord. Every key stands here with its default: take away the # of one to change it.
# The environment overrides this file (ONRECORD_BUILD__WORKERS=2), and flags override both;
# `onrecord config show --origin --config onrecord.toml` tells what holds, and from where.
"""


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to start in.")] = Path(),
) -> None:
    """Make a folder to start in: a commented configuration, and a place for the articles.

    Examples:

        onrecord init my-corpus

    Nothing that is there is changed.
    """
    place = folder / CONFIG_FILE
    if place.exists():
        raise UsageError(f"{place}: is there already. Edit it, or give another folder.")
    with storage_errors(str(folder)):
        (folder / ARTICLES).mkdir(parents=True, exist_ok=True)
        place.write_text(render_config(), encoding="utf-8")
    print(place)
    print(
        f"Put articles into {folder / ARTICLES}, then, in {folder}:\n"
        f"  onrecord check {ARTICLES}                       what would be read\n"
        f"  onrecord build {ARTICLES} --config {CONFIG_FILE}   the first release\n"
        "  onrecord explore                              the release in the browser",
        file=sys.stderr,
    )


def render_config() -> str:
    """The configuration as a TOML file of comments, each key with its description and default."""
    lines = [HEAD]
    for name, section in Config():
        lines.append(f"[{name}]")
        for key, field in type(section).model_fields.items():
            lines.append(f"# {field.description}")
            lines.append(f"# {key} = {_toml(getattr(section, key))}".rstrip())
        lines.append("")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    """A value in TOML; nothing for None, which TOML cannot say."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    # Texts, numbers and booleans are written as in JSON.
    return json.dumps(value, ensure_ascii=False)
