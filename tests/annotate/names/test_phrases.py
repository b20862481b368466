"""Titles, descriptions and noun phrases, each by its own words; parses are built by hand."""

from collections.abc import Callable

import pytest

from flows.annotate.names.antecedents import Discourse, Place, Reference
from flows.annotate.names.descriptions import description_of, is_described, role_before
from flows.annotate.names.phrases import read_phrase, singular
from flows.annotate.names.referents import Referent
from flows.annotate.names.titles import title_before, title_gender, title_length
from flows.parse import Parse
from flows.segment.sentences import sentences

Handmade = Callable[..., Parse]


@pytest.mark.parametrize(
    ("tagged", "first", "title"),
    [
        ("Gen./NNP Roe/NNP", 1, "Gen."),
        ("Defense/NNP Secretary/NNP Roe/NNP", 2, "Defense Secretary"),
        ("Army/NNP Chief/NNP of/IN Staff/NNP Roe/NNP", 4, "Army Chief of Staff"),
        ("Secretary/NNP of/IN State/NNP Roe/NNP", 3, "Secretary of State"),
        ("Pakistani/JJ President/NNP Roe/NNP", 2, "President"),
        ("former/JJ President/NNP Roe/NNP", 2, "President"),
        ("of/IN President/NNP Roe/NNP", 2, "President"),
        ("President/NNP -/HYPH elect/NNP Roe/NNP", 3, "President - elect"),
        ("Sen.-elect/NNP Roe/NNP", 1, "Sen.-elect"),
        ("Candidate/NNP Roe/NNP", 1, "Candidate"),
        ("newly/RB -/HYPH elect/NN Roe/NNP", 3, None),
        ("Roe/NNP", 0, None),
        ("State/NNP Roe/NNP", 1, None),
        ("Bank/NNP Roe/NNP", 1, None),
    ],
)
def test_title_before(tagged: str, first: int, title: str | None, handmade: Handmade) -> None:
    assert title_before(handmade(tagged), first, 0) == title


@pytest.mark.parametrize(
    ("tagged", "length"),
    [("Gen./NNP Ann/NNP Roe/NNP", 1), ("Ann/NNP Roe/NNP", 0), ("President/NNP", 0)],
)
def test_title_length_leaves_a_name(tagged: str, length: int, handmade: Handmade) -> None:
    parse = handmade(tagged)
    assert title_length(parse, 0, len(parse)) == length


@pytest.mark.parametrize(
    ("title", "gender"),
    [("Mr.", "m"), ("Mrs", "f"), ("Gen.", None), ("Congresswoman", "f"), (None, None)],
)
def test_title_gender(title: str | None, gender: str | None) -> None:
    assert title_gender(title) == gender


@pytest.mark.parametrize(
    ("tagged", "description"),
    [
        ("Roe/NNP ,/, a/DT teacher/NN in/IN Peru/NNP ,/, left/VBD", "a teacher in Peru"),
        ("Roe/NNP ,/, head/NN of/IN it/PRP ./.", "head of it"),
        ("Roe/NNP ,/, the/DT teacher/NN left/VBD ./.", None),
        ("Roe/NNP ,/, teachers/NNS and/CC others/NNS ,/, left/VBD", None),
        ("Roe/NNP ,/, the/DT river/NN ,/, left/VBD", None),
        ("Roe/NNP ,/, deputy/NN chief/NN Lee/NNP ,/, left/VBD", None),
        ("Roe/NNP ,/, who/WP left/VBD ./.", None),
        ("Roe/NNP left/VBD ./.", None),
    ],
)
def test_apposition(tagged: str, description: str | None, handmade: Handmade) -> None:
    parse = handmade(tagged)
    (sentence,) = sentences(parse)
    assert description_of(parse, 0, 1, "PERSON", sentence) == description


def test_a_role_stands_before_a_name(handmade: Handmade) -> None:
    parse = handmade("former/JJ bank/NN analyst/NN Roe/NNP")
    (sentence,) = sentences(parse)
    assert role_before(parse, 3) == "person"
    assert description_of(parse, 3, 4, "PERSON", sentence) == "former bank analyst"
    assert description_of(parse, 3, 4, "ORG", sentence) is None


