"""What the data dictionary says beside the columns."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from flows.publish.dictionary import describe_tables, render_dictionary

QUERY = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_catalogue_has_its_caveats() -> None:
    (section,) = render_dictionary().split("### People over articles")[1:]
    caveats = [line for line in section.partition("\n## ")[0].splitlines() if line[:2] == "- "]
    assert any("two people of one full name" in line for line in caveats)
    assert any("one word" in line for line in caveats)


def test_the_catalogue_is_part_of_the_description() -> None:
    (entities,) = (t for t in describe_tables() if t["table"] == "entities")
    assert json.loads(json.dumps(entities))["query"]["sql"] in render_dictionary()


@pytest.mark.model
@pytest.mark.slow
def test_the_catalogue_runs_on_a_release(
    seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "latest").symlink_to(seed_release)
    monkeypatch.chdir(tmp_path)
    (query,) = QUERY.findall(render_dictionary())
    found = {row[0]: row[1:] for row in duckdb.connect().execute(query).fetchall()}
    name, articles, by_name, mentions, spellings, documents = found["person:ashfaq-kayani"]
    assert name == "Ashfaq Kayani" and spellings == ["Ashfaq Kayani"]
    assert articles == len(documents) == 3
    assert [document[:3] for document in documents] == ["000", "002", "003"]
    assert mentions >= by_name > 3
