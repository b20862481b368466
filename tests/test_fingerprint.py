"""What a release's identity depends on: all that can change its tables, and nothing else."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import fingerprint

ROOT = Path(__file__).resolve().parents[1]
# Where tables are made.
MAKERS = ("flows.shards", "flows.walk", "flows.staging", "flows.publish.release")
# What these use that changes no table: names of errors, the configuration (whose values are in the
# release's identity themselves), where parts lie and when they are worth keeping, the hash itself.
# How work is cut into shards changes no table.
WITHOUT_EFFECT = {"flows.errors", "flows.config", "flows.work", "flows.fingerprint", "flows.cut"}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of everything that is hashed, and hashing it."""
    for name in ("flows", "schemas", "seeds/lexicons"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    fingerprint.code_fingerprint.cache_clear()
    yield tmp_path
    fingerprint.code_fingerprint.cache_clear()


def changed(checkout: Path, name: str) -> set[str]:
    """The stages whose fingerprint another line in a file changes."""
    before = {stage: fingerprint.code_fingerprint(stage) for stage in fingerprint.STAGES}
    with (checkout / name).open("a") as file:
        file.write("\n# Another line.\n")
    fingerprint.code_fingerprint.cache_clear()
    return {s for s in fingerprint.STAGES if fingerprint.code_fingerprint(s) != before[s]}


@pytest.mark.parametrize(
    ("name", "stages"),
    [
        ("flows/clean/boilerplate.py", {"clean", "all"}),
        ("flows/read/warc.py", {"clean", "all"}),
        ("flows/segment/sentences.py", {"annotate", "all"}),
        ("flows/annotate/quotes/find.py", {"annotate", "all"}),
        ("flows/records.py", {"clean", "annotate", "all"}),
        ("flows/publish/assemble.py", {"all"}),
        ("flows/validate/relations.py", {"all"}),
        ("flows/walk.py", {"all"}),
        ("schemas/quotes.py", {"all"}),
        ("flows/explore/corpus.py", set()),
        ("flows/export/csv.py", set()),
        ("flows/commands/build.py", set()),
        ("flows/crew.py", set()),
        ("flows/build.py", set()),
        ("flows/progress.py", set()),
    ],
)
def test_what_a_change_of_code_makes_anew(checkout: Path, name: str, stages: set[str]) -> None:
    assert changed(checkout, name) == stages


def test_a_lexicon_changes_annotation(checkout: Path) -> None:
    lexicon = next((checkout / "seeds" / "lexicons").rglob("*.tsv"))
    name = str(lexicon.relative_to(checkout))
    assert changed(checkout, name) == {"annotate", "all"}
    assert not {n for n in _used_by(("flows.read.read", "flows.clean.clean")) if "lexicons" in n}


def test_whatever_makes_tables_is_in_the_fingerprint() -> None:
    hashed = {
        path
        for place in fingerprint.STAGES["all"]
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    }
    for name in _used_by(MAKERS) - WITHOUT_EFFECT:
        assert _file(name) in hashed, f"{name}: add it to fingerprint.py, or say here why not"


def _used_by(names: tuple[str, ...]) -> set[str]:
    """Modules of the checkout that some modules import, directly or not."""
    found: set[str] = set()
    pending = [*names]
    while pending:
        name = pending.pop()
        if name in found or _file(name) is None:
            continue
        found.add(name)
        for node in ast.walk(ast.parse(_file(name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                pending += [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
    return {n for n in found if _file(n).name != "__init__.py"}


def _file(name: str) -> Path | None:
    path = ROOT / name.replace(".", "/")
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None
