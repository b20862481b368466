"""From offsets of the text to bytes of the input."""

import pyarrow as pa
import pytest

from flows.alignment import COLUMNS, Alignments, raw_span, raw_spans
from flows.records import Run

# "ab" as ASCII, "é’" as two characters of 2 and 3 bytes, a space that cleaning wrote, "xyz" in
# UTF-16, and "q" for the five bytes of a repaired sequence.
RUNS = (
    Run(0, 2, 10, 12),
    Run(2, 3, 12, 14),
    Run(3, 4, 14, 17),
    Run(5, 8, 20, 26),
    Run(8, 9, 26, 31),
)


@pytest.mark.parametrize(
    ("span", "raw"),
    [
        ((0, 2), (10, 12)),
        ((1, 2), (11, 12)),
        ((1, 4), (11, 17)),
        ((3, 4), (14, 17)),
        ((3, 5), (14, 17)),  # white space after the span is not its own
        ((4, 6), (20, 22)),  # nor is that before it
        ((6, 7), (22, 24)),
        ((0, 9), (10, 31)),
        ((8, 9), (26, 31)),
    ],
)
def test_raw_span(span: tuple[int, int], raw: tuple[int, int]) -> None:
    assert raw_span(RUNS, *span) == raw


def test_white_space_alone_has_an_empty_range() -> None:
    start, end = raw_span(RUNS, 4, 5)
    assert start == end


def test_only_the_ends_of_an_uneven_run_are_known() -> None:
    runs = (Run(0, 3, 0, 7),)
    assert raw_span(runs, 1, 2) == (0, 7)


def test_many_spans_at_once() -> None:
    starts, ends = raw_spans(RUNS, [0, 6], [2, 7])
    assert (starts.tolist(), ends.tolist()) == ([10, 22], [12, 24])


def test_no_runs_map_nothing() -> None:
    with pytest.raises(ValueError, match="maps nothing"):
        raw_spans((), [0], [1])


def test_spans_of_many_documents() -> None:
    none: list[dict[str, int]] = []
    runs = [{name: getattr(run, name) for name in COLUMNS} for run in RUNS]
    column = pa.chunked_array([pa.array([runs, None, runs, none])])
    alignments = Alignments.of_column(column)
    assert alignments.mapped([0, 1, 2, 3]).tolist() == [True, False, True, False]
    starts, ends = alignments.raw_spans([0, 0, 2, 2], [0, 8, 1, 4], [9, 9, 4, 5])
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == [
        raw_span(RUNS, *span) for span in ((0, 9), (8, 9), (1, 4), (4, 5))
    ]
    assert alignments.stretch(2) == (10, 31)
