"""Filters: read from an address, put back, turned into conditions."""

import unicodedata
from urllib.parse import parse_qs

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.explore.filters import (
    FOLD,
    INDEX,
    BadQuery,
    Filters,
    conditions,
    read_filters,
    terms,
)

CONNECTION = duckdb.connect()


def fold(text: str) -> str:
    row = CONNECTION.execute(f"SELECT {FOLD.format('?::VARCHAR')}", [text]).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Taliban", [(True, " taliban ")]),
        ('"safe haven" talks', [(True, " safe haven "), (True, " talks ")]),
        ("-pakistan militan*", [(False, " pakistan "), (True, " militan")]),
        ('-"the war', [(False, " the war ")]),
        ("Élysée", [(True, " elysee ")]),
        ("U.S.", [(True, " u s ")]),
        ("... ? -", []),
        ("*", []),
        ("", []),
    ],
)
def test_terms(words: str, expected: list[tuple[bool, str]]) -> None:
    assert list(terms(words, fold)) == expected


@pytest.mark.parametrize(
    ("query", "sql"),
    [
        ({}, "true"),
        ({"words": "it's"}, "contains(words, ' it s ')"),
        ({"publisher": "L'Est"}, "publisher = 'L''Est'"),
        ({"since": "2011"}, "published_date >= DATE '2011-01-01'"),
        ({"until": "2012-02"}, "published_date <= DATE '2012-02-29'"),
        ({"until": "2011-6-3"}, "published_date <= DATE '2011-06-03'"),
        ({"kind": "direct", "speech": "1"}, "kind = 'direct' AND cue_kind <> 'think'"),
        ({"denied": "1"}, "negated"),
        ({"nonsense": "1; DROP TABLE quotes"}, "true"),
    ],
)
def test_conditions(query: dict[str, str], sql: str) -> None:
    assert conditions(read_filters(query), INDEX, fold) == sql


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"since": "June"}, "Write 2011"),
        ({"until": "2011-13"}, "no date"),
        ({"kind": "shouted"}, "direct"),
        ({"sort": "random"}, "newest"),
        ({"page": "0"}, "from 1"),
        ({"page": "99999999999"}, "from 1"),
        ({"words": "x" * 501}, "at most 500"),
        ({"speaker": "a\0b"}, "speaker"),
    ],
)
def test_bad_queries_say_what_to_write(query: dict[str, str], says: str) -> None:
    with pytest.raises(BadQuery, match=says):
        read_filters(query)


@given(
    st.builds(
        Filters,
        words=st.text(max_size=20),
        speaker=st.text(max_size=20),
        publisher=st.text(max_size=20),
        kind=st.sampled_from(["", "direct", "mixed"]),
        sort=st.sampled_from(["corpus", "newest"]),
    )
)
def test_an_address_gives_the_filters_back(filters: Filters) -> None:
    query = {name: values[0] for name, values in parse_qs(filters.query()).items()}
    if any("\0" in value for value in query.values()):
        return
    again = read_filters(query)
    assert again.words == filters.words.strip()
    assert again.publisher == filters.publisher.strip()
    assert (again.kind, again.sort) == (filters.kind, filters.sort)


@given(st.text(max_size=40), st.text(max_size=40))
def test_conditions_are_always_sql(words: str, publisher: str) -> None:
    clean = [s.replace("\0", "") for s in (words, publisher)]
    sql = conditions(Filters(words=clean[0], publisher=clean[1]), INDEX, fold)
    CONNECTION.execute(f"SELECT 1 FROM (SELECT 'a' AS words, 'b' AS publisher) WHERE {sql}")


@given(st.text(max_size=30))
def test_folding_leaves_single_spaces(text: str) -> None:
    folded = fold(text.replace("\0", ""))
    assert folded[0] == folded[-1] == " "
    assert "  " not in folded.strip()
    # Python's tables of characters may be older than DuckDB's: what they do not know may stay.
    kept = {unicodedata.category(c) for c in folded.replace(" ", "")}
    assert all(category[0] in "LNM" or category == "Cn" for category in kept)
