"""Scheduled rebuilds on one machine: a server if none is there, and a process that runs them."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.context import SpawnProcess

from flows.config import Config
from flows.errors import OnrecordError
from flows.server import end

SERVER_SECONDS = 120
STOP_SECONDS = 20
DEPLOYMENT = "rebuild"


def serve(inputs: list[str], output: str, config: Config, *, cron: str, timezone: str) -> None:
    """Serve the schedule until the process is stopped.

    Runs never overlap: one at a time, and a run that comes too early is dropped, since the next
    one does its work as well.

    Args:
        inputs: files, folders and URLs, absolute.
        output: the output folder, absolute.
        config: the configuration.
        cron: when, as a cron line.
        timezone: IANA zone that the line counts in.

    Raises:
        OnrecordError: when no server can be started.
    """
    with _server():
        # In a process of its own: one that runs flows does not always end when it is told to.
        process = get_context("spawn").Process(
            target=_serve, args=(inputs, output, config, cron, timezone)
        )
        process.start()
        try:
            process.join()
        except KeyboardInterrupt:  # so a schedule ends
            return
        finally:
            _stop(process)
        raise OnrecordError(
            f"the process of the schedule ended (code {process.exitcode}); what it printed says why."
        )


def _serve(inputs: list[str], output: str, config: Config, cron: str, timezone: str) -> None:
    os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()

    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron

    from flows.build import build, runner_for

    build.with_options(task_runner=runner_for(config)).serve(
        name=DEPLOYMENT,
        schedule=Cron(cron, timezone=timezone),
        parameters={
            "inputs": inputs,
            "output": output,
            "config": config.model_dump(mode="json"),
        },
        global_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        limit=1,
        print_starting_message=True,
    )


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.killpg(0, signal.SIGKILL)


def _stop(process: SpawnProcess) -> None:
    """Ask the schedule and what it runs to stop, and see that they do."""
    assert process.pid is not None
    for number in (signal.SIGTERM, signal.SIGKILL):
        # Without a group of its own yet it is still starting, and runs nothing.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        process.join(STOP_SECONDS)
        if not process.is_alive():
            return
    process.kill()
    process.join()


@contextmanager
def _server() -> Iterator[None]:
    """The server of PREFECT_API_URL, or one of our own on loopback that ends with this process."""
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    port = _free_port()
    command = [sys.executable, "-m", "prefect", "server", "start"]
    # In a session of its own: an interrupt typed here must reach the runs before their server.
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)], start_new_session=True
    )
    try:
        url = f"http://127.0.0.1:{port}/api"
        _wait_for(f"{url}/health", process)
        os.environ["PREFECT_API_URL"] = url
        yield
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        end(process, STOP_SECONDS)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SERVER_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise OnrecordError(
        f"the scheduler's server did not start within {SERVER_SECONDS} s. Start one yourself "
        "(`prefect server start`) and set PREFECT_API_URL to it."
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
