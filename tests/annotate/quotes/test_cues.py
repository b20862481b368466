"""The cue lexicon: reading, inflection, complaints."""

import pytest

from flows.annotate.quotes.confidence import confidence_of, load_confidence
from flows.annotate.quotes.cues import LexiconError, inflect, load_cues, plural


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("ask", "ask asks asked asking"),
        ("note", "note notes noted noting"),
        ("deny", "deny denies denied denying"),
        ("say", "say says sayed saying"),
        ("admit", "admit admits admited admiting"),
        ("stop", "stop stops stopped stopping"),
        ("agree", "agree agrees agreed agreeing"),
        ("lie", "lie lies lied lying"),
        ("guess", "guess guesses guessed guessing"),
        ("preach", "preach preaches preached preaching"),
        ("portray", "portray portrays portrayed portraying"),
        ("wish", "wish wishes wished wishing"),
    ],
)
def test_regular_forms(lemma, forms):
    assert inflect(lemma) == tuple(forms.split())


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("said", "say"), ("says", "say"), ("saying", "say"), ("told", "tell"), ("wrote", "write"),
        ("written", "write"), ("thought", "think"), ("knew", "know"), ("found", "find"),
        ("felt", "feel"), ("held", "hold"), ("swore", "swear"), ("spoke", "speak"),
        ("admitted", "admit"), ("admitting", "admit"), ("slammed", "slam"), ("quipped", "quip"),
        ("quipping", "quip"), ("tweeted", "tweet"), ("denies", "deny"), ("replied", "reply"),
        ("argued", "argue"), ("vowing", "vow"), ("labelled", "label"), ("labeled", "label"),
        ("shot", "shoot"), ("understood", "understand"), ("begging", "beg"),
    ],
)  # fmt: skip
def test_verb_forms_of_the_lexicon(form, lemma):
    assert load_cues().verbs[form].lemma == lemma


@pytest.mark.parametrize(
    ("lemma", "constructions"),
    [
        ("say", {"clause"}),
        ("tell", {"clause", "addressee"}),
        ("promise", {"clause", "infinitive"}),
        ("criticize", {"object"}),
        ("hope", {"clause", "infinitive"}),
    ],
)
def test_constructions(lemma, constructions):
    assert constructions <= set(load_cues().verbs[lemma].kind)


@pytest.mark.parametrize(
    ("lemma", "construction", "kind"),
    [
        ("say", "clause", "say"),
        ("write", "clause", "write"),
        ("tweet", "clause", "write"),
        ("believe", "clause", "think"),
        ("fear", "clause", "think"),
        ("support", "object", "think"),
    ],
)
def test_kinds(lemma, construction, kind):
    assert load_cues().verbs[lemma].kind[construction] == kind


def test_prepositions_and_phrases():
    assert load_cues().verbs["called"].prepositions["for"] == "say"
    assert ("according", "to") in load_cues().phrases["according"]


@pytest.mark.parametrize(
    ("verb", "needs"),
    [
        ("continued", True),
        ("began", True),
        ("made", False),  # made clear that
        ("came", False),  # came out against
        ("put", False),  # put forward
        ("said", False),
    ],
)
def test_verbs_that_are_cues_between_marks_alone(verb, needs):
    assert load_cues().verbs[verb].needs_marks is needs


def test_every_cue_begins_with_an_opener():
    cues = load_cues()
    words = {*cues.verbs, *cues.nouns, *cues.adjectives, *cues.phrases, *cues.idioms}
    assert words < cues.openers


@pytest.mark.parametrize(
    ("noun", "many"), [("claim", "claims"), ("boss", "bosses"), ("testimony", "testimonies")]
)
def test_plural(noun, many):
    assert plural(noun) == (noun, many)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("say\tsinging\tsay\t", "construction 'singing'"),
        ("say\tclause\tsung\t", "kind 'sung'"),
        ("say\tclause\tsay", "3 columns, not 4"),
        ("aim\tidiom\tsay\ttake", "an idiom's detail"),
    ],
)
def test_a_broken_line_is_named(tmp_path, line, message):
    (tmp_path / "cues_irregular.tsv").write_text("lemma\tpast\tparticiple\n")
    (tmp_path / "cues.tsv").write_text(f"lemma\tconstruction\tkind\tdetail\n{line}\n")
    with pytest.raises(LexiconError, match=message):
        load_cues(tmp_path)


def test_confidence_is_a_share_and_unknown_rules_are_undecided():
    assert all(0 < value < 1 for value in load_confidence().values())
    assert confidence_of("no such rule", "say") == 0.5
    assert confidence_of("clause", "say") > confidence_of("clause", "think")
