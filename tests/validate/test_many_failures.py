"""Of rows that fail a check there may be as many as rows: they are counted, a few are named."""

import pytest

from flows import database
from flows.publish import diff
from flows.validate import relations

N = 1_000_000
ROWS = f"select printf('document %07d', range) as doc_id from range({N})"
FIRST = tuple(f"document {n:07}" for n in range(100))


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than these rows take."""
    monkeypatch.setitem(database.LIMITS, "memory_limit", "48MB")


def test_a_check_that_nothing_passes() -> None:
    with database.connect() as connection:
        (failure,) = relations._run(connection, "documents", "is right", ROWS)
    assert failure == relations.Failure("documents", "is right", N, FIRST[: relations.N_EXAMPLES])


def test_a_release_of_other_documents() -> None:
    with database.connect() as connection:
        changes = diff._documents(connection, ROWS)
    assert changes == diff.Changes(N, FIRST[: diff.N_EXAMPLES])
