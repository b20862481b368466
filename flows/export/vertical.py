"""The vertical format of CWB and Sketch Engine: a token a line, structures as tags.

Columns: word, tag, entity (B, I or O with its label), cue and speaker (feature sets of quote ids,
`|` where empty). Structures: doc, p, s and quote; a quote is closed and opened again at the end of
a sentence and where another one nests in it, so regions of one kind never overlap. The registry
beside it is Sketch Engine's; `cwb-encode` takes the same columns and structures as options.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.export.tokens import Token, tokenised

NAME = "onrecord"
VERTICAL = "onrecord.vert"
COLUMNS = ("word", "tag", "entity", "cue", "speaker")
SETS = ("cue", "speaker")
STRUCTURES = {
    "doc": ("id", "title", "publisher", "date", "url"),
    "p": ("n",),
    "s": ("id", "role"),
    "quote": ("id", "kind", "speaker", "speaker_key", "speaker_kind", "cue", "rule"),
}


def export(release: Path, target: Path) -> None:
    """Write a release as `target/onrecord.vert`, and its registry as `target/onrecord`."""
    target.mkdir()
    (target / NAME).write_text(_registry(), encoding="utf-8")
    with (target / VERTICAL).open("w", encoding="utf-8") as file:
        for document, sentences in tokenised(release):
            file.write(_tag("doc", _about(document)))
            paragraph = None
            for sentence, tokens in sentences:
                if sentence["paragraph_index"] != paragraph:
                    if paragraph is not None:
                        file.write("</p>\n")
                    paragraph = sentence["paragraph_index"]
                    file.write(_tag("p", {"n": paragraph}))
                file.write(_tag("s", {"id": sentence["sentence_id"], "role": sentence["role"]}))
                file.writelines(_lines(tokens))
                file.write("</s>\n")
            if paragraph is not None:
                file.write("</p>\n")
            file.write("</doc>\n")


def _lines(tokens: list[Token]) -> Iterator[str]:
    inside: Any = None
    for token in tokens:
        quote = token.quotes[-1][1] if token.quotes else None
        if quote is not inside:
            if inside is not None:
                yield "</quote>\n"
            if quote is not None:
                yield _tag("quote", _said(quote))
            inside = quote
        label = "O"
        if token.entities:
            first, entity = token.entities[0]
            label = f"{'B' if first else 'I'}-{entity['label']}"
        sets = (_set(token.cues), _set(token.speakers))
        yield "\t".join([*map(_escaped, (token.word, token.tag, label)), *sets]) + "\n"
    if inside is not None:
        yield "</quote>\n"


def _about(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": document["doc_id"],
        "title": document["title"],
        "publisher": document["publisher"],
        "date": document["published_date"],
        "url": document["url"],
    }


def _said(quote: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": quote["quote_id"],
        "kind": quote["kind"],
        "speaker": quote["speaker_name"],
        "speaker_key": quote["speaker_key"],
        "speaker_kind": quote["speaker_kind"],
        "cue": quote["cue_lemma"],
        "rule": quote["rule"],
    }


def _set(quotes: list[dict[str, Any]]) -> str:
    return "|" + "".join(f"q{quote['quote_index']}|" for quote in quotes)


def _tag(name: str, attributes: Mapping[str, Any]) -> str:
    shown = {key: "" if value is None else str(value) for key, value in attributes.items()}
    return f"<{name}" + "".join(f' {key}="{_escaped(v)}"' for key, v in shown.items()) + ">\n"


def _escaped(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return " ".join(text.split())


def _registry() -> str:
    lines = [
        f'NAME "{NAME}"',
        'PATH "data"',
        f'VERTICAL "{VERTICAL}"',
        'ENCODING "utf-8"',
        'LANGUAGE "English"',
    ]
    for column in COLUMNS:
        sets = ' {\n    MULTIVALUE yes\n    MULTISEP "|"\n}' if column in SETS else ""
        lines.append(f"ATTRIBUTE {column}{sets}")
    for name, attributes in STRUCTURES.items():
        inside = "\n".join(f"    ATTRIBUTE {attribute}" for attribute in attributes)
        lines.append(f"STRUCTURE {name} {{\n{inside}\n}}")
    return "\n".join(lines) + "\n"
