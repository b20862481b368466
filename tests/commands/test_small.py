"""`init`, `config show`, `doctor` and `explain`: what they print and how they end."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.commands import doctor
from flows.commands.init import CONFIG_FILE, render_config
from flows.config import Config, load_config
from flows.errors import OnrecordError, StorageRefused, UsageError

QUOTE = "001_42cd00bbe486d2c2.q0"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_init_gives_a_folder_that_builds_can_start_from(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    assert run("init", str(folder)).exit_code == 0
    assert (folder / "articles").is_dir()
    assert load_config(folder / CONFIG_FILE, environment={}) == Config()


def test_init_changes_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / CONFIG_FILE).write_text("[build]\nworkers = 2\n")
    result = run("init", str(tmp_path))
    assert isinstance(result.exception, UsageError)
    assert (tmp_path / CONFIG_FILE).read_text() == "[build]\nworkers = 2\n"


def test_the_file_names_every_key_with_its_default() -> None:
    # Taking away the # of every key that has a default must change nothing.
    keys = re.sub(r"^# (\w+ = .+)$", r"\1", render_config(), flags=re.MULTILINE)
    values = tomllib.loads(keys)
    assert Config.model_validate(values) == Config()
    for name, section in Config():
        for key, value in section:
            assert (key in values.get(name, {})) == (value is not None)
            assert f"# {key} =" in render_config()


def test_config_show_tells_the_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "o.toml"
    file.write_text("[build]\nworkers = 3\n")
    monkeypatch.setenv("ONRECORD_CLEAN__LANG", "de")
    said = json.loads(run("config", "show", "--origin", "--json", "--config", str(file)).stdout)
    assert said["build.workers"] == {"value": 3, "origin": str(file)}
    assert said["clean.lang"] == {"value": "de", "origin": "environment"}
    assert said["annotate.gazetteer"] == {"value": None, "origin": "default"}
    lines = run("config", "show", "--origin", "--config", str(file)).stdout.splitlines()
    assert any(re.fullmatch(rf"build\.workers +3  \({re.escape(str(file))}\)", x) for x in lines)


def test_doctor_finds_this_machine_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ok = doctor.Finding("model", "ok", "as good as gold")
    monkeypatch.setattr(doctor, "_model", lambda config: ok)
    monkeypatch.setattr(doctor, "_prefect", lambda: ok)
    result = run("doctor", "--output", str(tmp_path / "a" / "b"), "--json")
    assert result.exit_code == 0
    assert {f["state"] for f in json.loads(result.stdout)} <= {"ok", "warning"}
    assert not (tmp_path / "a").exists()


@pytest.mark.model
@pytest.mark.slow
def test_doctor_tries_the_model_and_prefect() -> None:
    found = {f.name: f for f in doctor.examine(Config(), Path("output"))}
    assert found["model"].state == "ok", found["model"]
    assert "9 tokens" in found["model"].detail
    assert found["prefect"].state == "ok", found["prefect"]


@pytest.mark.parametrize(
    ("name", "check", "error", "says"),
    [
        ("model", "_model", OnrecordError, "RuntimeError: gone"),
        ("prefect", "_prefect", OnrecordError, "RuntimeError: gone"),
    ],
)
def test_doctor_survives_what_it_looks_at(
    monkeypatch: pytest.MonkeyPatch, name: str, check: str, error: type[Exception], says: str
) -> None:
    def gone(*given: Any) -> doctor.Finding:
        raise RuntimeError("gone")

    fine = doctor.Finding("x", "ok", "")
    monkeypatch.setattr(doctor, "_model", lambda config: fine)
    monkeypatch.setattr(doctor, "_prefect", lambda: fine)
    monkeypatch.setattr(doctor, check, gone)
    result = run("doctor")
    assert isinstance(result.exception, error)
    assert f"fault    {name}: {says}" in result.stdout


def test_doctor_sees_a_missing_model_and_a_file_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = doctor.Finding("x", "ok", "")
    monkeypatch.setattr(doctor, "_prefect", lambda: fine)
    monkeypatch.setenv("ONRECORD_ANNOTATE__MODEL", "no_such_model")
    result = run("doctor")
    assert result.exception is not None
    assert getattr(result.exception, "exit_code", None) == 8
    monkeypatch.setattr(doctor, "_model", lambda config: fine)
    (tmp_path / "file").touch()
    result = run("doctor", "--output", str(tmp_path / "file"))
    assert isinstance(result.exception, StorageRefused)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "says"),
    [
        (QUOTE, ["rule ", "right in", "cue ", "bytes ", "[["]),
        ("001_42cd00bbe486d2c2.e0", ["decided by", "label "]),
        ("001_42cd00bbe486d2c2.s0", ["role       title"]),
        ("001_42cd00bbe486d2c2.r0", ["removed by link_parenthesis"]),
        ("001_42cd00bbe486d2c2", ["accepted", "rows ", "removed    link_parenthesis"]),
        ("seeds/articles/001_42cd00bbe486d2c2.txt", ["accepted", "encoding   utf-8"]),
        ("SOURCES.md", ["skipped", "unknown_format", "detail "]),
    ],
)
def test_explain(seed_release: Path, what: str, says: list[str]) -> None:
    result = run("explain", what, "--release", str(seed_release))
    assert result.exit_code == 0, result.exception
    for words in says:
        assert words in result.stdout
    row = json.loads(run("explain", what, "--release", str(seed_release), "--json").stdout)
    assert row["table"] in ("quotes", "entities", "sentences", "removals", "inputs")


@pytest.mark.model
@pytest.mark.slow
def test_explain_says_where_else_to_look(seed_release: Path) -> None:
    result = run("explain", "elsewhere.txt", "--release", str(seed_release))
    assert isinstance(result.exception, UsageError)
    assert "onrecord check elsewhere.txt" in str(result.exception)


@pytest.mark.model
@pytest.mark.slow
def test_explain_sends_a_terminal_no_orders(seed_release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(seed_release, folder)
    rows = pq.read_table(folder / "removals.parquet")
    at = rows.schema.get_field_index("text")
    texts = pa.array(["\x1b]0;owned\x07\u202e\u009b2J"] * rows.num_rows)
    pq.write_table(rows.set_column(at, rows.schema.field(at), texts), folder / "removals.parquet")
    shown = run("explain", "001_42cd00bbe486d2c2", "--release", str(folder)).stdout
    assert "owned" in shown
    assert all(c.isprintable() or c == "\n" for c in shown.replace("\ufffd", ""))


@pytest.mark.parametrize(
    ("typed", "meant"), [("bild", "build"), ("explor", "explore"), ("exprot", "export")]
)
def test_a_mistyped_command_is_guessed(typed: str, meant: str) -> None:
    result = run(typed)
    assert result.exit_code == 2
    assert re.search(rf"Did you mean\W+'{meant}'", result.output)


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_written_for_every_shell(shell: str) -> None:
    environment = os.environ | {"_ONRECORD_COMPLETE": f"source_{shell}"}
    code = "from flows.cli import app; app(prog_name='onrecord')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert "onrecord" in done.stdout


def test_no_colour_where_none_is_wanted() -> None:
    environment = os.environ | {"NO_COLOR": "1", "FORCE_COLOR": "", "TERM": "xterm-256color"}
    code = "from flows.cli import app; app(['explore', '--help'])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert "onrecord explore" in done.stdout
    assert not re.search(r"\x1b\[[0-9;]*3\d", done.stdout)


def test_the_version_is_told() -> None:
    assert run("--version").stdout == f"onrecord {version('onrecord')}\n"
