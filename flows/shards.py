"""What one task does: walk the stages over one shard and leave work parts behind.

A shard is described by a small JSON file, so that a task takes and gives references alone; these
functions need no Prefect and run wherever a worker runs.
"""

import hashlib
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from flows.annotate.engine import load_engine
from flows.annotate.entities import entities
from flows.annotate.names.gazetteer import load_gazetteer
from flows.annotate.names.resolve import resolve
from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes
from flows.annotate.quotes.in_quote import in_quote
from flows.clean.clean import clean
from flows.clean.duplicates import sketch
from flows.clean.recurring import paragraph_digests
from flows.config import AnnotateConfig, Config
from flows.fingerprint import digest
from flows.read.read import read
from flows.read.source import Source, loads
from flows.records import Annotations, Article, Refusal
from flows.segment.paragraphs import paragraphs
from flows.segment.sentences import sentences
from flows.work import WorkStore, read_job

# Rows of one work part: bounds a worker's memory, whatever a source holds.
PART_RECORDS = 2_000


@dataclass(frozen=True, slots=True)
class CleanedRecord:
    """A row of a `clean` part: one article, or one refusal, of a source.

    `last` marks the final record of its source: without it the source was never read to its end.
    """

    key: str
    record_index: int
    last: bool
    article: Article | None
    refusal: Refusal | None
    text_sha256: str | None
    text_key: str | None
    n_words: int
    paragraph_digests: tuple[str, ...]
    sketch: bytes | None


@dataclass(frozen=True, slots=True)
class AnnotatedRecord:
    """A row of an `annotate` part: the annotations of one text."""

    key: str
    annotations: Annotations


def clean_shard(work: str, job_path: str) -> dict[str, Any]:
    """Read and clean the sources of one job.

    Args:
        work: root of the work parts.
        job_path: JSON file with `config` and `sources`, each with `source`, `key`, `recurring`.

    Returns:
        `parts`: names of the parts written; `records`: how many rows they have.
    """
    job = read_job(job_path)
    config = Config.model_validate(job["config"])
    store = WorkStore(work, "clean")
    parts: list[str | None] = []
    batch: list[CleanedRecord] = []
    n_records = 0
    for entry in job["sources"]:
        source = loads(entry["source"])
        for record in _cleaned(source, entry["key"], frozenset(entry["recurring"]), config):
            batch.append(record)
            if len(batch) >= PART_RECORDS:
                parts.append(store.write(batch, CleanedRecord))
                n_records += len(batch)
                batch = []
    parts.append(store.write(batch, CleanedRecord))
    return {"parts": [p for p in parts if p], "records": n_records + len(batch)}


def annotate_shard(work: str, job_path: str) -> dict[str, Any]:
    """Segment and annotate the texts of one job.

    Args:
        work: root of the work parts.
        job_path: JSON file with `config` and `texts`, each with `part`, `row` (of the cleaned
            article) and `key`.

    Returns:
        `parts`: names of the parts written; `n_words`, `seconds`: what it did, for progress;
        `failures`: key to (reason, detail) of texts that could not be annotated.
    """
    job = read_job(job_path)
    config = Config.model_validate(job["config"])
    cleaned, store = WorkStore(work, "clean"), WorkStore(work, "annotate")
    began = time.monotonic()
    done: list[AnnotatedRecord] = []
    failures: dict[str, tuple[str, str]] = {}
    parts: list[str | None] = []
    n_words = 0
    for key, article in _texts(cleaned, job["texts"]):
        n_words += len(article.text.split())
        try:
            with time_limit(config.annotate.seconds_per_document):
                done.append(AnnotatedRecord(key, annotate(article, config)))
        except OutOfTime as error:
            failures[key] = ("time_limit", str(error))
        except Exception as error:  # one article's fault must not cost its neighbours
            failures[key] = ("failed", f"{type(error).__name__}: {error}")
        if len(done) >= PART_RECORDS:
            parts.append(store.write(done, AnnotatedRecord))
            done = []
    parts.append(store.write(done, AnnotatedRecord))
    return {
        "parts": [p for p in parts if p],
        "n_words": n_words,
        "seconds": time.monotonic() - began,
        "failures": failures,
    }


