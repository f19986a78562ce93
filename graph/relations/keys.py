"""Keys under which relations are found in order, so that to find the strongest or the newest of very many costs what is found.

A key is a string of graph/derived. Of an end of a relation, its IRI, and of the month of its last day it is "… 2025-08", "… -"
where it goes on, and "… ?" where no day is known; of an end and of how many things it rests on, "… 12+"; and the latter alone,
"12+". Whoever looks asks for the keys in order, and stops where enough is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from onrecord.graph.terms import rec

KEY: Final = rec("relationKey")
KEPT: Final = "kept"
"""The key of kinds of relations in a graph in which every relation has its keys."""
STRONG: Final = 3
"""Relations that rest on fewer things have no keys of how many: they are most of all, and what is drawn has more."""
_MONTHLY: Final = range(2013, 2036)
"""In these years each month has a key, in others the year."""
_YEARLY: Final = range(1900, 2100)
_BEFORE, _AFTER, _GOES_ON, _UNKNOWN = "before", "after", "-", "?"
_MONTH: Final = re.compile(r"(\d{4})-\d\d(?=-)")
_EXACT: Final = 128
"""Up to so many things each number has a key of its own, from there on each eighth of a power of two."""
_MOST: Final = 18
"""No relation rests on more than _EXACT times so many powers of two."""


def of_relation(ends: tuple[str, str], count: int, last: str | None, *, lasting: bool) -> Iterator[str]:
    """The keys of a relation between these two IRIs, which rests on so many things, by its last day; `lasting` is one that may go on."""
    when = _month(last) if last is not None else _GOES_ON if lasting else _UNKNOWN
    strength = f"{_step(count)}+" if count >= STRONG else None
    for end in sorted(set(ends)):
        yield f"{end} {when}"
        if strength is not None:
            yield f"{end} {strength}"
    if strength is not None:
        yield strength


def strongest(end: str | None = None) -> list[str]:
    """The keys of the relations of this IRI, or of all, that rest on STRONG things or more: those that rest on most first."""
    before = "" if end is None else f"{end} "
    return [f"{before}{step}+" for step in _steps()]


def newest(end: str) -> list[str]:
    """The keys of the relations of this IRI: those without a last day first, then the latest."""
    return [f"{end} {month}" for month in _months()]


def going_on(end: str) -> str:
    """The key of the relations of this IRI that go on: posts that it holds, what it is a part of."""
    return f"{end} {_GOES_ON}"


def _step(count: int) -> int:
    """The first of the numbers that have a key in common with this one."""
    place = max(0, count.bit_length() - 4) if count > _EXACT else 0
    return count >> place << place


@cache
def _steps() -> tuple[int, ...]:
    wide = {_step(_EXACT * part << place >> 3) for place in range(_MOST) for part in range(8, 16)}
    return tuple(sorted({*wide, *range(STRONG, _EXACT + 1)}, reverse=True))


def _month(day: str) -> str:
    found = _MONTH.match(day)
    if found is None:
        return _BEFORE if day.startswith("-") else _AFTER
    year = int(found[1])
    if year in _MONTHLY:
        return found[0]
    return found[1] if year in _YEARLY else _BEFORE if year < _YEARLY.start else _AFTER


@cache
def _months() -> tuple[str, ...]:
    found = [_GOES_ON, _UNKNOWN, _AFTER]
    for year in reversed(_YEARLY):
        found += [f"{year}-{month:02}" for month in range(12, 0, -1)] if year in _MONTHLY else [f"{year}"]
    return (*found, _BEFORE)
