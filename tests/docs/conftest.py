"""A folder like a reader's: the release of the seeds as output/latest, its CSV files in tables/."""

from pathlib import Path

import pytest

from flows.export.csv import export


@pytest.fixture(scope="session")
def workplace(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    (folder / "output").mkdir()
    (folder / "output" / "latest").symlink_to(seed_release)
    export(seed_release, folder / "tables")
    return folder
