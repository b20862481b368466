"""All of onrecord against stock spaCy and its peers, in one run: speed, shares, sizes, memory.

    python -m benchmarks.run [FOLDER ...] [--rounds N] [--only NAME,...]

FOLDERs hold plain-text articles; without one a corpus is made of the seeds' sentences. Sides take
turns, so that what else the machine does weighs on all, and what counts are the ratios. Writes
benchmarks/results.json and the table between two marks in docs/performance.md. A part that fails is
named there, and the others go on; with --only the other parts keep the figures of the run before,
and so do numbers of workers and of documents that are not measured again.
Peers that are not installed are named as skipped.
"""

import argparse
import importlib.util
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.orchestrator import measure as a_task
from benchmarks.peers import PEERS
from benchmarks.whole import ROOT, end_to_end, made_up, sizes

# Documents, their paragraphs and the sentences of each: as long as news is.
MADE_UP = (1_000, 12, 3)
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
# What tells the builds of a part apart.
NUMBERED = {"end_to_end": "workers", "sizes": "documents"}
OF_ARTICLES = frozenset(["engine", "passes", "end_to_end", "shares"])
MARKS = ("<!-- begin: make bench -->", "<!-- end: make bench -->")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=60, help="articles of a side's turn")
    parser.add_argument("--workers", default="1,2", help="worker counts of whole builds")
    parser.add_argument(
        "--sizes", default="10,1000,10000", help="short documents of whole builds, fewest first"
    )
    parser.add_argument(
        "--coordinator", default="1000,10000,100000", help="documents of the coordinator alone"
    )
    parser.add_argument("--only", help="names of the parts to measure, parted by commas")
    options = parser.parse_args(arguments)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "DO_NOT_TRACK": "1"}
    before = json.loads(RESULTS.read_text()) if options.only and RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        paths = [p for folder in options.folders for p in sorted(folder.glob("*.txt"))]
        paths = paths or list(made_up(scratch / "seeds", *MADE_UP))
        texts = [path.read_text(encoding="utf-8") for path in paths]
        inputs = [str(f) for f in options.folders] or [str(scratch / "seeds")]
        some = paths[:: max(1, len(paths) // options.articles)]
        measures: dict[str, Callable[[], Any]] = {
            "engine": lambda: engine(some, options.rounds),
            "passes": lambda: passes(paths, options.rounds, options.articles),
            "end_to_end": lambda: [
                end_to_end(inputs, texts, scratch, int(n), options.rounds)
                for n in _numbers(options.workers)
            ],
            "shares": lambda: _shares(paths, scratch, options.rounds),
            "sizes": lambda: sizes(_numbers(options.sizes), scratch, options.rounds),
            "coordinator": lambda: coordinator(options.coordinator),
            "orchestrator": lambda: a_task(100, workers=2),
        }
        chosen = options.only.split(",") if options.only else list(measures)
        machine = {"python": platform.python_version(), "cores": os.cpu_count()}
        results = {"load": {}} | before | {"machine": machine}
        if OF_ARTICLES & set(chosen):
            results["corpus"] = {"articles": len(texts), "words": words(texts)}
        if "passes" in chosen:
            results["skipped"] = [p for p in ("textacy",) if importlib.util.find_spec(p) is None]
        failed = {k: v for k, v in before.get("failed", {}).items() if k not in chosen}
        for name in chosen:
            load = os.getloadavg()[0]
            try:
                results[name] = _joined(name, measures[name](), before.get(name, []))
            except Exception as error:  # one part must not cost the others
                traceback.print_exc()
                failed[name] = f"{type(error).__name__}: {error}"[:500]
            else:
                print(json.dumps({name: results[name]}), file=sys.stderr, flush=True)
            results["load"][name] = [round(load, 1), round(os.getloadavg()[0], 1)]
            results["failed"] = failed
            RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    for peer in results.get("skipped", ()):
        print(f"{peer}: not installed, skipped", file=sys.stderr)
    write_table(results)
    print(json.dumps(results, indent=2))
    return 1 if failed else 0


def engine(paths: Sequence[Path], rounds: int) -> dict[str, Any]:
    """The engine and stock's model in turns, and the tokens on which they differ."""
    from benchmarks.engine import article, measure
    from flows.config import AnnotateConfig

    return measure([article(p) for p in paths], AnnotateConfig().model, rounds, turn=20)


def _joined(name: str, measured: Any, before: Sequence[dict[str, Any]]) -> Any:
    """What was measured of a part, and of the run before the builds of other numbers."""
    if name not in NUMBERED:
        return measured
    number = NUMBERED[name]
    return sorted(
        {made[number]: made for made in (*before, *measured)}.values(), key=lambda m: m[number]
    )


def _shares(paths: Sequence[Path], scratch: Path, rounds: int) -> dict[str, Any]:
    """Shares of every turn, and their spread.

    Each in a process of its own, as a build has: in a second turn the model would know the words.
    """
    folder = scratch / "shares"
    folder.mkdir()
    for path in paths:
        shutil.copy(path, folder)
    command = [
        sys.executable,
        "-m",
        "benchmarks.shares",
        str(folder),
        "--articles",
        f"{len(paths)}",
    ]
    turns = []
    for _ in range(rounds):
        found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        turns.append(json.loads(found.stdout))
    return {
        "articles": len(paths),
        "processor_seconds": [turn["processor_seconds"] for turn in turns],
        "share": {
            name: spread([turn["share"][name] for turn in turns], digits=3)
            for name in turns[0]["share"]
        },
        "not_the_model": spread([turn["not_the_model"] for turn in turns], digits=3),
    }


def passes(paths: Sequence[Path], rounds: int, turn: int) -> dict[str, Any]:
    """Text to quotes in one process, ours and the peers', in turns: words per second by the clock.

    Peers read Docs of the stock pipeline, a whole article each; where textacy gives an article up,
    for an odd number of marks, the time is its time all the same.
    """
    import spacy

    from benchmarks.cleaning import annotate_all, articles_of
    from flows.clean.clean import clean
    from flows.config import Config
    from flows.records import Article

    config = Config()
    nlp = spacy.load(config.annotate.model)
    texts = {path: path.read_text(encoding="utf-8") for path in paths}

    def ours(some: Sequence[Path]) -> None:
        raws = [raw for path in some for raw in articles_of(str(path), config)]
        cleaned = [clean(raw, config.clean) for raw in raws]
        annotate_all([a for a in cleaned if isinstance(a, Article)], config)

    def theirs(find: Callable[[Any], Any]) -> Callable[[Sequence[Path]], None]:
        def run(some: Sequence[Path]) -> None:
            for doc in nlp.pipe(texts[path] for path in some):
                with suppress(ValueError):
                    list(find(doc))

        return run

    installed = [p for p in PEERS if p != "textacy" or importlib.util.find_spec("textacy")]
    runs = {
        "stock spaCy, no quotes": theirs(lambda doc: ()),
        **{f"{name} on stock spaCy": theirs(PEERS[name]) for name in installed},
        "onrecord, files to quotes": ours,
    }
    for run in runs.values():
        run(paths[:10])
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        some = [paths[i % len(paths)] for i in range(number * turn, (number + 1) * turn)]
        n_words = words(texts[path] for path in some)
        names = list(runs)[number % len(runs) :] + list(runs)[: number % len(runs)]
        for name in names:
            began = time.perf_counter()
            runs[name](some)
            speeds[name].append(n_words / (time.perf_counter() - began))
    return {name: spread(values) for name, values in speeds.items()}


def coordinator(sizes: str) -> list[dict[str, Any]]:
    """What the coordinator costs by corpus size, workers' work made by hand."""
    command = [sys.executable, "-m", "benchmarks.coordinator", "--sizes", sizes]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def write_table(results: dict[str, Any]) -> None:
    """Put the figures between the marks of the page; parts that failed have none."""
    rows = [("what", "figure"), ("---", "---"), *_rows(results)]
    loads = (f"{name} {a} to {b}" for name, (a, b) in results["load"].items())
    said = (
        f"{results['machine']['cores']} cores; {results['corpus']['articles']} articles, "
        f"{results['corpus']['words']:,} words; medians and ranges of the turns. Load of the "
        f"machine before and after each part: {', '.join(loads)}. Skipped: "
        f"{', '.join(results.get('skipped', ())) or 'none'}. Failed: "
        f"{', '.join(results['failed']) or 'none'}."
    )
    table = "\n".join(f"| {a} | {b} |" for a, b in rows)
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(MARKS[0])
    tail = rest.partition(MARKS[1])[2]
    PAGE.write_text(f"{head}{MARKS[0]}\n{said}\n\n{table}\n{MARKS[1]}{tail}", encoding="utf-8")


def _rows(results: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if model := results.get("engine"):
        for name, value in model["ratio_to_stock"].items():
            yield f"{name}: to stock, by the clock", _quartiles(value["wall"])
            yield f"{name}: to stock, processor time", _quartiles(value["processor"])
        same = model["same_annotations"]
        yield "tokens on which it differs", f"{same['differing'].get('any', 0)} of {same['tokens']}"
    for name, value in results.get("passes", {}).items():
        yield f"{name}, 1 process, words/s", _range(value)
    for whole in results.get("end_to_end", ()):
        n = whole["workers"]
        yield f"files to release, {n} workers, s", _range(spread(whole["seconds"]))
        inside = spread(whole["seconds_inside_the_flow"])
        yield f"of which inside the flow, {n} workers, s", _range(inside)
        yield f"stock alone, {n} processes, s", _range(spread(whole["stock_seconds"]))
        yield f"ratio, {n} workers", _range(spread(whole["ratio_to_stock"]))
        used, least = (
            _range(spread(whole[f"processor_seconds{of}"])) for of in ("", "_of_two_articles")
        )
        yield f"processor time, {n} workers, s", f"{used}; of two articles alone {least}"
        yield f"peak MiB, {n} workers", _peaks(whole)
    if shares := results.get("shares"):
        yield "share of processor time that is not the model", _percent(shares["not_the_model"])
        for name, share in shares["share"].items():
            yield f"share: {name}", _percent(share)
    yield from _size_rows(results.get("sizes", ()))
    for made in results.get("coordinator", ()):
        yield (
            f"coordinator alone, {made['documents']} short documents",
            f"{made['all']} ms of processor time a document; peak "
            f"{made['peak_mebibytes']['end']:.0f} MiB",
        )
    if task := results.get("orchestrator"):
        yield (
            "Prefect, its server included: processor time of a task",
            f"{1000 * task['processor_seconds_a_task']:.0f} ms, {task['share_of_a_shard']:.2%} of a "
            f"shard; {task['processor_seconds_to_start_and_end']} s to start and end",
        )


def _size_rows(sizes: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Builds of short documents; the first size stands for what every build costs."""
    for made in sizes:
        more = made["documents"] - sizes[0]["documents"]
        clock, used = (statistics.median(made[key]) for key in ("seconds", "processor_seconds"))
        each = ""
        if more:
            beyond = (
                1000 * (took - statistics.median(sizes[0][key])) / more
                for took, key in ((clock, "seconds"), (used, "processor_seconds"))
            )
            each = "a document beyond the first {}: {:.1f} and {:.1f} ms; ".format(
                sizes[0]["documents"], *beyond
            )
        yield (
            f"{made['documents']} short documents, 2 workers",
            f"{_range(spread(made['seconds']))} s, {_range(spread(made['processor_seconds']))} s "
            f"of processor time; {each}peak MiB: {_peaks(made)}",
        )


def _peaks(made: dict[str, Any]) -> str:
    return ", ".join(f"{k} {v:.0f}" for k, v in sorted(made["peak_mebibytes"].items()))


def spread(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(statistics.median(values), digits),
        "least": round(min(values), digits),
        "most": round(max(values), digits),
    }


def _range(value: dict[str, float]) -> str:
    median, least, most = (f"{value[name]:g}" for name in ("median", "least", "most"))
    return median if least == most else f"{median} ({least} to {most})"


def _percent(value: dict[str, float]) -> str:
    return f"{value['median']:.1%} ({value['least']:.1%} to {value['most']:.1%})"


def _quartiles(value: dict[str, Any]) -> str:
    return "{} ({} to {})".format(value["median"], *value["quartiles"])


def words(texts: Iterable[str]) -> int:
    """Words of texts, as white space parts them."""
    return sum(len(text.split()) for text in texts)


def _numbers(given: str) -> list[int]:
    return [int(n) for n in given.split(",") if n]


if __name__ == "__main__":
    sys.exit(main())
