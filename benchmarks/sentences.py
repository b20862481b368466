"""Sentence spans against gold: the evaluation's, and news read by hand.

usage: python -m benchmarks.sentences EVAL_FOLDER OUT.json
then:  python EVAL_FOLDER/score_sentences.py --gold EVAL_FOLDER/gum_dev/gold.json --pred OUT.json
or:    python -m benchmarks.sentences EVAL_FOLDER --news

`news_sentences.csv` holds the gold of the news: offsets (0-based, half-open, code points of the raw
file) into the five seed articles and 40 articles of `polnear/train` drawn at random, no text of
theirs. Its boundaries were decided by reading, beginning from what the rules give, by this
guideline:

- a paragraph's end is a sentence's end, and headings, datelines on their own line and captions are
  sentences; a dateline before the text of its paragraph belongs to the first sentence;
- the number of a list's item belongs to the item;
- a clause that says whose a quotation is belongs to the quotation's last sentence, also behind "?",
  "!" and a slipped full stop; a quotation of several sentences is several sentences;
- closing marks, references and an ellipsis belong to what they close;
- a headline run into the text behind it is a sentence, also where white space is lost;
- semicolons, colons and dashes end nothing; lower case begins a sentence only behind a clear end.
"""

import csv
import json
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from benchmarks.corpus import Text, texts
from flows.segment.sentences import sentences

GOLD = Path(__file__).with_name("news_sentences.csv")
SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "articles"

Spans = set[tuple[int, int]]


def main(folder: Path, out: Path) -> None:
    predicted = {
        text.name: {"sentences": [list(span) for span in sorted(ours(text))]}
        for text in texts(sorted((folder / "gum_dev" / "raw").glob("*.txt")))
    }
    out.write_text(json.dumps(predicted), encoding="utf-8")


def score_news(folder: Path) -> None:
    """Print precision, recall and F1 of exact spans, ours and the pipeline's own."""
    gold: dict[tuple[str, str], Spans] = defaultdict(set)
    with GOLD.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            gold[row["folder"], row["article"]].add((int(row["start"]), int(row["end"])))
    folders = {"seeds": SEEDS, "polnear": folder / "polnear" / "train" / "text"}
    for name, place in folders.items():
        wanted = {article: spans for (where, article), spans in gold.items() if where == name}
        read = list(texts([place / f"{article}.txt" for article in wanted]))
        n_gold = sum(map(len, wanted.values()))
        for system, spans_of in (("ours", ours), ("pipeline", pipelines)):
            found = [(spans_of(text), wanted[text.name]) for text in read]
            right = sum(len(spans & known) for spans, known in found)
            n_found = sum(len(spans) for spans, _ in found)
            precision, recall = right / n_found, right / n_gold
            f1 = 2 * precision * recall / (precision + recall)
            print(
                f"{name} {system}: P {precision:.1%} R {recall:.1%} F1 {f1:.1%} ({right} right, "
                f"{n_found - right} wrong, {n_gold - right} missed; {len(read)} articles)"
            )


def ours(text: Text) -> Spans:
    return {_raw(text, s.start, s.end) for s in sentences(text.parse)}


def pipelines(text: Text) -> Spans:
    """The sentences that the pipeline gives each paragraph, white space at their edges left out."""
    parse = text.parse
    starts = [i for i, start in enumerate(parse.sent_start) if start]
    spans = set()
    for a, b in pairwise([*starts, len(parse)]):
        own = [i for i in range(a, b) if not parse.word[i].isspace()]
        if own:
            spans.add(_raw(text, parse.start[own[0]], parse.end[own[-1]]))
    return spans


def _raw(text: Text, start: int, end: int) -> tuple[int, int]:
    return text.to_raw(start), text.to_raw(end - 1) + 1


if __name__ == "__main__":
    if sys.argv[2] == "--news":
        score_news(Path(sys.argv[1]))
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
