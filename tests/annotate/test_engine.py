"""The engine: its identity, its errors, that its Parses are the pipeline's, whatever the batch."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.annotate.engine import (
    DeviceMissing,
    ModelMissing,
    load_engine,
    model_identity,
)
from flows.annotate.engine import pipeline as pipeline_module
from flows.annotate.engine.pipeline import Engine
from flows.config import AnnotateConfig
from flows.parse import Parse, join_docs
from flows.records import Paragraph

MODEL = AnnotateConfig().model
ARTICLES = [
    [
        'The harbour bridge will stay closed until March, mayor Ines Duarte said on Monday. "We '
        'have no spare parts and no engineers," she told the city council in Porto Alvo.',
        "Repairs are expected to cost $12.4 million, three times what Duarte's office had planned.",
        "Not everybody agrees.",
    ],
    ["Reuters reported on 3 May that Karlsson & Sons had sold its fleet."],
    [],
    [""],
    [
        "Why?",
        '"It isn\'t over  yet," said Dr. Malik, who leads the U.N. mission;\n"nobody\'s home."',
        "A spokesman for the Ministry of Ports denied that: he called it “a fairy tale”.",
        "• 40% of ferries cancelled\n• 1,200 passengers stranded",
    ],
    [
        "He left. " * 150,
        "They stayed, and Anna Lind of Lund University wrote a book about it. " * 9,
    ],
    ["\n", " \t ", "x"],
]


def article(paragraphs: list[str]) -> tuple[str, list[Paragraph]]:
    text = "\n\n".join(paragraphs)
    spans, start = [], 0
    for paragraph in paragraphs:
        spans.append(Paragraph(start, start + len(paragraph)))
        start += len(paragraph) + 2
    return text, spans


def stock_parse(nlp: spacy.language.Language, text: str, spans: list[Paragraph]) -> Parse:
    return join_docs(text, spans, [nlp(text[p.start : p.end]) for p in spans])


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load_engine(AnnotateConfig())


@pytest.fixture(scope="module")
def stock() -> spacy.language.Language:
    return spacy.load(MODEL)


# Identity


def test_identity_is_found_without_importing_spacy() -> None:
    code = (
        "import sys; from flows.annotate.engine import model_identity as m; "
        f"print(m({MODEL!r}).sha256, 'spacy' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    digest, imported = out.stdout.split()
    assert len(digest) == 64
    assert imported == "False"


def test_identity_covers_every_file_and_no_bytecode(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    spacy.blank("en").to_disk(folder)
    before = model_identity(str(folder))
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"1")
    assert model_identity(str(folder)) == before
    (folder / "extra").write_bytes(b"")
    assert model_identity(str(folder)).sha256 != before.sha256


def test_identity_parts_names_from_contents(tmp_path: Path) -> None:
    digests = set()
    for name, content in (("a", "bc"), ("ab", "c")):
        folder = tmp_path / name
        spacy.blank("en").to_disk(folder)
        (folder / name).write_text(content)
        digests.add(model_identity(str(folder)).sha256)
    assert len(digests) == 2


@pytest.mark.parametrize("name", ["no_such_pipeline", "no-such/folder", "json", "os.path", ""])
def test_a_missing_model_is_named_with_the_mend(name: str) -> None:
    with pytest.raises(ModelMissing, match="Install it"):
        model_identity(name)
    with pytest.raises(ModelMissing, match="Install it"):
        load_engine(AnnotateConfig(model=name))


# Errors


def test_a_pipeline_without_parser_is_named(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("tagger")
    nlp.to_disk(tmp_path / "model")
    with pytest.raises(ModelMissing, match="parser, ner"):
        load_engine(AnnotateConfig(model=str(tmp_path / "model")))


def test_an_untrained_pipeline_is_named(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    for name in ("tagger", "parser", "ner"):
        nlp.add_pipe(name)
    nlp.to_disk(tmp_path / "model")
    with pytest.raises(ModelMissing, match="trained"):
        load_engine(AnnotateConfig(model=str(tmp_path / "model")))


def test_no_gpu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise ValueError("no device")

    monkeypatch.setattr(pipeline_module.spacy, "require_gpu", none)
    with pytest.raises(DeviceMissing, match=r"no device.*annotate\.device to cpu"):
        load_engine(AnnotateConfig(device="gpu"))


# Another architecture


def tiny_pipeline(folder: Path) -> str:
    """A pipeline whose components have encoders of their own, with random weights."""
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("tagger").add_label("NN")
    nlp.get_pipe("tagger").add_label("VB")
    nlp.add_pipe("parser").add_label("nsubj")
    nlp.add_pipe("ner").add_label("PERSON")
    nlp.initialize()
    nlp.to_disk(folder)
    return str(folder)


def test_another_architecture_runs_on_its_own_components(tmp_path: Path) -> None:
    model = tiny_pipeline(tmp_path / "model")
    engine = load_engine(AnnotateConfig(model=model))
    assert not engine.is_rebuilt
    nlp = spacy.load(model)
    for paragraphs in ARTICLES:
        text, spans = article(paragraphs)
        parse, theirs = engine.parse(text, spans), stock_parse(nlp, text, spans)
        assert parse.head == theirs.head
        assert parse.entities == theirs.entities
        assert parse.word == theirs.word


# The annotations


@pytest.mark.model
def test_the_default_model_is_rebuilt(engine: Engine) -> None:
    assert engine.is_rebuilt


@pytest.mark.model
@pytest.mark.parametrize("paragraphs", ARTICLES)
def test_annotations_are_those_of_stock_components(
    engine: Engine, stock: spacy.language.Language, paragraphs: list[str]
) -> None:
    text, spans = article(paragraphs)
    if spans:
        assert engine.parse(text, spans) == stock_parse(stock, text, spans)
    else:
        assert len(engine.parse(text, spans)) == 0


@pytest.mark.model
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    paragraphs=st.lists(
        st.lists(
            st.sampled_from(
                [
                    "the",
                    "Anna",
                    "Lind",
                    "of",
                    "said",
                    '"We',
                    "will",
                    "not",
                    ",",
                    ".",
                    "!",
                    "Monday",
                    "in",
                    "Paris",
                    "$5",
                    "million",
                    "-",
                    "don't",
                    "he\n",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "“",
                    "”",
                    "that",
                    "Acme",
                    "Corp.",
                    "Mr.",
                    "told",
                    "reporters",
                    "(",
                    ")",
                    "\n",
                    "\xa0",
                    "3",
                    "May",
                    "2020",
                    "'s",
                    ";",
                    ":",
                    "and",
                ]
            ),
            max_size=40,
        ).map(" ".join),
        max_size=6,
    )
)
def test_annotations_of_word_salad_are_those_of_stock_components(
    engine: Engine, stock: spacy.language.Language, paragraphs: list[str]
) -> None:
    text, spans = article(paragraphs or ["x"])
    assert engine.parse(text, spans) == stock_parse(stock, text, spans)


# Any company, any order


@pytest.mark.model
def test_a_parse_does_not_depend_on_the_company(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [article(paragraphs) for paragraphs in ARTICLES]
    alone = [engine.parse(*item) for item in items]
    for characters, tokens, seed in ((1, 1, 1), (300, 7, 2), (10**9, 10**9, 3), (500, 64, 4)):
        monkeypatch.setattr(pipeline_module, "BATCH_CHARACTERS", characters)
        monkeypatch.setattr(pipeline_module, "BATCH_TOKENS", tokens)
        order = list(range(len(items)))
        random.Random(seed).shuffle(order)
        together = list(engine.parse_many(items[i] for i in order))
        assert together == [alone[i] for i in order]


@pytest.mark.model
def test_a_vocabulary_loaded_anew_changes_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [article(paragraphs) for paragraphs in ARTICLES]
    alone = [engine.parse(*item) for item in items]
    monkeypatch.setattr(pipeline_module, "MAX_LEXEMES", 0)
    monkeypatch.setattr(pipeline_module, "BATCH_CHARACTERS", 100)
    assert list(engine.parse_many(items)) == alone


@pytest.mark.model
@pytest.mark.slow
def test_a_parse_does_not_depend_on_the_process(engine: Engine) -> None:
    text, spans = article([paragraph for paragraphs in ARTICLES for paragraph in paragraphs])
    code = (
        "import json, sys; from flows.annotate.engine import load_engine; "
        "from flows.config import AnnotateConfig; from flows.records import Paragraph; "
        "text, spans = json.loads(sys.stdin.read()); "
        "print(ascii(load_engine(AnnotateConfig()).parse(text, [Paragraph(*s) for s in spans])))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([text, [(p.start, p.end) for p in spans]]),
        env=os.environ | {"PYTHONHASHSEED": "7", "OPENBLAS_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == ascii(engine.parse(text, spans))


# Hostile texts


@pytest.mark.model
@pytest.mark.parametrize(
    "paragraphs",
    [
        ["a" * 30_000],
        ['"' * 20_000],
        ["He said \ud800\udfff so.", "\udc80"],
        ["word " * 8_000],
        ["(a-b)." * 3_000, ""],
        ["\n" * 15_000],
        ["\u0000", "\u200b\u2028", "\U0001f600" * 500],
        ["Hi."] * 1_500,
    ],
    ids=["letters", "quotes", "surrogates", "long", "mixed", "breaks", "odd", "many"],
)
def test_hostile_texts_are_covered(engine: Engine, paragraphs: list[str]) -> None:
    text, spans = article(paragraphs)
    parse = engine.parse(text, spans)
    assert parse.word == [text[s:e] for s, e in zip(parse.start, parse.end, strict=True)]
    assert "".join(parse.word).replace(" ", "") == "".join(paragraphs).replace(" ", "")
    assert all(0 <= head < len(parse) for head in parse.head)
    assert len(parse.first) == len(paragraphs) + 1
    for number, (a, b) in enumerate(zip(parse.first, parse.first[1:], strict=False)):
        assert set(parse.paragraph[a:b]) <= {number}
