"""Exact and near duplicates, and excerpts."""

import hashlib
import random
import sqlite3
from dataclasses import fields

import pytest

from flows.clean import duplicates as duplicates_module
from flows.clean.duplicates import Duplicate, find_duplicates, sketch

WORDS = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]
THRESHOLD = 0.7


def text(seed: int, n_words: int = 300) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choices(WORDS, k=n_words))


def found(documents: dict[str, str]) -> dict[str, Duplicate]:
    database = sqlite3.connect(":memory:")
    database.execute("create table texts (doc_id, text_sha256, sketch, n_words)")
    items = [
        (doc_id, hashlib.sha256(t.encode()).hexdigest(), sketch(t), len(t.split()))
        for doc_id, t in documents.items()
    ]
    database.executemany("insert into texts values (?, ?, ?, ?)", items)
    find_duplicates(database, THRESHOLD)
    columns = ", ".join(field.name for field in fields(Duplicate))
    rows = database.execute(f"select doc_id, {columns} from duplicates")
    return {doc_id: Duplicate(*duplicate) for doc_id, *duplicate in rows}


def test_exact_copies_follow_the_smallest_id() -> None:
    assert found({"b": text(1), "a": text(1), "c": text(2)}) == {
        "a": Duplicate("a", None, None, None),
        "b": Duplicate("a", "a", 1.0, "exact"),
    }


def test_near_duplicates() -> None:
    edited = text(1).split()
    edited[10:12] = ["altogether", "different"]
    documents = {"a": text(1), "b": " ".join(edited), "c": text(3)}
    duplicates = found(documents)
    assert duplicates.keys() == {"a", "b"}
    assert duplicates["a"].dup_of_doc_id is None
    assert duplicates["b"].dup_of_doc_id == "a"
    assert duplicates["b"].kind == "near"
    assert duplicates["b"].dup_similarity is not None
    assert THRESHOLD <= duplicates["b"].dup_similarity <= 1


def test_an_excerpt_repeats_the_fuller_text_whatever_its_id() -> None:
    whole = text(1, 900)
    duplicates = found({"a": " ".join(whole.split()[200:400]), "b": whole, "c": text(2)})
    assert duplicates["b"] == Duplicate("a", None, None, None)
    assert (duplicates["a"].dup_of_doc_id, duplicates["a"].kind) == ("b", "excerpt")
    assert duplicates["a"].dup_similarity is not None
    assert duplicates["a"].dup_similarity > 0.9


def test_an_excerpt_of_two_texts_does_not_make_them_one_group() -> None:
    shared = text(9, 150)
    duplicates = found({"a": f"{text(1)} {shared}", "b": f"{text(2)} {shared}", "c": shared})
    assert {d.dup_group_id for d in duplicates.values()} == {"a"}
    assert duplicates.keys() == {"a", "c"}


def test_unlike_texts_are_none() -> None:
    assert found({str(i): text(i) for i in range(50)}) == {}


@pytest.mark.parametrize("short", ["", "one", "one two three", "ü"])
def test_short_texts(short: str) -> None:
    assert found({"a": short, "b": text(1)}) == {}
    assert found({"a": short, "b": short})["b"].kind == "exact"


def test_order_does_not_matter() -> None:
    documents = {f"{i}": text(i % 7, 200 + i % 3) for i in range(30)}
    shuffled = list(documents.items())
    random.Random(1).shuffle(shuffled)
    assert found(dict(shuffled)) == found(documents)


def test_a_text_shared_by_many_costs_little() -> None:
    documents = {f"{i:03}": f"{text(1)} and then number {i} came" for i in range(300)}
    duplicates = found(documents)
    assert len(duplicates) == 300
    assert {d.dup_group_id for d in duplicates.values()} == {"000"}


def test_how_keys_are_spread_over_files_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = {f"{i:02}": f"{text(i % 5, 150)} {text(i % 3, 100)} {i}" for i in range(40)}
    whole = found(documents)
    monkeypatch.setattr(duplicates_module, "DOCUMENTS_A_FILE", 3)
    assert found(documents) == whole != {}


def test_typography_and_case_do_not_matter() -> None:
    plain = 'The mayor said "it is late" -- ' + text(1)
    curly = "THE mayor said “it is late” — " + text(1)
    duplicates = found({"a": plain, "b": curly})
    assert duplicates["b"].dup_similarity == 1.0


def test_a_sketch_is_stable() -> None:
    """Sketches of one build are compared with those that earlier builds left."""
    digest = hashlib.sha256(sketch("The quick brown fox jumps over the lazy dog.")).hexdigest()
    assert digest == "14434cd86852c47fb6ed0658214899a3edcadf1255dd24f5200c55988e7e733a"


def test_no_documents() -> None:
    assert found({}) == {}
