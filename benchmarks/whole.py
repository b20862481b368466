"""Whole builds from files to a published release, by the command: time and memory of its processes.

Belongs here: running the command and watching it, made-up inputs of any number. `run.py` says what is
measured and writes it down.
"""

import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHORT_SENTENCES = 2
FILES_A_FOLDER = 1_000
MOST_REPEATED = 10_000  # documents of a build that is made in every turn
LONG = 40  # characters; shorter ones are headings, footers and halves of names
SEED = 1


def end_to_end(
    inputs: Sequence[str], texts: Sequence[str], scratch: Path, workers: int, rounds: int
) -> dict[str, Any]:
    """Files to release, against stock alone with as many processes on the same texts, in turns.

    Stock's model is loaded before its clock starts; the command's time has everything in it.

    Args:
        inputs: folders that hold the texts, for the command.
        texts: the same, for stock.
        scratch: an empty folder of its own for each build is made here.
        workers: processes of both sides.
        rounds: turns of both.
    """
    import spacy

    from flows.config import AnnotateConfig

    nlp = spacy.load(AnnotateConfig().model)
    words = sum(len(text.split()) for text in texts)
    two = scratch / f"two-{workers}"
    two.mkdir()
    for number, text in enumerate(texts[:2]):
        (two / f"{number}.txt").write_text(text, encoding="utf-8")
    stock, ours, inside, used, used_by_two, peaks = [], [], [], [], [], []
    for number in range(rounds):
        began = time.perf_counter()
        for _ in nlp.pipe(texts, n_process=workers):
            pass
        stock.append(time.perf_counter() - began)
        made = build(inputs, scratch / f"end-to-end-{workers}-{number}", workers)
        ours.append(made["seconds"])
        inside.append(made["seconds_inside_the_flow"])
        used.append(made["processor_seconds"])
        least = build([str(two)], scratch / f"two-{workers}-{number}", workers)
        used_by_two.append(least["processor_seconds"])
        peaks.append(made["peak_mebibytes"])
    return {
        "workers": workers,
        "rounds": rounds,
        "stock_seconds": [round(s, 1) for s in stock],
        "seconds": ours,
        "seconds_inside_the_flow": inside,
        "processor_seconds": used,
        "processor_seconds_of_two_articles": used_by_two,
        "words_per_second": round(words / statistics.median(ours)),
        "ratio_to_stock": [round(a / b, 2) for a, b in zip(stock, ours, strict=True)],
        "peak_mebibytes": _highest(peaks),
    }


def sizes(numbers: Sequence[int], scratch: Path, rounds: int) -> list[dict[str, Any]]:
    """Builds of so many short documents each, in turns; those of very many once."""
    inputs = {}
    for n in numbers:
        inputs[n] = scratch / f"size-{n}"
        list(made_up(inputs[n], n, 1, SHORT_SENTENCES))
    made: dict[int, list[dict[str, Any]]] = {n: [] for n in numbers}
    for number in range(rounds):
        for n in numbers:
            if number == 0 or n <= MOST_REPEATED:
                made[n].append(
                    build([str(inputs[n])], scratch / f"size-out-{n}-{number}", workers=2)
                )
    return [
        {
            "documents": n,
            "seconds": [turn["seconds"] for turn in turns],
            "processor_seconds": [turn["processor_seconds"] for turn in turns],
            "peak_mebibytes": _highest(turn["peak_mebibytes"] for turn in turns),
        }
        for n, turns in made.items()
    ]


def build(inputs: Sequence[str], output: Path, workers: int) -> dict[str, Any]:
    """The whole command, Prefect's server included, with the peaks of its processes' memory."""
    from flows.publish.manifest import read_manifest
    from flows.publish.swap import latest_release

    onrecord = Path(sys.executable).with_name("onrecord")
    command = [str(onrecord), "build", *inputs, "--output", str(output)]
    log = output.with_suffix(".log")
    peaks: dict[str, float] = {}
    began, used = time.perf_counter(), _processor_seconds()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, "--workers", str(workers), "--accept-drift"],
            stdout=said,
            stderr=said,
            cwd=ROOT,
        )
        while process.poll() is None:
            for kind, mebibytes in memory(process.pid):
                peaks[kind] = max(peaks.get(kind, 0), mebibytes)
            time.sleep(0.25)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(log.read_text())
    release = latest_release(output)
    assert release is not None
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(_processor_seconds() - used, 1),
        "seconds_inside_the_flow": read_manifest(release)["run"]["seconds"],
        "peak_mebibytes": peaks,
    }


def _highest(peaks: Iterable[dict[str, float]]) -> dict[str, float]:
    """Of each kind of process the highest peak of several builds."""
    highest: dict[str, float] = {}
    for own in peaks:
        for kind, mebibytes in own.items():
            highest[kind] = max(highest.get(kind, 0), mebibytes)
    return highest


def _processor_seconds() -> float:
    """Of all processes that were started from here and have ended, and of those they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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


def seed_sentences() -> list[str]:
    """Sentences of the seeds, cut at full stops, which is good enough to make documents of."""
    seeds = sorted((ROOT / "seeds" / "articles").glob("*.txt"))
    paragraphs = (p for seed in seeds for p in seed.read_text(encoding="utf-8").split("\n\n"))
    pieces = (" ".join(piece.split()).strip(" .") for p in paragraphs for piece in p.split(". "))
    return [f"{piece}." for piece in pieces if len(piece) > LONG]


def made_up(folder: Path, n_documents: int, n_paragraphs: int, n_sentences: int) -> Iterator[Path]:
    """Documents of the seeds' sentences in random order, each with a heading and a line of its own.

    Paragraphs have several sentences, so that few are alike: those that recur are boilerplate, and
    where some are taken out every document is cleaned a second time.

    Args:
        folder: where they are written, in folders of `FILES_A_FOLDER`.
        n_documents: how many.
        n_paragraphs: paragraphs of each.
        n_sentences: sentences of a paragraph.
    """
    order, sentences = random.Random(SEED), seed_sentences()
    for n in range(n_documents):
        path = folder / f"{n // FILES_A_FOLDER:03}" / f"d{n:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        body = [" ".join(order.sample(sentences, n_sentences)) for _ in range(n_paragraphs)]
        own = " ".join(f"{order.choice('bdfgklmnprst')}{order.randrange(10**6)}" for _ in range(8))
        heading = " ".join(w for s in order.sample(sentences, 2) for w in s.split()[:4])
        path.write_text("\n\n".join([heading, *body, f"The codes are {own}."]))
        yield path
