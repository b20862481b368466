"""Which bytes each code point came from."""

import pytest

from flows.clean.align import runs
from flows.clean.encoding import align_bytes, align_runs, decode
from flows.records import Run


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain", "utf-8"),
        ("é’😀x", "utf-8"),
        ("é’😀x", "utf-16-le"),
        ("é’😀x", "utf-32-be"),
        ("日本 text", "shift_jis"),
        ("日本 text", "iso2022_jp"),
        ("日本 text", "gb18030"),
        ("café", "mac-roman"),
    ],
)
def test_every_code_point_has_its_bytes(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    decoded = decode(raw, declared=encoding, fallback="cp1252")
    assert decoded is not None
    if decoded.encoding != encoding:
        pytest.skip("also valid in an encoding that is tried first")
    aligned = align_bytes(decoded, raw, 100)
    assert aligned.lo[0] == 100
    assert aligned.hi[-1] == 100 + len(raw)
    assert (aligned.lo[1:] == aligned.hi[:-1]).all()
    if encoding != "iso2022_jp":
        pieces = [raw[a - 100 : b - 100] for a, b in zip(aligned.lo, aligned.hi, strict=True)]
        assert "".join(piece.decode(encoding) for piece in pieces) == text


def test_runs_of_a_container_are_taken_over() -> None:
    # The JSON string "a\u00e9b": six bytes stand for the second character.
    given = (Run(0, 1, 9, 10), Run(1, 2, 10, 16), Run(2, 3, 16, 17))
    aligned, mapped = align_runs("aéb", given)
    assert mapped
    assert runs(aligned) == given


def test_text_without_runs_has_no_map() -> None:
    aligned, mapped = align_runs("abc", None)
    assert not mapped
    assert aligned.text == "abc"


def test_a_gap_between_runs_maps_to_nothing() -> None:
    given = (Run(0, 1, 5, 6), Run(2, 3, 9, 10))
    aligned, _ = align_runs("abc", given)
    assert runs(aligned) == given
