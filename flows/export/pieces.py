"""A text cut into pieces that each carry what covers them, for others to mark up.

Sentences, quotes, cues, speakers and entities overlap freely; a piece is a stretch in which none
of them starts or ends. Nothing here makes markup: whoever does escapes every piece.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph.

    Attributes:
        text: its words.
        quotes: the quotes whose content it belongs to, outermost first.
        cue: the quote it is the cue of.
        speaker: the quote whose speaker it names.
        entities: the entities it belongs to, outermost first.
        sentence: the sentence it belongs to; None for white space between two.
        starts: indices of the quotes that start here.
        removed: the row of `removals` it is; it then is no part of the text.
    """

    text: str
    quotes: tuple[Row, ...] = ()
    cue: Row | None = None
    speaker: Row | None = None
    entities: tuple[Row, ...] = ()
    sentence: Row | None = None
    starts: tuple[int, ...] = ()
    removed: Row | None = None


@dataclass(slots=True)
class Paragraph:
    """A paragraph: its role, and its pieces in order."""

    role: str
    start: int
    end: int
    pieces: list[Piece] = field(default_factory=list)


def lay_out(tables: Mapping[str, Sequence[Row]]) -> list[Paragraph]:
    """Cut the text of a document into paragraphs and pieces.

    Args:
        tables: rows of one document: `documents`, `sentences`, `quotes`, `entities`, `removals`.

    Returns:
        The paragraphs in order, removed text as paragraphs or pieces where it stood; none for a
        document published without its text.
    """
    text = tables["documents"][0]["text"]
    if text is None:
        return []
    layers = _layers(tables)
    removals = sorted(tables["removals"], key=lambda row: row["text_offset"])
    paragraphs = _paragraphs(text, {s["start"]: s["role"] for s in tables["sentences"]})
    spans = iter(sorted(layers, key=lambda span: span[0]))
    waiting = next(spans, None)
    active: list[tuple[int, int, str, Row]] = []
    gone = 0
    for paragraph in paragraphs:
        while waiting and waiting[0] < paragraph.end:
            active.append(waiting)
            waiting = next(spans, None)
        here = []
        while gone < len(removals) and removals[gone]["text_offset"] <= paragraph.end:
            here.append(removals[gone])
            gone += 1
        paragraph.pieces = list(_pieces(text, paragraph, active, here))
        active = [span for span in active if span[1] > paragraph.end]
    if gone < len(removals):
        paragraphs.append(Paragraph("body", len(text), len(text)))
        paragraphs[-1].pieces = [_removed(row) for row in removals[gone:]]
    return paragraphs


def _layers(tables: Mapping[str, Sequence[Row]]) -> list[tuple[int, int, str, Row]]:
    layers = [
        (part["start"], part["end"], "quote", quote)
        for quote in tables["quotes"]
        for part in quote["parts"]
    ]
    for quote in tables["quotes"]:
        for name in ("cue", "speaker"):
            if quote[f"{name}_start"] is not None:
                layers.append((quote[f"{name}_start"], quote[f"{name}_end"], name, quote))
    for table, name in (("entities", "entity"), ("sentences", "sentence")):
        layers += [(row["start"], row["end"], name, row) for row in tables[table]]
    return layers


def _paragraphs(text: str, roles: Mapping[int, str]) -> list[Paragraph]:
    found, start = [], 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        found.append(Paragraph(roles.get(start, "body"), start, end))
        start = end + 2
    return found


def _pieces(
    text: str,
    paragraph: Paragraph,
    spans: Sequence[tuple[int, int, str, Row]],
    removals: Sequence[Row],
) -> Iterator[Piece]:
    cuts = {paragraph.start, paragraph.end}
    for start, end, _, _ in spans:
        cuts |= {start, end}
    cuts |= {row["text_offset"] for row in removals}
    inside = sorted(c for c in cuts if paragraph.start <= c <= paragraph.end)
    opening = sorted(spans, key=lambda span: span[0])
    active: list[tuple[int, int, str, Row]] = []
    opened = gone = 0
    for start, end in zip(inside, [*inside[1:], inside[-1]], strict=True):
        while gone < len(removals) and removals[gone]["text_offset"] <= start:
            yield _removed(removals[gone])
            gone += 1
        active = [span for span in active if span[1] > start]
        while opened < len(opening) and opening[opened][0] <= start:
            if opening[opened][1] > start:
                active.append(opening[opened])
            opened += 1
        if end > start:
            yield _piece(text[start:end], start, active)


def _piece(text: str, at: int, active: Sequence[tuple[int, int, str, Row]]) -> Piece:
    # Of several that cover a piece the shortest is the most telling; quotes and entities are all kept.
    by_length = sorted(active, key=lambda span: span[0] - span[1])
    innermost = {name: row for _, _, name, row in by_length}
    quotes = tuple(row for _, _, name, row in by_length if name == "quote")
    return Piece(
        text=text,
        quotes=quotes,
        cue=innermost.get("cue"),
        speaker=innermost.get("speaker"),
        entities=tuple(row for _, _, name, row in by_length if name == "entity"),
        sentence=innermost.get("sentence"),
        starts=tuple(row["quote_index"] for row in quotes if row["start"] == at),
    )


def _removed(row: Row) -> Piece:
    return Piece(text=row["text"] or "", removed=row)
