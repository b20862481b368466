"""Workers that die or hang: the document at fault is refused, everything else goes on."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows import crew
from flows.config import AnnotateConfig, Config
from flows.errors import OnrecordError
from flows.rebuild import Steps, build_corpus
from flows.work import DamagedPart

PROGRAM = Path(__file__).with_name("program.py")
# Some article of two paragraphs; what stands behind it decides its fate.
FATAL = "A fatal one\n\nNobody can say what happens once this article reaches the worker: "


@pytest.fixture
def workers(program: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Steps that run shards in worker processes with the quick annotation."""
    monkeypatch.setattr(crew, "COMMAND", [sys.executable, str(PROGRAM), "--worker"])
    monkeypatch.setattr(crew, "GRACE_SECONDS", 2.0)
    crew.enlist()

    def run(stage: str, work: str, jobs: Any) -> list[dict[str, Any]]:
        return [crew.run_shard(stage, work, job) for job in jobs]

    yield Steps(shards=run)
    crew.dismiss()


def outcomes(manifest: dict[str, Any]) -> dict[str, tuple[str, str | None, str | None]]:
    rows = pq.read_table(Path(manifest["path"]) / "inputs.parquet").to_pylist()
    return {r["source_path"]: (r["outcome"], r["reason"], r["detail"]) for r in rows}


@pytest.mark.slow
def test_the_fatal_documents_are_refused_and_the_rest_goes_on(
    workers: Steps, articles: Path, tmp_path: Path
) -> None:
    for name, fate in (("b1", "DIE"), ("b6", "FAIL"), ("b7", "SLEEP")):
        (articles / f"{name}.txt").write_text(f"{FATAL}{fate}, on part {name} of the matter.")
    config = Config.model_validate({"annotate": {"seconds_per_document": 5}})
    manifest = build_corpus([str(articles)], tmp_path / "out", config, steps=workers)
    found = outcomes(manifest)
    assert manifest["tables"]["documents"]["rows"] == 8 and manifest["may_pass"] == 3
    assert [found[f"{b}.txt"][:2] for b in ("b1", "b6", "b7")] == [
        ("rejected", "failed"),
        ("rejected", "failed"),
        ("rejected", "time_limit"),
    ]
    assert "signal 9" in str(found["b1.txt"][2]) and "cannot annotate" in str(found["b6.txt"][2])
    # What may pass is tried again by the next build, and comes to the same release.
    again = build_corpus([str(articles)], tmp_path / "out", config, steps=workers)
    assert again["id"] == manifest["id"] and not again["new"]


