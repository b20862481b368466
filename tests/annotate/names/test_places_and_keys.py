"""Countries, keys, and names of things."""

import pytest

from flows.annotate.names.countries import ambiguous_country, country_of, is_place_word, state_of
from flows.annotate.names.keys import entity_key
from flows.annotate.names.things import cluster_things
from flows.lexicons import mapping
from flows.records import Mention


@pytest.mark.parametrize(
    ("name", "label", "code"),
    [
        ("Pakistan", "GPE", "PK"),
        ("Pakistani", "NORP", "PK"),
        ("Pakistanis", "NORP", "PK"),
        ("Islamabad", "GPE", "PK"),
        ("US", "GPE", "US"),
        ("U.S.", "GPE", "US"),
        ("us", "GPE", None),
        ("America", "GPE", "US"),
        ("Americans", "NORP", "US"),
        ("Washington", "GPE", "US"),
        ("Downing Street", "FAC", "GB"),
        ("British", "NORP", "GB"),
        ("Côte d’Ivoire", "GPE", "CI"),
        ("Ivory Coast", "GPE", "CI"),
        ("Myanmar", "GPE", "MM"),
        ("Bosnia and Herzegovina", "GPE", "BA"),
        ("North Korea", "GPE", "KP"),
        ("South Koreans", "NORP", "KR"),
        ("Chinese", "NORP", "CN"),
        ("Turkey", "GPE", "TR"),
        ("Georgia", "GPE", None),
        ("Jordan", "GPE", None),
        ("Pashtun", "NORP", None),
        ("Paris", "PERSON", None),
        ("Springfield", "GPE", None),
        ("European Union", "ORG", None),
    ],
)
def test_country_of(name: str, label: str, code: str | None) -> None:
    assert country_of(name, label) == code


def test_an_ambiguous_name_needs_company() -> None:
    assert ambiguous_country("Jordan", "GPE", frozenset(("JO", "SY"))) == "JO"
    assert ambiguous_country("Jordan", "GPE", frozenset(("US",))) is None
    assert ambiguous_country("Jordan", "PERSON", frozenset(("JO",))) is None


def test_states_are_not_their_capitals() -> None:
    assert state_of("Pakistan") == "PK"
    assert state_of("Islamabad") is None and state_of("Pakistani") is None
    assert is_place_word("Islamabad") and is_place_word("Texas") and not is_place_word("Roe")


@pytest.mark.parametrize("table", ["countries", "demonyms", "capitals"])
def test_codes_are_iso(table: str) -> None:
    assert all(len(c) == 2 and c.isupper() for c in mapping(table).values())


@pytest.mark.parametrize(
    ("name", "label", "key"),
    [
        ("Ashfaq Kayani", "PERSON", "person:ashfaq-kayani"),
        ("Kayani", "PERSON", None),
        ("Donald J. Roe", "PERSON", "person:donald-roe"),
        ("Martin Roe Jr.", "PERSON", "person:martin-roe-jr"),
        ("Roe Jr.", "PERSON", None),
        ("Hasan Askari-Rizvi", "PERSON", "person:hasan-askari-rizvi"),
        ("Enrique Peña Nieto", "PERSON", "person:enrique-pena-nieto"),
        ("U.S.", "GPE", "place:us"),
        ("United States", "GPE", "place:us"),
        ("Quetta", "GPE", "place:quetta"),
        ("Pakistanis", "NORP", "group:pk"),
        ("Pakistani", "NORP", "group:pk"),
        ("Democrats", "NORP", "group:democrat"),
        ("Roe Bank", "ORG", "organisation:roe-bank"),
        ("The Washington Post", "ORG", "organisation:washington-post"),
        ("…", "ORG", None),
    ],
)
def test_entity_key(name: str, label: str, key: str | None) -> None:
    assert entity_key(name, label) == key


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("ORG:Inter-Services Intelligence; ORG:ISI", [[0, 1]]),
        ("ORG:ISI; ORG:Inter-Services Intelligence", [[0, 1]]),
        ("ORG:Democratic National Committee; ORG:D.N.C.; ORG:RNC", [[0, 1], [2]]),
        ("GPE:U.S.; GPE:United States; GPE:America; NORP:American", [[0, 1, 2], [3]]),
        ("GPE:Washington; GPE:U.S.", [[0], [1]]),
        ("NORP:Pakistani; NORP:Pakistanis; GPE:Pakistan", [[0, 1], [2]]),
        ("ORG:Roe Bank; ORG:ROE BANK; GPE:Roe Bank", [[0, 1], [2]]),
        ("ORG:University of Roe; ORG:UR", [[0, 1]]),
    ],
)
def test_cluster_things(names: str, expected: list[list[int]]) -> None:
    pairs = [n.strip().split(":") for n in names.split(";")]
    mentions = [Mention(i, 0, i, i + 1, label) for i, (label, _) in enumerate(pairs)]
    assert cluster_things([name for _, name in pairs], mentions) == expected
