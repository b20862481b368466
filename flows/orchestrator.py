"""The orchestrator from outside: its settings, and what to say when it does not answer.

The settings are put into the environment before it is imported. They stand in prefect.toml, which
Prefect itself reads only where it is started in the checkout.
"""

import atexit
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.errors import OnrecordError, OrchestratorUnavailable
from flows.fingerprint import ROOT

# What an error was raised by when it is no fault of a build, but of the orchestrator or the way there.
PACKAGES = frozenset({"prefect", "httpx", "httpcore", "anyio"})


def set_up(*, debug: bool = False, quiet: bool = False) -> None:
    """Apply prefect.toml where the environment does not say otherwise; no telemetry, ever.

    Args:
        debug: log everything.
        quiet: log nothing of a run: its caller tells what happened, without a traceback.
    """
    if quiet and not debug:
        for name in ("PREFECT_LOGGING_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL"):
            os.environ.setdefault(name, "CRITICAL")
    settings = tomllib.loads((ROOT / "prefect.toml").read_text(encoding="utf-8"))
    for name, value in _flat("PREFECT", settings):
        os.environ.setdefault(name, str(value).lower() if isinstance(value, bool) else str(value))
    os.environ["DO_NOT_TRACK"] = "1"
    if "PREFECT_HOME" not in os.environ and not _home_is_writable():
        # It keeps its database there; that of a build ends with the build anyway.
        home = tempfile.mkdtemp(prefix="onrecord-prefect-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        os.environ["PREFECT_HOME"] = home
    if debug:
        os.environ["PREFECT_LOGGING_LEVEL"] = "DEBUG"


def _home_is_writable() -> bool:
    try:
        home = Path.home()
    except RuntimeError:  # nobody knows of one
        return False
    folder = home / ".prefect"
    try:
        return os.access(folder if folder.exists() else home, os.W_OK)
    except PermissionError:  # one that may not even be looked into
        return False


@contextmanager
def orchestrator_errors(*, own: str | None = None) -> Iterator[None]:
    """Turn what the orchestrator itself raises into `OrchestratorUnavailable`.

    Args:
        own: URL of the build's own server (`server.start`), where it has one.
    """
    try:
        yield
    except OnrecordError:
        raise
    except Exception as error:
        if not _raised_outside(error):
            raise
        url = os.environ.get("PREFECT_API_URL", own)
        mend = (
            f"Is a Prefect server running at {url}? Start it, or unset PREFECT_API_URL (in the "
            "environment, or in Prefect's profile): a build then has a server of its own"
            if url != own
            else "A build's own server could not be started or reached: perhaps another program has "
            "locked its database (prefect.db under PREFECT_HOME), the disk is full, or the machine is "
            "too busy. Give another PREFECT_HOME, or try again later"
        )
        raise OrchestratorUnavailable(
            f"the orchestrator does not answer ({str(error).rstrip('.')}). {mend}. `latest` is whole, "
            "and the next build goes on from what is done."
        ) from error


def _raised_outside(error: Exception) -> bool:
    """Whether the innermost frame of an error's traceback, or its class, is the orchestrator's."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    names = (type(error).__module__, trace.tb_frame.f_globals.get("__name__", "") if trace else "")
    return any(name.partition(".")[0] in PACKAGES for name in names)


def _flat(prefix: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        name = f"{prefix}_{key.upper()}"
        if isinstance(value, Mapping):
            yield from _flat(name, value)
        else:
            yield name, value
