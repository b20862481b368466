"""A document as tokens in its sentences, each with what covers it: for formats of a token a line.

A release holds no tokens; they are made again by the pipeline that the release names, paragraph
by paragraph as in the build.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.annotate.engine import ModelMissing, load_engine, model_identity
from flows.config import AnnotateConfig
from flows.errors import ModelUnavailable
from flows.export.documents import Rows, documents
from flows.parse import Parse
from flows.publish.manifest import read_manifest
from flows.records import Paragraph

Row = dict[str, Any]


@dataclass(slots=True)
class Token:
    """A token; `head` is its head's number in the sentence, -1 for the root.

    `entities`, `quotes`, `cues` and `speakers` say of which rows it is a part, outermost first,
    and of the first two whether it is the first token of that stretch.
    """

    word: str
    start: int
    end: int
    tag: str
    dep: str
    head: int
    space_after: bool
    entities: list[tuple[bool, Row]] = field(default_factory=list)
    quotes: list[tuple[bool, Row]] = field(default_factory=list)
    cues: list[Row] = field(default_factory=list)
    speakers: list[Row] = field(default_factory=list)


def tokenised(release: Path) -> Iterator[tuple[Row, list[tuple[Row, list[Token]]]]]:
    """Every document of a release, with its sentences and their tokens.

    Documents published without their text are left out.

    Raises:
        ModelUnavailable: the pipeline of the release is not installed, or is another version.
    """
    model = read_manifest(release)["made_from"]["model"]
    try:
        found = model_identity(model["name"])
        if found.sha256 != model["sha256"]:
            raise ModelMissing(
                f"the release was made with {model['name']} {model['version']}, and installed is "
                f"{found.version}; install that version"
            )
        engine = load_engine(AnnotateConfig(model=model["name"]))
    except ModelMissing as error:
        raise ModelUnavailable(str(error)) from error
    for tables in documents(release):
        document = tables["documents"][0]
        if document["text"] is not None:
            parse = engine.parse(document["text"], _paragraphs(document["text"]))
            yield document, list(_sentences(parse, tables))


def _paragraphs(text: str) -> tuple[Paragraph, ...]:
    found, start = [], 0
    for paragraph in text.split("\n\n"):
        if paragraph:
            found.append(Paragraph(start, start + len(paragraph)))
        start += len(paragraph) + 2
    return tuple(found)


def _sentences(parse: Parse, tables: Mapping[str, Rows]) -> Iterator[tuple[Row, list[Token]]]:
    tokens: dict[int, Token] = {}
    made = []
    for sentence in tables["sentences"]:
        here = [i for i in _between(parse, sentence) if parse.tag[i] != "_SP"]
        made.append((sentence, list(_tokens(parse, here))))
        tokens |= dict(zip(here, made[-1][1], strict=True))
    for entity in sorted(tables["entities"], key=lambda e: (e["start"], -e["end"])):
        for i in _between(parse, entity):
            if i in tokens:
                tokens[i].entities.append((parse.start[i] <= entity["start"], entity))
    for quote in sorted(tables["quotes"], key=lambda q: (q["start"], -q["end"])):
        for part in quote["parts"]:
            first = True
            for i in _between(parse, part):
                if i in tokens:
                    tokens[i].quotes.append((first, quote))
                    first = False
        for name in ("cue", "speaker"):
            if quote[f"{name}_start"] is not None:
                span = {"start": quote[f"{name}_start"], "end": quote[f"{name}_end"]}
                for i in _between(parse, span):
                    if i in tokens:
                        getattr(tokens[i], f"{name}s").append(quote)
    return iter(made)


def _between(parse: Parse, span: Mapping[str, Any]) -> range:
    """Numbers of the tokens that overlap a span."""
    return parse.tokens_between(span["start"], span["end"])


def _tokens(parse: Parse, here: list[int]) -> Iterator[Token]:
    """Tokens of one sentence, their heads made one tree: a further root hangs on the first."""
    position = {token: n for n, token in enumerate(here)}
    roots = {i for i in here if parse.head[i] == i or parse.head[i] not in position}
    root = position[min(roots)] if roots else -1
    for n, i in enumerate(here):
        is_root = n == root
        yield Token(
            word=parse.word[i],
            start=parse.start[i],
            end=parse.end[i],
            tag=parse.tag[i],
            dep="root" if is_root else "dep" if i in roots else parse.dep[i],
            head=-1 if is_root else root if i in roots else position[parse.head[i]],
            space_after=i + 1 < len(parse) and parse.start[i + 1] > parse.end[i],
        )
