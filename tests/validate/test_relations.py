"""Checks across tables: a sound release passes, and each fault is found by the check that names it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.publish.parquet import table_files
from flows.validate.relations import check_relations
from schemas import TABLES

pytestmark = pytest.mark.model

Rows = list[dict]
Change = Callable[[Rows], Rows]


def check(release: Path) -> list[str]:
    files = {name: table_files(release, name) for name in TABLES}
    return [f"{f.table}: {f.check}" for f in check_relations(files)]


def put(column: str, value: object, row: int = -1) -> Change:
    """Change one value of one row; a callable value gets the old one."""

    def change(rows: Rows) -> Rows:
        old = rows[row][column]
        rows[row][column] = value(old) if callable(value) else value
        return rows

    return change


def drop_first(rows: Rows) -> Rows:
    return rows[1:]


def shift_parts(parts: list[dict]) -> list[dict]:
    return [part | {"start": part["start"] + 1} for part in parts]


def run_backwards(runs: list[dict]) -> list[dict]:
    return runs[::-1]


def test_a_sound_release_passes(seed_release: Path) -> None:
    assert check(seed_release) == []


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("sentences", put("text", "other words"), "text is documents.text[start:end]"),
        ("sentences", put("start", lambda s: s + 1), "text is documents.text[start:end]"),
        ("sentences", put("sentence_index", 999), "counts from 0 without a gap"),
        ("sentences", put("doc_id", "nobody"), "doc_id is in documents.doc_id"),
        ("sentences", drop_first, "n_sentences counts its rows"),
        ("sentences", drop_first, "the gaps are white space"),
        ("sentences", put("paragraph_index", 0), "paragraph indexes rise"),
        ("sentences", put("paragraph_index", 500), "in its place"),
        ("sentences", put("text", "a\n\nb"), "a sentence lies in one paragraph"),
        ("entities", put("text", "Nobody"), "text is documents.text[start:end]"),
        ("entities", put("sentence_id", "x.s0"), "sentence_id is in sentences.sentence_id"),
        ("entities", put("quote_id", "x.q0"), "quote_id is in quotes.quote_id"),
        ("entities", put("end", lambda e: e + 5000), "an entity lies in its sentence"),
        ("entities", drop_first, "n_entities counts its rows"),
        ("quotes", put("content", "never said"), "content is the parts of the text"),
        ("quotes", put("parts", shift_parts), "parts are in order"),
        ("quotes", put("parts", []), "parts are in order"),
        ("quotes", put("cue_text", "sang", 0), "cue_text is documents.text"),
        ("quotes", put("speaker_text", "Nobody", 0), "speaker_text is documents.text"),
        ("quotes", put("speaker_entity_id", "x.e1"), "speaker_entity_id is in entities"),
        ("quotes", put("quote_index", 77), "counts from 0 without a gap"),
        ("quotes", put("kind", "mixed", 0), "kind says which parts"),
        ("quotes", put("continues_quote_id", "x.q1"), "continues_quote_id is in quotes"),
        ("quotes", drop_first, "n_quotes counts its rows"),
        ("documents", put("text", lambda t: t + "."), "text is as long and has the hash"),
        ("documents", put("text_sha256", "0" * 64), "text is as long and has the hash"),
        ("documents", put("alignment", run_backwards), "alignment runs are in order"),
        ("documents", put("dup_of_doc_id", "x"), "dup_of_doc_id is in documents.doc_id"),
        ("removals", put("text_offset", 10**6), "a removal stood inside the text"),
        ("removals", put("removal_index", 50), "counts from 0 without a gap"),
        ("inputs", drop_first, "every document is one accepted input"),
        ("inputs", put("doc_id", "nobody", 0), "every document is one accepted input"),
    ],
)
def test_a_fault_is_found(
    seed_release: Path, tmp_path: Path, table: str, change: Change, said: str
) -> None:
    release = tmp_path / "release"
    shutil.copytree(seed_release, release)
    path = release / f"{table}.parquet"
    schema = pq.read_schema(path)
    rows = change(pq.read_table(path).to_pylist())
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    assert any(said in line for line in check(release))
