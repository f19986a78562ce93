"""The newest of the counts that were made of one event by one measure, by now or by a moment.

Each row is as in the table of claims (tables.py), so two reports that rest on the word of one source are one row. It costs
what the event's claims are, not what the graph holds.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from onrecord.graph import terms
from onrecord.graph.questions import ask
from onrecord.graph.questions.tables import tables
from onrecord.graph.questions.tables.tables import Row, Table
from onrecord.graph.text import dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onrecord.graph.ledger import RowSource

_COUNTED: Final = ("concerns", "weapon", "weaponOneOf", "ofParty", "scope", "launchedFrom", "carrier")


def latest(ledger: RowSource, event: str, measure: str, moment: str | None = None) -> list[Row]:
    """The newest asserted count of each thing that was counted (event or part, weapon, party, scope), by a moment or by now.

    Superseded, retracted and refuted claims take no part. Where it is open which of several counts came last, it is the one
    that counted most, if the count can only grow; else the one said last; of equal ones, the exact one. BadParameter.
    """
    things: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in _claims(ledger, event, measure, moment):
        if row.get("stance") == terms.REC + "Asserts" and row.get("certain", True):
            things[tuple(str(row.get(name)) for name in _COUNTED)].append(row)
    kinds = {row["kind"].value for row in ask(ledger, "count_kind", measure=tables.measure_of(measure))}
    rank = _by_count if terms.REC + "Cumulative" in kinds else _by_time
    return [max(_newest(rows), key=rank) for _, rows in sorted(things.items())]


def reports(row: Row) -> list[str]:
    """The IRIs of all claims that are one row."""
    return [claim for claim in row["claims"] if claim] if isinstance(row["claims"], list) else []


def _claims(ledger: RowSource, event: str, measure: str, moment: str | None) -> list[Row]:
    def make(after: tables.Cursor) -> Table:
        return tables.claims(event, measure=measure, moment=moment, after=after)

    return [row for page in tables.pages(ledger.rows, make) for row in page]


def _newest(rows: Sequence[Row]) -> list[Row]:
    """The rows that no other surely came after."""
    # Each of two counts of the same minute is before the other.
    return [row for row in rows if not any(_before(row, other) > _before(other, row) for other in rows)]


def _before(row: Row, other: Row) -> bool:
    for begin, end in (("asOfFrom", "asOfUntil"), ("saidFrom", "saidUntil")):
        last, first = row.get(end), other.get(begin)
        if isinstance(last, str) and isinstance(first, str):
            # A bound without a time zone is that of a day.
            ended, began = dates.moment(last, dates.WESTERNMOST), dates.moment(first, dates.EASTERNMOST)
            return ended is not None and began is not None and ended <= began
    return False


def _by_count(row: Row) -> tuple[object, ...]:
    bounds = [row[name] for name in ("atLeast", "atMost", "estimate") if isinstance(row.get(name), int)]
    return (bounds[0] if bounds else -1, row.get("qualifier") == "exactly", *_by_time(row))


def _by_time(row: Row) -> tuple[object, ...]:
    return row.get("saidUntil", ""), row.get("qualifier") == "exactly", row["claim"]
