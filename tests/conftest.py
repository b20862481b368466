"""Fixtures that several packages share: a build without the orchestrator, and one of the seeds."""

import errno
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from flows.config import Config
from flows.plan import make_plan
from flows.publish.swap import latest_release
from flows.rebuild import rebuild

# How long an example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def _offline(event: str, arguments: tuple[Any, ...]) -> None:
    """Tests connect to this machine alone, whatever the network is like where they run."""
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    stream, host = arguments[0].type == socket.SOCK_STREAM, str(arguments[1][0])
    if stream and not (host in ("", "localhost") or host.startswith("127.") or host == "::1"):
        raise OSError(errno.ENETUNREACH, "tests reach no network", host)


sys.addaudithook(_offline)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: no process shall be left with one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "articles"

Build = Callable[..., dict[str, Any]]


def walk_to_release(
    inputs: list[Path], output: Path, config: Config | None = None
) -> dict[str, Any]:
    """Walk from inputs to a release, as the flow does, but without Prefect."""
    return rebuild(make_plan([str(i) for i in inputs], output, config or Config()))


@pytest.fixture(scope="session")
def build_release() -> Build:
    """The walk, as a fixture."""
    return walk_to_release


@pytest.fixture(scope="session")
def seed_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a release of the seed articles, for reading: all processes of a run share it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with FileLock(folder / "seeds.lock"):
        if latest_release(folder / "seeds") is None:
            walk_to_release([SEEDS], folder / "seeds")
    release = latest_release(folder / "seeds")
    assert release
    return release
