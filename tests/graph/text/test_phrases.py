"""Figures and dates in words: what is not known stays unsaid, what is open stays open."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from onrecord.graph.text import phrases


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (598, 598, "598"),
        (21, None, "at least 21"),
        (None, 5, "at most 5"),
        (19, 21, "19 to 21"),
        (None, None, "a number not given"),
        (0, 0, "0"),
        (0, None, "at least 0"),
        (12000, None, "at least 12,000"),
    ],
)
def test_a_count_is_worded_within_its_bounds(low: int | None, high: int | None, words: str) -> None:
    claim: Any = SimpleNamespace(at_least=low, at_most=high, estimate=None)
    assert phrases.amount(claim) == words


def test_an_estimate_is_worded_as_one() -> None:
    claim: Any = SimpleNamespace(at_least=None, at_most=None, estimate=1200)
    assert phrases.amount(claim) == "about 1,200"


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        ("2025-08-28T12:21:00+03:00", "2025-08-28T12:21:00+03:00", "28 August 2025, 12:21 UTC+03:00"),
        ("2025-08-28T00:00:00+03:00", "2025-08-29T00:00:00+03:00", "28 August 2025"),
        (
            "2025-08-28T06:00:00+03:00",
            "2025-08-29T06:00:00+03:00",
            "between 28 August 2025, 06:00 UTC+03:00 and 29 August 2025, 06:00 UTC+03:00",
        ),
        (None, "2025-08-28T12:21:00+03:00", "28 August 2025, 12:21 UTC+03:00 or earlier"),
        ("2025-08-28T12:21:00+03:00", None, "28 August 2025, 12:21 UTC+03:00 or later"),
    ],
)
def test_the_moment_a_claim_speaks_of_is_worded_no_more_exactly_than_known(
    earliest: str | None, latest: str | None, words: str
) -> None:
    claim: Any = SimpleNamespace(as_of_from=earliest, as_of_until=latest)
    assert phrases.as_of(claim) == words


@pytest.mark.parametrize(
    ("begin", "end", "precision", "words"),
    [
        ("2025-08-27T12:00:00+03:00", "2025-08-28T12:00:00+03:00", "Night", "night to 28 August 2025"),
        ("2025-07-29T00:00:00+03:00", "2025-07-29T23:59:59+03:00", "Day", "29 July 2025"),
        ("2025-07-01T00:00:00+03:00", "2025-07-31T23:59:59+03:00", "Month", "July 2025"),
        ("2025-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "Year", "2025"),
        (
            "2025-08-28T03:15:00+03:00",
            "2025-08-28T03:15:00+03:00",
            "Minute",
            "28 August 2025, 03:15 UTC+03:00",
        ),
        (
            "2025-08-28T03:00:00Z",
            "2025-08-28T04:00:00Z",
            "Hour",
            "between 28 August 2025, 03:00 UTC and 28 August 2025, 04:00 UTC",
        ),
        (
            "2025-07-29T00:00:00Z",
            "2025-07-30T23:59:59Z",
            "Day",
            "between 29 July 2025, 00:00 UTC and 30 July 2025, 23:59 UTC",
        ),
        ("2025-08-28T03:15:00", None, None, "28 August 2025"),
        (None, None, "Day", "no date given"),
    ],
)
def test_an_event_is_dated_no_more_exactly_than_its_source(
    begin: str | None, end: str | None, precision: str | None, words: str
) -> None:
    assert phrases.span(begin, end, precision) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025-08-28", "28 August 2025"),
        ("2025-08-28T23:59:59+03:00", "28 August 2025"),
        ("2025", "2025"),
        (None, ""),
    ],
)
def test_a_date_that_cannot_be_read_stands_as_it_is(text: str | None, words: str) -> None:
    assert phrases.day(text) == words


def test_names_are_listed_with_the_joint_that_is_meant() -> None:
    assert phrases.listed([]) == ""
    assert phrases.listed(["a"]) == "a"
    assert phrases.listed(["a", "b", "c"]) == "a, b and c"
    assert phrases.listed(["Iskander-M", "KN-23"], "or") == "Iskander-M or KN-23"
