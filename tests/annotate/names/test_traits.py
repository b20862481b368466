"""Party, state and country by the words around names and in phrases; parses are built by hand."""

from collections.abc import Callable

import pytest

from flows.annotate.names.traits import conflict, country_in, traits_near, traits_of
from flows.lexicons import mapping, rows
from flows.parse import Parse

Handmade = Callable[..., Parse]


@pytest.mark.parametrize(
    ("words", "traits"),
    [
        ("the Florida senator", "state:FL"),
        ("the New York businessman", "state:NY"),
        ("the Kentucky Republican", "state:KY party:republican"),
        ("the Democratic front-runner", "party:democrat"),
        ("the GOP candidate", "party:republican"),
        ("the French president", "country:FR"),
        ("a South Korean diplomat", "country:KR"),
        ("the Pakistani ambassador to Afghanistan", "country:PK country:AF"),
        ("Republicans", "party:republican"),
        ("the senator", ""),
    ],
)
def test_traits_of_a_phrase(words: str, traits: str) -> None:
    assert traits_of(words.split()) == frozenset(traits.split())


@pytest.mark.parametrize(
    ("tagged", "last", "traits"),
    [
        ("Florida/NNP Sen./NNP Roe/NNP left/VBD", 3, "state:FL"),
        ("Republican/JJ candidate/NN Roe/NNP left/VBD", 3, "party:republican"),
        ("in/IN Texas/NNP ,/, Roe/NNP left/VBD", 4, ""),
        ("Ann/NNP Roe/NNP of/IN Vermont/NNP left/VBD", 2, "state:VT"),
        ("Ann/NNP Roe/NNP ,/, R-Ky./NNP ,/, left/VBD", 2, "party:republican state:KY"),
        (
            "Ann/NNP Roe/NNP ,/, Democrat/NNP of/IN Ohio/NNP ,/, left/VBD",
            2,
            "party:democrat state:OH",
        ),
        ("Ann/NNP Roe/NNP ,/, Democrat/NNP Bob/NNP Lee/NNP and/CC Eve/NNP left/VBD", 2, ""),
        ("Ann/NNP Roe/NNP of/IN Peru/NNP left/VBD", 2, ""),
    ],
)
def test_traits_near_a_name(tagged: str, last: int, traits: str, handmade: Handmade) -> None:
    parse = handmade(tagged)
    # The name is the tokens up to `last`; a title and what stands before are not part of it.
    first = next(i for i in range(last) if parse.word[i] in ("Ann", "Roe"))
    assert traits_near(parse, first, last) == frozenset(traits.split())


@pytest.mark.parametrize(
    ("ours", "theirs", "differ"),
    [
        ("state:FL", "state:IA", True),
        ("state:FL", "state:FL party:democrat", False),
        ("party:democrat", "party:republican state:FL", True),
        ("country:PK", "country:PK country:AF", False),
        ("country:FR", "country:US", True),
        ("country:FR", "", False),
        ("", "state:FL", False),
    ],
)
def test_conflict(ours: str, theirs: str, differ: bool) -> None:
    assert conflict(ours.split(), theirs.split()) is differ
    assert conflict(theirs.split(), ours.split()) is differ


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("senior Pakistani security official", "PK"),
        ("French president", "FR"),
        ("Indian and Chinese officials", None),
        ("senior official", None),
        ("Florida senator", None),
    ],
)
def test_country_of_a_noun_phrase(words: str, code: str | None) -> None:
    assert country_in(words.split()) == code


def test_states_are_fifty() -> None:
    assert len(set(mapping("us_states").values())) == 50


def test_a_spelling_has_one_standard() -> None:
    standards = set(mapping("spelling_variants").values())
    assert not standards & set(mapping("spelling_variants"))
    assert len(rows("spelling_variants")) == len(mapping("spelling_variants"))
