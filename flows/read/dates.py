"""Dates of publication: ISO 8601 and a closed list of written forms, never a guess.

Nothing here depends on today, on a locale or on the order of day and month: `05/03/2011` is
refused, as it is the fifth of March to some and the third of May to others (and reading only
those days that cannot be mistaken would leave a corpus of days after the twelfth).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

# Newspapers began in 1605; placeholders (0000, 1111, 9999) lie outside.
FIRST_YEAR = 1600
LAST_YEAR = 2199
MAX_LENGTH = 80

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
# The zones of RFC 2822, in hours; other letters (BST, IST, CST of China) mean several zones.
ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip

_MONTH = r"(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|" + (
    "|".join(MONTHS) + r")\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_ZONE = r"(?: ?(?P<zone>z|[+-]\d{2}(?::?\d{2})?|[a-z]{2,5}))?(?: \([a-z ]{2,40}\))?"
_TIME = (
    r"(?:(?:t|,? (?:at )?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?" + _ZONE + r")?"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        _YEAR + r"(?:[-/](?P<month>\d{2})(?:[-/](?P<day>\d{2})" + _TIME + r")?)?",
        _YEAR
        + r"(?P<month>\d{2})(?P<day>\d{2})"
        + r"(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<zone>z|[+-]\d{4})?)?",
        _WEEKDAY + _MONTH + r" (?:" + _DAY + r",? )?" + _YEAR + _TIME,
        _WEEKDAY + r"(?:" + _DAY + r"[ -])?" + _MONTH + r"[ -]" + _YEAR + _TIME,
    )
)
_SECONDS = re.compile(r"-?\d{9,10}(?:\.0+)?")
_MILLISECONDS = re.compile(r"-?\d{12,13}")


@dataclass(frozen=True, slots=True)
class Published:
    """A date as far as it was given; `at` is in UTC, where a time and a zone were given."""

    day: date
    precision: str
    at: datetime | None = None


def parse_date(given: str) -> Published | None:
    """Read a date.

    Returns:
        The date, the first day of the period where only a year or month was given; None where
        the string is no date of the listed forms or no day of the calendar. Midnight without a
        zone is what programs write that have only a day: its precision is `day`.
    """
    text = " ".join(given.split())
    if len(text) > MAX_LENGTH:
        return None
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        seconds = float(text) if _SECONDS.fullmatch(text) else int(text) / 1000
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        in_range = FIRST_YEAR <= moment.year <= LAST_YEAR
        return Published(moment.date(), "time", moment) if in_range else None
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _from_parts({k: v for k, v in match.groupdict().items() if v})
    return None


def _from_parts(parts: dict[str, str]) -> Published | None:
    year = int(parts["year"])
    month = parts.get("month", "1")
    number = int(month) if month.isdigit() else _month_number(month)
    try:
        day = date(year, number, int(parts.get("day", "1")))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        if "hour" in parts:
            moment = _moment(day, parts)
            filler = moment is None and _clock(parts) == time(0)
            return Published(day, "day" if filler else "time", moment)
    except ValueError:
        return None
    precision = "day" if "day" in parts else "month" if "month" in parts else "year"
    return Published(day, precision)


def _month_number(name: str) -> int:
    start = name.lower()[:3]
    return next(i for i, month in enumerate(MONTHS, start=1) if month.startswith(start))


def _moment(day: date, parts: dict[str, str]) -> datetime | None:
    """The moment in UTC; None where no zone is known. Raises ValueError for no time of day."""
    clock = _clock(parts)
    zone = _zone(parts.get("zone", "").lower())
    return None if zone is None else datetime.combine(day, clock, zone).astimezone(UTC)


def _clock(parts: dict[str, str]) -> time:
    hour = int(parts["hour"])
    if "half" in parts:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + 12 * (parts["half"].lower() == "p")
    return time(hour, int(parts["minute"]), int(parts.get("second", "0")))


def _zone(given: str) -> timezone | None:
    if given in ZONES:
        return timezone(timedelta(hours=ZONES[given]))
    if given[:1] in ("+", "-"):
        digits = given[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-offset if given[0] == "-" else offset)
    return None
