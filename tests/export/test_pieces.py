"""Texts cut into pieces."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.export.pieces import lay_out


def _quote(index: int, start: int, end: int, **more: Any) -> dict[str, Any]:
    parts = more.pop("parts", [{"start": start, "end": end}])
    empty = {"cue_start": None, "cue_end": None, "speaker_start": None, "speaker_end": None}
    return {"quote_index": index, "start": start, "end": end, "parts": parts} | empty | more


def _tables(text: str | None, **rows: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"sentences": [], "quotes": [], "entities": [], "removals": []}
    return {"documents": [{"text": text}]} | empty | rows


def test_a_split_quote_with_its_cue_and_speaker() -> None:
    text = "“Yes,” Ann said, “we can.”"
    quote = _quote(
        0,
        1,
        24,
        parts=[{"start": 1, "end": 5}, {"start": 18, "end": 24}],
        cue_start=11,
        cue_end=15,
        speaker_start=7,
        speaker_end=10,
    )
    (paragraph,) = lay_out(_tables(text, quotes=[quote]))
    told = [
        (p.text, bool(p.quotes), bool(p.cue), bool(p.speaker), p.starts) for p in paragraph.pieces
    ]
    assert told == [
        ("“", False, False, False, ()),
        ("Yes,", True, False, False, (0,)),
        ("” ", False, False, False, ()),
        ("Ann", False, False, True, ()),
        (" ", False, False, False, ()),
        ("said", False, True, False, ()),
        (", “", False, False, False, ()),
        ("we can", True, False, False, ()),
        (".”", False, False, False, ()),
    ]


def test_a_quote_over_two_paragraphs_and_one_inside_it() -> None:
    quotes = [_quote(0, 2, 9), _quote(1, 7, 8)]
    first, second = lay_out(_tables("abcd\n\nefgh", quotes=quotes))
    assert [(p.text, len(p.quotes)) for p in first.pieces] == [("ab", 0), ("cd", 1)]
    assert [(p.text, len(p.quotes)) for p in second.pieces] == [
        ("e", 1),
        ("f", 2),
        ("g", 1),
        ("h", 0),
    ]
    assert [q["quote_index"] for q in second.pieces[1].quotes] == [0, 1]


def test_removed_text_stands_where_it_stood() -> None:
    removals = [
        {"text_offset": 0, "text": "AD", "rule": "a"},
        {"text_offset": 2, "text": "(Read more)", "rule": "b"},
        {"text_offset": 4, "text": "END", "rule": "c"},
    ]
    (paragraph,) = lay_out(_tables("abcd", removals=removals))
    assert [(p.text, p.removed is not None) for p in paragraph.pieces] == [
        ("AD", True),
        ("ab", False),
        ("(Read more)", True),
        ("cd", False),
        ("END", True),
    ]


def test_roles_and_missing_text() -> None:
    first, second = lay_out(
        _tables("A title\n\nText.", sentences=[{"start": 0, "end": 7, "role": "title"}])
    )
    assert (first.role, second.role) == ("title", "body")
    assert lay_out(_tables(None)) == []


TEXTS = st.text(alphabet="ab \n", min_size=1, max_size=40)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=8), st.data())
def test_pieces_give_the_text_back(
    text: str, spans: list[tuple[int, int]], data: st.DataObject
) -> None:
    kept = [(s, min(s + n, len(text))) for s, n in spans if s < len(text)]
    quotes = [_quote(i, s, e) for i, (s, e) in enumerate(kept)]
    offsets = data.draw(st.lists(st.integers(0, len(text)), max_size=4))
    removals = [{"text_offset": o, "text": "X", "rule": "r"} for o in sorted(offsets)]
    paragraphs = lay_out(_tables(text, quotes=quotes, removals=removals))
    shown = ["".join(p.text for p in g.pieces if not p.removed) for g in paragraphs]
    assert "\n\n".join(shown) == text
    assert sum(1 for g in paragraphs for p in g.pieces if p.removed) == len(offsets)
    for i, (start, end) in enumerate(kept):
        covered = "".join(
            p.text for g in paragraphs for p in g.pieces for q in p.quotes if q["quote_index"] == i
        )
        assert covered == "".join(
            text[max(start, g.start) : min(end, g.end)] for g in paragraphs if g.start < end
        )
