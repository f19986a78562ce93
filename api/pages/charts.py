"""Charts as the server draws them: places along them in per cent and heights in pixels, for the macros of charts.html.

They scale with their page without a script, and their text does not. Every mark is a claim, and leads to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Final

from onrecord.graph.questions.claims.accounts import Account, Said, Series
from onrecord.graph.questions.things.entities import Tenure
from onrecord.graph.questions.things.loader import Name
from onrecord.graph.text import dates

TOP: Final = 26
BASE: Final = 186
"""Where in a chart of steps its highest value and its zero lie, in pixels from its top."""
_LEFT, _WIDE = 7.0, 88.0
_DAY: Final = timedelta(days=1)
_LABELS: Final = 6
_NUMBER: Final = 8.0
"""How much of a chart's width a number takes on a phone, in per cent."""
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One claim: `x` where it may have been said at the latest, `back` at the earliest where that is another day."""

    said: Said
    x: float
    y: float
    back: float | None
    high: float | None
    rises: bool
    crowded: bool = False
    """Whether its number would stand on that of a later, higher count where the chart is narrow."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece of the line of steps."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Steps:
    """A toll over the time of saying: the line is the highest count that still counts, or did until it was superseded."""

    marks: list[Mark]
    lines: list[Segment]
    days: list[tuple[float, float, str]]
    ticks: list[tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One count; `least` and `most` in per cent of the widest bar."""

    measure: Name | None
    said: Said
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Bars:
    """What one source counted, by what was counted."""

    sources: tuple[Name, ...]
    rows: list[tuple[Series, list[Bar]]]


def steps(series: Series) -> Steps | None:
    """The chart of a toll; None where fewer than two of its counts can be placed in time."""
    placed = _placed(
        [one for one in series.said if (one.until or one.since) and one.claim.lowest is not None]
    )
    if not series.cumulative or len(placed) < 2:
        return None
    first = min(_local(one.since or one.last) for _, one in placed).date()
    last = max(moment for moment, _ in placed).date()
    length = (last - first) / _DAY + 1
    top = max(one.claim.highest or one.claim.lowest or 1 for _, one in placed) or 1

    def across(moment: datetime) -> float:
        return round(_LEFT + _WIDE * ((moment - _start(first)) / _DAY) / length, 2)

    def up(count: int) -> float:
        return round(BASE - (BASE - TOP) * count / top, 1)

    marks, lines, highest, since = [], [], 0, _LEFT
    for moment, one in placed:
        low, high = one.claim.lowest or 0, one.claim.highest
        x = across(moment)
        counted = one.claim.is_asserted and one.standing in ("Stands", "Contested", "Superseded")
        rises = counted and low > highest
        if rises:
            lines += [Segment(since, up(highest), x, up(highest)), Segment(x, up(highest), x, up(low))]
            highest, since = low, x
        begin = _local(one.since or one.last)
        back = across(max(begin, _start(first))) if begin.date() < moment.date() else None
        marks.append(Mark(one, x, up(low), back, up(high) if high and high != low else None, rises))
    lines.append(Segment(since, up(highest), _LEFT + _WIDE, up(highest)))
    marks = _with_room(marks)
    every = -(-int(length) // _LABELS)
    days = [
        (
            across(_start(first + number * _DAY)),
            round(_WIDE * every / length, 2),
            _short(first + number * _DAY),
        )
        for number in range(0, int(length), every)
    ]
    return Steps(marks, lines, days, [(up(tick), tick) for tick in _ticks(top)])


def _with_room(marks: Sequence[Mark]) -> list[Mark]:
    """The marks, of which those are crowded whose number has no room on a phone: the highest counts keep theirs."""
    found, free = [], 100.0
    for mark in reversed(marks):
        crowded = mark.rises and mark.x > free - _NUMBER
        if mark.rises and not crowded:
            free = mark.x
        found.append(replace(mark, crowded=crowded))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class PostBar:
    """One post over the years: `begun` and `ended` tell whether that end of the bar is recorded."""

    tenure: Tenure
    x: float
    width: float
    begun: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts over the years, the earliest first, with the years to write below."""

    rows: list[PostBar]
    years: list[tuple[float, int]]


def posts(tenures: Sequence[Tenure]) -> Posts | None:
    """The line of posts; None where no day of any is recorded."""
    spans = [(tenure, _day(tenure.since), _day(tenure.until)) for tenure in tenures]
    known = [day for _, *days in spans for day in days if day]
    if not known:
        return None
    first, last = min(known), max(known)
    begin = date(first.year, 1, 1)
    length = max((last - begin).days * 1.15, 366.0)

    def across(day: date) -> float:
        return round(100 * (day - begin).days / length, 2)

    rows = []
    for tenure, since, until in sorted(spans, key=lambda span: (span[1] or span[2] or last, span[0].iri)):
        x, end = across(since) if since else 0.0, across(until) if until else 100.0
        rows.append(PostBar(tenure, x, round(max(end - x, 0.5), 2), since is not None, until is not None))
    every = max(1, -(-int(length / 365) // _LABELS))
    years = range(begin.year, min(begin.year + int(length / 365), MAXYEAR) + 1, every)
    return Posts(rows, [(across(date(year, 1, 1)), year) for year in years if across(date(year, 1, 1)) < 97])


def bars(account: Account) -> list[Bars]:
    """The counts of what is over when it is counted, such as weapons launched and intercepted, by whose count it is."""
    counted = [
        (series, one)
        for series in account.series
        if not series.cumulative and (series.weapons or series.one_of)
        for one in series.said
        if one.claim.lowest is not None and one.counts
    ]
    widest = max((one.claim.highest or one.claim.lowest or 1 for _, one in counted), default=1) or 1
    found: dict[tuple[Name, ...], dict[str, tuple[Series, list[Bar]]]] = defaultdict(dict)
    for series, one in counted:
        thing = " ".join(name.iri for name in series.qualifiers)
        least, most = one.claim.lowest or 0, one.claim.highest or one.claim.lowest or 0
        bar = Bar(series.measure, one, round(100 * least / widest, 2), round(100 * most / widest, 2))
        found[one.sources].setdefault(thing, (series, []))[1].append(bar)
    return [
        Bars(
            sources,
            sorted(
                ((series, sorted(some, key=lambda bar: -bar.least)) for series, some in rows.values()),
                key=lambda row: -row[1][0].least,
            ),
        )
        for sources, rows in found.items()
    ]


def _placed(said: Sequence[Said]) -> list[tuple[datetime, Said]]:
    """Each with the moment to draw it at: those of one day, whose order is not known, side by side from low to high."""
    days: dict[date, list[Said]] = defaultdict(list)
    placed = []
    for one in said:
        if one.since == one.until:
            placed.append((_local(one.last), one))
        elif one.day:
            days[one.day].append(one)
    for day, some in days.items():
        some.sort(key=Said.position)
        placed += [(_start(day) + _DAY * (place + 0.5) / len(some), one) for place, one in enumerate(some)]
    return sorted(placed, key=lambda entry: (entry[0], entry[1].position()))


def _ticks(top: int) -> list[int]:
    """Some round numbers up to a highest one."""
    size = next(
        factor * 10**power
        for power in range(len(str(top)) + 1)
        for factor in (1, 2, 5)
        if factor * 10**power * _TICKS >= top
    )
    return list(range(0, top + 1, size))


def _local(moment: datetime | None) -> datetime:
    """A moment by the clock of the place that it was given for: the day it is called by."""
    return (moment or datetime.min).replace(tzinfo=None)


def _start(day: date) -> datetime:
    return datetime.combine(day, time())


def _day(text: str | None) -> date | None:
    found = dates.bounds(text)
    return _local(found[0][0]).date() if found else None


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
