"""One actor's newest relations, as they are added up in the graph: by pair and kind, each with some of what it rests on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from onrecord.graph.queryfiles import union
from onrecord.graph.questions.network import added_up
from onrecord.graph.questions.network.edges import Edge

if TYPE_CHECKING:
    from onrecord.graph.rows import RowSource

_MOST: Final = added_up.NEWEST - 1
"""So many of an actor's relations are looked at; one more tells that there are others."""
_EVIDENCE: Final = 3
"""How many things that a relation rests on are given."""


def newest(ledger: RowSource, actor: str, limit: int) -> tuple[list[tuple[Edge, list[str]]], bool]:
    """At most `limit` of each kind and direction, by kind and ends, each with IRIs of what it rests on; and whether there are more."""
    rows = added_up.newest(ledger, actor)
    counts: Counter[tuple[str, bool]] = Counter()
    edges = []
    for edge in map(Edge.added_up, rows[:_MOST]):
        counts[edge.kind.name, edge.source == actor] += 1
        if counts[edge.kind.name, edge.source == actor] <= limit:
            edges.append(edge)
    resting = _resting(ledger, edges)
    found = [(edge, resting[str(edge.node)]) for edge in edges]
    return sorted(found, key=lambda item: (item[0].kind.name, item[0].place)), len(edges) < len(rows)


def _resting(ledger: RowSource, edges: list[Edge]) -> dict[str, list[str]]:
    """Of each relation some of what it rests on, so that one which rests on very much costs no more."""
    found: dict[str, list[str]] = {str(edge.node): [] for edge in edges}
    texts = {
        node: f"SELECT ?thing WHERE {{ {NamedNode(node)} rec:relationRestsOn ?thing }} LIMIT {_EVIDENCE:d}"
        for node in found
    }
    for row in ledger.rows(union(texts, "relation")) if texts else ():
        found[row["relation"].value].append(row["thing"].value)
    return {node: sorted(things) for node, things in found.items()}
