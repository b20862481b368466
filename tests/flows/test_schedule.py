"""A schedule on a real local server: one run comes by the clock and publishes."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.publish.swap import latest_release

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "articles"
PATIENCE = 240
pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.timeout(PATIENCE + 140)]


def test_a_scheduled_run_publishes_a_release(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_LOGGING_LEVEL": "INFO"}
    output = tmp_path / "out"
    log = tmp_path / "log"
    command = [str(Path(sys.executable).with_name("onrecord")), "schedule", "--cron", "* * * * *"]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--output", str(output), str(SEEDS)],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not (output / "latest").exists() and time.monotonic() < deadline:
                assert process.poll() is None, log.read_text()
                time.sleep(1)
        finally:
            _stop(process)
    assert latest_release(output), log.read_text()[-4000:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the schedule with its server and its run; it is not asked twice."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
