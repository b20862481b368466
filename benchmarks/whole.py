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
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHORT_SENTENCES = 2
FILES_A_FOLDER = 1_000
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
    stock, ours, inside, peaks = [], [], [], {}
    for number in range(rounds):
        began = time.perf_counter()
        for _ in nlp.pipe(texts, n_process=workers):
            pass
        stock.append(time.perf_counter() - began)
        made = build(inputs, scratch / f"end-to-end-{workers}-{number}", workers)
        ours.append(made["seconds"])
        inside.append(made["seconds_inside_the_flow"])
        for kind, mebibytes in made["peak_mebibytes"].items():
            peaks[kind] = max(peaks.get(kind, 0), mebibytes)
    return {
        "workers": workers,
        "rounds": rounds,
        "stock_seconds": [round(s, 1) for s in stock],
        "seconds": ours,
        "seconds_inside_the_flow": inside,
        "words_per_second": round(words / statistics.median(ours)),
        "ratio_to_stock": [round(a / b, 2) for a, b in zip(stock, ours, strict=True)],
        "peak_mebibytes": peaks,
    }


def size(n_documents: int, scratch: Path) -> dict[str, Any]:
    """One build of so many short documents.

    Sentences, not paragraphs, are drawn for them: documents of one shared paragraph each would all
    be near duplicates of one another.
    """
    folder = scratch / f"size-{n_documents}"
    list(made_up(folder, n_documents, seed_sentences(), SHORT_SENTENCES))
    made = build([str(folder)], scratch / f"size-out-{n_documents}", workers=2)
    return {"documents": n_documents} | made


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


def seed_paragraphs() -> list[str]:
    """Paragraphs of the seeds, in their order."""
    seeds = sorted((ROOT / "seeds" / "articles").glob("*.txt"))
    return [b for s in seeds for b in s.read_text(encoding="utf-8").split("\n\n") if b.strip()]


def seed_sentences() -> list[str]:
    """Sentences of the seeds, cut at full stops, which is good enough to make documents of."""
    pieces = (s.strip(" .") for p in seed_paragraphs() for s in p.split(". "))
    return [f"{piece}." for piece in pieces if len(piece) > LONG]


def made_up(folder: Path, n_documents: int, pieces: Sequence[str], n_pieces: int) -> Iterator[Path]:
    """Documents of pieces of text in random order, each with a heading and a line of its own."""
    order = random.Random(SEED)
    for n in range(n_documents):
        chosen = islice(cycle(order.sample(pieces, min(n_pieces, len(pieces)))), n_pieces)
        path = folder / f"{n // FILES_A_FOLDER:03}" / f"d{n:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        own = " ".join(f"{order.choice('bdfgklmnprst')}{order.randrange(10**6)}" for _ in range(8))
        path.write_text("\n\n".join([f"Document {n}", *chosen, f"The codes are {own}."]))
        yield path
