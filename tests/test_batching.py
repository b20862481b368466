"""Texts come in the order of the job, in batches of bounded size."""

from pathlib import Path

import pyarrow as pa
import pytest

from flows.batching import batches
from flows.columnar import record_type
from flows.records import ArticleText, Mark
from flows.work import DamagedPart, WorkStore

ARTICLES = [
    ArticleText("d0", "Title\n\nBody", (Mark(0, 5, "title"),), ()),
    ArticleText("d1", "x" * 11, (), ("hard_wrapped", "truncated")),
    ArticleText("d2", "x" * 60, (), ()),
    ArticleText("d3", "x", (), ()),
]


@pytest.fixture
def store(tmp_path: Path) -> WorkStore:
    return WorkStore(str(tmp_path), "clean")


def _part(store: WorkStore, articles: list[ArticleText]) -> str:
    rows = [{f: getattr(a, f) for f in ("doc_id", "text", "flags")} for a in articles]
    for row, article in zip(rows, articles, strict=True):
        row["marks"] = [{"start": m.start, "end": m.end, "role": m.role} for m in article.marks]
        row["raw_sha256"] = "not asked for"
    kind = record_type(ArticleText)
    kind = pa.struct([*kind, pa.field("raw_sha256", pa.string())])
    n_words = [len(a.text.split()) for a in articles]
    return store.write(pa.table({"article": pa.array(rows, kind), "n_words": n_words}))


@pytest.mark.parametrize(
    ("n_chars", "sizes"), [(22, [2, 1, 1]), (21, [1, 1, 1, 1]), (0, [1, 1, 1, 1]), (84, [4])]
)
def test_batches_are_bounded_by_characters(
    store: WorkStore, n_chars: int, sizes: list[int]
) -> None:
    parts = [_part(store, ARTICLES[2::-1]), _part(store, ARTICLES[3:])]
    places = [(parts[0], 2), (parts[0], 1), (parts[0], 0), (parts[1], 0)]
    items = [
        (number + 10, {"part": part, "row": row, "key": f"k{number}"})
        for number, (part, row) in enumerate(places)
    ]
    found = list(batches(store, items, n_chars))
    assert [len(batch) for batch in found] == sizes
    assert [text for batch in found for text in batch] == [
        (number + 10, f"k{number}", article, len(article.text.split()))
        for number, article in enumerate(ARTICLES)
    ]


def test_a_part_that_is_gone_is_named(store: WorkStore) -> None:
    with pytest.raises(DamagedPart):
        list(batches(store, [(0, {"part": "gone.parquet", "row": 0, "key": "k"})], 10))
