"""What reading's tests share: a folder to fill, and reading all of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.config import ReadConfig
from flows.read.read import read
from flows.read.scan import scan
from flows.read.source import Source
from flows.records import RawArticle, Refusal

Outcome = RawArticle | Refusal
ReadAll = Callable[..., list[Outcome]]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Write a file below the folder `articles`; returns its path."""

    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def read_all(tmp_path: Path) -> ReadAll:
    """Scan and read the folder `articles`, or the inputs given; without what is skipped."""

    def run(*inputs: str | Path, **settings: object) -> list[Outcome]:
        config = ReadConfig.model_validate(settings)
        found: list[Outcome] = []
        for item in scan([str(i) for i in inputs or (tmp_path / "articles",)], config):
            if isinstance(item, Source):
                found += read(item, config)
            elif item.outcome != "skipped":
                found.append(item)
        return found

    return run


@pytest.fixture
def read_one(read_all: ReadAll) -> Callable[..., Outcome]:
    """Like `read_all`, for what is one article or refusal."""

    def run(*inputs: str | Path, **settings: object) -> Outcome:
        (outcome,) = read_all(*inputs, **settings)
        return outcome

    return run
