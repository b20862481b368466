"""`onrecord check`: what would be read, under which columns, what would be refused, and why."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flows.clean.clean import clean
from flows.commands.options import ConfigFile, Inputs, Json, configured, inputs_or_seeds
from flows.config import Config
from flows.errors import InputsUnusable
from flows.read.guess import guess_columns
from flows.read.read import read
from flows.read.scan import MissingInput, scan
from flows.read.source import SINGLE_ARTICLE, Source
from flows.records import Article, Refusal


def check(inputs: Inputs = None, config: ConfigFile = None, as_json: Json = False) -> None:
    """Read and clean the inputs, publish nothing, and say what became of each.

    Files of many articles (JSONL, CSV, Parquet) are told with the columns their fields are taken
    from; `[read.columns]` in the configuration names others (`text = "body"`).

    Examples:

        onrecord check articles/

        onrecord check articles/ --json | jq 'select(.outcome == "rejected")'
    """
    settings = configured(config)
    n_accepted = 0
    try:
        for outcome in _outcomes(inputs_or_seeds(inputs), settings):
            said = outcome if isinstance(outcome, dict) else _describe(outcome)
            n_accepted += said["outcome"] == "accepted"
            # In ASCII, for names of columns come as they are.
            print(json.dumps(said) if as_json else _line(said))
    except MissingInput as error:
        raise InputsUnusable(str(error)) from error
    if not n_accepted:
        raise InputsUnusable("no input can be used; the lines above say why.")


def _outcomes(inputs: list[str], config: Config) -> Iterator[Article | Refusal | dict[str, Any]]:
    for found in scan(inputs, config.read):
        if isinstance(found, Refusal):
            yield found
            continue
        if found.source_format not in (*SINGLE_ARTICLE, "warc"):
            yield _columns(found, config)
        for raw in read(found, config.read):
            yield (
                raw
                if isinstance(raw, Refusal)
                else clean(raw, config.clean, fallback_encoding=config.read.fallback_encoding)
            )


def _columns(source: Source, config: Config) -> dict[str, Any]:
    columns: Mapping[str, str] = guess_columns(source, config.read)
    return {
        "path": source.source_path,
        "locator": None,
        "outcome": "columns",
        "columns": dict(columns),
    }


def _describe(outcome: Article | Refusal) -> dict[str, Any]:
    said: dict[str, Any] = {"path": outcome.source_path, "locator": outcome.source_locator}
    if isinstance(outcome, Refusal):
        return said | {
            "outcome": outcome.outcome,
            "reason": outcome.reason,
            "detail": outcome.detail,
        }
    return said | {
        "outcome": "accepted",
        "doc_id": outcome.doc_id,
        "format": outcome.source_format,
        "encoding": outcome.encoding,
        "title": outcome.title,
        "chars": len(outcome.text),
        "removals": len(outcome.removals),
        "flags": list(outcome.flags),
    }


def _line(said: dict[str, Any]) -> str:
    name = said["path"] + (f" ({said['locator']})" if said["locator"] else "")
    if said["outcome"] == "columns":
        taken = ", ".join(f"{field} = {column!r}" for field, column in said["columns"].items())
        return f"columns   {name}: {taken or 'none is known; name them in [read.columns]'}"
    if said["outcome"] != "accepted":
        return f"{said['outcome']}  {name}: {said['reason']}: {said['detail']}"
    flags = f" [{', '.join(said['flags'])}]" if said["flags"] else ""
    title = said["title"] or "no title"
    return (
        f"accepted  {name}: {title}, {said['chars']} characters, {said['removals']} removed{flags}"
    )
