"""The flow on a real Dask cluster of two worker processes on this machine."""

import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.config import Config

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "articles"
pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.usefixtures("harness")]
DOCUMENTS = 60


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers of one thread each, as a site runs them.

    The last test kills one of them.
    """
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster


def run(output: Path, inputs: Path, scheduler: str, **annotate: Any) -> dict[str, Any]:
    from flows.build import build as flow
    from flows.build import runner_for

    # Shards for four workers, so that one that dies is in the middle of its work.
    build = {"runner": "dask", "scheduler": scheduler, "workers": 4}
    config = Config.model_validate({"build": build, "annotate": annotate})
    manifest: dict[str, Any] = flow.with_options(task_runner=runner_for(config))(
        [str(inputs)], str(output), config.model_dump(mode="json")
    )
    return manifest


def hashes(release: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in release.glob("*.parquet")}


def test_the_seeds_are_byte_identical(tmp_path: Path, seed_release: Path, cluster: Any) -> None:
    manifest = run(tmp_path, SEEDS, cluster.scheduler_address)
    assert manifest["new"] and hashes(Path(manifest["path"])) == hashes(seed_release)


def test_a_worker_killed_amid_its_work_costs_nothing(tmp_path: Path, cluster: Any) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    seeds = [path.read_text() for path in sorted(SEEDS.glob("*.txt"))]
    for n in range(DOCUMENTS):
        (folder / f"a{n:03}.txt").write_text(f"{seeds[n % len(seeds)]}\n\nNumber {n} of many.\n")
    victim = cluster.workers[0].pid
    orphans: list[int] = []

    def kill() -> None:
        # Two of four shards at a time: when the first part is there, others are being made.
        while not list((tmp_path / "out" / "work" / "annotate").glob("*.parquet")):
            time.sleep(0.05)
        orphans.extend(_children(victim))
        os.kill(victim, signal.SIGKILL)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    manifest = run(tmp_path / "out", folder, cluster.scheduler_address)
    assert orphans  # the process in which the killed worker had its shards done
    assert manifest["tables"]["documents"]["rows"] == DOCUMENTS and manifest["may_pass"] == 0
    rows = pq.read_table(Path(manifest["path"]) / "inputs.parquet").to_pylist()
    assert {r["outcome"] for r in rows} == {"accepted"}
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{child}").exists() for child in orphans):
        assert time.monotonic() < deadline, "what a killed worker started goes on"
        time.sleep(0.1)


def _children(pid: int) -> list[int]:
    """Processes that any thread of a process started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
