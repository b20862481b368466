"""Speaker names and clusters of people for the evaluation's scorer.

usage: python -m benchmarks.names EVAL_FOLDER OUT.jsonl [--found]
then:  python EVAL_FOLDER/score_names.py --speakers EVAL_FOLDER/speakers_dev.jsonl
           --people EVAL_FOLDER/people_dev.jsonl --pred OUT.jsonl

The quotes are the evaluation's own (content and source), so the figures are those of names given
the right mention; with `--found` they are those the pipeline finds itself.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import Text, texts
from flows.annotate.entities import entities
from flows.annotate.names.resolve import resolve
from flows.annotate.quotes.cues import CueLexicon, load_cues
from flows.annotate.quotes.find import find_quotes
from flows.records import Part, Quote
from flows.segment.sentences import sentences


def main(folder: Path, out: Path, found: bool) -> None:
    lexicon = load_cues() if found else None
    gold: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (folder / "speakers_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold[row["doc"]].append(row)
    people = [
        json.loads(line)["doc"]
        for line in (folder / "people_dev.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    files = [folder / "polnear" / "dev" / "text" / f"{doc}.txt" for doc in sorted({*gold, *people})]
    with out.open("w", encoding="utf-8") as file:
        for text in texts(files):
            file.write(json.dumps(_predicted(text, gold[text.name], lexicon)) + "\n")


def _predicted(
    text: Text, rows: list[dict[str, Any]], lexicon: CueLexicon | None
) -> dict[str, Any]:
    parts = sentences(text.parse)
    plain = entities(text.parse, parts)
    quotes: Sequence[Quote] = [_quote(text, i, row) for i, row in enumerate(rows)]
    if lexicon is not None:
        quotes = find_quotes(text.parse, parts, plain, lexicon)
    mentions, named = resolve(text.parse, parts, plain, quotes)
    people: dict[int, list[list[int]]] = defaultdict(list)
    names: dict[int, str | None] = {}
    for m in mentions:
        if m.label == "PERSON" and m.mention_type == "name" and m.cluster_index is not None:
            people[m.cluster_index].append(_raw(text, m.start, m.end))
            names[m.cluster_index] = m.canonical_name
    return {
        "doc": text.name,
        "quotes": [
            {
                "content": [_raw(text, p.start, p.end) for p in q.parts],
                "source": None
                if q.speaker_start is None or q.speaker_end is None
                else [_raw(text, q.speaker_start, q.speaker_end)],
                "speaker_name": q.speaker_name,
            }
            for q in named
        ],
        "people": [{"name": names[c], "mentions": spans} for c, spans in people.items()],
    }


def _raw(text: Text, start: int, end: int) -> list[int]:
    return [text.to_raw(start), text.to_raw(end - 1) + 1]


def _quote(text: Text, index: int, row: dict[str, Any]) -> Quote:
    content = [Part(text.from_raw(s), text.from_raw(e - 1) + 1, True) for s, e in row["content"]]
    source = row["source"]
    return Quote(
        quote_index=index,
        sentence_index=0,
        last_sentence_index=0,
        kind="direct",
        parts=tuple(content),
        cue_kind="say",
        rule="evaluation",
        confidence=1.0,
        speaker_start=text.from_raw(source[0][0]) if source else None,
        speaker_end=text.from_raw(source[-1][1] - 1) + 1 if source else None,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "--found" in sys.argv)
