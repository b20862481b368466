"""Rows of parts come in the order of the documents, and nothing stays behind."""

from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.gather import gather
from flows.work import WorkStore

# Of each document its part, and documents of one batch.
PARTS = st.lists(st.integers(0, 4), min_size=1, max_size=60)
SIZES = st.integers(1, 7)


@settings(max_examples=40, deadline=None)
@given(part_of=PARTS, batch_rows=SIZES, chance=st.randoms())
def test_rows_come_in_order(
    tmp_path_factory: pytest.TempPathFactory,
    part_of: list[int],
    batch_rows: int,
    chance: Random,
) -> None:
    folder = tmp_path_factory.mktemp("gather")
    store = WorkStore(str(folder), "clean")
    members: dict[int, list[int]] = {}
    for document, part in enumerate(part_of):
        members.setdefault(part, []).append(document)
    places = []
    for documents in members.values():
        chance.shuffle(documents)
        rows = [{"id": f"d{document}", "text": "x" * document} for document in documents]
        name = store.write(pa.table({"article": rows, "other": documents}))
        places += [(name, row, d, d // batch_rows) for row, d in enumerate(documents)]
    places.sort(key=lambda place: place[0])
    scratch = folder / "scratch"
    scratch.mkdir()
    batches = list(gather(store, "article", places, scratch))
    assert [id for batch in batches for id in batch["id"].to_pylist()] == [
        f"d{document}" for document in range(len(part_of))
    ]
    assert all(batch.num_rows == batch_rows for batch in batches[:-1])
    assert list(scratch.iterdir()) == []
