"""Rules that must hold where the parse is wrong, absent or hostile."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# A parse that is wrong everywhere: each token depends on the one before, all are `dep`.
TAGS = {"said": "VBD", "says": "VBZ", ",": ",", ".": ".", "“": "``", "”": "''", ":": ":", "—": ":"}


def flat(words):
    """Notation of a useless parse: every token hangs on the first one of its paragraph."""
    items, root, number = [], 0, 0
    for word in words:
        if word == "¶":
            items.append("¶")
            root = number
            continue
        tag = TAGS.get(word, "NNP" if word[0].isupper() else "NN")
        close = "^" if word in ",.”:" else ""
        items.append(f"{close}{word}|{tag}|{'ROOT' if number == root else 'dep'}|{root}")
        number += 1
    return " ".join(items)


@pytest.mark.parametrize(
    ("text", "content", "speaker"),
    [
        ("“ We lost the harvest , ” said Maria .", "We lost the harvest ,", "Maria"),
        ("“ We lost the harvest , ” Maria said .", "We lost the harvest ,", "Maria"),
        ("Maria said , “ we lost the harvest . ”", "we lost the harvest .", "Maria"),
        ("Maria said : “ We lost the harvest . ”", "We lost the harvest .", "Maria"),
        ("“ We lost the harvest . ” — Maria", "We lost the harvest .", "Maria"),
    ],
)
def test_place_and_marks_suffice_without_a_parse(tools, text, content, speaker):
    parse = tools.hand_parse(flat(text.split()))
    (quote,) = tools.quotes_of(parse)
    squeezed = parse.text[quote.parts[0].start : quote.parts[-1].end].replace(" ", "")
    assert squeezed == content.replace(" ", "")
    assert parse.text[quote.speaker_start : quote.speaker_end] == speaker


def test_a_statement_goes_on_in_the_next_paragraph_without_a_parse(tools):
    words = "“ We lost the harvest , ” said Maria . ¶ “ The goats were gone . ”".split()
    first, second = tools.quotes_of(tools.hand_parse(flat(words)))
    assert second.continues_quote_index == first.quote_index
    assert (second.speaker_start, second.speaker_end) == (first.speaker_start, first.speaker_end)
    assert second.cue_kind == "none"


def test_labels_in_a_row_are_turns_without_a_parse(tools):
    words = "Maria : Where were you ? ¶ Lind : At the old mill . ¶ Maria : I see that ."
    first, second, third = tools.quotes_of(tools.hand_parse(flat(words.split())))
    text = tools.hand_parse(flat(words.split())).text
    assert [text[q.speaker_start : q.speaker_end] for q in (first, second, third)] == [
        "Maria",
        "Lind",
        "Maria",
    ]


def test_nothing_in_nothing_out(tools):
    assert tools.quotes_of(tools.hand_parse("The|DT|det|1 end|NN|ROOT|1")) == ()


WORDS = st.sampled_from(
    "“ ” said says Maria Lind , . : — ¶ house told that who according to".split()
)


def test_a_verb_hung_on_the_cue_goes_where_its_conjunction_hangs(tools):
    parse = tools.hand_parse(
        "Iran|NNP|nsubj|1 refuses|VBZ|ROOT|1 to|TO|aux|3 talk|VB|xcomp|1 until|IN|mark|6 "
        "Oman|NNP|nsubj|6 lifts|VBZ|advcl|3 sanctions|NNS|dobj|6 and|CC|cc|6 ends|VBZ|conj|1 "
        "patrols|NNS|dobj|9 .|.|punct|1"
    )
    (quote,) = tools.quotes_of(parse)
    (part,) = quote.parts
    assert parse.text[part.start : part.end].endswith("lifts sanctions and ends patrols")


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=40))
def test_invariants_hold_for_any_words(tools, words):
    while words and words[0] == "¶":
        words = words[1:]
    tidy = [w for w, before in zip(words, ["", *words], strict=False) if not (w == before == "¶")]
    while tidy and tidy[-1] == "¶":
        tidy.pop()
    if not tidy:
        return
    parse = tools.hand_parse(flat(tidy))
    quotes = tools.quotes_of(parse)
    assert [q.quote_index for q in quotes] == list(range(len(quotes)))
    starts = [q.parts[0].start for q in quotes]
    assert starts == sorted(starts)
    for quote in quotes:
        assert quote.parts
        assert all(0 <= p.start < p.end <= len(parse.text) for p in quote.parts)
        assert all(a.end <= b.start for a, b in zip(quote.parts, quote.parts[1:], strict=False))
        assert quote.sentence_index <= quote.last_sentence_index
        if quote.continues_quote_index is not None:
            assert quote.continues_quote_index < quote.quote_index
        if quote.kind == "direct":
            assert all(p.quoted for p in quote.parts)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "“ said",
        "” ,",
        "Maria said , “ yes yes yes , ” ",
        "said said said",
        "( ( ( Maria",
        "— — — :",
        "“ a b c ” ¶",
        "Maria : ¶",
        "according to according",
        "that that who",
    ],
)
def test_work_grows_with_the_text_alone(tools, unit):
    def cost(times):
        """Lines of the package that run: a measure of work that no clock disturbs."""
        parse = tools.hand_parse(flat(unit.split() * times))
        lines = 0

        def trace(frame, event, _):
            nonlocal lines
            if "annotate/quotes/" not in frame.f_code.co_filename.replace("\\", "/"):
                return None
            lines += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            tools.quotes_of(parse)
        finally:
            sys.settrace(before)
        return lines

    # Four times the text may cost at most eight times the work; its square would be sixteen.
    assert cost(800) < 8 * cost(200)
