"""CoNLL-U: a token a line, entities and quotes in MISC.

XPOS is the pipeline's Penn Treebank tag, UPOS what that tag alone tells (universaldependencies.org,
tagset conversion en-penn-uposf), HEAD and DEPREL the pipeline's tree with its own labels
(ClearNLP's for spaCy's English models, so not those of Universal Dependencies); there are no
lemmas. MISC holds Start and End (offsets in the article), SpaceAfter, Entity (B or I, id and
label) and Quote (B or I, id and kind), several where they nest, outermost first, Cue and Speaker
(ids of the quotes). https://universaldependencies.org/format.html
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.export.tokens import Token, tokenised

UPOS = {
    "ADJ": "AFX JJ JJR JJS",
    "ADP": "IN RP",
    "ADV": "EX RB RBR RBS WRB",
    "AUX": "MD",
    "CCONJ": "CC",
    "DET": "DT PDT PRP$ WDT WP$",
    "INTJ": "UH",
    "NOUN": "NN NNS",
    "NUM": "CD",
    "PART": "POS TO",
    "PRON": "PRP WP",
    "PROPN": "NNP NNPS",
    "PUNCT": "'' , -LRB- -RRB- . : HYPH NFP ``",
    "SYM": "# $ SYM",
    "VERB": "VB VBD VBG VBN VBP VBZ",
    "X": "ADD FW GW LS XX",
}
UPOS_OF = {tag: upos for upos, tags in UPOS.items() for tag in tags.split()}


def export(release: Path, target: Path) -> None:
    """Write a release as one file."""
    with target.open("w", encoding="utf-8") as file:
        for document, sentences in tokenised(release):
            paragraph = None
            file.write(f"# newdoc id = {_line(document['doc_id'])}\n")
            if document["title"]:
                file.write(f"# title = {_line(document['title'])}\n")
            for sentence, tokens in sentences:
                if not tokens:
                    continue
                if sentence["paragraph_index"] != paragraph:
                    paragraph = sentence["paragraph_index"]
                    file.write("# newpar\n")
                file.write(f"# sent_id = {_line(sentence['sentence_id'])}\n")
                file.write(
                    f"# text = {_line(document['text'][tokens[0].start : tokens[-1].end])}\n"
                )
                file.writelines(_rows(tokens))
                file.write("\n")


def _rows(tokens: list[Token]) -> Iterator[str]:
    for number, token in enumerate(tokens, start=1):
        upos = UPOS_OF.get(token.tag, "X")
        misc = "|".join(f"{name}={value}" for name, value in _misc(token))
        fields = [
            *(str(number), token.word, "_", upos, token.tag or "_", "_"),
            *(str(token.head + 1), token.dep or "dep", "_", misc),
        ]
        yield "\t".join(fields) + "\n"


def _misc(token: Token) -> Iterator[tuple[str, str]]:
    """Names and values, which never hold a bar: ids are cut to the part after the document's."""
    yield "Start", str(token.start)
    yield "End", str(token.end)
    if not token.space_after:
        yield "SpaceAfter", "No"
    if token.entities:
        mentions = (f"{_begins(f)}-e{e['entity_index']}-{e['label']}" for f, e in token.entities)
        yield "Entity", ",".join(mentions)
    if token.quotes:
        yield "Quote", ",".join(f"{_begins(f)}-{_id(q)}-{q['kind']}" for f, q in token.quotes)
    if token.cues:
        yield "Cue", ",".join(map(_id, token.cues))
    if token.speakers:
        yield "Speaker", ",".join(map(_id, token.speakers))


def _begins(first: bool) -> str:
    return "B" if first else "I"


def _id(quote: dict[str, Any]) -> str:
    return f"q{quote['quote_index']}"


def _line(text: str) -> str:
    """A text on one line: comments end at any line break."""
    return " ".join(text.split())
