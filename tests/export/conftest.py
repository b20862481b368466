"""Exports of the seeds, each made once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.export.formats import FORMATS
from schemas import TABLES

Export = Callable[[str], Path]


@pytest.fixture(scope="session")
def export(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """A function that exports the release of the seeds and gives the path."""
    folder = tmp_path_factory.mktemp("exports")

    def make(name: str) -> Path:
        place = folder / f"{name}{FORMATS[name].suffix}"
        if not place.exists():
            FORMATS[name].export(seed_release, place)
        return place

    return make


@pytest.fixture(scope="session")
def rows(seed_release: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table of the release."""
    return {name: pq.read_table(seed_release / f"{name}.parquet").to_pylist() for name in TABLES}
