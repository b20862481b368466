"""Duplicates injected into documents that have none: recall, precision, time, memory.

    python benchmarks/duplicates.py [--documents 10000] [--threshold 0.7] [--seed 1]

Documents are made of words drawn by Zipf's law, of 80 to 1,200 words, with common paragraphs in a
tenth of them, as agencies' background paragraphs are. Injected are exact copies, copies with a
share of their words changed, copies with a paragraph more or less, and excerpts.
"""

import argparse
import hashlib
import random
import resource
import sqlite3
import tempfile
import time
from collections import Counter
from dataclasses import fields

from flows.clean.duplicates import Duplicate, find_duplicates, sketch

VOCABULARY = 50_000
CASES = (
    "exact",
    "edit 1%",
    "edit 2%",
    "edit 5%",
    "paragraph added",
    "paragraph cut",
    "excerpt half",
    "excerpt quarter",
    "excerpt 60 words",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    texts, injected = corpus(args.documents, random.Random(args.seed))
    start = time.process_time()
    sketches = {doc_id: sketch(text) for doc_id, text in texts.items()}
    sketched = time.process_time() - start
    items = [
        (doc_id, hashlib.sha256(t.encode()).hexdigest(), sketches[doc_id], len(t.split()))
        for doc_id, t in texts.items()
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    found = find(items, args.threshold)
    searched = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pairs = {frozenset((copy, source)) for copy, (source, _) in injected.items()}
    hits: Counter[str] = Counter()
    for copy, (source, case) in injected.items():
        same = copy in found and source in found
        hits[case] += same and found[copy].dup_group_id == found[source].dup_group_id
    totals = Counter(case for _, case in injected.values())
    linked = [(i, d.dup_of_doc_id) for i, d in found.items() if d.dup_of_doc_id]
    right = sum(frozenset(link) in pairs for link in linked)
    n_words = sum(item[3] for item in items)
    print(f"{len(texts)} documents, {n_words} words, {len(injected)} injected")
    for case in CASES:
        print(f"  recall, {case:18} {hits[case] / totals[case]:7.1%} of {totals[case]}")
    print(f"recall     {hits.total() / totals.total():.1%}")
    print(f"precision  {right / max(1, len(linked)):.2%} of {len(linked)} links")
    print(f"sketches   {sum(map(len, sketches.values())) / len(texts):.0f} bytes a document")
    print(f"sketching  {sketched:.1f} s CPU, {n_words / sketched:,.0f} words/s")
    print(f"finding    {searched:.1f} s CPU, {(peak - before) / 1024:.0f} MiB more at the peak")


def find(items: list[tuple[str, str, bytes, int]], threshold: float) -> dict[str, Duplicate]:
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(f"{folder}/texts.sqlite")
        database.execute("create table texts (doc_id, text_sha256, sketch, n_words)")
        database.executemany("insert into texts values (?, ?, ?, ?)", items)
        find_duplicates(database, threshold)
        columns = ", ".join(field.name for field in fields(Duplicate))
        rows = database.execute(f"select doc_id, {columns} from duplicates")
        return {doc_id: Duplicate(*duplicate) for doc_id, *duplicate in rows}


def corpus(n: int, rng: random.Random) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Documents by id, and for each injected one its source and its case."""
    words = [f"w{i}" for i in range(VOCABULARY)]
    weights = [1 / (i + 5) for i in range(VOCABULARY)]
    background = [rng.choices(words, weights, k=40) for _ in range(20)]
    documents = {}
    for i in range(n):
        text = rng.choices(words, weights, k=rng.randint(80, 1200))
        if i % 10 == 0:
            text += rng.choice(background)
        documents[f"d{i:06}"] = text
    injected = {}
    for number, source in enumerate(rng.sample(sorted(documents), n // 10)):
        case = CASES[number % len(CASES)]
        # Ids on both sides of the source's, so that order is no help.
        copy = f"{'az'[number % 2]}{number:06}"
        injected[copy] = (source, case)
        documents[copy] = change(documents[source], case, words, rng)
    return {doc_id: " ".join(text) for doc_id, text in documents.items()}, injected


def change(text: list[str], case: str, words: list[str], rng: random.Random) -> list[str]:
    kind, _, amount = case.partition(" ")
    if kind == "edit":
        share = float(amount.rstrip("%")) / 100
        return [rng.choice(words) if rng.random() < share else word for word in text]
    if case == "paragraph added":
        return text + rng.choices(words, k=len(text) // 8)
    if case == "paragraph cut":
        return text[: -max(1, len(text) // 8)]
    if kind == "excerpt":
        size = {"half": len(text) // 2, "quarter": len(text) // 4}.get(amount, 60)
        start = rng.randrange(len(text) - size + 1)
        return text[start : start + size]
    return list(text)


if __name__ == "__main__":
    main()
