"""Spans against their texts: faults in any batch are found, and the work grows with the text."""

import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.validate import slices
from flows.validate.slices import CONTENT, GAPS, check_slices

SENTENCE = "“Nobody”, said the mayor — of Zürich — on Tuesday, “knows what the bridge will cost.”"
STEP = len(SENTENCE) + 2
N_EXAMPLES = 3

Rows = list[dict]


def write(folder: Path, texts: dict[str, str | None], sentences: Rows, quotes: Rows) -> None:
    cue = {f"{p}_{name}": None for p in slices_of("quotes") for name in ("start", "end", "text")}
    tables = {
        "documents": [{"doc_id": doc_id, "text": text} for doc_id, text in texts.items()],
        "sentences": sentences,
        "entities": [row | {"entity_id": row["sentence_id"]} for row in sentences],
        "quotes": [cue | row for row in quotes],
    }
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def slices_of(table: str) -> list[str]:
    return [prefix.rstrip("_") for name, _, prefix in slices.SPANS if name == table and prefix]


def article(doc_id: str, n_sentences: int) -> tuple[str, Rows, Rows]:
    spans = [(i * STEP, i * STEP + len(SENTENCE)) for i in range(n_sentences)]
    sentences = [
        {"sentence_id": f"{doc_id}.s{i}", "doc_id": doc_id, "sentence_index": i}
        | {"start": start, "end": end, "text": SENTENCE}
        for i, (start, end) in enumerate(spans)
    ]
    parts = [{"start": 1, "end": 7}, {"start": SENTENCE.index("knows"), "end": len(SENTENCE) - 1}]
    quotes = [
        {"quote_id": f"{doc_id}.q{i}", "doc_id": doc_id}
        | {"start": start + 1, "end": end - 1, "text": SENTENCE[1:-1]}
        | {"content": "Nobody knows what the bridge will cost."}
        | {"parts": [{k: start + v for k, v in part.items()} for part in parts]}
        for i, (start, end) in enumerate(spans)
    ]
    return "\n\n".join([SENTENCE] * n_sentences), sentences, quotes


def check(folder: Path) -> dict[str, tuple[int, tuple[str, ...]]]:
    with duckdb.connect() as connection:
        for name in ("documents", "sentences", "entities", "quotes"):
            connection.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
        failures = check_slices(connection, [folder / "documents.parquet"], n_examples=N_EXAMPLES)
    return {f"{f.table}: {f.check}": (f.count, f.examples) for f in failures}


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict, Rows, Rows]:
    """Three articles, a batch each."""
    monkeypatch.setattr(slices, "BATCH_CHARS", 1)
    made = {doc_id: article(doc_id, 4) for doc_id in "abc"}
    texts = {doc_id: text for doc_id, (text, _, _) in made.items()}
    return (
        texts,
        [r for _, s, _ in made.values() for r in s],
        [r for *_, q in made.values() for r in q],
    )


def test_sound_spans_pass(tmp_path: Path, three: tuple[dict, Rows, Rows]) -> None:
    write(tmp_path, *three)
    assert check(tmp_path) == {}


def test_faults_of_all_batches_are_counted(tmp_path: Path, three: tuple[dict, Rows, Rows]) -> None:
    texts, sentences, quotes = three
    for row in sentences:
        row["text"] += "!" if row["sentence_index"] == 1 else ""
    quotes[-1]["content"] = "Nobody knows."
    write(tmp_path, texts, sentences, quotes)
    sliced = "text is documents.text[start:end]"
    assert check(tmp_path) == {
        f"sentences: {sliced}": (3, ("a.s1", "b.s1", "c.s1")),
        f"entities: {sliced}": (3, ("a.s1", "b.s1", "c.s1")),
        f"quotes: {CONTENT}": (1, ("c.q3",)),
    }


@pytest.mark.parametrize(("left_out", "named"), [(0, "b.s1"), (1, "b.s2"), (3, "b.s2")])
def test_a_sentence_left_out_is_a_gap(
    tmp_path: Path, three: tuple[dict, Rows, Rows], left_out: int, named: str
) -> None:
    texts, sentences, quotes = three
    kept = [row for row in sentences if row["sentence_id"] != f"b.s{left_out}"]
    write(tmp_path, texts, kept, quotes)
    assert check(tmp_path) == {f"sentences: {GAPS}": (1, (named,))}


def test_withheld_texts_are_left_out(tmp_path: Path, three: tuple[dict, Rows, Rows]) -> None:
    texts, sentences, quotes = three
    write(tmp_path, texts | {"b": None}, sentences, quotes)
    assert check(tmp_path) == {}


@pytest.mark.slow
def test_the_work_grows_with_the_text_not_with_its_square(tmp_path: Path) -> None:
    def seconds(n_sentences: int) -> float:
        text, sentences, quotes = article("a", n_sentences)
        write(tmp_path, {"a": text}, sentences, quotes)
        began = time.process_time()
        assert check(tmp_path) == {}
        return time.process_time() - began

    seconds(10)
    # Sixteen times the text: quadratic work would be 256 times as much.
    assert seconds(16_000) < 4 * 16 * max(seconds(1_000), 0.02)
