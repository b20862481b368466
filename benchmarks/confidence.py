"""Calibrate the confidence of each attribution rule on annotated articles.

Usage: python benchmarks/confidence.py EVAL_FOLDER SPLIT [--cache FOLDER] [--write]

A quote is right when a gold attribution shares half of the shorter one's words with it and its
speaker mention covers the gold's head (or both have none). Shares are smoothed towards the share
of all quotes with the weight of ten. With --write the table goes to seeds/lexicons/confidence.tsv,
else to standard output.
"""

import argparse
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

from benchmarks.quotes import parse_all, sentences_of, source_of
from flows.annotate.quotes.confidence import COLUMNS, PATH, group_of
from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes

WEIGHT = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("split")
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.folder / "score_quotes.py")
    documents = scorer.load_gold(str(arguments.folder / "polnear"), arguments.split)
    cache = arguments.cache and arguments.cache / f"{arguments.split}.docbin"
    parses = parse_all({name: document.text for name, document in documents.items()}, cache)
    seen: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    lexicon = load_cues()
    for name, document in documents.items():
        parse = parses[name]
        for quote in find_quotes(parse, sentences_of(parse), (), lexicon):
            content = document.ids([(part.start, part.end) for part in quote.parts])
            if not content or len(content & document.discard) >= 0.5 * len(content):
                continue
            source = source_of(parse.text, quote)
            key = quote.rule, group_of(quote.cue_kind)
            seen[key] += 1
            right[key] += is_right(document, content, document.ids(source))
    base = right.total() / seen.total()
    lines = ["\t".join(COLUMNS)]
    for key in sorted(seen):
        share = (right[key] + WEIGHT * base) / (seen[key] + WEIGHT)
        lines.append("\t".join([*key, str(seen[key]), str(right[key]), f"{share:.2f}"]))
    out = (
        "# Share of each rule's quotes that were right, content and speaker, smoothed; made by\n"
        "# benchmarks/confidence.py.\n" + "\n".join(lines) + "\n"
    )
    if arguments.write:
        PATH.write_text(out, encoding="utf-8")
    else:
        sys.stdout.write(out)


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
