"""How many were killed in each of some events, per side of the war, and in all of them, with how many events that covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from onrecord.graph.questions import ask_of, question
from onrecord.graph.questions.things.entities import Event
from onrecord.graph.questions.things.loader import Loader, Name
from onrecord.graph.rows import whole_number
from onrecord.graph.text import dates

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_MANY: Final = 100
"""Of more events than this all counts of the killed are listed once: to look up of each claim what it counts would cost more."""
_COUNTED: Final = "rec:measure rec:killed ; "
_CLAIM: Final = "?claim rec:concerns"
_LISTED: Final = "{ SELECT ?claim WHERE { ?claim rec:measure rec:killed } }"
"""As event_tolls.rq has the first two, and what stands there for many events."""

Side = str | None
"""The IRI of a side of the war; None for an actor on none."""


@dataclass(frozen=True, slots=True)
class Count:
    """One claim's count: `least` of them, and whether it is open above or an estimate; whose it is."""

    claim: str
    claimant: Name
    least: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Total:
    """The counts of one side, summed: `exact` where all of them are, over so many events of those looked at."""

    side: Side
    killed: int
    exact: bool
    events: int


def killed(loader: Loader, events: Sequence[Event]) -> Mapping[str, Mapping[Side, Count]]:
    """Event -> side -> the newest count that still counts; of those of one moment the highest, then the exact one."""
    text = question("event_tolls")
    if len(events) > _MANY:
        text = text.replace(_COUNTED, "").replace(_CLAIM, f"{_LISTED} {_CLAIM}")
    rows = ask_of(loader.ledger, text, [event.iri for event in events])
    loader.mention(row["claimant"].value for row in rows)
    found: dict[str, dict[Side, tuple[tuple[object, ...], Count]]] = {event.iri: {} for event in events}
    for row in rows:
        least = next(
            (
                number
                for name in ("atLeast", "estimate", "atMost")
                if (number := whole_number(row.get(name))) is not None
            ),
            None,
        )
        if least is None:
            continue
        exact = whole_number(row.get("atLeast")) == whole_number(row.get("atMost")) is not None
        claimant = loader.name(row["claimant"].value)
        moment = (
            next((end for _, end in dates.bounds(row["until"].value)), _EARLIEST)
            if "until" in row
            else _EARLIEST
        )
        rank = (moment, least, exact, row["claim"].value)
        sides = found[row["thing"].value]
        if claimant.side not in sides or sides[claimant.side][0] < rank:
            sides[claimant.side] = rank, Count(row["claim"].value, claimant, least, exact)
    return {event: {side: count for side, (_, count) in sides.items()} for event, sides in found.items()}


def wholes(events: Iterable[Event]) -> Mapping[str, set[str]]:
    """Event -> those of the events that it is a part of, in any number of steps."""
    above = {event.iri: set(event.loader.iris(event.iri, "partOf")) for event in events}
    return {event: _wholes(event, above) for event in above}


def totals(counts: Mapping[str, Mapping[Side, Count]], events: Iterable[Event]) -> list[Total]:
    """The sums per side, the widest covered first. An event of whose whole there is a count of that side adds nothing."""
    above = wholes(events)
    summed: dict[Side, list[Count]] = {}
    for event, sides in counts.items():
        for side, count in sides.items():
            if not any(side in counts.get(whole, {}) for whole in above[event]):
                summed.setdefault(side, []).append(count)
    found = [
        Total(side, sum(one.least for one in some), all(one.exact for one in some), len(some))
        for side, some in summed.items()
    ]
    return sorted(found, key=lambda total: (-total.events, total.side or "~"))


def _wholes(event: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(above.get(event, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += above.get(one, ())
    return found
