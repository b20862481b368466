"""What the coordinator costs by corpus size: processor time a document, and peak memory.

    python benchmarks/coordinator.py [--sizes 1000,10000,100000] [--words 40]

The walk is the real one, from files to a published release. What workers do is made by hand (a
sentence a paragraph, an entity, a quote), so that 100,000 documents take minutes, and in another
process. Ids are in another order than the files, as those of real corpora are.
"""

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flows import rebuild
from flows.clean.duplicates import sketch
from flows.clean.recurring import paragraph_digests
from flows.columnar import records_to_table
from flows.config import Config
from flows.ledgers import AnnotatedRecord, CleanedRecord
from flows.publish.swap import latest_release
from flows.read.source import Source, loads
from flows.records import Annotations, Article, Mention, Part, Quote, Run, Sentence
from flows.work import WorkStore, read_job

FILES_A_FOLDER = 1_000
PART_RECORDS = 2_000
VOCABULARY = [f"{a}{b}{c}{d}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst" for d in "aeiou"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.words)))
        return
    for size in options.sizes.split(","):
        # A process each, for its peak of memory does not go down again.
        command = [sys.executable, "-m", "benchmarks.coordinator", "--one", size]
        subprocess.run([*command, "--words", str(options.words)], check=True)


def measure(n: int, n_words: int) -> dict[str, Any]:
    """One build of so many documents."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        make_documents(scratch / "articles", n, n_words)
        seconds: dict[str, float] = {}
        peaks: dict[str, float] = {}

        def timed(stage: str, run: Callable[..., Any]) -> Callable[..., Any]:
            def call(*given: Any) -> Any:
                began = time.process_time()
                try:
                    return run(*given)
                finally:
                    seconds[stage] = seconds.get(stage, 0.0) + time.process_time() - began
                    peaks[stage] = peak()

            return call

        worker = ProcessPoolExecutor(1, get_context("spawn"))

        def shards(stage: str, work: str, jobs: Sequence[str]) -> rebuild.Results:
            peaks[f"before {stage}"] = peak()
            return list(worker.map(partial(WORK[stage], work), jobs))

        start = peak()
        steps = rebuild.Steps(
            shards,
            timed("stage and check", rebuild.staging.stage_release),
            timed("publish", rebuild.publish_here),
        )
        began, wall = time.process_time(), time.perf_counter()
        config = Config.model_validate({"build": {"accept_drift": True}})
        rebuild.build_corpus([str(scratch / "articles")], scratch / "out", config, steps=steps)
        total = time.process_time() - began
        worker.shutdown()
        release = latest_release(scratch / "out")
        assert release is not None
        tables = "".join(
            hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(release.rglob("*.parquet"))
        )
    seconds["plan and walk"] = total - sum(seconds.values())
    return {
        "documents": n,
        "milliseconds_per_document": {k: round(1000 * s / n, 3) for k, s in seconds.items()},
        "all": round(1000 * sum(seconds.values()) / n, 3),
        "wall_seconds": round(time.perf_counter() - wall, 1),
        "peak_mebibytes": {"imports": start, **peaks, "end": peak()},
        "tables_sha256": hashlib.sha256(tables.encode()).hexdigest()[:16],
    }


def clean(work: str, job_path: str) -> dict[str, Any]:
    """Articles by hand of the sources of one job: front matter off, one run of alignment."""
    parts, rows = [], []
    store = WorkStore(work, "clean")
    for item in read_job(job_path)["items"]:
        source = loads(item["source"])
        raw = Path(source.path).read_bytes()
        head, _, body = raw.rpartition(b"---\n")
        doc_id = head.rpartition(b"id: ")[2].decode().strip()
        article = _article(source, doc_id, body.decode(), (len(raw) - len(body), len(raw)))
        rows.append(replace(_record(item["key"], 0, article), last=True))
        if len(rows) == PART_RECORDS:
            parts.append(store.write(records_to_table(rows, CleanedRecord)))
            rows = []
    if rows:
        parts.append(store.write(records_to_table(rows, CleanedRecord)))
    return {"parts": parts}


def _record(key: str, index: int, article: Article) -> CleanedRecord:
    sha256 = hashlib.sha256(article.text.encode()).hexdigest()
    n_words, digests = len(article.text.split()), tuple(paragraph_digests(article))
    return CleanedRecord(
        key, index, False, article, None, sha256, sha256, n_words, digests, sketch(article.text)
    )


def _article(source: Source, doc_id: str, text: str, raw: tuple[int, int]) -> Article:
    names = (field.name for field in fields(Article))
    given: dict[str, Any] = dict.fromkeys(names) | {
        "doc_id": doc_id,
        "source_path": source.source_path,
        "source_format": "text",
        "raw_sha256": source.sha256,
        "raw_n_bytes": source.n_bytes,
        "encoding": "utf-8",
        "encoding_method": "utf-8",
        "title_method": "none",
        "authors": (),
        "lang": "en",
        "text": text,
        "alignment": (Run(0, len(text), *raw),),
        "marks": (),
        "removals": (),
        "flags": (),
    }
    return Article(**given)


def annotate(work: str, job_path: str) -> dict[str, Any]:
    """Annotations by hand for the texts of one job."""
    parts, rows = [], []
    cleaned, store = WorkStore(work, "clean"), WorkStore(work, "annotate")
    for part, group in groupby(read_job(job_path)["items"], lambda item: item["part"]):
        texts = cleaned.read(part, ["article.text"])["article"].combine_chunks().field("text")
        for item in group:
            rows.append(AnnotatedRecord(item["key"], annotations(texts[item["row"]].as_py())))
            if len(rows) == PART_RECORDS:
                parts.append(store.write(records_to_table(rows, AnnotatedRecord)))
                rows = []
    if rows:
        parts.append(store.write(records_to_table(rows, AnnotatedRecord)))
    return {"parts": parts, "n_words": 0, "failures": {}}


def annotations(text: str) -> Annotations:
    """A sentence a paragraph, the first word as an entity and the rest of it as its statement."""
    sentences, start = [], 0
    for number, block in enumerate(text.split("\n\n")):
        end = start + len(block)
        sentences.append(Sentence(number, number, "body", start, end, len(block.split())))
        start = end + 2
    first = sentences[0]
    name = len(text.split()[0])
    quote = Quote(
        quote_index=0,
        sentence_index=0,
        last_sentence_index=0,
        kind="indirect",
        parts=(Part(name + 1, first.end, quoted=False),),
        cue_kind="none",
        rule="benchmark",
        confidence=0.5,
    )
    mention = Mention(0, 0, 0, name, "PERSON")
    return Annotations(len(text.split()), tuple(sentences), (mention,), (quote,))


WORK = {"clean": clean, "annotate": annotate}


def make_documents(folder: Path, n: int, n_words: int) -> None:
    """Documents of made-up words in files; one in ten repeats another nearly."""
    dice = random.Random(1)
    kept: list[str] = []
    for number in range(n):
        target = folder / f"{number // FILES_A_FOLDER:06}"
        target.mkdir(parents=True, exist_ok=True)
        if number % 10 == 9:
            text = f"{dice.choice(kept)} {dice.choice(VOCABULARY)}."
        else:
            blocks = (" ".join(dice.choices(VOCABULARY, k=n_words // 2)) for _ in range(2))
            text = "\n\n".join(f"{block.capitalize()}." for block in blocks)
            kept = [*kept[-99:], text]
        name = hashlib.blake2b(str(number).encode(), digest_size=8).hexdigest()
        head = f"---\nid: {name}\n---\n"
        (target / f"{number:08}.txt").write_text(head + text, encoding="utf-8")


def peak() -> float:
    """Peak resident memory of this process so far, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
