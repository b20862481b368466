"""The notebooks run from top to bottom, and their answers hold."""

import shutil
from pathlib import Path

import nbformat
import pyarrow.parquet as pq
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

pytestmark = [pytest.mark.model, pytest.mark.slow]


def _run(name: str, workplace: Path) -> nbformat.NotebookNode:
    folder = workplace / "notebooks"
    folder.mkdir(exist_ok=True)
    shutil.copy(NOTEBOOKS / name, folder)
    notebook = nbformat.read(folder / name, as_version=4)
    client = NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(folder)}})
    return client.execute()


def _shown(notebook: nbformat.NotebookNode) -> list[str]:
    """What each code cell printed and gave, as text."""
    return [
        "".join(
            output.get("text", "") or output.get("data", {}).get("text/plain", "")
            for output in cell.outputs
        )
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_five_questions_are_answered(workplace: Path) -> None:
    answers = _shown(_run("five_questions.ipynb", workplace))
    quotes = pq.read_table(workplace / "output" / "latest" / "quotes.parquet").to_pandas()
    _, speakers, sources, unnamed, edges, taliban, proven, denied, rules = answers
    assert "Ayesha Siddiqa" in speakers
    assert set(quotes.loc[quotes["cue_kind"] != "think", "speaker_kind"]) <= set(sources.split())
    assert "come from unnamed sources" in unnamed
    assert "about" in edges and len(edges.splitlines()) > 5
    said = quotes[quotes["cue_kind"] != "think"]
    found = said["content"].str.contains("taliban", case=False).sum()
    assert proven.startswith(f"{found} of {found} stand")
    assert len(taliban.splitlines()) > 1
    assert denied.startswith(f"{quotes['negated'].sum()} of {len(quotes)} statements are denied")
    assert set(said["rule"]) <= set(rules.split())


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.name)
def test_notebooks_are_committed_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
