"""Many tiny files: what a build leaves and costs depends on the words, not on the number of files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.config import Config
from flows.cut import MAX_SHARDS
from flows.ledgers import Cleaned
from flows.plan import make_plan, nothing_new
from flows.walk import clean_jobs, first_pass

N_FILES = 300
pytestmark = [pytest.mark.model, pytest.mark.slow]


def article(number: int) -> str:
    return f"The council of ward {number} met on Monday.\n\n“Ward {number} pays,” said Ann Smith, mayor."


def test_tiny_files_share_tasks_and_parts(
    build_release: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    for number in range(N_FILES):
        path = folder / str(number % 7) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(number), encoding="utf-8")
        (path.parent / ".DS_Store").write_bytes(b"x")
    output = tmp_path / "out"
    made = build_release([folder], output)
    outcomes = pq.read_table(Path(made["path"]) / "inputs.parquet")["outcome"].to_pylist()
    assert (outcomes.count("accepted"), outcomes.count("skipped")) == (N_FILES, 7)
    assert made["tables"]["quotes"]["rows"] == N_FILES
    for stage in ("clean", "annotate"):
        assert len(list((output / "work" / stage).glob("*.parquet"))) <= 2
    assert nothing_new(make_plan([str(folder)], output, Config())) is not None


def test_tasks_are_bounded_however_many_files(tmp_path: Path) -> None:
    for number in range(N_FILES):
        (tmp_path / f"{number}.txt").write_text(article(number), encoding="utf-8")
    config = Config.model_validate({"build": {"shard_words": 1}})
    plan = make_plan([str(tmp_path)], tmp_path / "out", config)
    first = first_pass(plan)
    Cleaned(plan.work, plan.index)
    assert 1 < len(clean_jobs(plan, first)) <= MAX_SHARDS["clean"]
