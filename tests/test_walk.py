"""The whole walk without the orchestrator: reproducible bytes, odd inputs, what the seeds give."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from flows.config import Config
from flows.errors import InputsUnusable
from flows.publish.verify import verify_files
from schemas import TABLES

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "articles"
pytestmark = pytest.mark.model


def hashes(release: Path) -> dict[str, str]:
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(release.glob("*.parquet"))
    }


def frame(release: Path, table: str) -> pd.DataFrame:
    return pq.read_table(release / f"{table}.parquet").to_pandas()


def column(release: Path, table: str, key: str, value: str) -> dict[str, Any]:
    """One column by another, nulls as None."""
    rows = pq.read_table(release / f"{table}.parquet", columns=[key, value]).to_pylist()
    return {row[key]: row[value] for row in rows}


def test_a_release_is_what_its_manifest_says(seed_release: Path) -> None:
    assert verify_files(seed_release) == []
    assert {f"{name}.parquet" for name in TABLES} <= {p.name for p in seed_release.iterdir()}


def test_shards_and_order_do_not_show(
    seed_release: Path, build_release: Callable[..., Any], tmp_path: Path
) -> None:
    config = Config.model_validate({"build": {"workers": 3, "shard_words": 1}})
    files = sorted(SEEDS.iterdir(), reverse=True)
    folder = tmp_path / "articles"
    folder.mkdir()
    for file in files:  # the file system lists them in another order
        (folder / file.name).write_bytes(file.read_bytes())
    manifest = build_release([folder], tmp_path / "out", config)
    assert hashes(Path(manifest["path"])) == hashes(seed_release)


@pytest.mark.slow
def test_hash_seed_time_zone_and_locale_do_not_show(seed_release: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from conftest import walk_to_release\n"
        "print(walk_to_release([Path(sys.argv[1])], Path(sys.argv[2]))['path'])\n"
    )
    environment = os.environ | {
        "PYTHONHASHSEED": "12345",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
    }
    done = subprocess.run(
        [sys.executable, "-c", program, str(SEEDS), str(tmp_path), str(Path(__file__).parent)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert hashes(Path(done.stdout.strip().splitlines()[-1])) == hashes(seed_release)


def test_odd_inputs_cost_no_neighbour(build_release: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    seed = (SEEDS / "003_4cc89330f60b4b63.txt").read_bytes()
    (folder / "good.txt").write_bytes(seed)
    (folder / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \n\n\t ")
    (folder / "latin.txt").write_bytes("The caf\xe9 was “closed,” the mayor said.".encode("cp1252"))
    (folder / "long.txt").write_bytes(b"word " * 6_000_000)
    (folder / "table.xyz").write_bytes(b"1,2,3")
    manifest = build_release([folder], tmp_path / "out")
    reasons = column(Path(manifest["path"]), "inputs", "source_path", "reason")
    assert reasons == {
        "good.txt": None,
        "binary.txt": "binary",
        "empty.txt": "empty",
        "blank.txt": "empty",
        "latin.txt": None,
        "long.txt": "too_large",
        "table.xyz": "unknown_format",
    }
    documents = frame(Path(manifest["path"]), "documents").set_index("doc_id")
    assert "fallback_encoding" in documents.loc["latin", "flags"]
    assert "café" in documents.loc["latin", "text"]


def test_one_id_makes_one_document(build_release: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    seed = (SEEDS / "003_4cc89330f60b4b63.txt").read_bytes()
    (folder / "a.md").write_bytes(seed)
    (folder / "a.txt").write_bytes(seed + b" More was said on Friday.")
    manifest = build_release([folder], tmp_path / "out")
    reasons = column(Path(manifest["path"]), "inputs", "source_path", "reason")
    assert reasons == {"a.md": None, "a.txt": "duplicate_id"}


def test_an_empty_folder_is_an_error(build_release: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    with pytest.raises(InputsUnusable, match="nothing to read"):
        build_release([tmp_path / "articles"], tmp_path / "out")


def test_a_missing_path_is_an_error(build_release: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(InputsUnusable, match="no such file"):
        build_release([tmp_path / "nowhere"], tmp_path / "out")


def test_too_many_refusals_are_an_error(build_release: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_bytes((SEEDS / "003_4cc89330f60b4b63.txt").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    for name in (".DS_Store", "README", "photo.jpg"):  # skipped, and not counted
        (folder / name).write_bytes(b"x")
    config = Config.model_validate({"build": {"max_rejects": 0.4}})
    with pytest.raises(InputsUnusable, match="1 of 2 inputs were refused"):
        build_release([folder], tmp_path / "out", config)


def test_titles_of_the_seeds(seed_release: Path) -> None:
    titles = column(seed_release, "documents", "doc_id", "title")
    assert {i[:3]: t for i, t in titles.items()} == {
        "000": "Pakistanis still reluctant to take on the Afghan Taliban",
        "001": "Why Pakistan Balks at the U.S. Afghanistan Offensive",
        "002": "U.S., Pakistan's Uneasy Interdependence (Dispatch)",
        "003": None,
        "004": "After Osama Bin Laden, America's Relationship With Pakistan Begins to Unravel",
    }
    sentences = frame(seed_release, "sentences")
    roles = sentences[sentences["role"] == "title"].groupby("doc_id")["text"].agg(list)
    assert [i[:3] for i in roles.index] == ["000", "001", "002", "004"]


def test_boilerplate_of_the_seeds_is_rows(seed_release: Path) -> None:
    removals = frame(seed_release, "removals")
    by_doc = removals.groupby(removals["doc_id"].str[:3])["text"].agg(list).to_dict()
    assert by_doc["000"] == ["If you experience technical problems, please write to"]
    assert len(by_doc["001"]) == 6
    assert sorted(" ".join(by_doc["002"]).split()) == sorted(
        ["Video", "Transcript:", "Video", "Transcript"]
    )
    texts = " ".join(frame(seed_release, "documents")["text"])
    for gone in ("technical problems", "BlackBerry", "See pictures", "(Read", "Video Transcript"):
        assert gone not in texts


def test_nothing_of_the_seeds_crosses_a_paragraph(seed_release: Path) -> None:
    for table in ("sentences", "entities"):
        assert not frame(seed_release, table)["text"].str.contains("\n\n").any()


def test_who_speaks_in_the_seeds(seed_release: Path) -> None:
    quotes = frame(seed_release, "quotes")
    direct = quotes[quotes["kind"] == "direct"]
    assert "Ayesha Siddiqa" in set(direct["speaker_name"])
    assert not quotes["content"].str.contains("A New General").any()
    split = quotes[quotes["content"].str.startswith("Is it, less to do")]
    assert split["parts"].map(len).tolist() == [2]
    assert split["speaker_name"].tolist() == ["Ayesha Siddiqa"]
