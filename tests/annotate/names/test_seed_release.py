"""Who is who on the seed articles, read from a release as its user would."""

from pathlib import Path

import duckdb
import pytest

pytestmark = [pytest.mark.model, pytest.mark.slow]

Rows = list[tuple[object, ...]]


def ask(release: Path, query: str) -> Rows:
    """Rows of a query over the tables `q` (quotes) and `e` (entities)."""
    connection = duckdb.connect()
    for name, table in (("q", "quotes"), ("e", "entities")):
        connection.execute(f"CREATE VIEW {name} AS FROM '{release / table}.parquet'")
    return connection.execute(query).fetchall()


def test_one_kayani_over_three_articles(seed_release: Path) -> None:
    found = ask(
        seed_release,
        "SELECT entity_key, list_sort(list_distinct(list(doc_id[:3]))) FROM e "
        "WHERE label = 'PERSON' AND contains(text, 'Kayani') GROUP BY entity_key",
    )
    assert found == [("person:ashfaq-kayani", ["000", "002", "003"])]


def test_one_zardari(seed_release: Path) -> None:
    found = ask(
        seed_release,
        "SELECT DISTINCT entity_key, canonical_name FROM e WHERE contains(text, 'Zardari')",
    )
    assert found == [("person:asif-ali-zardari", "Asif Ali Zardari")]


@pytest.mark.parametrize(
    ("article", "speaker", "cue", "name", "method"),
    [
        ("004", "he", "proclaimed", "Leon Panetta", "pronoun"),
        ("001", "%former Pakistan ambassador%", "says", "Rustam Shah Mohmand", "nominal"),
        ("001", "Mohmand", "says", "Rustam Shah Mohmand", "name"),
        ("003", "Mr Zardari", "said", "Asif Ali Zardari", "name"),
        ("003", "General Kayani", "told", "Ashfaq Kayani", "name"),
    ],
)
def test_speakers(
    article: str, speaker: str, cue: str, name: str, method: str, seed_release: Path
) -> None:
    found = ask(
        seed_release,
        f"SELECT DISTINCT speaker_name, speaker_method FROM q WHERE starts_with(doc_id, '{article}')"
        f" AND speaker_text LIKE '{speaker}' AND cue_text = '{cue}'",
    )
    assert found == [(name, method)]


def test_the_official_is_the_senior_pakistani_security_official(seed_release: Path) -> None:
    found = ask(
        seed_release,
        "SELECT DISTINCT e.text, e.cluster_index, e.country, q.speaker_kind, q.speaker_description "
        "FROM q JOIN e ON q.speaker_entity_id = e.entity_id "
        "WHERE starts_with(q.doc_id, '003') AND contains(e.text, 'official') AND e.mention_type = "
        "'nominal' AND NOT contains(e.text, 'officials') ORDER BY e.text",
    )
    assert [row[0] for row in found] == ["official", "senior Pakistani security official"]
    assert len({row[1] for row in found}) == 1
    assert [row[2] for row in found] == [None, "PK"]
    assert {row[3:] for row in found} == {
        ("unnamed_person", "A senior Pakistani security official")
    }


def test_haqqani_is_a_person_and_his_network_is_none(seed_release: Path) -> None:
    found = ask(
        seed_release,
        "SELECT DISTINCT text, label FROM e WHERE contains(text, 'Haqqani') ORDER BY ALL",
    )
    labels = dict(found)
    assert labels["Sirajuddin Haqqani"] == "PERSON"
    assert all(label in ("PERSON", "ORG", "NORP") for _, label in found)
