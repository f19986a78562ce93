"""A count that its own claimant later went back on: both cannot hold, and the later word of one voice supersedes the earlier.

Of two voices such counts contradict each other (*.rq); one voice does not contradict itself. A later count that is higher is
no correction of one that can only grow: the earlier stays true of its moment. The order has to be known: by the moments that
the two speak of and, where these leave it open, by the days on which they were said; where the two disagree, nothing follows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes import counts, identities, rules, sources, standing
from onrecord.graph.quads import DerivedTriple, literals, objects, solutions, subjects
from onrecord.graph.rows import whole_number
from onrecord.graph.terms import rec
from onrecord.graph.text import dates

READS: Final = ("saidAt",)
"""The property that it depends on, beside those of the rules and of standings."""
_GROWS: Final = rec("Cumulative")
_COMPARED: Final = frozenset({_GROWS, rec("Finished")})
SUPERSEDES: Final = rec("supersedes")
NAME: Final = "own-later-count"
LABELS: Final = {
    "en": "a count corrected by its own claimant",
    "uk": "підрахунок, виправлений тим, хто його навів",
    "ru": "подсчёт, исправленный тем, кто его привёл",
}
"""Language -> what the rule is called."""
_LABEL: Final = LABELS["en"]
_DEFINITION: Final = (
    "a count corrected by its own claimant: for a moment that is surely not earlier, one claimant counts fewer than before of "
    "what can only grow, or another number of what is over when it is counted, of the same event, measure, weapon, party and "
    "scope; the later supersedes the earlier. Estimates take no part. Superseded and retracted claims take no part, nor do those "
    "refuted, and what an office and its holder say is one claimant's, and so is what actors say that are the same"
)
_FEW: Final = 50
"""So many claims of a group are set beside the others one by one; of more, the group is put in order first."""
_COUNTS: Final = """SELECT ?claim ?thing ?measure ?kind ?atLeast ?atMost ?asOfFrom ?asOfUntil WHERE {
  %s
  ?claim rec:concerns ?thing ; rec:measure ?measure ; rec:stance rec:Asserts .
  ?measure rec:countKind ?kind
  OPTIONAL { ?claim rec:atLeast ?atLeast } OPTIONAL { ?claim rec:atMost ?atMost }
  OPTIONAL { ?claim rec:asOfFrom ?asOfFrom } OPTIONAL { ?claim rec:asOfUntil ?asOfUntil }
}"""


@dataclass(frozen=True, slots=True)
class _Count:
    """The bounds of a count, and those of the moment it speaks of; None where they are not known."""

    claim: ox.NamedNode
    grows: bool
    least: int | None
    most: int | None
    begin: datetime | None
    end: datetime | None

    def above(self, other: _Count) -> bool:
        """Whether this count is higher than another, which is surely not of an earlier moment if such a count can grow."""
        if self.least is None or other.most is None or self.least <= other.most:
            return False
        return not self.grows or _not_after(self.end, other.begin)


_CountPair = tuple[_Count, _Count]


def rule(base: str) -> ox.NamedNode:
    """The rule itself."""
    return ox.NamedNode(f"{base}rule/{NAME}")


def triples(
    store: ox.Store, base: str, claims: Iterable[ox.NamedNode] | None = None
) -> Iterator[DerivedTriple]:
    """Which count supersedes which, with the rule; given claims, only where one of these has a part."""
    yield from rules.described(rule(base), _LABEL, _DEFINITION)
    derived = ox.NamedNode(terms.graph_iri("derived", base))
    known: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for higher, lower in _pairs(store, None if claims is None else set(claims)):
        order = _order(store, higher, lower) if _may_be_one(store, higher.claim, lower.claim, known) else 0
        earlier, later = (higher, lower) if order > 0 else (lower, higher)
        if order and _is_correction(store, later.claim, earlier.claim, derived):
            label = f"Superseded by the rule “{_LABEL}”"
            yield from rules.related(base, rule(base), label, (later.claim, SUPERSEDES, earlier.claim))


def _pairs(store: ox.Store, touched: set[ox.NamedNode] | None) -> Iterator[_CountPair]:
    """A higher and a lower count of one thing by one measure, within the same limits, that cannot both hold."""
    for group in _groups(store, touched):
        mine = group if touched is None else [count for count in group if count.claim in touched]
        if touched is None or len(mine) > _FEW:
            alike: dict[object, list[_Count]] = defaultdict(list)
            for count in group:
                alike[counts.counted(store, count.claim)].append(count)
            for some in alike.values():
                yield from _falls(some)
        else:
            found = {
                pair
                for one in mine
                for other in group
                for pair in ((one, other), (other, one))
                if pair[0].above(pair[1])
            }
            for higher, lower in found:
                if counts.counted(store, higher.claim) == counts.counted(store, lower.claim):
                    yield higher, lower


def _falls(group: Sequence[_Count]) -> Iterator[_CountPair]:
    """The pairs among counts within the same limits. Costs what it finds, and not the square of a series."""
    grows = group[0].grows
    highs = [count for count in group if count.least is not None and (count.end or not grows)]
    lows = [count for count in group if count.most is not None and (count.begin or not grows)]
    if grows:
        highs.sort(key=lambda count: cast("datetime", count.end), reverse=True)
        lows.sort(key=lambda count: cast("datetime", count.begin))
    before: list[_Count] = []
    for low in lows:
        while highs and (not grows or _not_after(highs[-1].end, low.begin)):
            insort(before, highs.pop(), key=_least)
        yield from ((high, low) for high in before[bisect_right(before, low.most or 0, key=_least) :])


def _least(count: _Count) -> int:
    return count.least or 0  # never None where it is asked


def _groups(store: ox.Store, touched: set[ox.NamedNode] | None) -> list[list[_Count]]:
    """The counts of each thing by each measure; given claims, of what these count. Those alone in a group are left out."""
    if touched is None:
        given = ""
    else:
        values = (
            f"({thing} {measure})"
            for claim in touched
            for measure in objects(store, claim, "measure")
            for thing in objects(store, claim, "concerns")
        )
        given = f"VALUES (?thing ?measure) {{ {' '.join(sorted(set(values)))} }}"
    groups: dict[tuple[ox.NamedNode, ox.NamedNode], dict[ox.NamedNode, _Count]] = defaultdict(dict)
    for row in solutions(store, _COUNTS % given):
        kind = row["kind"]
        if kind in _COMPARED:
            bounds = (whole_number(row["atLeast"]), whole_number(row["atMost"]))
            moments = (_moment(row["asOfFrom"]), _moment(row["asOfUntil"]))
            claim = cast("ox.NamedNode", row["claim"])
            count = _Count(claim, kind == _GROWS, *bounds, *moments)
            groups[cast("ox.NamedNode", row["thing"]), cast("ox.NamedNode", row["measure"])][claim] = count
    return [list(group.values()) for group in groups.values() if len(group) > 1]


def _moment(value: object) -> datetime | None:
    return dates.moment(value.value) if isinstance(value, ox.Literal) else None


def _not_after(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one <= other


def _may_be_one(
    store: ox.Store, one: ox.NamedNode, other: ox.NamedNode, known: dict[ox.NamedNode, set[ox.NamedNode]]
) -> bool:
    """Whether two claims may be one voice's, whatever the day: a quick look, since most are not. `known` keeps what was found."""
    claimants = [objects(store, claim, "claimant") for claim in (one, other)]
    for who in claimants[0] | claimants[1]:
        if who not in known:
            tenures = {
                tenure
                for twin in identities.twins(store, [who])
                for tenure in subjects(store, "holder", twin)
            }
            offices = {office for tenure in tenures for office in objects(store, tenure, "institution")}
            known[who] = identities.twins(store, {who, *offices})
    reach = [{voice for who in some for voice in known[who]} for some in claimants]
    return not reach[0].isdisjoint(reach[1])


