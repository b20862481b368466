"""Calibrate the confidence of each attribution rule on annotated articles.

Usage: python benchmarks/confidence.py EVAL_FOLDER SPLIT [--cache FOLDER] [--write | --check]

A quote is right when a gold attribution shares half of the shorter one's words with it and its
speaker mention covers the gold's head (or both have none). Shares are smoothed towards the share
of all quotes with the weight of ten. With --write the table goes to seeds/lexicons/confidence.tsv,
else to standard output. With --check the table that is there is held against the split: the Brier
score (Brier 1950), and by band of confidence how many quotes are right.
"""

import argparse
import importlib.util
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from benchmarks.quotes import parse_all, sentences_of, source_of
from flows.annotate.quotes.confidence import COLUMNS, PATH, UNKNOWN, group_of, load_confidence
from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes

WEIGHT = 10
BANDS = (0.0, 0.6, 0.7, 0.8, 0.9, 1.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("split")
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    quotes = judged(arguments.folder, arguments.split, arguments.cache)
    if arguments.check:
        sys.stdout.write(check(quotes))
        return
    table = calibrate(quotes)
    if arguments.write:
        PATH.write_text(table, encoding="utf-8")
    else:
        sys.stdout.write(table)


def judged(folder: Path, split: str, cache: Path | None) -> list[tuple[tuple[str, str], bool]]:
    """Rule and kind of every quote found in a split, and whether it is right."""
    scorer = load_scorer(folder / "score_quotes.py")
    documents = scorer.load_gold(str(folder / "polnear"), split)
    parses = parse_all(
        {name: document.text for name, document in documents.items()},
        cache and cache / f"{split}.docbin",
    )
    found = []
    lexicon = load_cues()
    for name, document in documents.items():
        parse = parses[name]
        for quote in find_quotes(parse, sentences_of(parse), (), lexicon):
            content = document.ids([(part.start, part.end) for part in quote.parts])
            if not content or len(content & document.discard) >= 0.5 * len(content):
                continue
            source = source_of(parse.text, quote)
            key = quote.rule, group_of(quote.cue_kind)
            found.append((key, is_right(document, content, document.ids(source))))
    return found


def calibrate(quotes: Sequence[tuple[tuple[str, str], bool]]) -> str:
    """The table: share right by rule and kind, smoothed."""
    seen = Counter(key for key, _ in quotes)
    right = Counter(key for key, is_so in quotes if is_so)
    base = right.total() / seen.total()
    lines = ["\t".join(COLUMNS)]
    for key in sorted(seen):
        share = (right[key] + WEIGHT * base) / (seen[key] + WEIGHT)
        lines.append("\t".join([*key, str(seen[key]), str(right[key]), f"{share:.2f}"]))
    return (
        "# Share of each rule's quotes that were right, content and speaker, smoothed; made by\n"
        "# benchmarks/confidence.py.\n" + "\n".join(lines) + "\n"
    )


def check(quotes: Sequence[tuple[tuple[str, str], bool]]) -> str:
    """How the table that is there does on quotes it may not have been made from."""
    table = load_confidence()
    pairs = [(table.get(key, UNKNOWN), is_so) for key, is_so in quotes]
    brier = sum((said - is_so) ** 2 for said, is_so in pairs) / len(pairs)
    lines = [f"quotes {len(pairs)}, Brier score {brier:.4f}"]
    for low, high in pairwise(BANDS):
        band = [(said, is_so) for said, is_so in pairs if low <= said < high]
        if band:
            said = sum(said for said, _ in band) / len(band)
            share = sum(is_so for _, is_so in band) / len(band)
            lines.append(
                f"{low:.1f} to {high:.1f}: {len(band)} quotes, {said:.2f} said, {share:.2f} right"
            )
    return "\n".join(lines) + "\n"


def load_scorer(path: Path) -> ModuleType:
    """The scorer is a script beside the data; its own reading of the gold is used."""
    spec = importlib.util.spec_from_file_location("score_quotes", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_right(document: object, content: frozenset[int], source: frozenset[int]) -> bool:
    best = max(
        document.gold,  # type: ignore[attr-defined]
        key=lambda gold: len(gold["content"] & content),
        default=None,
    )
    if best is None:
        return False
    shared = len(best["content"] & content)
    if shared == 0 or shared < 0.5 * min(len(best["content"]), len(content)):
        return False
    return bool(best["heads"] & source) if best["heads"] else not source


if __name__ == "__main__":
    main()
