"""A release's own description: each file opened by the library it is written for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from flows.publish.about import FILES, write_about
from flows.publish.manifest import Edition, describe_edition, read_manifest
from schemas import TABLES

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def parted(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the seeds with its quotes in two parts, as a large one has them."""
    folder = tmp_path_factory.mktemp("parted") / "release"
    shutil.copytree(seed_release, folder)
    whole = folder / "quotes.parquet"
    table = pq.read_table(whole)
    (folder / "quotes").mkdir()
    pq.write_table(table.slice(0, 10), folder / "quotes" / "part-00000.parquet")
    pq.write_table(table.slice(10), folder / "quotes" / "part-00001.parquet")
    whole.unlink()
    write_about(folder, _edition(folder))
    return folder


@pytest.fixture(params=["single", "parted"])
def release(request: pytest.FixtureRequest, seed_release: Path) -> Path:
    return seed_release if request.param == "single" else request.getfixturevalue("parted")


def _edition(folder: Path) -> Edition:
    return describe_edition(folder, read_manifest(folder)["made_from"])


def _rows(folder: Path) -> dict[str, int]:
    return {
        name: sum(pq.read_metadata(folder / file).num_rows for file in table["files"])
        for name, table in _edition(folder).tables.items()
    }


def test_every_file_is_there_and_hashed(seed_release: Path) -> None:
    manifest = read_manifest(seed_release)
    assert FILES.keys() <= manifest["files"].keys()


def test_the_same_edition_gets_the_same_bytes(release: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(release, again)
    for name in FILES:
        (again / name).unlink()
    write_about(again, _edition(again))
    for name in FILES:
        assert (again / name).read_bytes() == (release / name).read_bytes(), name


def test_frictionless_validates_the_tables_and_their_keys(release: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    package = frictionless.Package(str(release / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "note"])[:5]
    read: dict[str, int] = {}
    for task, resource in zip(report.tasks, package.resources, strict=True):
        read[resource.title] = read.get(resource.title, 0) + task.stats["rows"]
    assert read == _rows(release)


def test_frictionless_notices_a_broken_key(seed_release: Path, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    broken = tmp_path / "broken"
    shutil.copytree(seed_release, broken)
    table = pq.read_table(broken / "sentences.parquet")
    ids = ["no-such-article", *table["doc_id"].to_pylist()[1:]]
    column = table.schema.get_field_index("doc_id")
    pq.write_table(table.set_column(column, "doc_id", [ids]), broken / "sentences.parquet")
    report = frictionless.Package(str(broken / "datapackage.json")).validate()
    assert "foreign-key" in {kind for (kind,) in report.flatten(["type"])}


def test_data_package_declares_every_column(seed_release: Path) -> None:
    package = json.loads((seed_release / "datapackage.json").read_text())
    declared = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in package["resources"]}
    assert declared == {n: list(m.to_schema().columns) for n, m in TABLES.items()}
    quotes = next(r for r in package["resources"] if r["name"] == "quotes")
    kind = next(f for f in quotes["schema"]["fields"] if f["name"] == "kind")
    assert kind["constraints"]["enum"] == ["direct", "indirect", "mixed"]
    assert {"fields": ["doc_id"], "reference": {"resource": "documents", "fields": ["doc_id"]}} in (
        quotes["schema"]["foreignKeys"]
    )


def test_mlcroissant_reads_every_record(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    monkeypatch.setenv("CROISSANT_CACHE", str(tmp_path))
    dataset = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    assert not dataset.metadata.issues.errors
    records = {name: list(dataset.records(name)) for name in TABLES}
    assert {name: len(found) for name, found in records.items()} == _rows(release)

    files = _edition(release).tables["quotes"]["files"]
    wanted = [q for f in files for q in pq.read_table(release / f).to_pylist()]
    for record, row in zip(records["quotes"], wanted, strict=True):
        assert record["quotes/quote_id"].decode() == row["quote_id"]
        assert record["quotes/parts"] == [
            {f"quotes/parts/{k}": v for k, v in part.items()} for part in row["parts"]
        ]


def test_datasets_loads_every_table_offline(release: Path, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    script = (
        "import json, sys, datasets\n"
        "print(json.dumps({n: datasets.load_dataset(sys.argv[1], n, split='train').num_rows"
        " for n in sys.argv[2:]}))"
    )
    # In a process of its own: the library reads these settings when it is imported.
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", script, str(release), *TABLES],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == _rows(release)


def test_citation_is_a_dataset_of_this_version(seed_release: Path) -> None:
    said = yaml.safe_load((seed_release / "CITATION.cff").read_text())
    assert said["type"] == "dataset"
    assert said["cff-version"] == "1.2.0"
    assert said["version"] == read_manifest(seed_release)["id"]
    assert {"message", "title", "authors"} <= said.keys()


def test_card_names_its_tables_and_files(release: Path) -> None:
    card = (release / "README.md").read_text()
    front = yaml.safe_load(card.split("---\n")[1])
    globs = {c["config_name"]: c["data_files"][0]["path"] for c in front["configs"]}
    assert list(globs) == list(TABLES)
    assert all(list(release.glob(path)) for path in globs.values())
    for name, rows in _rows(release).items():
        assert f"| {name} | {rows:,} |" in card
