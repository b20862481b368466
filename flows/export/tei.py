"""TEI P5: a file an article, its statements marked where they stand.

A statement is a `<said>` with an `xml:id`; where a cue, a sentence or another statement cuts it, its
further stretches point back by `corresp`. `who` points to the speaker in the header, `ana` to the
kind and the rule. Cues are
`<seg type="cue">`, mentions of speakers `<rs type="speaker">`, entities `<persName>`, `<orgName>`,
`<placeName>` or `<name>`; what cleaning removed is a `<gap>`. Text outside the gaps is the
article's text, character for character, paragraphs apart.
https://tei-c.org/release/doc/tei-p5-doc/en/html/ref-said.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from flows.export.documents import Rows, documents
from flows.export.pieces import Paragraph, Piece, lay_out
from schemas.vocabulary import QUOTE_KINDS

NAMESPACE = "http://www.tei-c.org/ns/1.0"
ENTITIES = {"PERSON": "persName", "ORG": "orgName", "GPE": "placeName", "LOC": "placeName"}
# Characters that XML 1.0 cannot carry, not even escaped; U+FFFD stands for each.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class Element:
    """An element around a piece; two with one key are the same, carried on."""

    key: tuple[str, int]
    name: str
    attributes: Mapping[str, str]


def export(release: Path, target: Path) -> None:
    """Write every article of a release as a file of the folder `target`, named by its id."""
    target.mkdir()
    for number, tables in enumerate(documents(release)):
        # Ids may be addresses: cut and numbered, so that each is a file name of its own.
        name = percent(tables["documents"][0]["doc_id"], safe="")[:MAX_NAME]
        with (target / f"{number:06d}-{name}.xml").open("w", encoding="utf-8") as file:
            xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
            xml.startDocument()
            _write(xml, tables)
            xml.endDocument()


def _write(xml: XMLGenerator, tables: dict[str, Rows]) -> None:
    speakers = _speakers(tables["quotes"])
    xml.startElement("TEI", AttributesImpl({"xmlns": NAMESPACE, "xml:lang": "en"}))
    _header(xml, tables["documents"][0], speakers, sorted({q["rule"] for q in tables["quotes"]}))
    for name in ("text", "body"):
        xml.startElement(name, AttributesImpl({}))
    begun: set[int] = set()
    # A body without a paragraph is no TEI.
    for paragraph in lay_out(tables) or [Paragraph("body", 0, 0)]:
        xml.startElement("p", AttributesImpl({"n": paragraph.role}))
        stack: list[Element] = []
        for piece in paragraph.pieces:
            _move(xml, stack, list(_elements(piece, speakers)), begun)
            if piece.removed:
                gap = {"reason": piece.removed["rule"], "unit": "chars"}
                xml.startElement(
                    "gap", AttributesImpl(_clean(gap | {"quantity": str(len(piece.text))}))
                )
                xml.endElement("gap")
            else:
                xml.characters(_clean_text(piece.text))
        _move(xml, stack, [], begun)
        xml.endElement("p")
    for name in ("body", "text", "TEI"):
        xml.endElement(name)


def _move(xml: XMLGenerator, stack: list[Element], wanted: list[Element], begun: set[int]) -> None:
    """Close what ends here and open what starts; what goes on stays open."""
    same = 0
    while same < min(len(stack), len(wanted)) and stack[same].key == wanted[same].key:
        same += 1
    while len(stack) > same:
        xml.endElement(stack.pop().name)
    for element in wanted[same:]:
        attributes = dict(element.attributes)
        if element.name == "said":
            number = element.key[1]
            attributes |= (
                {"corresp": f"#q{number}"} if number in begun else {"xml:id": f"q{number}"}
            )
            begun.add(number)
        xml.startElement(element.name, AttributesImpl(_clean(attributes)))
        stack.append(element)


def _elements(piece: Piece, speakers: Mapping[str, str]) -> Iterator[Element]:
    """The elements around a piece, outermost first."""
    if piece.sentence:
        number = piece.sentence["sentence_index"]
        yield Element(("s", number), "s", {"n": str(number)})
    for quote in piece.quotes:
        said = {"direct": "true" if quote["kind"] == "direct" else "false"}
        said["ana"] = f"#kind.{quote['kind']} #rule.{quote['rule']}"
        if quote["speaker_name"]:
            said["who"] = f"#{speakers[quote['speaker_name']]}"
        yield Element(("said", quote["quote_index"]), "said", said)
    if piece.speaker:
        number = piece.speaker["quote_index"]
        yield Element(("rs", number), "rs", {"type": "speaker", "corresp": f"#q{number}"})
    if piece.cue:
        number = piece.cue["quote_index"]
        yield Element(("seg", number), "seg", {"type": "cue", "corresp": f"#q{number}"})
    for entity in piece.entities:
        name = ENTITIES.get(entity["label"], "name")
        named = {"type": entity["label"], "n": str(entity["entity_index"])}
        named |= {"key": entity["entity_key"]} if entity["entity_key"] else {}
        yield Element(("entity", entity["entity_index"]), name, named)


def _header(
    xml: XMLGenerator, document: dict[str, Any], speakers: dict[str, str], rules: list[str]
) -> None:
    def element(name: str, text: str | None, **attributes: str) -> None:
        if text:
            xml.startElement(name, AttributesImpl(_clean(attributes)))
            xml.characters(_clean_text(text))
            xml.endElement(name)

    def begin(*names: str) -> None:
        for name in names:
            xml.startElement(name, AttributesImpl({}))

    def end(*names: str) -> None:
        for name in names:
            xml.endElement(name)

    begin("teiHeader", "fileDesc", "titleStmt")
    element("title", document["title"] or "Untitled article")
    for author in document["authors"]:
        element("author", author)
    end("titleStmt")
    begin("publicationStmt")
    element("p", "Annotated by onrecord; the text belongs to its publisher and author.")
    end("publicationStmt")
    begin("sourceDesc", "bibl")
    element("idno", document["doc_id"], type="onrecord")
    element("publisher", document["publisher"])
    element("date", document["published_raw"] or str(document["published_date"] or ""))
    element("ref", document["url"])
    end("bibl", "sourceDesc", "fileDesc")
    begin("encodingDesc", "classDecl", "taxonomy")
    described = {f"kind.{kind}": meaning for kind, meaning in QUOTE_KINDS.items()}
    described |= {f"rule.{rule}": f"found by the rule {rule}" for rule in rules}
    for name, meaning in described.items():
        xml.startElement("category", AttributesImpl({"xml:id": name}))
        element("catDesc", meaning)
        end("category")
    end("taxonomy", "classDecl", "encodingDesc")
    if speakers:
        begin("profileDesc", "particDesc", "listPerson")
        for name, identifier in speakers.items():
            xml.startElement("person", AttributesImpl({"xml:id": identifier}))
            element("persName", name)
            end("person")
        end("listPerson", "particDesc", "profileDesc")
    end("teiHeader")


def _speakers(quotes: Rows) -> dict[str, str]:
    names = dict.fromkeys(q["speaker_name"] for q in quotes if q["speaker_name"])
    return {name: f"speaker{number}" for number, name in enumerate(names)}


def _clean(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: _clean_text(value) for name, value in attributes.items()}


def _clean_text(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
