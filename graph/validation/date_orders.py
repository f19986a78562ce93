"""What must not be after what: each rule over days and moments at the ends of two paths; the table of all is in docs/records.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from onrecord.graph.text import dates

PropertyPath = tuple[str, ...]
"""Properties by their local names; with ^ before it, from the value to the subject."""


@lru_cache(4096)
def _moment(text: str) -> datetime | None:
    return dates.moment(text)


@lru_cache(4096)
def is_after(one: str, other: str) -> bool:
    """Whether one day or moment is after another: two moments as such, anything else by the days as they are written."""
    moments = _moment(one), _moment(other)
    if moments[0] is not None and moments[1] is not None:
        return moments[0] > moments[1]
    days = dates.day(one), dates.day(other)
    return all(days) and dates.day_order(days[0]) > dates.day_order(days[1])


@lru_cache(4096)
def _surely_after(one: str, other: str) -> bool:
    """As is_after, but a day is compared with a moment by where on earth it begins first."""
    moment = _moment(other)
    if moment is not None and "T" not in one:
        begin = dates.begin(one[:10], dates.EASTERNMOST)
        return begin is not None and begin > moment
    return is_after(one, other)


@dataclass(frozen=True, slots=True)
class Days:
    """Where days or moments are found: at the end of a path, by the first of some properties that any of its ends has."""

    path: PropertyPath
    names: tuple[str, ...]

    def paths(self) -> Iterator[PropertyPath]:
        """The whole paths."""
        return ((*self.path, name) for name in self.names)


@dataclass(frozen=True, slots=True)
class DateOrder:
    """What must not be after what, seen from one node.

    `path` is the property that a result names. The message has {early} and {late}, the values, and what else it names.
    """

    name: str
    path: str
    early: Days
    late: Days
    message: str
    after: Callable[[str, str], bool] = is_after
    kind: str | None = None
    """Of what class the node must be."""


PUBLISHED: Final = ("publishedAt", "published")
"""When a version was published: the moment, or the day."""
SAID: Final = ("saidAt", "saidOn")
"""When something was said: the moment, or the day."""


def _days(*path: str, ends: tuple[str, ...] = ()) -> Days:
    """By the properties `ends`, or by the last of the path."""
    return Days(path, ends) if ends else Days(path[:-1], path[-1:])


_ZONES: Final = "Where the days differ by time zone alone, give the moment"
DATE_ORDERS: Final = (
    DateOrder(
        "SaidBeforePrinted", "reportedIn", _days("^rendering", ends=SAID), _days("reportedIn", ends=PUBLISHED),
        "It was said on {early}, by 'saidOn' or 'saidAt', and the version that reports it was published before, on {late}: correct "
        f"one of them, or 'reportedIn'. {_ZONES}: 'publishedAt', with its offset from UTC.", _surely_after,
    ),
    DateOrder(
        "AsOfBeforeSaid", "asOfFrom", _days("asOfFrom"), _days("^asserts", ends=SAID),
        "'asOfFrom' is {early}, after {late}, when it was said: nobody counts what is still to come. Correct one of them. "
        f"{_ZONES} of which it speaks in the zone of the day, or 'saidAt'.",
    ),
    DateOrder(
        "AsOfBeforePrinted", "asOfFrom", _days("asOfFrom"), _days("assertedBy", ends=PUBLISHED),
        "'asOfFrom' is {early}, after {late}, when the version that says so was published: correct one of them. "
        f"{_ZONES} of which it speaks in the zone of the day, or 'publishedAt'.",
    ),
    DateOrder(
        "PublishedBeforeRead", "retrieved", _days(ends=PUBLISHED), _days("retrieved"),
        "'retrieved' is {late}, before the version was published, on {early}: correct one of them.", _surely_after,
    ),
    DateOrder(
        "RevisedLater", "revises", _days("revises", ends=PUBLISHED), _days(ends=PUBLISHED),
        "The version that it 'revises' was published on {early}, after this one, on {late}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "PartBeginsInTime", "partOf", _days("begin"), _days("partOf", "end"),
        "It begins on {early}, after the event that it is 'partOf' has ended, on {late}: correct 'partOf', 'begin' or 'end'.",
    ),
    DateOrder(
        "PartEndsInTime", "partOf", _days("partOf", "begin"), _days("end"),
        "It ends on {late}, before the event that it is 'partOf' begins, on {early}: correct 'partOf', 'begin' or 'end'.",
    ),
    DateOrder(
        "PostHadBegun", "speakingAs", _days("speakingAs", "from"), _days(ends=SAID),
        "It was said on {late}, before the tenure that 'speakingAs' names began, on {early}: name the post held on that day, or correct "
        "'from' of the tenure.",
    ),
    DateOrder(
        "PostHadNotEnded", "speakingAs", _days(ends=SAID), _days("speakingAs", "until"),
        "It was said on {early}, after the tenure that 'speakingAs' names had ended, on {late}: name the post held on that day, or "
        "correct 'until' of the tenure.",
    ),
    DateOrder(
        "SupersedesEarlier", "supersedes", _days("supersedes", "asOfFrom"), _days("asOfUntil"),
        "It speaks of {late} ('asOfUntil') and 'supersedes' a claim that speaks of a later moment, from {early} ('asOfFrom'): exchange "
        "the two, or write 'retracts' where a later count was taken back.",
    ),
    DateOrder(
        "SupersedesEarlierWords", "supersedes", _days("supersedes", "^asserts", ends=SAID), _days("^asserts", ends=SAID),
        "It was said on {late}, and 'supersedes' a claim that was made after that, on {early}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "RetractsEarlierWords", "retracts", _days("retracts", "^asserts", ends=SAID), _days("^asserts", ends=SAID),
        "It was said on {late}, and 'retracts' a claim that was made after that, on {early}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "JudgedAfterSaid", "assessedOn", _days("assesses", "^asserts", ends=SAID), _days("assessedOn"),
        "'assessedOn' is {late}, before the claim was made, on {early}: correct one of them.",
    ),
    DateOrder(
        "JudgedAfterPrinted", "assessedOn", _days("assesses", "assertedBy", ends=PUBLISHED), _days("assessedOn"),
        "'assessedOn' is {late}, before the version that makes the claim was published, on {early}: correct one of them.",
    ),
    DateOrder(
        "CountedSinceItBegan", "asOfUntil", _days("concerns", "begin"), _days("asOfUntil"),
        "'asOfUntil' is {late}, before the event that it 'concerns' can have begun, on {early}: correct 'asOfUntil', 'concerns', or "
        "'begin' of the event.", kind="QuantityClaim",
    ),
)  # fmt: skip
