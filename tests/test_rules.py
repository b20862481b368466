"""Rules of the house that a linter alone does not see."""

import ast
import re
import socket
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from flows.records import Mention, Quote, Sentence
from schemas import TABLES

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("read", "clean", "segment", "annotate", "validate", "publish")
SHARED = {"flows.records", "flows.parse", "flows.config", "flows.errors", "flows.alignment"}
SHARED |= {"flows.lexicons", "flows.database", "flows.fingerprint", "flows.texts"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("stage", STAGES)
def test_stages_know_neither_the_orchestrator_nor_each_other(stage: str) -> None:
    modules = sorted((ROOT / "flows" / stage).rglob("*.py"))
    assert modules
    for path in modules:
        for name in imports(path):
            assert name.split(".")[0] not in {"prefect", "prefect_dask"}, f"{path}: {name}"
            if name.startswith("flows."):
                assert name in SHARED or name.startswith(f"flows.{stage}"), f"{path}: {name}"


def test_tests_reach_no_network() -> None:
    with socket.socket() as client, pytest.raises(OSError, match="reach no network"):
        client.connect(("192.0.2.1", 80))


def test_schemas_know_nothing_of_the_pipeline() -> None:
    for path in (ROOT / "schemas").glob("*.py"):
        assert not any(name.split(".")[0] == "flows" for name in imports(path)), path


def test_nothing_in_the_data_path_is_pickled() -> None:
    for path in (ROOT / "flows").rglob("*.py"):
        assert not {"pickle", "cloudpickle", "dill", "joblib", "shelve"} & set(imports(path)), path
        assert not re.search(r"\b(read_pickle|to_pickle|allow_pickle)\b", path.read_text()), path


@pytest.mark.parametrize(
    ("record", "table"), [(Sentence, "sentences"), (Mention, "entities"), (Quote, "quotes")]
)
def test_fields_of_records_are_columns_or_indexes(record: type, table: str) -> None:
    columns = set(TABLES[table].to_schema().columns)
    for field in fields(record):
        assert field.name in columns or field.name.endswith("_index"), field.name


def test_the_project_is_never_published_as_a_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = [line for line in lock.splitlines() if line and line[0].isalpha()]
    assert len(pinned) > 100 and all("==" in line for line in pinned)
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock and "index-url" not in lock
