"""Keys of relations: in their order the strongest and the newest come first, and every number and every day has one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from onrecord.graph.relations import keys

A, B = "https://example.org/a", "https://example.org/b"


def strength(count: int) -> str:
    (found,) = (key for key in keys.of_relation((A, B), count, None, lasting=True) if " " not in key)
    return found


def month(day: str | None, *, lasting: bool = True) -> str:
    (found,) = keys.of_relation((A, A), 1, day, lasting=lasting)
    return found


def test_of_more_things_the_key_comes_first_and_up_to_128_each_number_has_its_own() -> None:
    order = {key: place for place, key in enumerate(keys.strongest())}
    numbers = [*range(keys.STRONG, 5000), 10_000, 100_000, 1_000_000, 10_000_000]
    places = [order[strength(number)] for number in numbers]
    assert all(one >= other for one, other in pairwise(places))
    assert len(set(places[: 128 - keys.STRONG + 1])) == 128 - keys.STRONG + 1


def test_numbers_that_have_a_key_in_common_are_at_most_an_eighth_apart() -> None:
    together: dict[str, list[int]] = {}
    for number in range(keys.STRONG, 100_000):
        together.setdefault(strength(number), []).append(number)
    assert all((max(numbers) - min(numbers)) * 8 < min(numbers) for numbers in together.values())


def test_what_rests_on_fewer_things_is_found_by_its_last_day_alone() -> None:
    assert list(keys.of_relation((A, B), keys.STRONG - 1, "2025-08-28", lasting=False)) == [
        f"{A} 2025-08",
        f"{B} 2025-08",
    ]
    assert list(keys.of_relation((A, A), 1, "2025-08-28", lasting=False)) == [f"{A} 2025-08"]


def test_what_goes_on_comes_before_what_was_last_later() -> None:
    days = [
        None,
        "12025-01-01",
        "2099-12-31",
        "2036-01-01",
        "2035-12-31",
        "2025-09-01+03:00",
        "2025-08-31",
        "2013-01-01",
    ]
    days += ["2012-12-31", "1991-08-24", "1900-01-01", "1899-12-31", "-0044-03-15"]
    order = {key: place for place, key in enumerate(keys.newest(A))}
    places = [order[month(day)] for day in days]
    assert places == sorted(places)
    assert len(set(places)) == len(days) - 1  # the last two are before all
    assert month(None) == keys.going_on(A)
    assert order[month(None)] < order[month(None, lasting=False)] < order[month("2025-08-31", lasting=False)]


@pytest.mark.parametrize("found", [keys.strongest(A), keys.strongest(), keys.newest(A)])
def test_no_key_is_asked_for_twice(found: list[str]) -> None:
    assert len(set(found)) == len(found) < 500
