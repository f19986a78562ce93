"""Days and moments as RDF writes them (xsd:date, xsd:dateTime): read, bounded and put in order.

In the graph a year has any length. Python's dates have the years 1 to 9999, so a moment of another year is read as None.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from onrecord.graph.errors import BadParameter

EASTERNMOST: Final = timezone(timedelta(hours=14))
"""Where on earth each day begins first."""
WESTERNMOST: Final = timezone(timedelta(hours=-12))
"""Where each day ends last."""

_DAY: Final = re.compile(r"-?\d+-\d\d-\d\d")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?")
_MIDNIGHT: Final = re.compile(r"T00:00:00(\.0+)?(?![.\d])")


def day(text: str) -> str:
    """The day of an xsd:date or xsd:dateTime as it is written there, in years of any length; "" where there is none."""
    found = _DAY.match(text)
    return found[0] if found else ""


def day_order(day: str) -> tuple[int, str]:
    """What days are compared by: as texts, years before 1 or after 9999 would stand in the wrong place."""
    year, month, date = day.rsplit("-", 2)
    return int(year), f"{month}-{date}"


def last_day(end: str) -> str:
    """The last day of what ends at a moment, as it is written: what ends at midnight ends with the day before."""
    found = day(end)
    if not _MIDNIGHT.match(end, len(found)):
        return found
    try:
        return (date.fromisoformat(found) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return found


def moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """A moment with its time zone, or with this one where the text has none; None where it is no moment.

    Without any time zone the answer is None too: whether it was before another moment is then not known.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    return found if found.tzinfo else None


def begin(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The moment at which a day begins, or the moment that the text gives; time zones as in moment()."""
    return moment(text if "T" in text else f"{text[:10]}T00:00:00{text[10:]}", zone)


def bounds(text: str | None) -> list[tuple[datetime, datetime]]:
    """Between which moments a date lies, or a moment twice; nothing where it is neither. Without a time zone it is of UTC."""
    if text is None:
        return []
    is_day = _DATE.fullmatch(text)
    start = begin(text, UTC) if is_day else moment(text, UTC)
    if start is None:
        return []
    try:
        return [(start, start + timedelta(days=1) if is_day else start)]
    except OverflowError:
        return []


def shifted(moment: datetime, by: timedelta) -> datetime:
    """The moment so much later; the first or the last that there is, where that lies beyond it."""
    try:
        return moment + by
    except OverflowError:
        return (datetime.min if by < timedelta() else datetime.max).replace(tzinfo=moment.tzinfo)


def given_day(text: str, name: str | None = None) -> str:
    """A day that somebody asks for, under the name of a parameter or none, as 2025-08-28. Raises BadParameter."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        given = f"{text[:50]!r}" if name is None else f"{name}={text[:50]}"
        raise BadParameter(f"{given} is no day: write it as 2025-08-28") from None
