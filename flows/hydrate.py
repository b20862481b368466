"""Giving a release without full texts its texts back, for a user who has the articles.

The articles are cleaned anew, with the release's own configuration; a text is taken only where its
SHA-256 is the one the release names, so an offset never points into another text. Where every text
is found, the tables are byte for byte those of a release with full texts.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows import walk
from flows.annotate.engine import ModelIdentity
from flows.config import Config
from flows.errors import IntegrityMismatch, UsageError
from flows.ledgers import Cleaned
from flows.plan import Plan, find_sources
from flows.publish.about import write_about
from flows.publish.manifest import describe_edition, make_manifest, read_manifest, write_manifest
from flows.publish.parquet import TableWriter, table_files
from flows.publish.verify import verify_files
from flows.rebuild import Steps, clean_all
from flows.validate.relations import check_relations
from flows.work import Place
from schemas import TABLES
from schemas.arrow import arrow_schema

# Articles held in memory while a table is filled in.
CACHED_ARTICLES = 256
NO_MODEL = ModelIdentity(name="none", version="", sha256="")
# Files a release has beside its tables that do not depend on them being whole.
KEPT = ("CHANGES.md",)


@dataclass(frozen=True, slots=True)
class Hydrated:
    """How many texts were restored, of how many, and the ids of documents without one."""

    restored: int
    documents: int
    missing: tuple[str, ...]


def hydrate(release: Path, inputs: Sequence[str], target: Path) -> Hydrated:
    """Write a copy of a release with the texts of its articles.

    Args:
        release: folder of the release, whole.
        inputs: files, folders and URLs with the articles.
        target: folder to write to; must not exist.

    Raises:
        UsageError: when the target exists, or the release has its texts.
        InputsUnusable: when an input does not exist.
        IntegrityMismatch: when the release is damaged.
    """
    problems = verify_files(release)
    if problems:
        raise IntegrityMismatch(f"{release}: {problems[0]}. Fetch it again.")
    manifest = read_manifest(release)
    if target.exists():
        raise UsageError(f"{target}: exists already. Give the name of a new folder.")
    if manifest["made_from"]["config"]["publish"]["full_text"]:
        raise UsageError(f"{release}: has its texts.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".hydrate-") as scratch:
        texts = _Texts(_plan(manifest, inputs, Path(scratch)))
        staging = Path(scratch) / "release"
        staging.mkdir()
        missing = _fill(release, staging, manifest, texts)
        _describe(release, staging, manifest)
        failures = check_relations({name: table_files(staging, name) for name in TABLES})
        if failures:
            raise IntegrityMismatch(f"the texts do not fit the release: {failures[0]}")
        staging.rename(target)
    n = manifest["tables"]["documents"]["rows"]
    return Hydrated(n - len(missing), n, tuple(missing))


class _Texts:
    """Cleaned articles by the hash of their text."""

    def __init__(self, plan: Plan) -> None:
        cleaned = Cleaned(plan.work, plan.index)
        clean_all(plan, walk.first_pass(plan), cleaned, Steps())
        clean_all(plan, walk.second_pass(plan), cleaned, Steps())
        # Where only some of the articles are given, other paragraphs recur in them: both the
        # texts with and those without recurring paragraphs are looked among.
        rows = plan.index.rows(
            """
            select text_sha256, part, row from whole join records using (id)
            where text_sha256 is not null order by records.key, record_index
            """
        )
        self._places = {sha256: Place(part, row) for sha256, part, row in rows}
        self._store = cleaned.ledger.store
        self._read = lru_cache(maxsize=4)(self._part)
        self.article = lru_cache(maxsize=CACHED_ARTICLES)(self._article)

    def _part(self, part: str) -> pa.ChunkedArray:
        return self._store.read(part, ["article.text", "article.removals"])["article"]

    def _article(self, text_sha256: str) -> Mapping[str, Any] | None:
        place = self._places.get(text_sha256)
        return None if place is None else self._read(place.part)[place.row].as_py()


def _plan(manifest: Mapping[str, Any], inputs: Sequence[str], scratch: Path) -> Plan:
    """A plan that only cleans, as the release was cleaned."""
    config = Config.model_validate(manifest["made_from"]["config"])
    # Metadata is in the release; the list of what is withdrawn and the manifest may be elsewhere.
    read = config.read.model_copy(update={"manifest": None, "withdrawn": None})
    config = config.model_copy(update={"read": read})
    return Plan(scratch, config, find_sources(inputs, config), NO_MODEL, "", {})


def _fill(release: Path, staging: Path, manifest: Mapping[str, Any], texts: _Texts) -> list[str]:
    """Write the tables, texts in place; returns the documents whose text was not found."""
    part_rows = manifest["made_from"]["config"]["publish"]["part_rows"]
    hashes: dict[str, str] = {}
    for group in _groups(release, "documents", ["doc_id", "text_sha256"]):
        hashes |= dict(zip(*(group[c].to_pylist() for c in group.column_names), strict=True))
    missing = [doc_id for doc_id, sha256 in hashes.items() if texts.article(sha256) is None]
    for name, model in TABLES.items():
        writer = TableWriter(staging, name, part_rows)
        for group in _groups(release, name):
            table = _filled(name, group, hashes, texts)
            # Parquet's reader adds metadata of its own to the fields.
            writer.write(pa.Table.from_arrays(table.columns, schema=arrow_schema(model)))
        writer.close()
    return missing


def _groups(release: Path, name: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
    for path in table_files(release, name):
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns)


def _filled(name: str, table: pa.Table, hashes: Mapping[str, str], texts: _Texts) -> pa.Table:
    fill = {
        "documents": lambda row, article: {"text": article["text"], "text_included": True},
        "sentences": lambda row, article: {"text": article["text"][row["start"] : row["end"]]},
        "removals": lambda row, article: {
            "text": article["removals"][row["removal_index"]]["text"]
        },
        "quotes": lambda row, article: {
            "text": article["text"][row["start"] : row["end"]],
            "content": " ".join(article["text"][p["start"] : p["end"]] for p in row["parts"]),
        },
    }.get(name)
    if fill is None:
        return table
    asked = {"doc_id", "start", "end", "parts", "removal_index"} & set(table.column_names)
    columns = {"documents": ["text", "text_included"], "quotes": ["text", "content"]}
    values = {c: table[c].to_pylist() for c in columns.get(name, ["text"])}
    for number, row in enumerate(table.select(sorted(asked)).to_pylist()):
        article = texts.article(hashes[row["doc_id"]])
        if article is not None:
            for column, value in fill(row, article).items():
                values[column][number] = value
    for column, found in values.items():
        at = table.schema.get_field_index(column)
        field = table.schema.field(at)
        table = table.set_column(at, field, pa.array(found, field.type))
    return table


def _describe(release: Path, staging: Path, manifest: Mapping[str, Any]) -> None:
    made_from = {**manifest["made_from"], "hydrated_from": manifest["id"]}
    edition = describe_edition(staging, made_from)
    for name in KEPT:
        if (release / name).is_file():
            shutil.copyfile(release / name, staging / name)
    write_about(staging, edition)
    write_manifest(staging, make_manifest(staging, edition, manifest["build_key"], {}))
