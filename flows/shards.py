"""What one task does: walk the stages over one shard and leave work parts behind.

A shard is described by a small JSON file, so that a task takes and gives references alone; these
functions need no Prefect and run wherever a worker runs.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from flows.annotate.engine import load_engine
from flows.annotate.entities import entities
from flows.annotate.names.gazetteer import load_gazetteer
from flows.annotate.names.resolve import resolve
from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes
from flows.annotate.quotes.in_quote import in_quote
from flows.batching import TOGETHER_CHARS, batches
from flows.clean.clean import clean
from flows.clean.duplicates import sketch
from flows.clean.language import load_identifier
from flows.clean.recurring import paragraph_digests
from flows.columnar import records_to_table
from flows.config import AnnotateConfig, Config
from flows.errors import ConfigError
from flows.fingerprint import digest
from flows.ledgers import AnnotatedRecord, CleanedRecord
from flows.parse import Parse
from flows.read.read import read
from flows.read.source import Source, loads
from flows.read.source import refuse as refused
from flows.records import Annotations, Article, ArticleText, RawArticle, Refusal
from flows.segment.paragraphs import paragraphs
from flows.segment.sentences import sentences
from flows.time_limit import OutOfTime, time_limit
from flows.work import WorkStore, read_job

# Rows and characters of one work part: bound a worker's memory, whatever a source holds.
PART_RECORDS = 2_000
PART_CHARS = 20_000_000
# Records that are kept as objects, which take more memory than the columns they are put into, and
# through which Python's garbage collector looks time and again.
TABLE_RECORDS = 200
# Slowest reading that is not taken for a hanging one.
BYTES_A_SECOND = 5_000_000
# Record number that stands for a source as a whole.
WHOLE_SOURCE = -1
# Record number that stands for the texts that are parsed together.
TOGETHER = -1

# (item of the job, record of it) to (reason, detail).
Refused = Mapping[tuple[int, int], tuple[str, str]]
NOTHING: Refused = MappingProxyType({})
# Told item, record, and in how many seconds to hear again.
Watch = Callable[[int, int, float], None]
# Told how many `items`, `documents`, `words` were done or `refused` since it was told last.
Tell = Callable[[Mapping[str, int]], None]


def clean_shard(
    work: str,
    job_path: str,
    *,
    first: int = 0,
    last: int | None = None,
    refuse: Refused = NOTHING,
    watch: Watch = lambda item, record, seconds: None,
    tell: Tell = lambda did: None,
) -> dict[str, Any]:
    """Read and clean the sources of one job.

    Args:
        work: root of the work parts.
        job_path: JSON file with `config` and `items`: `source`, `key` and `recurring` each.
        first, last: the half-open range of items to do; all of them by default.
        refuse: (item, record) to (reason, detail) of records not to be cleaned; record -1 stands
            for the whole source.
        watch: told the item and the record about to be read, and how long that may take.
        tell: told what was done, for progress.

    Returns:
        `parts`: names of the parts written; `records`: how many rows they have.
    """
    job = read_job(job_path)
    config = Config.model_validate(job["config"])
    batch = _Batch(WorkStore(work, "clean"), CleanedRecord)
    items = list(enumerate(job["items"]))[first:last]
    for position, entry in items:
        source, recurring = loads(entry["source"]), frozenset(entry["recurring"])
        watching = partial(watch, position)
        refused = {record: why for (item, record), why in refuse.items() if item == position}
        for record in _cleaned(source, entry["key"], recurring, config, refused, watching):
            batch.add(record, len(record.article.text) if record.article else 0)
            tell({"documents" if record.article else "refused": 1, "words": record.n_words})
        tell({"items": 1})
    return {"parts": batch.close(), "records": batch.n_records}


def annotate_shard(
    work: str,
    job_path: str,
    *,
    first: int = 0,
    last: int | None = None,
    refuse: Refused = NOTHING,
    watch: Watch = lambda item, record, seconds: None,
    tell: Tell = lambda did: None,
    alone: bool = False,
) -> dict[str, Any]:
    """Segment and annotate the texts of one job.

    Short texts are parsed some at a time, which is faster and gives the same parses. Where that
    fails or takes longer than one text may, they are parsed one by one, each with its own limit.

    Args:
        work: root of the work parts.
        job_path: JSON file with `config` and `items`: `part` and `row` of the cleaned article,
            and `key` each.
        first, last: the half-open range of items to do; all of them by default.
        refuse: (item, 0) to (reason, detail) of texts not to be annotated.
        watch: told the item about to be annotated, and how long that may take; record -1 stands
            for several texts, of which this is the first.
        tell: told what was done, for progress.
        alone: whether to parse every text by itself.

    Returns:
        `parts`: names of the parts written;
        `failures`: key to (reason, detail) of texts that could not be annotated.

    Raises:
        DamagedPart: when the part with a cleaned article is.
    """
    job = read_job(job_path)
    config = Config.model_validate(job["config"])
    _resources(config.annotate.model_dump_json())  # a missing model is no article's fault
    batch = _Batch(WorkStore(work, "annotate"), AnnotatedRecord)
    failures: dict[str, tuple[str, str]] = {}
    items = list(enumerate(job["items"]))[first:last]
    seconds = config.annotate.seconds_per_document
    for group in batches(WorkStore(work, "clean"), items, 0 if alone else TOGETHER_CHARS):
        usable = [article for position, _, article, _ in group if (position, 0) not in refuse]
        parses: dict[int, Parse] = {}
        if len(usable) > 1:
            watch(group[0][0], TOGETHER, seconds)
            parses = parse_together(usable, config)
        for position, key, article, n_words in group:
            watch(position, 0, seconds)
            if (position, 0) in refuse:
                failures[key] = refuse[position, 0]
                tell({"items": 1, "refused": 1})
                continue
            did = {"items": 1, "refused": 1}
            try:
                with time_limit(seconds):
                    annotations = annotate(article, config, parses.pop(id(article), None))
            except OutOfTime as error:
                failures[key] = ("time_limit", str(error))
            except Exception as error:  # one article's fault must not cost its neighbours
                failures[key] = ("failed", _named(error))
            else:
                batch.add(AnnotatedRecord(key, annotations), len(article.text))
                did = {"items": 1, "documents": 1, "words": n_words}
            tell(did)
    return {"parts": batch.close(), "failures": failures}


def parse_together(articles: Sequence[Article | ArticleText], config: Config) -> dict[int, Parse]:
    """Parse articles at once, within the time that one may take.

    Returns:
        Parses by the `id` of their article; none where it cannot be done, for whatever reason.
    """
    engine = _resources(config.annotate.model_dump_json()).engine
    try:
        with time_limit(config.annotate.seconds_per_document):
            wanted = [a for a in articles if "other_language" not in a.flags]
            items = [(a.text, paragraphs(a.text, a.marks)) for a in wanted]
            return dict(zip(map(id, wanted), engine.parse_many(items), strict=True))
    except (OutOfTime, Exception):  # each is tried by itself, and what fails then is named
        return {}


def annotate(
    article: Article | ArticleText, config: Config, parse: Parse | None = None
) -> Annotations:
    """Annotate one article: paragraphs, parse, sentences, entities, quotes, names.

    Text that is kept though it is in another language is segmented into nothing: it has no rows
    but its document.

    Args:
        article: a cleaned article.
        config: the configuration.
        parse: its parse, where there is one already.
    """
    if "other_language" in article.flags:
        return Annotations(n_tokens=0, sentences=(), mentions=(), quotes=())
    resources = _resources(config.annotate.model_dump_json())
    if parse is None:
        parse = resources.engine.parse(article.text, paragraphs(article.text, article.marks))
    plain = sentences(parse)
    mentions = entities(parse, plain)
    quotes = find_quotes(parse, plain, mentions, resources.lexicon)
    mentions, quotes = resolve(parse, plain, mentions, quotes, resources.gazetteer)
    return Annotations(
        n_tokens=len(parse) - parse.tag.count("_SP"),
        sentences=in_quote(parse, plain),
        mentions=mentions,
        quotes=quotes,
    )


class _Batch:
    """Rows gathered into parts of bounded size."""

    def __init__(self, store: WorkStore, record: type) -> None:
        self.store, self.record = store, record
        self.n_records = 0
        self._rows: list[Any] = []
        self._tables: list[pa.Table] = []
        self._n_rows = self._n_chars = 0
        self._parts: list[str] = []

    def add(self, row: Any, n_chars: int) -> None:
        self._rows.append(row)
        self._n_rows += 1
        self._n_chars += n_chars
        self.n_records += 1
        if len(self._rows) >= TABLE_RECORDS:
            self._settle()
        if self._n_rows >= PART_RECORDS or self._n_chars >= PART_CHARS:
            self._write()

    def close(self) -> list[str]:
        self._write()
        return self._parts

    def _settle(self) -> None:
        self._tables.append(records_to_table(self._rows, self.record))
        self._rows = []

    def _write(self) -> None:
        if self._n_rows:
            self._settle()
            self._parts.append(self.store.write(pa.concat_tables(self._tables)))
            self._tables, self._n_rows, self._n_chars = [], 0, 0


def _cleaned(
    source: Source,
    key: str,
    recurring: frozenset[str],
    config: Config,
    refuse: Mapping[int, tuple[str, str]],
    watch: Callable[[int, float], None],
) -> Iterator[CleanedRecord]:
    """Records of one source, the last one marked; always at least one."""
    previous: CleanedRecord | None = None
    for index, outcome in enumerate(_outcomes(source, recurring, config, refuse, watch)):
        if previous is not None:
            yield previous
        previous = _record(key, index, outcome)
    if previous is None:
        previous = _record(key, 0, refused(source, "empty", "the file holds no article"))
    yield replace(previous, last=True)


def _outcomes(
    source: Source,
    recurring: frozenset[str],
    config: Config,
    refuse: Mapping[int, tuple[str, str]],
    watch: Callable[[int, float], None],
) -> Iterator[Article | Refusal]:
    """What becomes of each record; a source that cannot be read on ends with a refusal."""
    seconds = config.annotate.seconds_per_document
    reading = seconds + source.n_bytes / BYTES_A_SECOND
    if WHOLE_SOURCE in refuse:
        yield refused(source, *refuse[WHOLE_SOURCE])
        return
    reader = read(source, config.read)
    for index in count():
        watch(index, reading)
        try:
            with time_limit(reading):
                raw = next(reader, None)
        except OutOfTime as error:
            yield refused(source, "time_limit", f"reading on: {error}")
            return
        except ConfigError:
            raise
        except Exception as error:  # one source's fault must not cost its neighbours
            yield refused(source, "failed", f"reading on: {_named(error)}")
            return
        if raw is None:
            return
        if isinstance(raw, Refusal):
            yield raw
        elif index in refuse:
            yield _not_cleaned(raw, *refuse[index])
        else:
            watch(index, seconds)
            yield _clean(raw, recurring, config)


def _clean(raw: RawArticle, recurring: frozenset[str], config: Config) -> Article | Refusal:
    fallback = config.read.fallback_encoding
    try:
        with time_limit(config.annotate.seconds_per_document):
            return clean(raw, config.clean, fallback_encoding=fallback, recurring=recurring)
    except OutOfTime as error:
        return _not_cleaned(raw, "time_limit", str(error))
    except Exception as error:  # one article's fault must not cost its neighbours
        return _not_cleaned(raw, "failed", _named(error))


def _named(error: Exception) -> str:
    """What went wrong, in words; some errors, as that memory does not suffice, have no more to say."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _not_cleaned(raw: RawArticle, reason: str, detail: str) -> Refusal:
    return Refusal(
        source_path=raw.source_path,
        reason=reason,
        detail=detail,
        source_locator=raw.source_locator,
        source_format=raw.source_format,
        raw_sha256=raw.raw_sha256,
        raw_n_bytes=raw.raw_n_bytes,
    )


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


def prepare(annotate_config: str) -> None:
    """Load what documents need, ahead of the first: language identifier, model and lexicons.

    Args:
        annotate_config: `AnnotateConfig` as JSON.
    """
    load_identifier()
    _resources(annotate_config)


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
