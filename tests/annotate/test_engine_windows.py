"""Windows: they cover their paragraphs, one each unless the paragraph is hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.annotate.engine.windows import LONGEST_RUN, LONGEST_WINDOW, windows
from flows.records import Paragraph

URL = "https://example.org/" + "a" * (LONGEST_RUN - 20)


def pieces(text: str) -> list[str]:
    return [text[w.start : w.end] for w in windows(text, [Paragraph(0, len(text))])]


@pytest.mark.parametrize("text", ["", "One sentence.", f"See {URL} there.", "w " * 5_000])
def test_an_ordinary_paragraph_is_one_window(text: str) -> None:
    assert pieces(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab " + "x" * 450 + " cd", ["ab ", "x" * 200, "x" * 200, "x" * 50 + " cd"]),
        ("x" * 201, ["x" * 200, "x"]),
    ],
    ids=["inside", "alone"],
)
def test_a_long_run_is_cut_at_fixed_lengths(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize("mark", ["\n", ". ", " "])
def test_a_long_paragraph_is_cut_after_the_best_mark(mark: str) -> None:
    unit = "word" + mark + "and so on "[: -1 if mark == " " else None]
    text = unit * (LONGEST_WINDOW // len(unit) + 10)
    first, second = pieces(text)
    assert first.endswith(mark)
    assert len(first) <= LONGEST_WINDOW
    assert first + second == text


@given(
    st.lists(
        st.tuples(st.sampled_from(["x", " ", "\n", "é. ", '"', "\u3000"]), st.integers(1, 3_000)),
        max_size=12,
    )
)
def test_windows_lie_end_to_end_and_are_short(runs: list[tuple[str, int]]) -> None:
    text = "".join(character * count for character, count in runs)
    cut = pieces(text)
    assert "".join(cut) == text
    assert all(len(piece) <= LONGEST_WINDOW for piece in cut)
    assert all(len(run) <= LONGEST_RUN for piece in cut for run in piece.split())
    assert text == "" or all(cut)


def test_windows_know_their_paragraph() -> None:
    text = "a\n\n" + "b" * 300 + "\n\nc"
    paragraphs = [Paragraph(0, 1), Paragraph(3, 303), Paragraph(305, 306)]
    assert [w.paragraph for w in windows(text, paragraphs)] == [0, 1, 1, 2]
