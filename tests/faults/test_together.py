"""Texts that are parsed together: a worker lost over several blames none of them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows import crew
from flows.config import Config
from flows.rebuild import Steps, build_corpus

PROGRAM = Path(__file__).with_name("program.py")


@pytest.fixture
def workers(program: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Steps that run shards in worker processes with the quick annotation."""
    monkeypatch.setattr(crew, "COMMAND", [sys.executable, str(PROGRAM), "--worker"])
    crew.enlist()

    def run(stage: str, work: str, jobs: Any) -> list[dict[str, Any]]:
        return [crew.run_shard(stage, work, job) for job in jobs]

    yield Steps(shards=run)
    crew.dismiss()


@pytest.mark.slow
def test_a_death_over_several_costs_none(workers: Steps, articles: Path, tmp_path: Path) -> None:
    (articles / "b1.txt").write_text(
        "An odd one\n\nBeside its neighbours the worker will DIE TOGETHER with this article."
    )
    manifest = build_corpus([str(articles)], tmp_path / "out", Config(), steps=workers)
    assert manifest["may_pass"] == 0
    rows = pq.read_table(Path(manifest["path"]) / "inputs.parquet").to_pylist()
    assert {r["outcome"] for r in rows if r["source_path"] == "b1.txt"} == {"accepted"}
