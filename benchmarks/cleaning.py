"""What cleaning costs beside annotating: words a second of each, and cleaning's share of both.

    python benchmarks/cleaning.py FOLDER [--articles 200] [--turns 5]

FOLDER is anything `onrecord build` reads. Cleaning is what a build does with an article before
annotating it: cleaning, the sketch for duplicates, the digests for paragraphs that recur. (A build
cleans an article twice where it holds paragraphs that recur.) Both are measured in turns, in
processor time, so that other work on the machine slows both; medians of the turns are printed as
JSON.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from flows.clean.clean import clean
from flows.clean.duplicates import sketch
from flows.clean.recurring import paragraph_digests
from flows.config import Config
from flows.read.read import read
from flows.read.scan import scan
from flows.records import Article, RawArticle, Refusal
from flows.shards import annotate, parse_together

# Articles parsed together, as in a build.
GROUP = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--turns", type=int, default=5)
    args = parser.parse_args()
    config = Config()
    raws = list(islice(articles_of(args.folder, config), args.articles))
    articles = [a for raw in raws if isinstance(a := clean(raw, config.clean), Article)]
    n_words = sum(len(article.text.split()) for article in articles)
    steps: dict[str, Callable[[], Any]] = {
        "clean": lambda: [clean(raw, config.clean) for raw in raws],
        "sketch": lambda: [sketch(article.text) for article in articles],
        "digests": lambda: [list(paragraph_digests(article)) for article in articles],
        "annotate": lambda: annotate_all(articles, config),
    }
    annotate_all(articles[:2], config)
    seconds = [{name: _seconds(step) for name, step in steps.items()} for _ in range(args.turns)]
    shares = [1 - turn["annotate"] / sum(turn.values()) for turn in seconds]
    speeds = {
        name: round(n_words / statistics.median(turn[name] for turn in seconds)) for name in steps
    }
    print(
        json.dumps(
            {
                "articles": len(articles),
                "words": n_words,
                "words_per_second": speeds,
                "share_of_cleaning": round(statistics.median(shares), 4),
            },
            indent=2,
        )
    )


def articles_of(folder: str, config: Config) -> Iterator[RawArticle]:
    """Articles of a file or folder, read and not yet cleaned."""
    for source in scan([folder], config.read):
        if not isinstance(source, Refusal):
            yield from (raw for raw in read(source, config.read) if isinstance(raw, RawArticle))


def annotate_all(articles: list[Article], config: Config) -> None:
    """Annotate articles as a worker does, some at a time."""
    for first in range(0, len(articles), GROUP):
        group = articles[first : first + GROUP]
        parses = parse_together(group, config)
        for article in group:
            annotate(article, config, parses.get(id(article)))


def _seconds(step: Callable[[], Any]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


if __name__ == "__main__":
    main()
