"""Which counts can contradict one another at all: those of different claimants of one thing, by one measure, within the same limits.

A series, such as a total that is published each day, has a claim for each day, all by one claimant. A rule that set each of
them beside each other would look at the square of its length, to find that they are one claimant's. So the pairs are found
here by what they count, and the rules judge those pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph.quads import objects, solutions

LONG: Final = 200
"""So many claims of one claimant, on one thing by one measure, are a series that is never compared with itself."""
_PART: Final = 5
"""Where more than one claim in so many has rivals, a rule is asked of all at once."""
LIMITS: Final = ("weapon", "weaponOneOf", "scope", "ofParty", "launchedFrom", "carrier")
"""What limits a count, by the properties that the rules name."""
_ALL: Final = """SELECT ?claim ?thing ?measure ?claimant WHERE {
  ?claim rec:measure ?measure ; rec:concerns ?thing ; rec:claimant ?claimant }"""
_RIVALS: Final = """SELECT ?claim ?measure WHERE {{
  ?claim rec:concerns {thing} ; rec:claimant ?claimant ; rec:measure ?measure FILTER(?claimant != {claimant}) }}"""

ClaimPair = tuple[ox.NamedNode, ox.NamedNode]


def of_all(store: ox.Store) -> tuple[set[ox.NamedNode], list[ClaimPair]] | None:
    """The claims that have rivals, those of series left out, and the pairs of the series.

    None where no series is long and many claims have rivals: to ask a rule of all at once is then quicker than of these.
    """
    groups: dict[tuple[ox.NamedNode, ox.NamedNode], dict[ox.NamedNode, list[ox.NamedNode]]] = defaultdict(
        lambda: defaultdict(list)
    )
    claims = 0
    for row in _rows(store, _ALL):
        claims += 1
        groups[row["thing"], row["measure"]][row["claimant"]].append(row["claim"])
    short: set[ox.NamedNode] = set()
    long: list[list[list[ox.NamedNode]]] = []
    series = False
    for group in groups.values():
        is_long = any(len(own) >= LONG for own in group.values())
        series = series or is_long
        if len(group) > 1 and is_long:
            long.append(list(group.values()))
        elif len(group) > 1:
            short.update(claim for own in group.values() for claim in own)
    if not series and len(short) * _PART > claims:
        return None
    return short, [pair for parties in long for pair in _across(store, parties)]


def with_part(store: ox.Store, claims: Iterable[ox.NamedNode]) -> list[ClaimPair]:
    """The pairs in which one of these claims has a part."""
    asked: dict[ClaimPair, list[ox.NamedNode]] = defaultdict(list)
    for claim in claims:
        for thing in objects(store, claim, "concerns") if objects(store, claim, "measure") else ():
            for claimant in objects(store, claim, "claimant"):
                asked[thing, claimant].append(claim)
    found: set[ClaimPair] = set()
    for (thing, claimant), own in asked.items():
        rivals = [row["claim"] for row in _rows(store, _RIVALS.format(thing=thing, claimant=claimant))]
        found.update(_across(store, [own, rivals]))
    return sorted(found, key=str)


def _across(store: ox.Store, parties: list[list[ox.NamedNode]]) -> Iterator[ClaimPair]:
    """The pairs of claims of different parties that count the same."""
    kept: dict[frozenset[tuple[str, ox.NamedNode]], list[tuple[int, ox.NamedNode]]] = defaultdict(list)
    for party, claims in enumerate(parties):
        for claim in claims:
            kept[counted(store, claim)].append((party, claim))
    for alike in kept.values():
        if len({party for party, _ in alike}) > 1:
            yield from ((a, b) for one, a in alike for other, b in alike if one < other)


def counted(store: ox.Store, claim: ox.NamedNode) -> frozenset[tuple[str, ox.NamedNode]]:
    """What a claim counts, and within which limits; of things that are the same, one stands for all."""
    return frozenset(
        (name, min(objects(store, value, "mergedAs"), key=str, default=value))
        for name in ("measure", *LIMITS)
        for value in objects(store, claim, name)
    )


def _rows(store: ox.Store, query: str) -> Iterator[dict[str, ox.NamedNode]]:
    found = solutions(store, query)
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield {name: cast("ox.NamedNode", solution[name]) for name in names}