@pytest.mark.parametrize(
    ("tagged", "person"),
    [
        ("Roe/NNP ,/, who/WP left/VBD", True),
        ("Roe/NNP ,/, 43/CD ,/, left/VBD", True),
        ("Roe/NNP ,/, a/DT teacher/NN ,/, left/VBD", True),
        ("Roe/NNP ,/, a/DT bank/NN ,/, left/VBD", False),
        ("Roe/NNP ,/, a/DT city/NN of/IN teachers/NNS", False),
    ],
)
def test_is_described(tagged: str, person: bool, handmade: Handmade) -> None:
    assert is_described(handmade(tagged), 0, 1) is person


@pytest.mark.parametrize(
    ("tagged", "noun", "plural", "definite", "kind"),
    [
        ("the/DT official/NN", "official", False, True, "person"),
        ("a/DT official/NN", "official", False, False, "person"),
        ("officials/NNS", "official", True, False, "group"),
        ("his/PRP$ wife/NN", "wife", False, True, "person"),
        ("the/DT report/NN", "report", False, True, "document"),
        ("the/DT agencies/NNS", "agency", True, True, "organisation"),
        ("the/DT barkeeper/NN", "barkeeper", False, True, "person"),
        ("the/DT deal/NN", "deal", False, True, None),
        ("his/PRP$ anger/NN", "anger", False, True, None),
        ("one/CD of/IN several/JJ officials/NNS", "official", False, False, "person"),
    ],
)
def test_read_phrase(
    tagged: str, noun: str, plural: bool, definite: bool, kind: str | None, handmade: Handmade
) -> None:
    # Behind "said" the phrase's head is the word whose own head lies outside: the last noun.
    parse = handmade(tagged)
    head = 0 if tagged.startswith("one") else len(parse) - 1
    parse.head[:] = [head] * len(parse)
    found = read_phrase(parse, 0, len(parse))
    assert (found.noun, found.plural, found.definite, found.kind) == (noun, plural, definite, kind)


@pytest.mark.parametrize(
    ("plural", "noun"),
    [
        ("officials", "official"),
        ("men", "man"),
        ("parties", "party"),
        ("boss", "boss"),
        ("witnesses", "witness"),
        ("people", "person"),
    ],
)
def test_singular(plural: str, noun: str) -> None:
    assert singular(plural) == noun


def reference(who: Referent, token: int, **given: object) -> Reference:
    values = {"sentence": 0, "paragraph": 0, "subject": 0, "speaker": False}
    values |= {"possessive": False, "quote": None} | given
    return Reference(referent=who, token=token, **values)  # type: ignore[arg-type]


def person(number: int, gender: str | None = None) -> Referent:
    return Referent(number, "PERSON", name=f"P{number}", gender=gender, person=True)


def test_the_main_subject_outweighs_the_nearest() -> None:
    discourse, subject, other = Discourse(), person(0), person(1)
    discourse.add(reference(subject, 0, subject=2))
    discourse.add(reference(other, 4))
    assert discourse.person("m", Place(9, 0, 0, None)) is subject


def test_gender_excludes_and_is_learnt() -> None:
    discourse, woman, unknown = Discourse(), person(0, "f"), person(1)
    discourse.add(reference(woman, 0, subject=2))
    discourse.add(reference(unknown, 4))
    assert discourse.person("m", Place(9, 0, 0, None)) is unknown
    assert unknown.gender == "m"


def test_what_comes_later_is_too_far_or_left_out_is_no_antecedent() -> None:
    discourse, near, far = Discourse(), person(0), person(1)
    discourse.add(reference(far, 0, sentence=0))
    discourse.add(reference(near, 90, sentence=20))
    assert discourse.person("m", Place(80, 20, 3, None)) is None
    assert discourse.person("m", Place(95, 20, 3, None, frozenset([0]))) is None
    assert discourse.person("m", Place(95, 20, 3, None)) is near
