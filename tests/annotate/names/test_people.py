"""People by their names alone: which mentions are one person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.annotate.names.people import cluster_people, read_name, same_first
from flows.records import Mention


def clusters(names: str) -> list[list[str]]:
    """Clusters of `TITLE:NAME; NAME; ...`, each the names of its mentions."""
    pairs = [name.strip().rpartition(":") for name in names.split(";")]
    mentions = [
        Mention(i, 0, i, i + 1, "PERSON", title=title or None)
        for i, (title, _, _) in enumerate(pairs)
    ]
    texts = [name for _, _, name in pairs]
    return [[texts[i] for i in p.mentions] for p in cluster_people(texts, mentions)]


CASES = [
    ("Ann Roe; Roe; Ann", [["Ann Roe", "Roe", "Ann"]]),
    ("Roe; Ann Roe", [["Roe", "Ann Roe"]]),
    ("Ann Roe; Bob Lee; Roe; Lee", [["Ann Roe", "Roe"], ["Bob Lee", "Lee"]]),
    ("Ann Roe; Bob Roe; Roe", [["Ann Roe", "Roe"], ["Bob Roe"]]),
    ("Bob Roe; Ann Roe; Mrs.:Roe", [["Bob Roe"], ["Ann Roe", "Roe"]]),
    ("Bob Roe; Ann Roe; Mr.:Roe; Roe", [["Bob Roe", "Roe", "Roe"], ["Ann Roe"]]),
    ("Ann Roe; Mr.:Roe; Roe", [["Ann Roe"], ["Roe", "Roe"]]),
    ("Donald Roe; Donald J. Roe; Roe", [["Donald Roe", "Donald J. Roe", "Roe"]]),
    ("Bob Roe; Robert Roe", [["Bob Roe", "Robert Roe"]]),
    ("J. Roe; John Roe", [["J. Roe", "John Roe"]]),
    ("John Roe; Jane Roe", [["John Roe"], ["Jane Roe"]]),
    ("Martin Roe; Martin Roe Jr.", [["Martin Roe"], ["Martin Roe Jr."]]),
    ("Aung San Suu Kyi; Suu Kyi; Kyi", [["Aung San Suu Kyi", "Suu Kyi", "Kyi"]]),
    ("Suu Kyi; Aung San Suu Kyi", [["Suu Kyi", "Aung San Suu Kyi"]]),
    ("Ayman al-Zawahiri; Zawahiri", [["Ayman al-Zawahiri", "Zawahiri"]]),
    (
        "Osama bin Laden; bin Laden; Osama Bin Laden",
        [["Osama bin Laden", "bin Laden", "Osama Bin Laden"]],
    ),
    ("Bill de Blasio; De Blasio; Blasio", [["Bill de Blasio", "De Blasio", "Blasio"]]),
    (
        "Peña Nieto; Enrique Peña Nieto; Pena Nieto",
        [["Peña Nieto", "Enrique Peña Nieto", "Pena Nieto"]],
    ),
    ("James O’Neill; O'Neill", [["James O’Neill", "O'Neill"]]),
    ("Ban Ki-moon; Ban", [["Ban Ki-moon", "Ban"]]),
    ("Hasan Askari-Rizvi; Askari-Rizvi", [["Hasan Askari-Rizvi", "Askari-Rizvi"]]),
    ("Roe; Lee; Roe", [["Roe", "Roe"], ["Lee"]]),
    ("Asif Ali Zardari; Asif Zardari; Zardari", [["Asif Ali Zardari", "Asif Zardari", "Zardari"]]),
    ("Gen.:Ashfaq Kayani; General:Kayani", [["Ashfaq Kayani", "Kayani"]]),
    ("ANN ROE; Ann Roe; ROE", [["ANN ROE", "Ann Roe", "ROE"]]),
    # Spelled otherwise in one part: one person. In both, or with another name: two.
    ("Mohammed Roe; Muhammad Roe; Roe", [["Mohammed Roe", "Muhammad Roe", "Roe"]]),
    ("Mulla:Mohammad Omar; Mullah:Mohammed Omar", [["Mohammad Omar", "Mohammed Omar"]]),
    ("Hamed Karzai; Hamid Karzai", [["Hamed Karzai", "Hamid Karzai"]]),
    ("Ashfaq Kiyani; Ashfaq Kayani; Kayani", [["Ashfaq Kiyani", "Ashfaq Kayani", "Kayani"]]),
    ("Ali Ahmed Roe; Ali Ahmad Roe", [["Ali Ahmed Roe", "Ali Ahmad Roe"]]),
    ("Mohammed Hussein; Muhammad Hussain", [["Mohammed Hussein"], ["Muhammad Hussain"]]),
    ("Mohammed Roe; Muhammad Lee", [["Mohammed Roe"], ["Muhammad Lee"]]),
    # Couples and families.
    ("Hillary Roe; Bill Roe; Mrs.:Roe; Mr.:Roe", [["Hillary Roe", "Roe"], ["Bill Roe", "Roe"]]),
    ("Hillary Roe; Bill; Bill Roe", [["Hillary Roe"], ["Bill", "Bill Roe"]]),
    ("Martin Roe Sr.; Martin Roe Jr.", [["Martin Roe Sr."], ["Martin Roe Jr."]]),
    # Particles.
    ("Nuri al-Maliki; al-Maliki; Maliki", [["Nuri al-Maliki", "al-Maliki", "Maliki"]]),
    ("Ursula von der Leyen; von der Leyen", [["Ursula von der Leyen", "von der Leyen"]]),
    # Family names first: joined by the family name all the same.
    ("Xi Jinping; Xi", [["Xi Jinping", "Xi"]]),
    ("Kim Jong-un; Kim", [["Kim Jong-un", "Kim"]]),
]


@pytest.mark.parametrize(("names", "expected"), CASES)
def test_clusters(names: str, expected: list[list[str]]) -> None:
    assert clusters(names) == expected


def test_capitals_of_a_headline_are_not_the_name() -> None:
    mentions = [Mention(i, 0, i, i + 1, "PERSON") for i in range(2)]
    (person,) = cluster_people(["ANN ROE", "Ann Roe"], mentions)
    assert person.text == "Ann Roe"


def test_the_fullest_form_is_the_name() -> None:
    mentions = [Mention(i, 0, i, i + 1, "PERSON") for i in range(3)]
    (person,) = cluster_people(["Roe", "Ann Roe", "Ann B. Roe"], mentions)
    assert person.text == "Ann B. Roe"
    assert person.gender == "f"


@pytest.mark.parametrize(
    ("text", "words", "suffix"),
    [
        ("Ann Roe", ("ann", "roe"), ""),
        ("Martin Roe, Jr.", ("martin", "roe"), "jr"),
        ("Osama bin Laden", ("osama", "laden"), ""),
        ("Hendrik van der Roe III", ("hendrik", "roe"), "iii"),
        ("Zoë Roe-Lee", ("zoe", "roelee"), ""),
        ("Jr.", ("jr",), ""),
    ],
)
def test_read_name(text: str, words: tuple[str, ...], suffix: str) -> None:
    assert (read_name(text).words, read_name(text).suffix) == (words, suffix)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("bob", "robert", True), ("r", "robert", True), ("bob", "rob", True), ("ann", "eve", False)],
)
def test_same_first(a: str, b: str, same: bool) -> None:
    assert same_first(a, b) is same and same_first(b, a) is same


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "Mr.", "Mrs.", "Gen."]),
            st.sampled_from(["Ann", "Bob", "A.", "Robert", ""]),
            st.sampled_from(["Roe", "Lee", "bin Roe", "Roe Jr."]),
        ),
        max_size=30,
    )
)
def test_every_mention_is_of_one_person(parts: list[tuple[str, str, str]]) -> None:
    texts = [f"{first} {last}".strip() for _, first, last in parts]
    mentions = [
        Mention(i, 0, i, i + 1, "PERSON", title=title or None)
        for i, (title, _, _) in enumerate(parts)
    ]
    found = cluster_people(texts, mentions)
    assert sorted(i for p in found for i in p.mentions) == list(range(len(texts)))
    assert [p.mentions[0] for p in found] == sorted(p.mentions[0] for p in found)
    for p in found:
        full = {read_name(texts[i]) for i in p.mentions if len(read_name(texts[i]).words) > 1}
        assert len({name.last for name in full}) <= 1
        told = {t for i in p.mentions if (t := mentions[i].title) in ("Mr.", "Mrs.")}
        assert len(told) <= 1
