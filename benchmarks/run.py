"""All of onrecord against stock spaCy, in one run: speed, shares of the time, sizes, memory.

    python benchmarks/run.py [FOLDER ...] [--rounds N] [--articles N] [--sizes 1000,10000]

FOLDERs hold plain-text articles; without one a corpus is made of the seeds' paragraphs. Sides take
turns, so that what else the machine does weighs on all, and what counts are the ratios. Writes
benchmarks/results.json and the table between two marks in docs/performance.md. A part that fails is
named there, and the others go on. Peers that are not installed are named as skipped. Whole builds of
100,000 documents take an hour on a small machine: `--sizes 1000,10000,100000`.
"""

import argparse
import importlib.util
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
MARKS = ("<!-- begin: make bench -->", "<!-- end: make bench -->")
# What one process would spend on other work than the model.
STEPS = ("clean", "sentences", "entities", "find_quotes", "resolve", "in_quote")
SHORT_PARAGRAPHS = 2
SEED = 1
STOCK_SHARE = 4


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=120, help="articles of a side's turn")
    parser.add_argument("--workers", default="1,2", help="worker counts of whole builds")
    parser.add_argument("--sizes", default="1000", help="short documents of each whole build")
    parser.add_argument(
        "--coordinator", default="1000,10000,100000", help="documents of the coordinator alone"
    )
    options = parser.parse_args(arguments)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "DO_NOT_TRACK": "1"}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        paths = [p for folder in options.folders for p in sorted(folder.glob("*.txt"))]
        paths = paths or list(made_up(scratch / "seeds", 1_000, paragraphs=12))
        texts = [path.read_text(encoding="utf-8") for path in paths]
        inputs = [str(f) for f in options.folders] or [str(scratch / "seeds")]
        results: dict[str, Any] = {
            "machine": {
                "python": platform.python_version(),
                "cores": os.cpu_count(),
                "load_before": os.getloadavg()[0],
            },
            "corpus": {"articles": len(texts), "words": words(texts)},
            "skipped": [p for p in ("textacy",) if importlib.util.find_spec(p) is None],
        }
        measures: dict[str, Callable[[], Any]] = {
            "sides": lambda: sides(texts, options.rounds, options.articles),
            "end_to_end": lambda: [
                end_to_end(inputs, texts, scratch, int(n)) for n in options.workers.split(",") if n
            ],
            "shares": lambda: shares(paths[:: max(1, len(paths) // 200)], scratch),
            "sizes": lambda: [size(int(n), scratch) for n in options.sizes.split(",") if n],
            "coordinator": lambda: coordinator(options.coordinator),
        }
        failed = {}
        for name, measure in measures.items():
            try:
                results[name] = measure()
            except Exception as error:  # one part must not cost the others
                traceback.print_exc()
                failed[name] = f"{type(error).__name__}: {error}"[:500]
            else:
                print(json.dumps({name: results[name]}), file=sys.stderr, flush=True)
            results["machine"]["load_after"] = os.getloadavg()[0]
            RESULTS.write_text(json.dumps(results | {"failed": failed}, indent=2) + "\n")
    for peer in results["skipped"]:
        print(f"{peer}: not installed, skipped", file=sys.stderr)
    write_table(results)
    print(json.dumps(results | {"failed": failed}, indent=2))
    return 1 if failed else 0


def sides(texts: Sequence[str], rounds: int, turn: int) -> dict[str, Any]:
    """Words per second by the clock, and ratios to stock with as many processes, in turns."""
    import spacy

    from flows.annotate.engine import load_engine
    from flows.config import AnnotateConfig
    from flows.records import Paragraph

    model = AnnotateConfig().model
    nlp, engine = spacy.load(model), load_engine(AnnotateConfig())

    def paragraphs(text: str) -> list[Paragraph]:
        found, start = [], 0
        for block in text.split("\n\n"):
            if block.strip():
                found.append(Paragraph(start, start + len(block)))
            start += len(block) + 2
        return found

    runs: dict[str, Callable[[Sequence[str]], Any]] = {
        "stock, 1 process": lambda some: list(nlp.pipe(some)),
        "stock, 2 processes": lambda some: list(nlp.pipe(some, n_process=2)),
        "engine, 1 process": lambda some: list(engine.parse_many((t, paragraphs(t)) for t in some)),
    }
    for run in runs.values():
        run(texts[:10])
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        some = [texts[i % len(texts)] for i in range(number * turn, (number + 1) * turn)]
        for name, run in runs.items():
            began = time.perf_counter()
            run(some)
            speeds[name].append(words(some) / (time.perf_counter() - began))
    pairs = zip(speeds["engine, 1 process"], speeds["stock, 1 process"], strict=True)
    return {
        "words_per_second": {name: spread(values) for name, values in speeds.items()},
        "engine_to_stock": spread([a / b for a, b in pairs]),
    }


def end_to_end(
    inputs: Sequence[str], texts: Sequence[str], scratch: Path, workers: int
) -> dict[str, Any]:
    """Files to release, between two passes of stock alone with as many processes.

    Stock is given every `STOCK_SHARE`-th text, for its speed does not depend on how many they are.
    """
    import spacy

    from flows.config import AnnotateConfig

    nlp = spacy.load(AnnotateConfig().model)

    def stock() -> float:
        began = time.perf_counter()
        for _ in nlp.pipe(some, n_process=workers):
            pass
        return words(some) / (time.perf_counter() - began)

    some = texts[::STOCK_SHARE]
    before = stock()
    made = build(inputs, scratch / f"end-to-end-{workers}", workers=workers)
    after = stock()
    speed = words(texts) / made["seconds"]
    return made | {
        "workers": workers,
        "words_per_second": round(speed),
        "stock_words_per_second": [round(before), round(after)],
        "ratio_to_stock": round(2 * speed / (before + after), 2),
    }


def build(inputs: Sequence[str], output: Path, workers: int) -> dict[str, Any]:
    """The whole command, Prefect's server included, with the peaks of its processes' memory."""
    command = [
        str(Path(sys.executable).with_name("onrecord")),
        "build",
        *inputs,
        "--output",
        str(output),
    ]
    began = time.perf_counter()
    with (scratch_log := output.with_suffix(".log")).open("wb") as log:
        process = subprocess.Popen(
            [*command, "--workers", str(workers), "--accept-drift"],
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
        peaks: dict[str, float] = {}
        while process.poll() is None:
            for kind, mebibytes in memory(process.pid):
                peaks[kind] = max(peaks.get(kind, 0), mebibytes)
            time.sleep(0.25)
    if process.returncode:
        raise RuntimeError(scratch_log.read_text())
    return {"seconds": round(time.perf_counter() - began, 1), "peak_mebibytes": peaks}


def memory(pid: int) -> Iterator[tuple[str, float]]:
    """Kind and peak resident memory of a build's process and of those it started."""
    pending = [pid]
    while pending:
        number = pending.pop()
        try:
            said = Path(f"/proc/{number}/cmdline").read_bytes()
            status = Path(f"/proc/{number}/status").read_text()
            for task in Path(f"/proc/{number}/task").iterdir():
                pending += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
        kind = "coordinator" if number == pid else "worker" if b"flows.worker" in said else "server"
        for line in status.splitlines():
            if line.startswith("VmHWM"):
                yield kind, round(int(line.split()[1]) / 1024)


def shares(paths: Sequence[Path], scratch: Path) -> dict[str, Any]:
    """Processor seconds of each step of a build in one process, without Prefect."""
    from flows import rebuild, shards, staging
    from flows.annotate.engine.pipeline import Engine
    from flows.config import Config

    spent: dict[str, float] = {}

    def timed(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return run(*given, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - began

        return wrapped

    folder = scratch / "shares-in"
    folder.mkdir()
    for path in paths:
        (folder / path.name).write_bytes(path.read_bytes())
    config = Config.model_validate({"build": {"accept_drift": True}})
    shards._resources(config.annotate.model_dump_json())
    kept = {name: getattr(shards, name) for name in (*STEPS, "parse_together")}
    parse = Engine.parse
    try:
        for name, run in kept.items():
            setattr(shards, name, timed("model" if name == "parse_together" else name, run))
        Engine.parse = timed("model", parse)  # type: ignore[method-assign]
        steps = rebuild.Steps(
            stage=timed("stage and check", staging.stage_release),
            publish=timed("publish", rebuild.publish_here),
        )
        began = time.process_time()
        rebuild.build_corpus([str(folder)], scratch / "shares", config, steps=steps)
        total = time.process_time() - began
    finally:
        Engine.parse = parse  # type: ignore[method-assign]
        for name, run in kept.items():
            setattr(shards, name, run)
    spent["everything else"] = total - sum(spent.values())
    return {
        "articles": len(paths),
        "processor_seconds": round(total, 2),
        "share": {name: round(s / total, 3) for name, s in sorted(spent.items())},
        "not_the_model": round(1 - spent["model"] / total, 3),
    }


def size(n_documents: int, scratch: Path) -> dict[str, Any]:
    """One build of so many short documents."""
    folder = scratch / f"size-{n_documents}"
    list(made_up(folder, n_documents, paragraphs=SHORT_PARAGRAPHS))
    made = build([str(folder)], scratch / f"size-out-{n_documents}", workers=2)
    each = 1000 * made["seconds"] / n_documents
    return {"documents": n_documents, "milliseconds_per_document": round(each, 2)} | made


def coordinator(sizes: str) -> list[dict[str, Any]]:
    """What the coordinator costs by corpus size, workers' work made by hand."""
    command = [sys.executable, "-m", "benchmarks.coordinator", "--sizes", sizes]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def made_up(folder: Path, n_documents: int, paragraphs: int) -> Iterator[Path]:
    """Documents of the seeds' paragraphs in random order, each with a line of its own."""
    seeds = sorted((ROOT / "seeds" / "articles").glob("*.txt"))
    blocks = [b for s in seeds for b in s.read_text(encoding="utf-8").split("\n\n") if b.strip()]
    order = random.Random(SEED)
    folder.mkdir()
    for n in range(n_documents):
        chosen = islice(cycle(order.sample(blocks, min(paragraphs, len(blocks)))), paragraphs)
        path = folder / f"d{n:06}.txt"
        own = " ".join(f"{order.choice('bdfgklmnprst')}{order.randrange(10**6)}" for _ in range(8))
        path.write_text("\n\n".join([f"Document {n}", *chosen, f"The codes are {own}."]))
        yield path


def write_table(results: dict[str, Any]) -> None:
    """Put the figures between the marks of the page; parts that failed have none."""
    rows = [("what", "figure"), ("---", "---"), *_rows(results)]
    load = results["machine"]["load_before"], results["machine"]["load_after"]
    said = (
        f"{results['machine']['cores']} cores, load of the machine {load[0]:.1f} before and "
        f"{load[1]:.1f} after; medians and ranges of the turns. Skipped: "
        f"{', '.join(results['skipped']) or 'none'}."
    )
    table = "\n".join(f"| {a} | {b} |" for a, b in rows)
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(MARKS[0])
    tail = rest.partition(MARKS[1])[2]
    PAGE.write_text(f"{head}{MARKS[0]}\n{said}\n\n{table}\n{MARKS[1]}{tail}", encoding="utf-8")


def _rows(results: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if sides := results.get("sides"):
        for name, value in sides["words_per_second"].items():
            yield f"{name}, words/s", shown(value)
        yield "engine to stock, 1 process", shown(sides["engine_to_stock"])
    for whole in results.get("end_to_end", ()):
        how = f"{results['corpus']['articles']} articles, workers: {whole['workers']}"
        yield (
            f"files to release, {how}",
            f"{whole['seconds']} s, {whole['words_per_second']} words/s",
        )
        yield "the same to stock alone, as many processes", f"{whole['ratio_to_stock']}"
    if shares := results.get("shares"):
        yield "share of processor time that is not the model", f"{shares['not_the_model']:.0%}"
        for name, share in shares["share"].items():
            yield f"share: {name}", f"{share:.1%}"
    for made in results.get("sizes", ()):
        yield (
            f"{made['documents']} short documents, 2 workers",
            f"{made['milliseconds_per_document']} ms a document; peak MiB: {peaks(made)}",
        )
    for made in results.get("coordinator", ()):
        yield (
            f"coordinator alone, {made['documents']} short documents",
            f"{made['all']} ms of processor time a document; peak "
            f"{made['peak_mebibytes']['end']:.0f} MiB",
        )


def peaks(made: dict[str, Any]) -> str:
    """Peak memory of the processes of a build, in words."""
    return ", ".join(f"{k} {v:.0f}" for k, v in sorted(made["peak_mebibytes"].items()))


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(statistics.median(values), 2),
        "least": round(min(values), 2),
        "most": round(max(values), 2),
    }


def shown(value: dict[str, float]) -> str:
    """A spread in words."""
    return f"{value['median']:g} ({value['least']:g} to {value['most']:g})"


def words(texts: Sequence[str]) -> int:
    """Words of texts, as white space parts them."""
    return sum(len(text.split()) for text in texts)


if __name__ == "__main__":
    sys.exit(main())
