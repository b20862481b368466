"""The documentation builds as a site, without a broken link and without asking another machine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_site_builds_and_is_complete(tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for page in site.rglob("*.html"):
        tree = html.fromstring(page.read_bytes())
        loaded = tree.xpath("//script/@src | //link[not(@rel='canonical')]/@href | //img/@src")
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], page
    for page in (ROOT / "docs").rglob("*.md"):
        assert (site / page.relative_to(ROOT / "docs")).with_suffix(".html").exists(), page


def test_every_command_in_the_documentation_exists() -> None:
    from flows.cli import COMMANDS

    known = {command.__name__ for command in COMMANDS} | {"config"}
    named = {
        name
        for page in (ROOT / "docs").rglob("*.md")
        for name in re.findall(r"(?:^ {4}(?:\S+/)?|`)onrecord ([a-z]+)", page.read_text(), re.M)
    }
    assert named <= known
    assert {"build", "explore", "export", "explain", "doctor", "init", "config"} <= named