def annotate(article: Article, config: Config) -> Annotations:
    """Annotate one article: paragraphs, parse, sentences, entities, quotes, names.

    Text that is kept though it is in another language is segmented into nothing: it has no rows
    but its document.
    """
    if "other_language" in article.flags:
        return Annotations(n_tokens=0, sentences=(), mentions=(), quotes=())
    resources = _resources(config.annotate.model_dump_json())
    parse = resources.engine.parse(article.text, paragraphs(article.text, article.marks))
    plain = sentences(parse)
    mentions = entities(parse, plain)
    quotes = find_quotes(parse, plain, mentions, resources.lexicon)
    mentions, quotes = resolve(parse, plain, mentions, quotes, resources.gazetteer)
    return Annotations(
        n_tokens=sum(1 for tag in parse.tag if tag != "_SP"),
        sentences=in_quote(parse, plain),
        mentions=mentions,
        quotes=quotes,
    )


class OutOfTime(Exception):
    """A document took longer than its limit."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` inside the block after so many seconds.

    Needs the main thread, where signals arrive; elsewhere the block runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: Any) -> None:
        raise OutOfTime(f"not done after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _cleaned(
    source: Source, key: str, recurring: frozenset[str], config: Config
) -> Iterator[CleanedRecord]:
    """Records of one source, the last one marked; always at least one."""
    previous: CleanedRecord | None = None
    for index, raw in enumerate(read(source, config.read)):
        if previous is not None:
            yield previous
        previous = _record(
            key,
            index,
            raw
            if isinstance(raw, Refusal)
            else clean(
                raw,
                config.clean,
                fallback_encoding=config.read.fallback_encoding,
                recurring=recurring,
            ),
        )
    if previous is None:
        refusal = Refusal(source.source_path, "empty", "the file holds no article")
        previous = _record(key, 0, refusal)
    yield replace(previous, last=True)


def _record(key: str, index: int, outcome: Article | Refusal) -> CleanedRecord:
    if isinstance(outcome, Refusal):
        return CleanedRecord(key, index, False, None, outcome, None, None, 0, (), None)
    marks = [(m.start, m.end, m.role) for m in outcome.marks]
    return CleanedRecord(
        key=key,
        record_index=index,
        last=False,
        article=outcome,
        refusal=None,
        text_sha256=hashlib.sha256(outcome.text.encode()).hexdigest(),
        text_key=digest([outcome.text, marks, "other_language" in outcome.flags]),
        n_words=len(outcome.text.split()),
        paragraph_digests=tuple(paragraph_digests(outcome)),
        sketch=sketch(outcome.text),
    )


def _texts(cleaned: WorkStore, texts: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Article]]:
    """Key and article of each text, part by part so that one part is in memory."""
    by_part: dict[str, list[dict[str, Any]]] = {}
    for text in texts:
        by_part.setdefault(text["part"], []).append(text)
    for part, wanted in by_part.items():
        records = cleaned.records(part, [w["row"] for w in wanted], CleanedRecord)
        yield from zip((w["key"] for w in wanted), (r.article for r in records), strict=True)


@dataclass(frozen=True)
class _Resources:
    engine: Any
    lexicon: Any
    gazetteer: Any


@cache
def _resources(annotate_config: str) -> _Resources:
    """Model and lexicons of a worker, loaded once a process."""
    config = AnnotateConfig.model_validate_json(annotate_config)
    return _Resources(
        engine=load_engine(config),
        lexicon=load_cues(),
        gazetteer=load_gazetteer(Path(config.gazetteer)) if config.gazetteer else None,
    )
