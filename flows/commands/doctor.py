"""`onrecord doctor`: whether this machine can build, and what to mend where not."""

import importlib.metadata
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from packaging.requirements import Requirement

from flows.commands.options import ConfigFile, Json, Output, configured
from flows.config import Config
from flows.errors import ModelUnavailable, OnrecordError, StorageRefused

PACKAGE = "onrecord"
# A release and its work parts take some six times the bytes of plain text they are made from.
FREE_BYTES_WARN = 2_000_000_000
# Prefect's database needs features of this version.
SQLITE = (3, 24, 0)
# Asked in a process of its own, as the orchestration alone imports it.
ASK_PREFECT = """
import json, prefect
from prefect.settings import get_current_settings
s = get_current_settings()
print(json.dumps({"version": prefect.__version__, "home": str(s.home), "api": s.api.url,
                  "telemetry": s.server.analytics_enabled}))
"""
PREFECT_SECONDS = 120
TRIAL = "“It works,” the doctor said."


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at: `state` is ok, warning or fault; `mend` says what to do."""

    name: str
    state: str
    detail: str
    mend: str = ""


def doctor(
    config: ConfigFile = None, output: Output = Path("output"), as_json: Json = False
) -> None:
    """Look at everything a build needs: packages, model, space, permissions, Prefect.

    Examples:

        onrecord doctor

        onrecord doctor --output /data/corpus

    Changes nothing, and asks no other machine.
    """
    findings = list(examine(configured(config), output))
    if as_json:
        print(json.dumps([asdict(f) for f in findings], ensure_ascii=False))
    else:
        for f in findings:
            print(f"{f.state:7}  {f.name}: {f.detail}" + (f"\n         {f.mend}" if f.mend else ""))
    faults = [f for f in findings if f.state == "fault"]
    if faults:
        kind = {"model": ModelUnavailable, "output": StorageRefused}.get(
            faults[0].name, OnrecordError
        )
        raise kind(
            f"{len(faults)} of {len(findings)} checks found a fault; the lines above say what."
        )


def examine(config: Config, output: Path) -> Iterator[Finding]:
    """Run every check, the quick ones first."""
    for check in (_python, _packages, _sqlite):
        yield check()
    yield _output(output)
    yield _processes(config)
    yield _trial("model", lambda: _model(config))
    yield _trial("prefect", _prefect)


def _trial(name: str, check: Callable[[], Finding]) -> Finding:
    """Run a check that may fail in any way: its error is the finding."""
    try:
        return check()
    except Exception as error:
        return Finding(
            name, "fault", f"{type(error).__name__}: {error}", "Run `make corpus` again."
        )


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info < (3, 14):
        return Finding("python", "ok", version)
    return Finding("python", "fault", version, "Use Python 3.11, 3.12 or 3.13.")


def _packages() -> Finding:
    wrong = []
    needed = [Requirement(r) for r in importlib.metadata.requires(PACKAGE) or []]
    for requirement in needed:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, wanted {requirement.specifier}")
    if wrong:
        mend = "Install them: pip install --require-hashes -r requirements.lock"
        return Finding("packages", "fault", "; ".join(wrong), mend)
    return Finding("packages", "ok", f"all that {PACKAGE} needs, in the versions it needs")


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info >= SQLITE:
        return Finding("sqlite", "ok", sqlite3.sqlite_version)
    wanted = ".".join(map(str, SQLITE))
    mend = "Prefect's server will not start: use a Python built against a newer SQLite."
    return Finding("sqlite", "fault", f"{sqlite3.sqlite_version}, older than {wanted}", mend)


def _output(output: Path) -> Finding:
    place = output.resolve()
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        mend = "Give permission to write there, or another --output."
        return Finding("output", "fault", f"{place} cannot be written to", mend)
    free = shutil.disk_usage(place).free
    detail = f"{place} can be written to, {free / 1e9:,.1f} GB free"
    if free < FREE_BYTES_WARN:
        return Finding("output", "warning", detail, "A large corpus will not fit: free some space.")
    return Finding("output", "ok", detail)


def _processes(config: Config) -> Finding:
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    detail = f"{config.build.workers} workers, {cores} cores"
    if config.build.workers > cores:
        return Finding(
            "workers", "warning", detail, f"More than cores only cost: --workers {cores}."
        )
    return Finding("workers", "ok", detail)


def _model(config: Config) -> Finding:
    from flows.annotate.engine import ModelMissing, load_engine, model_identity
    from flows.segment.paragraphs import paragraphs

    try:
        model = model_identity(config.annotate.model)
        engine = load_engine(config.annotate)
    except ModelMissing as error:
        return Finding("model", "fault", str(error))
    tags = engine.parse(TRIAL, paragraphs(TRIAL, ())).tag
    where = config.annotate.device
    return Finding(
        "model", "ok", f"{model.name} {model.version} on the {where}: {len(tags)} tokens"
    )


def _prefect() -> Finding:
    done = subprocess.run(
        [sys.executable, "-c", ASK_PREFECT], capture_output=True, text=True, timeout=PREFECT_SECONDS
    )
    if done.returncode != 0:
        error = (done.stderr.strip() or "no message").splitlines()[-1]
        return Finding("prefect", "fault", error, "Run `make corpus` again.")
    said = json.loads(done.stdout.splitlines()[-1])
    home = Path(said["home"])
    if said["telemetry"]:
        return Finding("prefect", "fault", "telemetry is on", "Set DO_NOT_TRACK=1.")
    while not home.exists():
        home = home.parent
    if not os.access(home, os.W_OK):
        return Finding("prefect", "fault", f"{home} cannot be written to", "Set PREFECT_HOME.")
    where = said["api"] or "a server of its own for each run"
    return Finding("prefect", "ok", f"{said['version']}, {where}, no telemetry")
