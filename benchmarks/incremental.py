"""What a rebuild costs when 1 % of the articles changed, against annotating all of them.

    python benchmarks/incremental.py [FOLDER] [--articles 10000] [--changed 0.01]

Articles are made from the paragraphs of those in FOLDER (the seeds by default): shuffled, with other
numbers, each one different. Work is done by a worker process, so the memory shown is the
coordinator's alone. Seconds are those of the processors, of both processes: what else the machine
does shows little in them. Nothing is kept, unless --keep names a folder: a run that was broken off
goes on there.
"""

import argparse
import os
import random
import re
import resource
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows import crew
from flows.config import Config
from flows.plan import make_plan
from flows.rebuild import Results, Steps, rebuild

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "articles"
PARAGRAPHS = 8
NUMBER = re.compile(r"\d+")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path, nargs="?", default=SEEDS)
    arguments.add_argument("--articles", type=int, default=10_000)
    arguments.add_argument("--changed", type=float, default=0.01)
    arguments.add_argument("--paragraphs", type=int, default=PARAGRAPHS)
    arguments.add_argument("--keep", type=Path, help="work here, and leave it")
    asked = arguments.parse_args()
    scratch = asked.keep or Path(tempfile.mkdtemp(prefix="onrecord-incremental-"))
    try:
        measure(scratch, asked.folder, asked.articles, asked.changed, asked.paragraphs)
    finally:
        crew.dismiss()
        if not asked.keep:
            shutil.rmtree(scratch)


def measure(scratch: Path, folder: Path, n: int, share: float, n_paragraphs: int) -> None:
    """Build all, change some, build again, and print what it took."""
    paragraphs = [
        p.strip()
        for path in sorted(folder.glob("*.txt"))
        for p in path.read_text(encoding="utf-8", errors="replace").split("\n\n")
        if len(p.split()) > 8
    ]
    articles = scratch / "articles"
    articles.mkdir(parents=True, exist_ok=True)
    for number in range(n):
        (articles / f"{number:06d}.txt").write_text(_article(paragraphs, number, n_paragraphs))
    full = _build("all", articles, scratch / "out")
    for number in range(0, n, max(1, round(1 / share))):
        (articles / f"{number:06d}.txt").write_text(_article(paragraphs, n + number, n_paragraphs))
    again = _build(f"{share:.1%} changed", articles, scratch / "out")
    whole = full["annotate"]
    rest = again["total"] - share * whole
    print(
        f"{share:.1%} changed: {again['total']:.1f} s, {again['total'] / whole:.1%} of the "
        f"{whole:.1f} s that annotating all took ({rest:.1f} s beside the annotation); "
        f"memory of the coordinator {_memory():.0f} MiB"
    )


def _article(paragraphs: Sequence[str], number: int, n_paragraphs: int) -> str:
    dice = random.Random(number)
    chosen = dice.sample(paragraphs, min(n_paragraphs, len(paragraphs)))
    body = [NUMBER.sub(lambda _: str(dice.randrange(1, 3000)), p) for p in chosen]
    return "\n\n".join([f"Report number {number} on this matter", *body]) + "\n"


def _build(name: str, articles: Path, output: Path) -> dict[str, float]:
    seconds: dict[str, float] = {"clean": 0.0, "annotate": 0.0}
    config = Config.model_validate({"build": {"accept_drift": True}})

    def run(stage: str, work: str, jobs: Sequence[str]) -> Results:
        with _timed(seconds, stage):
            return [crew.run_shard(stage, work, job) for job in jobs]

    def timed(stage: str, function: Any) -> Any:
        def call(*arguments: Any) -> Any:
            with _timed(seconds, stage):
                return function(*arguments)

        return call

    with _timed(seconds, "total"):
        with _timed(seconds, "plan"):
            plan = make_plan([str(articles)], output, config)
        usual = Steps()
        steps = Steps(run, timed("stage", usual.stage), timed("publish", usual.publish))
        manifest: Mapping[str, Any] = rebuild(plan, dict, steps)
    rows = {table: said["rows"] for table, said in manifest["tables"].items()}
    print(f"{name}: " + ", ".join(f"{k} {v:.1f} s" for k, v in seconds.items()), rows, flush=True)
    return seconds


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Any:
    began = _processor_seconds()
    try:
        yield
    finally:
        seconds[stage] = seconds.get(stage, 0.0) + _processor_seconds() - began


def _processor_seconds() -> float:
    """User and system time of this process, its workers, and those that have ended."""
    ticks = 0
    for worker in crew._all:
        fields = Path(f"/proc/{worker.process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return sum(os.times()[:4]) + ticks / os.sysconf("SC_CLK_TCK")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
