"""The engine against stock spaCy: words per second, and whether the annotations are the same.

    python benchmarks/engine.py FOLDER [--model NAME] [--rounds N] [--articles N] [--turn N]

FOLDER holds plain-text articles, paragraphs parted by blank lines. All sides run in this process
and take turns, some articles at a time, so that whatever else the machine does weighs on all; what
counts is the ratio of a turn, not the words per second. Stock is `spacy.load(model).pipe(texts)`, whole articles, all defaults. The
annotations are compared with stock components' on the same paragraphs. Prints one JSON object.
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from flows.annotate.engine import load_engine, model_identity
from flows.config import AnnotateConfig
from flows.parse import Parse, join_docs
from flows.records import Paragraph

CLOCKS = ("wall", "processor")
BLANK_LINES = re.compile(r"\n\s*\n")
Article = tuple[str, list[Paragraph]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default=AnnotateConfig().model)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, default=120, help="articles of a round")
    parser.add_argument("--turn", type=int, default=20, help="articles of a turn")
    options = parser.parse_args(arguments)
    articles = [article(path) for path in sorted(options.folder.glob("*.txt"))[: options.articles]]
    print(json.dumps(measure(articles, options.model, options.rounds, options.turn), indent=2))
    return 0


def article(path: Path) -> Article:
    """Text of a file and its paragraphs."""
    text = path.read_text(encoding="utf-8")
    paragraphs, start = [], 0
    for end, following in [(m.start(), m.end()) for m in BLANK_LINES.finditer(text)] + [
        (len(text), len(text))
    ]:
        if end > start:
            paragraphs.append(Paragraph(start, end))
        start = following
    return text, paragraphs


def measure(articles: Sequence[Article], model: str, rounds: int, turn: int) -> dict[str, Any]:
    """Time the sides in turns, after a round that warms them up, and compare what they find."""
    nlp = spacy.load(model)
    engine = load_engine(AnnotateConfig(model=model))
    sides: dict[str, Callable[[Sequence[Article]], Any]] = {
        "stock": lambda some: list(nlp.pipe(text for text, _ in some)),
        "engine": lambda some: list(engine.parse_many(some)),
        "engine, article by article": lambda some: [engine.parse(*one) for one in some],
    }
    turns = [articles[i : i + turn] for i in range(0, len(articles), turn)]
    speeds: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    order = list(sides)
    for number in range(rounds + 1):
        for some in turns:
            order = order[1:] + order[:1]
            for side in order:
                speed = words_per_second(partial(sides[side], some), some)
                if number:
                    speeds[side].append(speed)
    return {
        "model": asdict(model_identity(model)),
        "spacy": spacy.__version__,
        "rebuilt": engine.is_rebuilt,
        "articles": len(articles),
        "words": sum(len(text.split()) for text, _ in articles),
        "turns": rounds * len(turns),
        "words_per_second": {
            side: {kind: summary([pair[i] for pair in pairs]) for i, kind in enumerate(CLOCKS)}
            for side, pairs in speeds.items()
        },
        "ratio_to_stock": {
            side: {
                kind: summary([a[i] / b[i] for a, b in zip(pairs, speeds["stock"], strict=True)])
                for i, kind in enumerate(CLOCKS)
            }
            for side, pairs in speeds.items()
            if side != "stock"
        },
        "same_annotations": compare(articles, nlp, list(engine.parse_many(articles))),
    }


def words_per_second(run: Callable[[], Any], articles: Sequence[Article]) -> tuple[float, float]:
    """Speed by the clock on the wall and by the processor time of this process."""
    words = sum(len(text.split()) for text, _ in articles)
    wall, processor = time.perf_counter(), time.process_time()
    run()
    return words / (time.perf_counter() - wall), words / (time.process_time() - processor)


def compare(articles: Sequence[Article], nlp: Language, parses: Sequence[Parse]) -> dict[str, Any]:
    """Count the tokens on which the engine and stock components differ, paragraph by paragraph."""
    differing: Counter[str] = Counter()
    tokens = 0
    places: list[str] = []
    for number, ((text, paragraphs), ours) in enumerate(zip(articles, parses, strict=True)):
        docs = [nlp(text[p.start : p.end]) for p in paragraphs]
        theirs = join_docs(text, paragraphs, docs)
        tokens += len(theirs)
        if ours.start != theirs.start or ours.end != theirs.end:
            differing["any"] += len(theirs)
            differing["tokens"] += len(theirs)
            continue
        odd = _differing_tokens(ours, theirs)
        for kind, numbers in odd.items():
            differing[kind] += len(numbers)
        union = sorted(set().union(*odd.values()))
        differing["any"] += len(union)
        places += [f"article {number}, token {i}: {ours.word[i]!r}" for i in union[:3]]
    return {"tokens": tokens, "differing": dict(differing), "first_places": places[:10]}


def _differing_tokens(ours: Parse, theirs: Parse) -> dict[str, set[int]]:
    odd = {
        kind: {
            i
            for i, (a, b) in enumerate(zip(getattr(ours, kind), getattr(theirs, kind), strict=True))
            if a != b
        }
        for kind in ("tag", "dep", "head", "sent_start")
    }
    entities = set(ours.entities) ^ set(theirs.entities)
    odd["entities"] = {i for start, end, _ in entities for i in range(start, end)}
    return odd


def summary(values: Sequence[float]) -> dict[str, Any]:
    """Median and quartiles."""
    low, median, high = statistics.quantiles(values, n=4)
    return {"median": round(median, 2), "quartiles": [round(low, 2), round(high, 2)]}


if __name__ == "__main__":
    sys.exit(main())
