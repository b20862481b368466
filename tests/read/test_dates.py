from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.read.dates import Published, parse_date

DAY = date(2011, 5, 3)


def at(hour, minute=0, second=0, day=3):
    return datetime(2011, 5, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2011", Published(date(2011, 1, 1), "year")),
        ("2011-05", Published(date(2011, 5, 1), "month")),
        ("May 2011", Published(date(2011, 5, 1), "month")),
        ("2011-05-03", Published(DAY, "day")),
        ("2011/05/03", Published(DAY, "day")),
        ("20110503", Published(DAY, "day")),
        ("3 May 2011", Published(DAY, "day")),
        ("03-May-2011", Published(DAY, "day")),
        ("May 3, 2011", Published(DAY, "day")),
        ("MAY 3 2011", Published(DAY, "day")),
        ("Tuesday, May 3rd, 2011", Published(DAY, "day")),
        ("Sept. 5, 2011", Published(date(2011, 9, 5), "day")),
        ("  May  3,\n2011 ", Published(DAY, "day")),
        ("2011-05-03T10:00:00Z", Published(DAY, "time", at(10))),
        ("2011-05-03T10:00Z", Published(DAY, "time", at(10))),
        ("2011-05-03T10:00:00.123456Z", Published(DAY, "time", at(10))),
        ("2011-05-03 10:00:00+02:00", Published(DAY, "time", at(8))),
        ("2011-05-03T23:30:00-0500", Published(DAY, "time", at(4, 30, day=4))),
        ("2011-05-03T10:00:00-05", Published(DAY, "time", at(15))),
        ("20110503T100000Z", Published(DAY, "time", at(10))),
        ("20110503100000", Published(DAY, "time")),
        ("Tue, 03 May 2011 10:00:00 GMT", Published(DAY, "time", at(10))),
        ("Tue, 3 May 2011 10:00:00 -0400 (EDT)", Published(DAY, "time", at(14))),
        ("May 3, 2011 at 2:05 p.m. EDT", Published(DAY, "time", at(18, 5))),
        ("May 3, 2011, 12:05 AM EDT", Published(DAY, "time", at(4, 5))),
        ("2011-05-03 10:00:00", Published(DAY, "time")),
        ("2011-05-03 10:00 IST", Published(DAY, "time")),
        ("2011-05-03 00:00:00", Published(DAY, "day")),
        ("2011-05-03T00:00:00Z", Published(DAY, "time", at(0))),
        ("1304416800", Published(DAY, "time", at(10))),
        ("1304416800.0", Published(DAY, "time", at(10))),
        ("1304416800000", Published(DAY, "time", at(10))),
    ],
)
def test_listed_forms(given, expected):
    assert parse_date(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "", "0000-00-00", "2011-02-30", "9999", "9999-12-31", "2011-13-01", "1111-11-11", "11-05-03",
        "05/03/2011", "25/12/2011", "yesterday", "3 days ago", "today", "May 3", "May", "10:00",
        "2011-05-03T25:00:00Z", "2011-05-03T10:61:00Z", "May 3, 2011 13:00 PM", "2011-05-03x",
        "2011-05-03T10:00:00+99:99", "99999999999999999999", "-", "Spring 2011", "9" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_guessed(given):
    assert parse_date(given) is None


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text):
    parse_date(text)


@given(st.datetimes(min_value=datetime(1600, 1, 2), max_value=datetime(2199, 12, 30)))
def test_iso_round_trip(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(moment.isoformat()) == Published(moment.date(), "time", moment)
