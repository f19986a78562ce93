"""How much there is of each kind of thing: from how many things are of each class, as each commit keeps it, else by counting all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from onrecord.graph import terms
from onrecord.graph.questions import ask
from onrecord.graph.vocabulary import ontology

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

_MOST: Final = 5000
"""So many things may have to be looked at for a second class of theirs; where they are more, all things are counted."""


def kinds(ledger: RowSource, classes: Sequence[tuple[str, int]] | None = None) -> dict[str, int]:
    """How many actors, events, statements, claims and documents there are, by the short names of their classes.

    `classes` tells of each class how many things there are in a graph of which the shapes were asked, where that is known.
    """
    summed = None if classes is None else _summed(ledger, dict(classes))
    if summed is None:
        return {_short(row["kind"].value): int(row["count"].value) for row in ask(ledger, "counts")}
    return summed


def _summed(ledger: RowSource, things: Mapping[str, int]) -> dict[str, int] | None:
    below: dict[str, set[str]] = defaultdict(set)
    for row in ask(ledger, "kinds"):
        below[row["kind"].value].add(row["class"].value)
    sums: dict[str, int] = {}
    doubtful: list[tuple[str, str, list[str]]] = []
    for kind, all_classes in below.items():
        held = sorted((one for one in all_classes if things.get(one)), key=lambda one: (things[one], one))
        if held:
            sums[_short(kind)] = sum(things[one] for one in held)
        # What is of several classes is counted for the one that most things are of.
        for place, one in enumerate(held):
            larger = [other for other in held[place + 1 :] if _may_share(one, other)]
            if larger:
                doubtful.append((kind, one, larger))
    if sum(things[one] for _, one, _ in doubtful) > _MOST:
        return None
    if doubtful:
        asked = " UNION ".join(_several(*each) for each in doubtful)
        for row in ledger.rows(f"SELECT ?kind ?count WHERE {{ {asked} }}"):
            sums[_short(row["kind"].value)] -= int(row["count"].value)
    return sums


def _several(kind: str, one: str, others: Sequence[str]) -> str:
    """A group that counts what is of one class and of one of others."""
    listed = ", ".join(str(NamedNode(other)) for other in others)
    return (
        f"{{ SELECT ({NamedNode(kind)} AS ?kind) (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ ?thing a {NamedNode(one)} "
        f"FILTER EXISTS {{ ?thing a ?other FILTER (?other IN ({listed})) }} }} }}"
    )


def _may_share(one: str, other: str) -> bool:
    """Whether something may be of both classes, for all that the ontology says."""
    return not {one, other} <= ontology.classes() or not ontology.disjoint(one, other)


def _short(kind: str) -> str:
    return kind.removeprefix(terms.REC)