def _order(store: ox.Store, one: _Count, other: _Count) -> int:
    """1: the first was counted, and said, before the other; -1: after it; 0: it is not known."""
    counted = _not_after(one.end, other.begin) - _not_after(other.end, one.begin)
    first, then = (_said(store, count.claim) for count in (one, other))
    said = _before(first, then) - _before(then, first)
    return (counted or said) if counted * said >= 0 else 0


_Times = tuple[list[tuple[int, str]], list[datetime]]


def _said(store: ox.Store, claim: ox.NamedNode) -> _Times:
    """The days on which a claim was made, as they are written, and the moments where these are known."""
    statements = subjects(store, "asserts", claim)
    texts = {
        text for one in statements for name in ("saidOn", "saidAt") for text in literals(store, one, name)
    }
    moments = [moment for text in texts if "T" in text and (moment := dates.moment(text))]
    return sources.day_orders(texts), moments


def _before(one: _Times, other: _Times) -> bool:
    if one[1] and other[1]:
        return max(one[1]) < min(other[1])
    return bool(one[0] and other[0]) and max(one[0]) < min(other[0])


def _is_correction(
    store: ox.Store, later: ox.NamedNode, earlier: ox.NamedNode, derived: ox.NamedNode
) -> bool:
    return (
        not _has_fallen(store, later, derived)
        and not _has_fallen(store, earlier, derived)
        and sources.one_claimant(store, later, earlier)
    )


def _has_fallen(store: ox.Store, claim: ox.NamedNode, derived: ox.NamedNode) -> bool:
    """Whether a claim no longer stands by what is stated."""
    newer = {
        quad.subject
        for name in ("supersedes", "retracts")
        for quad in store.quads_for_pattern(None, rec(name), claim, None)
        if quad.graph_name != derived and isinstance(quad.subject, ox.NamedNode)
    }
    return any(sources.same_voice(store, one, claim) for one in newer) or bool(standing.refuted(store, claim))