@pytest.mark.slow
def test_a_document_that_exhausts_memory_is_refused(
    workers: Steps, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit of the worker's memory; one that the system kills it for counts as a death."""
    monkeypatch.setenv("SPARE_BYTES", str(1 << 29))
    (articles / "b1.txt").write_text(f"{FATAL}GREEDY, on part b1 of the matter.")
    manifest = build_corpus([str(articles)], tmp_path / "out", Config(), steps=workers)
    assert manifest["tables"]["documents"]["rows"] == 8 and manifest["may_pass"] == 1
    assert outcomes(manifest)["b1.txt"] == ("rejected", "failed", "MemoryError")


@pytest.mark.slow
def test_a_worker_killed_once_costs_nothing(
    workers: Steps, articles: Path, tmp_path: Path, put: Callable[..., Path]
) -> None:
    asked, killed = threading.Event(), threading.Event()

    def killer() -> None:
        asked.wait(60)
        with crew._lock:
            victims = list(crew._all)
        for worker in victims:
            os.kill(worker.process.pid, signal.SIGKILL)
        killed.set()

    ask = crew.Worker.ask

    def slow_ask(self: crew.Worker, request: Any, tell: crew.Tell) -> Any:
        if request["stage"] == "annotate":
            asked.set()
            assert killed.wait(60)
        return ask(self, request, tell)

    crew.Worker.ask = slow_ask  # type: ignore[method-assign]
    thread = threading.Thread(target=killer)
    thread.start()
    try:
        manifest = build_corpus([str(articles)], tmp_path / "out", Config(), steps=workers)
    finally:
        crew.Worker.ask = ask  # type: ignore[method-assign]
        thread.join()
    assert manifest["tables"]["documents"]["rows"] == 8 and manifest["may_pass"] == 0


@pytest.mark.slow
def test_a_fatal_record_costs_itself_not_its_collection(
    workers: Steps, tmp_path: Path, article: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cleaning dies of one line of a file of many."""
    monkeypatch.setenv("CLEAN_DIES", "1")
    lines = [{"id": f"r{n}", "title": f"Title {n}", "text": article(n)} for n in range(6)]
    lines[3]["text"] = FATAL + "CLEANING DIES of it, so it seems, and of nothing else."
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "all.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    manifest = build_corpus([str(folder)], tmp_path / "out", Config(), steps=workers)
    rows = pq.read_table(Path(manifest["path"]) / "inputs.parquet").to_pylist()
    assert [(r["outcome"], r["reason"]) for r in rows].count(("accepted", None)) == 5
    (refused,) = [r for r in rows if r["outcome"] != "accepted"]
    assert (refused["reason"], refused["source_locator"]) == ("failed", "line 4")


def test_workers_that_never_start_are_reported(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "COMMAND", ["false"])
    crew.enlist()
    steps = Steps(shards=lambda stage, work, jobs: [crew.run_shard(stage, work, j) for j in jobs])
    with pytest.raises(OnrecordError, match="before its first document"):
        build_corpus([str(articles)], tmp_path / "out", Config(), steps=steps)


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ({"system": [28, "No space left on device", "x"]}, OSError),
        ({"damaged": ["clean", "x.parquet"]}, DamagedPart),
        ({"error": ["ConfigError", "no such column"]}, OnrecordError),
        ({"fault": "KeyError: 'x'", "trace": "Traceback ..."}, OnrecordError),
    ],
)
def test_what_a_worker_raises_is_raised_here(
    answer: dict[str, Any], raised: type[Exception]
) -> None:
    with pytest.raises(raised):
        crew._unpacked(answer)


def test_a_dismissed_crew_takes_no_more_work(articles: Path, tmp_path: Path) -> None:
    crew.enlist()
    crew.dismiss()
    steps = Steps(shards=lambda stage, work, jobs: [crew.run_shard(stage, work, j) for j in jobs])
    with pytest.raises(crew.Dismissed):
        build_corpus([str(articles)], tmp_path / "out", Config(), steps=steps)
    crew.enlist()


@pytest.mark.slow
def test_workers_end_with_their_parent(onrecord: Any, articles: Path, tmp_path: Path) -> None:
    (articles / "slow.txt").write_text(FATAL + "SLEEP, for ten minutes and more if it may.")
    pid = onrecord.start("build", articles, "--output", tmp_path / "out", WORKERS="1")
    jobs = tmp_path / "out" / "work" / "jobs"
    _until(lambda: any('"part"' in job.read_text() for job in jobs.glob("*.json")))
    children = _children(pid)
    assert children
    os.kill(pid, signal.SIGKILL)
    onrecord.wait()
    _until(lambda: not any(Path(f"/proc/{child}/status").exists() for child in children))


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def _until(holds: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_workers_started_ahead_are_the_ones_that_work(
    workers: Steps, articles: Path, tmp_path: Path
) -> None:
    """And one of them that dies while it waits costs nothing, nor does a model they cannot load."""
    no_model = AnnotateConfig(model="no_such_model").model_dump_json()
    crew.enlist(ahead=2, annotate_config=no_model)
    crew.enlist(ahead=2, annotate_config=no_model)
    ahead = set(crew._all)
    assert len(ahead) == 2
    crew._idle[-1].process.kill()  # the one to be asked first
    manifest = build_corpus([str(articles)], tmp_path / "out", Config(), steps=workers)
    assert manifest["tables"]["documents"]["rows"] == 8 and manifest["may_pass"] == 0
    assert len(crew._all) == 1 and crew._all < ahead
