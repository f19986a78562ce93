"""Days and moments, as they are read from text: of years of any length, with and without a time zone."""

from __future__ import annotations

from datetime import tzinfo

import pytest

from onrecord.graph.errors import BadParameter
from onrecord.graph.text import dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-08-28", "2025-08-28"),
        ("2025-08-28T03:00:00+03:00", "2025-08-28"),
        ("-0043-03-15", "-0043-03-15"),
        ("10000-01-01Z", "10000-01-01"),
        ("last summer", ""),
    ],
)
def test_the_day_of_a_moment_is_as_it_is_written(text: str, day: str) -> None:
    assert dates.day(text) == day


def test_days_are_in_order_whatever_the_length_of_their_year() -> None:
    days = ["10000-01-01", "2025-09-01", "-0043-03-15", "2025-08-28", "-10000-01-01"]
    in_order = ["-10000-01-01", "-0043-03-15", "2025-08-28", "2025-09-01", "10000-01-01"]
    assert sorted(days, key=dates.day_order) == in_order


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-08-28", ["2025-08-28T00:00:00+00:00", "2025-08-29T00:00:00+00:00"]),
        ("2025-08-28+03:00", ["2025-08-28T00:00:00+03:00", "2025-08-29T00:00:00+03:00"]),
        ("2025-08-28T09:00:00Z", ["2025-08-28T09:00:00+00:00"] * 2),
        ("2025-08-28T09:00:00", ["2025-08-28T09:00:00+00:00"] * 2),
        ("<script>", []),
        ("2025-13-45", []),
        ("9999-12-31", []),
        (None, []),
    ],
)
def test_a_date_is_read_as_the_bounds_of_its_day(text: str | None, expected: list[str]) -> None:
    assert [moment.isoformat() for pair in dates.bounds(text) for moment in pair] == expected


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2025-08-28T03:00:00+03:00", None, "2025-08-28T03:00:00+03:00"),
        ("2025-08-28T03:00:00+03:00", dates.EASTERNMOST, "2025-08-28T03:00:00+03:00"),
        ("2025-08-28T03:00:00", dates.EASTERNMOST, "2025-08-28T03:00:00+14:00"),
        ("2025-08-28T03:00:00", None, None),
        ("-0043-03-15T12:00:00Z", None, None),
        ("10000-01-01T00:00:00Z", dates.WESTERNMOST, None),
        ("last summer", dates.WESTERNMOST, None),
    ],
)
def test_a_moment_has_a_time_zone_or_is_none(text: str, zone: tzinfo | None, expected: str | None) -> None:
    found = dates.moment(text, zone)
    assert (found and found.isoformat()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-08-28", "2025-08-28T00:00:00+14:00"),
        ("2025-08-28+03:00", "2025-08-28T00:00:00+03:00"),
        ("2025-08-28T09:30:00Z", "2025-08-28T09:30:00+00:00"),
        ("-0043-03-15", None),
        ("", None),
    ],
)
def test_a_day_begins_at_its_midnight(text: str, expected: str | None) -> None:
    found = dates.begin(text, dates.EASTERNMOST)
    assert (found and found.isoformat()) == expected


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ("2025-08-29T00:00:00+03:00", "2025-08-28"),
        ("2025-03-01T00:00:00.000Z", "2025-02-28"),
        ("2025-08-29T00:00:00.5Z", "2025-08-29"),
        ("2025-08-29T00:00:01Z", "2025-08-29"),
        ("2025-08-29", "2025-08-29"),
        # The day before is none that Python knows.
        ("0001-01-01T00:00:00Z", "0001-01-01"),
        ("-0043-03-15T00:00:00Z", "-0043-03-15"),
        ("", ""),
    ],
)
def test_what_ends_at_midnight_ends_with_the_day_before(end: str, day: str) -> None:
    assert dates.last_day(end) == day


@pytest.mark.parametrize("name", [None, "from"])
def test_a_day_that_somebody_asks_for_is_refused_by_name(name: str | None) -> None:
    assert dates.given_day("2025-08-28", name) == "2025-08-28"
    with pytest.raises(BadParameter, match="from=yesterday is no day" if name else "'yesterday' is no day"):
        dates.given_day("yesterday", name)
