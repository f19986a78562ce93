"""Namespaces and names: the days in which years of any length stand."""

from __future__ import annotations

import pytest

from onrecord.graph import terms


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
    assert terms.day(text) == day


def test_days_are_in_order_whatever_the_length_of_their_year() -> None:
    days = ["10000-01-01", "2025-09-01", "-0043-03-15", "2025-08-28", "-10000-01-01"]
    in_order = ["-10000-01-01", "-0043-03-15", "2025-08-28", "2025-09-01", "10000-01-01"]
    assert sorted(days, key=terms.day_order) == in_order
