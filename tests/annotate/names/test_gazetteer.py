from pathlib import Path

import pytest

from flows.annotate.names.gazetteer import GazetteerError, load_gazetteer

HEADER = "name,alias,type,key,kb_id\n"
SEEDS = Path(__file__).resolve().parents[3] / "seeds"


def write(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "gazetteer.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_names_and_aliases_are_found_whatever_their_case(tmp_path: Path) -> None:
    found = load_gazetteer(write(tmp_path, "Zoë Roe,Z. Roe|Roe,PERSON,person:zoe-roe,kb1\n"))
    exact, alias = found.find("ZOE ROE"), found.find("z roe")
    assert exact is not None and (exact.method, exact.score) == ("exact", 1.0)
    assert alias is not None and alias.method == "alias" and 0 < alias.score < 1
    assert exact.entry.kb_id == "kb1"
    assert found.find("Eve Roe") is None


def test_a_form_of_two_entries_links_to_none(tmp_path: Path) -> None:
    rows = "Ann Roe,Roe,PERSON,a,\nBob Roe,Roe,PERSON,b,\n"
    found = load_gazetteer(write(tmp_path, rows))
    assert found.find("Roe") is None
    link = found.find("Bob Roe")
    assert link is not None and link.entry.kb_id is None


def test_an_empty_gazetteer_is_one(tmp_path: Path) -> None:
    assert load_gazetteer(write(tmp_path, "")).find("Roe") is None


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        ("Roe,,PERSON,a\n", "name,alias,type,key\n", "kb_id"),
        ("Roe,,HUMAN,a,\n", HEADER, "HUMAN"),
        (",,PERSON,a,\n", HEADER, "line 2"),
        ("Roe,,PERSON,,\n", HEADER, "line 2"),
        ("Roe,,PERSON,a,\nLee,,ORG,a,\n", HEADER, "two types"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, rows: str, header: str, says: str) -> None:
    with pytest.raises(GazetteerError, match=says):
        load_gazetteer(write(tmp_path, rows, header))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match="cannot be read"):
        load_gazetteer(tmp_path / "none.csv")


def test_the_gazetteer_of_the_seeds_can_be_used() -> None:
    link = load_gazetteer(SEEDS / "gazetteer.csv").find("Ashfaq Parvez Kayani")
    assert link is not None and link.entry.key == "person:ashfaq-kayani"
