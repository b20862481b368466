"""The command: exit codes, what goes to stdout and stderr, messages that say what to do next."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.lock import build_lock

ONRECORD = str(Path(sys.executable).with_name("onrecord"))
SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "articles"
pytestmark = pytest.mark.slow


def onrecord(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ONRECORD, *map(str, arguments)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=280,
    )


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """An output folder with a release of the seeds, and what its build printed."""
    output = tmp_path_factory.mktemp("cli") / "out"
    return output, onrecord("build", SEEDS, "--output", output)


@pytest.mark.model
def test_a_build_and_a_second_one(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    output, first = built
    assert first.returncode == 0, first.stderr
    assert "documents" in first.stdout and "Traceback" not in first.stderr
    second = onrecord("build", SEEDS, "--output", output, "--json")
    assert second.returncode == 0 and "Nothing new" in second.stderr
    assert json.loads(second.stdout)["new"] is False


@pytest.mark.model
def test_verify_sees_a_flipped_bit(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    output, _ = built
    assert onrecord("verify", "--output", output).returncode == 0
    victim = output / "latest" / "quotes.parquet"
    sound = victim.read_bytes()
    victim.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    broken = onrecord("verify", "--output", output)
    victim.write_bytes(sound)
    assert broken.returncode == 7
    assert "quotes.parquet" in broken.stderr and "Traceback" not in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["build", "nowhere.txt"], 4, "nowhere.txt: no such file"),
        (["build", SEEDS, "--workers", "0"], 2, "workers"),
        (["build", SEEDS, "--wrokers", "2"], 2, "No such option"),
        (["biuld"], 2, "No such command"),
        (["build", SEEDS, "--model", "xx_absent"], 8, "pip install"),
        (["build", SEEDS, "--config", "absent.toml"], 3, "absent.toml: cannot be read"),
        (["verify", "no-release"], 2, "no such release"),
    ],
)
def test_errors_have_codes_and_say_what_to_do(
    tmp_path: Path, arguments: list[object], code: int, said: str
) -> None:
    output = [] if arguments[0] in ("verify", "biuld") else ["--output", tmp_path / "out"]
    done = onrecord(*arguments, *output)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr and not done.stdout


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[build]\nwokers = 2\n")
    done = onrecord("build", SEEDS, "--config", tmp_path / "c.toml", "--output", tmp_path / "o")
    assert done.returncode == 3 and "Did you mean build.workers?" in done.stderr


def test_empty_and_useless_inputs(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    for folder in ("none", "bad"):
        done = onrecord("check", tmp_path / folder)
        assert done.returncode == 4 and "Traceback" not in done.stderr


def test_check_tells_about_every_input() -> None:
    done = onrecord("check", SEEDS, "--json")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [s["outcome"] for s in said].count("accepted") == 5
    refused = {s["path"]: s["reason"] for s in said if s["outcome"] != "accepted"}
    assert refused == {"SOURCES.md": "unknown_format"}


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = onrecord("build", SEEDS, "--output", tmp_path / "out", "--dry-run")
    assert done.returncode == 0 and "5 files to read" in done.stdout
    assert not (tmp_path / "out").exists()


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    with build_lock(tmp_path / "out"):
        done = onrecord("build", SEEDS, "--output", tmp_path / "out")
    assert done.returncode == 6 and "another build" in done.stderr


def test_schema_goes_to_stdout_as_json() -> None:
    done = onrecord("schema", "--json")
    assert {t["table"] for t in json.loads(done.stdout)} >= {"documents", "quotes"}
    assert not done.stderr


def test_help_names_the_exit_codes() -> None:
    done = onrecord("--help")
    assert done.returncode == 0 and "130 interrupted" in " ".join(done.stdout.split())
