"""The relations of graph/relations/*.rq as a networkx graph, every edge with the evidence it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from onrecord.graph import queryfiles
from onrecord.graph.queryfiles import QueryFile

if TYPE_CHECKING:
    import networkx as nx

    from onrecord.graph.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of one kind (its name and label) over one span; `begin` and `end` are xsd:date or xsd:dateTime, None where not known."""

    kind: str
    label: str
    source: str
    target: str
    begin: str | None
    end: str | None
    evidence: tuple[str, ...]


@cache
def kinds() -> dict[str, QueryFile]:
    """Every kind of relation there is, by name; its label is read between two names."""
    return {file.name: file for file in queryfiles.in_package("onrecord.graph.relations")}


def relations(
    ledger: Ledger, actor: str | None = None, of_kinds: Collection[str] | None = None
) -> list[Relation]:
    """The graph's relations, or one actor's (its IRI), sorted; those of the same span are one, with all their evidence."""
    chosen = kinds() if of_kinds is None else {name: kinds()[name] for name in of_kinds}
    return [relation for kind in chosen.values() for relation in _of_kind(ledger, kind, actor)]


def _of_kind(ledger: Ledger, kind: QueryFile, actor: str | None) -> Iterator[Relation]:
    spans: dict[tuple[str, str, str | None, str | None], set[str]] = {}
    for row in ledger.rows(kind.text):
        value = {name: row[name].value for name in row}
        if actor is None or actor in (value["source"], value["target"]):
            span = (value["source"], value["target"], value.get("begin"), value.get("end"))
            spans.setdefault(span, set()).add(value["evidence"])
    for (source, target, begin, end), evidence in sorted(
        spans.items(), key=lambda item: [part or "" for part in item[0]]
    ):
        yield Relation(kind.name, kind.label, source, target, begin, end, tuple(sorted(evidence)))


_NODES = """
SELECT ?node (SAMPLE(?text) AS ?label) (SAMPLE(?class) AS ?type) (SAMPLE(?its) AS ?side) WHERE {
  ?node a ?class ; rdfs:label ?text .
  FILTER(LANG(?text) = "en")
  OPTIONAL { ?node rec:side ?its }
} GROUP BY ?node
"""


def network(ledger: Ledger, of_kinds: Collection[str] | None = None) -> nx.MultiDiGraph[str]:
    """A MultiDiGraph of IRIs. Nodes carry label, type and side; edges kind, begin, end and evidence (a tuple of IRIs)."""
    import networkx as nx  # noqa: PLC0415  half a second that only callers of this function need to spend

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for relation in relations(ledger, of_kinds=of_kinds):
        graph.add_edge(
            relation.source, relation.target, kind=relation.kind,
            begin=relation.begin, end=relation.end, evidence=relation.evidence,
        )  # fmt: skip
    for row in ledger.rows(_NODES):
        node = row["node"].value
        if node in graph:
            attributes: dict[str, Any] = {
                name: row[name].value for name in ("label", "type", "side") if name in row
            }
            graph.nodes[node].update(attributes)
    return graph
