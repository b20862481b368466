"""Settings of the orchestrator, put into the environment before it is imported.

They stand in prefect.toml, which Prefect itself reads only where it is started in the checkout.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from flows.fingerprint import ROOT


def set_up(*, debug: bool = False, quiet: bool = False) -> None:
    """Apply prefect.toml where the environment does not say otherwise; no telemetry, ever.

    Args:
        debug: log everything.
        quiet: log nothing of a run: its caller tells what happened, without a traceback.
    """
    if quiet and not debug:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    settings = tomllib.loads((ROOT / "prefect.toml").read_text(encoding="utf-8"))
    for name, value in _flat("PREFECT", settings):
        os.environ.setdefault(name, str(value).lower() if isinstance(value, bool) else str(value))
    os.environ["DO_NOT_TRACK"] = "1"
    if debug:
        os.environ["PREFECT_LOGGING_LEVEL"] = "DEBUG"


def _flat(prefix: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        name = f"{prefix}_{key.upper()}"
        if isinstance(value, Mapping):
            yield from _flat(name, value)
        else:
            yield name, value
