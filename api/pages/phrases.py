"""Figures and dates in words that keep what is not known: "at least 21", "night to 28 August 2025"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from onrecord.graph.questions.statements import Claim

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SIDES: Final = {
    "UkrainianSide": ("ua", "Ukrainian side"),
    "RussianSide": ("ru", "Russian side"),
    "ThirdParty": ("tp", "Third party"),
}


def amount(claim: Claim) -> str:
    """A count within its bounds; an open bound is said."""
    low, high = claim.at_least, claim.at_most
    if claim.estimate is not None:
        return f"about {claim.estimate:,}"
    if low is None:
        return "a number not given" if high is None else f"at most {high:,}"
    if high is None:
        return f"at least {low:,}"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def listed(names: list[str], joint: str = "and") -> str:
    """a, b and c"""
    *most, last = names or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def day(text: str | None) -> str:
    """A date, or the date of a moment, in words; as it stands where it is neither."""
    parsed = _moment(text)
    return (text or "") if parsed is None else f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"


def moment(text: str | None) -> str:
    """A moment with its time and offset, in words."""
    parsed = _moment(text)
    if parsed is None or not isinstance(parsed, datetime):
        return day(text)
    offset = parsed.strftime("%z")
    zone = "" if not offset else " UTC" if offset == "+0000" else f" UTC{offset[:3]}:{offset[3:]}"
    return f"{day(text)}, {parsed:%H:%M}{zone}"


def as_of(claim: Claim) -> str:
    """The moment a claim speaks of, no more exactly than it is known."""
    earliest, latest = claim.as_of_from, claim.as_of_until
    if earliest is None or latest is None:
        return f"{moment(latest)} or earlier" if latest else f"{moment(earliest)} or later"
    if earliest == latest:
        return moment(earliest)
    start, end = _moment(earliest), _moment(latest)
    if (
        isinstance(start, datetime)
        and isinstance(end, datetime)
        and start.time() == time()
        and start + timedelta(days=1) == end
    ):
        return day(earliest)
    return f"between {moment(earliest)} and {moment(latest)}"


def span(begin: str | None, end: str | None, precision: str | None) -> str:
    """When something happened, no more exactly than the source has it."""
    start, finish = _moment(begin), _moment(end)
    if start is None or finish is None:
        return day(begin) or day(end) or "no date given"
    if precision == "Night":
        return f"night to {day(end)}"
    if precision == "Month":
        return f"{_MONTHS[start.month - 1]} {start.year}"
    if precision == "Year":
        return f"{start.year}"
    if precision == "Day" and start.day == finish.day:
        return day(begin)
    return moment(begin) if begin == end else f"between {moment(begin)} and {moment(end)}"


def _moment(text: str | None) -> date | datetime | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text) if len(text) == len("2025-08-28") else datetime.fromisoformat(text)
    except ValueError:
        return None
