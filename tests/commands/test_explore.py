"""`onrecord explore`: it serves on loopback, and says what to do where it cannot."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import UsageError

SERVE = "from flows.cli import app; app()"


@pytest.mark.model
@pytest.mark.slow
def test_it_answers_until_it_is_stopped(seed_release: Path) -> None:
    words = ["explore", str(seed_release), "--port", "0", "--no-browser"]
    served = subprocess.Popen(
        [sys.executable, "-c", SERVE, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stdout is not None
        match = re.match(r"(http://127\.0\.0\.1:\d+/) ", served.stdout.readline())
        assert match is not None
        with urllib.request.urlopen(f"{match[1]}?words=taliban", timeout=30) as answer:
            assert b"<em>Taliban</em>" in answer.read()
        served.send_signal(signal.SIGINT)
        _, errors = served.communicate(timeout=30)
    finally:
        served.kill()
    assert "Traceback" not in errors


def test_a_port_in_use_is_said() -> None:
    with socket.socket() as other, pytest.MonkeyPatch.context() as patch:
        other.bind(("127.0.0.1", 0))
        other.listen()
        patch.chdir("/")
        port = str(other.getsockname()[1])
        result = CliRunner().invoke(app, ["explore", "/", "--port", port, "--no-browser"])
    assert isinstance(result.exception, UsageError)
    assert "--port 0" in str(result.exception)


def test_what_is_no_release_is_said(tmp_path: Path) -> None:
    for folder, says in [(tmp_path, "is no release"), (tmp_path / "none", "Build one")]:
        result = CliRunner().invoke(app, ["explore", str(folder), "--port", "0", "--no-browser"])
        assert isinstance(result.exception, UsageError)
        assert says in str(result.exception)
