"""Sentence spans for the evaluation's scorer.

usage: python -m benchmarks.sentences EVAL_FOLDER OUT.json
then:  python EVAL_FOLDER/score_sentences.py --gold EVAL_FOLDER/gum_dev/gold.json --pred OUT.json
"""

import json
import sys
from pathlib import Path

from benchmarks.corpus import texts
from flows.segment.sentences import sentences


def main(folder: Path, out: Path) -> None:
    predicted = {
        text.name: {
            "sentences": [
                [text.to_raw(s.start), text.to_raw(s.end - 1) + 1] for s in sentences(text.parse)
            ]
        }
        for text in texts(sorted((folder / "gum_dev" / "raw").glob("*.txt")))
    }
    out.write_text(json.dumps(predicted), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
