"""Every recipe of the documentation runs, in the order of its page."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest

from flows.config import Config
from flows.read.fields import SYNONYMS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ["tutorial.md", *(f"how-to/{p.name}" for p in sorted((DOCS / "how-to").glob("*.md")))]
BLOCK = re.compile(r"^```(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = {"python", "sql", "toml", "r", "r-untested"}


def _blocks(page: str, language: str) -> list[str]:
    found = BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))
    return [text for name, text in found if name == language]


def _having(language: str) -> list[str]:
    return [page for page in PAGES if _blocks(page, language)]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_kind_that_is_run(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert {name for name, _ in BLOCK.findall(text)} <= LANGUAGES
    assert text.count("```") == 2 * len(BLOCK.findall(text))


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("page", _having("python"))
def test_python(page: str, workplace: Path, tmp_path: Path) -> None:
    code = "\n".join(_blocks(page, "python"))
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_HOME": str(tmp_path / "hf"),
        "CROISSANT_CACHE": str(tmp_path / "croissant"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=workplace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.model
@pytest.mark.slow
def test_the_tutorial_ends_in_a_figure(workplace: Path) -> None:
    from lxml import etree

    code = "\n".join(_blocks("tutorial.md", "python"))
    subprocess.run([sys.executable, "-c", code], cwd=workplace, check=True, timeout=120)
    figure = etree.parse(workplace / "figure.svg")
    bars = figure.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) > 2
    widths = [float(bar.get("width")) for bar in bars]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("page", _having("sql"))
def test_sql(page: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    for query in _blocks(page, "sql"):
        result = duckdb.connect().execute(query)
        names = [column[0] for column in result.description]
        rows = result.fetchall()
        if "proven" in names:
            assert rows
            assert all(row[names.index("proven")] for row in rows)


@pytest.mark.parametrize("page", _having("toml"))
def test_settings_are_settings(page: str) -> None:
    for block in _blocks(page, "toml"):
        config = Config.model_validate(tomllib.loads(block))
        assert set(config.read.columns) <= set(SYNONYMS)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("Rscript"), reason="no R: `apt-get install r-base-core`")
@pytest.mark.parametrize("page", _having("r"))
def test_r(page: str, workplace: Path) -> None:
    for block in _blocks(page, "r"):
        done = subprocess.run(
            ["Rscript", "--vanilla", "-e", block],
            cwd=workplace,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert "Siddiqa" in done.stdout
