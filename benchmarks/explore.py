"""How fast the explorer answers on a large release.

Makes a synthetic release (ten statements an article, made-up words, Zipf-distributed speakers and
words) and times searches through the web app itself, each once to warm up and then five times.

    python benchmarks/explore.py --quotes 1000000 --folder /tmp/large
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from fastapi.testclient import TestClient

from flows.explore import corpus
from flows.explore.app import create_app
from flows.publish.about import write_about
from flows.publish.manifest import describe_edition, make_manifest, write_manifest
from flows.publish.parquet import TableWriter
from schemas import TABLES
from schemas.arrow import arrow_schema

QUOTES_A_DOCUMENT = 10
BATCH_DOCUMENTS = 5_000
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to")
SEARCHES = {
    "a frequent word": {"words": "baba"},
    "a rare word": {"words": "tototo"},
    "a phrase": {"words": '"baba bace"'},
    "two words, a kind": {"words": "baba dice", "kind": "direct"},
    "a speaker": {"speaker": "Baba"},
    "a publisher and a year": {"publisher": "Gazette 3", "since": "2011", "until": "2011"},
    "a prefix, newest first": {"words": "tosi*", "sort": "newest"},
    "everything": {},
}


def make_release(folder: Path, quotes: int) -> None:
    """Write a release of so many quotes, with spans that hold."""
    folder.mkdir(parents=True)
    writers = {name: TableWriter(folder, name, 1_000_000) for name in TABLES}
    for tables in _batches(quotes // QUOTES_A_DOCUMENT):
        for name, columns in tables.items():
            writers[name].write(_table(name, columns))
    for writer in writers.values():
        writer.close()
    made_from = {"model": {"name": "synthetic", "version": "0"}, "config": {}}
    edition = describe_edition(folder, made_from)
    write_about(folder, edition)
    write_manifest(folder, make_manifest(folder, edition, "synthetic", {"seconds": 0}))


def _batches(documents: int) -> Iterator[dict[str, dict[str, list[Any]]]]:
    random = np.random.default_rng(8)
    words = [a + b for a in SYLLABLES for b in SYLLABLES]
    words += [w + s for w in words for s in SYLLABLES]
    chances = 1 / np.arange(1, len(words) + 1)
    chances /= chances.sum()
    people = [f"{a.title()} {b.title()}" for a in words[:200] for b in words[:25]]
    for first in range(0, documents, BATCH_DOCUMENTS):
        numbers = range(first, min(first + BATCH_DOCUMENTS, documents))
        tables: dict[str, dict[str, list[Any]]] = {name: {} for name in TABLES}
        for number in numbers:
            _document(number, random, words, chances, people, tables)
        yield tables


def _document(
    number: int,
    random: np.random.Generator,
    words: list[str],
    chances: np.ndarray,
    people: list[str],
    tables: dict[str, dict[str, list[Any]]],
) -> None:
    def add(table: str, **values: Any) -> None:
        for key, value in values.items():
            tables[table].setdefault(key, []).append(value)

    doc_id = f"d{number:07d}"
    lengths = random.integers(8, 30, QUOTES_A_DOCUMENT)
    drawn = random.choice(len(words), int(lengths.sum()), p=chances).tolist()
    who = np.minimum(random.zipf(1.3, QUOTES_A_DOCUMENT), len(people)) - 1
    text, at = "", 0
    for i, length in enumerate(lengths.tolist()):
        content, drawn = " ".join(words[w] for w in drawn[:length]), drawn[length:]
        name = people[int(who[i])]
        kind = ("direct", "indirect", "mixed")[i % 3]
        marks = ("“", "”") if kind == "direct" else ("", "")
        sentence = f"{name} said {marks[0]}{content}{marks[1]}."
        start = at + len(name) + 6 + len(marks[0])
        part = {"start": start, "end": start + len(content), "raw_start": None, "raw_end": None}
        key = "person:" + name.lower().replace(" ", "-")
        add(
            "sentences",
            sentence_id=f"{doc_id}.s{i}",
            doc_id=doc_id,
            sentence_index=i,
            paragraph_index=i,
            role="body",
            start=at,
            end=at + len(sentence),
            text=sentence,
            n_tokens=length + 3,
            in_quote="partial",
        )
        add(
            "entities",
            entity_id=f"{doc_id}.e{i}",
            doc_id=doc_id,
            sentence_id=f"{doc_id}.s{i}",
            entity_index=i,
            start=at,
            end=at + len(name),
            text=name,
            label="PERSON",
            label_source="model",
            mention_type="name",
            canonical_name=name,
            entity_key=key,
        )
        add(
            "quotes",
            quote_id=f"{doc_id}.q{i}",
            doc_id=doc_id,
            quote_index=i,
            sentence_id=f"{doc_id}.s{i}",
            last_sentence_id=f"{doc_id}.s{i}",
            kind=kind,
            parts=[part | {"quoted": kind == "direct"}],
            start=start,
            end=start + len(content),
            text=content,
            content=content,
            cue_text="said",
            cue_lemma="say",
            cue_kind="say",
            cue_start=at + len(name) + 1,
            cue_end=at + len(name) + 5,
            speaker_text=name,
            speaker_start=at,
            speaker_end=at + len(name),
            speaker_entity_id=f"{doc_id}.e{i}",
            speaker_name=name,
            speaker_key=key,
            speaker_kind="person",
            speaker_method="name",
            rule="speaker_cue_quote",
            confidence=0.9,
        )
        text += sentence + "\n\n"
        at = len(text)
    text = text.removesuffix("\n\n")
    undated = number % 20 == 0
    add(
        "documents",
        doc_id=doc_id,
        source_path=f"{doc_id}.txt",
        source_format="text",
        raw_sha256="0" * 64,
        text_sha256="0" * 64,
        encoding="utf-8",
        encoding_method="utf-8",
        title=f"Article {number} on {words[number % len(words)]}",
        title_method="metadata",
        publisher=None if number % 25 == 0 else f"Gazette {number % 12}",
        published_date=None if undated else date(2008, 1, 1) + timedelta(days=number * 7 % 4000),
        published_precision=None if undated else "day",
        lang="en",
        text=text,
        n_chars=len(text),
        n_words=int(lengths.sum()),
        n_quotes=QUOTES_A_DOCUMENT,
        text_included=True,
    )
    add(
        "inputs",
        input_id=f"{doc_id}.txt",
        source_path=f"{doc_id}.txt",
        outcome="accepted",
        doc_id=doc_id,
    )


def _table(name: str, columns: dict[str, list[Any]]) -> pa.Table:
    schema = arrow_schema(TABLES[name])
    rows = len(next(iter(columns.values()))) if columns else 0
    arrays = []
    for field in schema:
        default = None if field.nullable else _zero(field.type)
        arrays.append(pa.array(columns.get(field.name, [default] * rows), type=field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _zero(kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return []
    return {"int64": 0, "double": 0.0, "bool": False}.get(str(kind), "")


def measure(release: Path) -> None:
    """Print the seconds of every search."""
    # Matches are not kept, so that every search is one.
    corpus.KEPT_SEARCHES = 0
    began = time.perf_counter()
    client = TestClient(create_app(release), base_url="http://127.0.0.1")
    print(f"open: {time.perf_counter() - began:.2f} s")
    pages = {f"search: {name}": ("/", given) for name, given in SEARCHES.items()}
    pages |= {
        "document": ("/document", {"id": "d0000031"}),
        "speaker": ("/speaker", {"key": "person:baba-bace"}),
        "quote": ("/quote", {"id": "d0000031.q3"}),
    }
    for name, (path, given) in pages.items():
        seconds, busy = [], []
        for _ in range(6):
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(path, params=given)
            seconds.append(time.perf_counter() - began)
            busy.append(time.process_time() - worked)
            answer.raise_for_status()
        median, worst = statistics.median(seconds[1:]), max(seconds[1:])
        cpu = statistics.median(busy[1:])
        print(
            f"{name}: median {median * 1000:.0f} ms, worst {worst * 1000:.0f} ms, "
            f"processor time of all cores {cpu * 1000:.0f} ms"
        )


def main() -> None:
    """Make the release where it is not there yet, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, required=True, help="where the release goes")
    given = parser.parse_args()
    if not given.folder.exists():
        make_release(given.folder, given.quotes)
    measure(given.folder)


if __name__ == "__main__":
    main()
