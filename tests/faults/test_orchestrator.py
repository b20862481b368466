"""An orchestrator that does not answer: a plain message, nothing published, and work goes on later."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.errors import OrchestratorUnavailable, StorageRefused
from flows.orchestrator import orchestrator_errors

Whole = Callable[[Path], str | None]
COMMAND = "from flows.cli import main; main()"


def run(articles: Path, output: Path, home: Path, **environment: str) -> Any:
    """The real command, with the real orchestrator."""
    usual = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, "-c", COMMAND, "build", str(articles), "--output", str(output)],
        env=usual | {"PREFECT_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=280,
    )


def said_and_done(done: Any, build: Any, articles: Path, output: Path, whole: Whole) -> None:
    """What holds after each: exit code, message, nothing published, and the next run succeeds."""
    assert done.returncode == 1, done.stderr
    assert "the orchestrator does not answer" in done.stderr
    assert "Traceback" not in done.stderr and "fault of the program" not in done.stderr
    assert whole(output) is None
    assert build(articles)["id"] == whole(output)


@pytest.mark.slow
def test_a_server_that_is_not_there(
    build: Any, articles: Path, whole: Whole, tmp_path: Path
) -> None:
    url = "http://127.0.0.1:9/api"
    home, output = tmp_path / "home", tmp_path / "out"
    done = run(articles, output, home, PREFECT_API_URL=url, PREFECT_CLIENT_MAX_RETRIES="0")
    assert url in done.stderr and "unset PREFECT_API_URL" in done.stderr
    said_and_done(done, build, articles, output, whole)


@pytest.mark.slow
def test_a_server_of_a_profile_that_is_not_there(articles: Path, tmp_path: Path) -> None:
    url, home = "http://127.0.0.1:9/api", tmp_path / "home"
    home.mkdir()
    profile = f'active = "far"\n[profiles.far]\nPREFECT_API_URL = "{url}"\n'
    (home / "profiles.toml").write_text(profile, encoding="utf-8")
    done = run(articles, tmp_path / "out", home, PREFECT_CLIENT_MAX_RETRIES="0")
    assert done.returncode == 1, done.stderr
    assert url in done.stderr and "profile" in done.stderr


@pytest.mark.slow
def test_a_database_that_is_locked(
    build: Any, articles: Path, whole: Whole, tmp_path: Path
) -> None:
    home, output = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    with sqlite3.connect(home / "prefect.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        # Its server gives up by itself; how long a build waits for it is no matter here.
        seconds = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "20"}
        done = run(articles, output, home, **seconds)
    other.close()
    assert "locked" in done.stderr and "PREFECT_HOME" in done.stderr
    said_and_done(done, build, articles, output, whole)


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's folder: making its database takes longer than a build."""
    return tmp_path_factory.mktemp("prefect")


@pytest.mark.slow
@pytest.mark.parametrize("end", [None, signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_build(
    articles: Path, tmp_path: Path, prefect_home: Path, end: signal.Signals | None
) -> None:
    """No process and no file in TMPDIR, whether it ends, is interrupted or is killed."""
    temporary, output = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    environment = {"TMPDIR": str(temporary), "PREFECT_HOME": str(prefect_home)}
    usual = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "build", str(articles), "--output", str(output)],
        env=usual | environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    seen: set[int] = set()
    while process.poll() is None and not (end and (output / "work").exists()):
        seen |= children(process.pid)
        time.sleep(0.02)
    assert len(seen) > 1
    if end:
        process.send_signal(end)
    process.wait(60)
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in seen) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in seen if Path(f"/proc/{pid}").exists()] == []
    assert list(temporary.iterdir()) == []


def children(pid: int) -> set[int]:
    """Processes that a process started and that are still there."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return {int(n) for task in tasks for n in (task / "children").read_text().split()}
    except FileNotFoundError:  # it ended meanwhile
        return set()


@pytest.mark.parametrize(("there", "own"), [(False, True), (True, False)])
def test_a_home_that_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, own: bool
) -> None:
    """The orchestrator gets a folder for its database that ends with the process."""
    home = tmp_path / "home"
    if there:
        home.mkdir()
    usual = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    code = (
        "import os; from flows.orchestrator import set_up; set_up(); "
        "home = os.environ.get('PREFECT_HOME'); print(home, home and os.path.isdir(home))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=usual | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    given, made = done.stdout.split()
    assert (made == "True") == own
    assert not Path(given).exists()


def test_errors_of_the_orchestrator_alone_are_told_so(tmp_path: Path) -> None:
    with pytest.raises(OrchestratorUnavailable), orchestrator_errors():
        raise httpx.ConnectError("All connection attempts failed")
    with pytest.raises(OrchestratorUnavailable), orchestrator_errors():
        httpx.Client().get("no such scheme")
    with pytest.raises(StorageRefused), orchestrator_errors():
        raise StorageRefused("full")
    with pytest.raises(FileNotFoundError), orchestrator_errors():
        (tmp_path / "gone").read_text()
