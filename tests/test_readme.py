"""What the README shows is what one gets."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import EXIT_CODES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.model
@pytest.mark.parametrize("snippet", SNIPPETS, ids=["pandas", "duckdb"])
def test_snippets_run(snippet: str, seed_release: Path, tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "latest").symlink_to(seed_release)
    done = subprocess.run(
        [sys.executable, "-c", snippet], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Siddiqa" in done.stdout


@pytest.mark.model
def test_the_excerpt_is_of_a_real_release(seed_release: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "excerpt.py", seed_release, "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, "README.md is stale; mend it: make corpus readme"


def test_exit_codes_agree_with_the_command() -> None:
    listed = re.findall(r"^\| (\d+) \|", README, re.MULTILINE)
    said = re.findall(r"\b(\d{1,3}) [a-z]", EXIT_CODES)
    assert sorted(map(int, listed)) == sorted({int(code) for code in said})


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in target:
            assert (ROOT / target).exists(), target
