"""What a rebuild costs when 1 % of the articles changed, against annotating all of them.

    python -m benchmarks.incremental [FOLDER] [--articles 10000] [--changed 0.01] [--whole]

Articles are made from the paragraphs of those in FOLDER (the seeds by default): shuffled, with other
numbers, each one different. So all of them share paragraphs, which is the worst that can be for what
looks for duplicates. With --whole they are the articles of FOLDER as they are and then, as often as it
takes, with every fourth plain word another, so that they share nothing but names.

One article is changed before the others are: what that costs is what a rebuild costs whatever has
changed. Work is done by a worker process, so the memory shown is the coordinator's alone. Seconds are
those of the processors, of both processes: what else the machine does shows little in them. Nothing is
kept, unless --keep names a folder: a run that was broken off goes on there.
"""

import argparse
import os
import random
import re
import resource
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from flows import crew
from flows.config import Config
from flows.plan import make_plan
from flows.rebuild import Results, Steps, rebuild

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "articles"
PARAGRAPHS = 8
NUMBER = re.compile(r"\d+")
PLAIN_WORD = re.compile(r"\b[a-z]{4,}\b")

# The text of an article by its number.
Make = Callable[[int], str]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path, nargs="?", default=SEEDS)
    arguments.add_argument("--articles", type=int, default=10_000)
    arguments.add_argument("--changed", type=float, default=0.01)
    arguments.add_argument("--paragraphs", type=int, default=PARAGRAPHS)
    arguments.add_argument("--whole", action="store_true", help="whole articles, not paragraphs")
    arguments.add_argument("--keep", type=Path, help="work here, and leave it")
    asked = arguments.parse_args()
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(asked.folder.glob("*.txt"))
    ]
    make = _whole(texts) if asked.whole else _shuffled(texts, asked.paragraphs)
    scratch = asked.keep or Path(tempfile.mkdtemp(prefix="onrecord-incremental-"))
    try:
        measure(scratch, make, asked.articles, asked.changed)
    finally:
        crew.dismiss()
        if not asked.keep:
            shutil.rmtree(scratch)


def measure(scratch: Path, make: Make, n: int, share: float) -> None:
    """Build all, change one and some, build again each time, and print what it took."""
    articles = scratch / "articles"
    articles.mkdir(parents=True, exist_ok=True)

    def write(number: int, version: int) -> None:
        (articles / f"{number:06d}.txt").write_text(make(version * n + number), encoding="utf-8")

    for number in range(n):
        write(number, 0)
    full = _build("all", articles, scratch / "out")
    write(0, 1)
    constant = _build("one changed", articles, scratch / "out")
    for number in range(0, n, max(1, round(1 / share))):
        write(number, 2)
    again = _build(f"{share:.1%} changed", articles, scratch / "out")
    whole = full["annotate"]
    print(
        f"annotating all took {whole:.1f} s; {share:.1%} changed: {again['total']:.1f} s, "
        f"{again['total'] / whole:.1%}; one changed: {constant['total']:.1f} s, "
        f"{constant['total'] / whole:.1%}; between them "
        f"{(again['total'] - constant['total']) / whole:.1%}; "
        f"memory of the coordinator {_memory():.0f} MiB"
    )


def _shuffled(texts: Sequence[str], n_paragraphs: int) -> Make:
    """Articles of paragraphs out of all of them, with other numbers."""
    paragraphs = [p.strip() for text in texts for p in text.split("\n\n") if len(p.split()) > 8]

    def make(number: int) -> str:
        dice = random.Random(number)
        chosen = dice.sample(paragraphs, min(n_paragraphs, len(paragraphs)))
        body = [NUMBER.sub(lambda _: str(dice.randrange(1, 3000)), p) for p in chosen]
        return "\n\n".join([f"Report number {number} on this matter", *body]) + "\n"

    return make


def _whole(texts: Sequence[str]) -> Make:
    """The texts as they are, then with every fourth plain word another one of them all."""
    words = sorted({word for text in texts for word in PLAIN_WORD.findall(text)})

    def make(number: int) -> str:
        text = texts[number % len(texts)]
        if number < len(texts):
            return text
        dice, places = random.Random(number), count()
        return PLAIN_WORD.sub(
            lambda word: word[0] if next(places) % 4 else dice.choice(words), text
        )

    return make


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
