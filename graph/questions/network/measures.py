"""Who is central in a network, and which actors belong together, in names for laymen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

from onrecord.graph.questions.network.edges import Edge

if TYPE_CHECKING:
    import networkx as nx

MOST_WORK: Final = 2_000_000
"""Actors times pairs up to which it is worked out who stands between others: a second or so."""
MOST_PAIRS: Final = 100_000
"""Related pairs up to which communities are looked for: a second or two."""

MEANINGS: Final[Mapping[str, str]] = {
    "connections": "how many others somebody is related to",
    "between": "how often somebody stands on the shortest way between two others, from 0 for never to 1 for always",
    "community": "the number of the group whose members have more to do with each other than with the rest, the largest first",
}


def simple(nodes: Iterable[str], edges: Iterable[Edge]) -> nx.Graph[str]:
    """The network with one edge for each related pair; its weight is how many things relate the two."""
    import networkx as nx  # noqa: PLC0415  half a second that only this needs

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(nodes))
    for edge in edges:
        before = graph.get_edge_data(edge.source, edge.target, {"weight": 0})
        graph.add_edge(edge.source, edge.target, weight=before["weight"] + edge.count)
    return graph


def measures(graph: nx.Graph[str]) -> dict[str, dict[str, float]]:
    """By actor, what MEANINGS names; but for what left_out() tells."""
    import networkx as nx  # noqa: PLC0415

    nodes, pairs = graph.number_of_nodes(), graph.number_of_edges()
    found: dict[str, dict[str, float]] = {node: {"connections": graph.degree(node)} for node in graph}
    if nodes * pairs <= MOST_WORK:
        between = cast("dict[str, float]", nx.betweenness_centrality(graph))
        for node, value in between.items():
            found[node]["between"] = round(value, 4)
    if pairs <= MOST_PAIRS:
        groups = cast("list[set[str]]", nx.community.louvain_communities(graph, weight="weight", seed=1))
        for number, group in enumerate(sorted(groups, key=lambda group: (-len(group), min(group))), 1):
            for node in group:
                found[node]["community"] = number
    return found


def left_out(nodes: int, edges: Iterable[Edge]) -> list[str]:
    """Sentences on what is not worked out of so many actors and these edges, since it would take too long."""
    pairs = len({frozenset((edge.source, edge.target)) for edge in edges})
    found = []
    if nodes * pairs > MOST_WORK:
        found.append(
            f"Who stands between others was not worked out: {nodes:,} actors with {pairs:,} related pairs are too many. "
            "Ask for fewer steps, fewer actors (most) or fewer kinds of relation (off)."
        )
    if pairs > MOST_PAIRS:
        found.append(
            f"Communities were not looked for: {pairs:,} related pairs are too many (at most {MOST_PAIRS:,}). "
            "Ask for fewer steps, fewer actors (most) or fewer kinds of relation (off)."
        )
    return found
