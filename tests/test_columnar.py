"""Records survive the way through Arrow."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from flows.columnar import record_type, records_to_table, table_to_records
from flows.records import Annotations, Mention, Part, Quote, Sentence

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
spans = st.tuples(st.integers(0, 99), st.integers(100, 200))


@dataclass(frozen=True, slots=True)
class Sample:
    """Every kind of field that a record may have."""

    name: str
    data: bytes
    day: date | None
    at: datetime | None
    share: float | None
    yes: bool
    parts: tuple[Part, ...]
    words: tuple[str, ...]
    nested: Part | None


samples = st.builds(
    Sample,
    name=text,
    data=st.binary(max_size=8),
    day=st.none() | st.dates(),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    share=st.none() | st.floats(allow_nan=False),
    yes=st.booleans(),
    parts=st.lists(st.builds(Part, st.integers(0, 9), st.integers(10, 19), st.booleans())).map(
        tuple
    ),
    words=st.lists(text).map(tuple),
    nested=st.none() | st.builds(Part, st.integers(0, 9), st.integers(10, 19), st.booleans()),
)


@given(st.lists(samples, max_size=5))
def test_records_come_back_as_they_were(records: list[Sample]) -> None:
    assert table_to_records(records_to_table(records, Sample), Sample) == records


def test_annotations_come_back_as_they_were() -> None:
    annotations = Annotations(
        n_tokens=3,
        sentences=(Sentence(0, 0, "body", 0, 5, 2),),
        mentions=(Mention(0, 0, 0, 3, "PERSON"),),
        quotes=(Quote(0, 0, 0, "direct", (Part(0, 3, True),), "say", "r", 0.5, flags=("nested",)),),
    )
    assert table_to_records(records_to_table([annotations], Annotations), Annotations) == [
        annotations
    ]


def test_types_are_read_off_the_hints() -> None:
    kind = record_type(Sentence)
    assert kind.field("start").type == pa.int64()
    assert kind.field("role").type == pa.string()
    assert record_type(Quote).field("parts").type.value_type.field("quoted").type == pa.bool_()
