"""The relations of graph/relations/*.rq, one actor's or those among several, each with the evidence it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import NamedNode

from onrecord.graph import queryfiles
from onrecord.graph.relations.kinds import Kind, bringing, kinds
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    import networkx as nx

    from onrecord.graph.ledger import RowSource, Term

_ENDS: Final = ("source", "target")
_NEWEST: Final = "SELECT * WHERE {{ {{\n{}LIMIT 1000\n}} }} ORDER BY DESC(?begin) LIMIT {:d}\n"


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


def relations(
    ledger: RowSource,
    actor: str | None = None,
    of_kinds: Collection[str] | None = None,
    *,
    fallen: bool = False,
) -> list[Relation]:
    """The graph's relations, or one actor's (its IRI), sorted; those of the same span are one, with all their evidence.

    One actor's cost as much as there are of them, not as the graph is large. Without `of_kinds`, those that bring actors
    together; `fallen`: also of claims that no longer count. KeyError for a kind that does not exist.
    """
    chosen = bringing() if of_kinds is None else [kinds()[name] for name in of_kinds]
    if actor is not None:
        return list(_merged(ledger.rows(of_actor(actor, chosen, fallen=fallen))))
    return [
        relation for kind in chosen for relation in _merged(ledger.rows(kind.query(fallen=fallen)), kind.name)
    ]


def among(
    ledger: RowSource, actors: Collection[str], of_kinds: Iterable[Kind], *, fallen: bool = False
) -> list[Relation]:
    """The relations of some kinds between any two of these actors (IRIs). ValueError for no IRI."""
    values = " ".join(str(NamedNode(actor)) for actor in sorted(actors))
    found: list[Relation] = []
    for kind in of_kinds:
        head, where, rest = kind.query(fallen=fallen).partition("WHERE {")
        text = f"{head}{where} VALUES ?source {{ {values} }} VALUES ?target {{ {values} }}{rest}"
        found += _merged(ledger.rows(text), kind.name)
    return found


def newest(ledger: RowSource, actor: str, limit: int) -> tuple[list[Relation], bool]:
    """One actor's newest relations, at most `limit` of each kind and direction; and whether there are more.

    Of whom has more than a thousand of one kind, only a thousand are looked at: the cost has a bound.
    """
    rows = ledger.rows(of_actor(actor, limit=limit + 1))
    counts: Counter[str] = Counter()
    shown = []
    for row in rows:
        kind = row["kind"].value
        counts[kind] += 1
        if counts[kind] <= limit:
            shown.append(row)
    return list(_merged(shown)), len(shown) < len(rows)


def of_actor(
    actor: str, of_kinds: Iterable[Kind] | None = None, limit: int | None = None, *, fallen: bool = False
) -> str:
    """A SELECT of one actor's relations: ?kind (its name, and which end the actor is at) and what the kind's query selects.

    The actor stands in each pattern in place of a variable, so that the engine starts from it. ValueError for no IRI.
    """
    term = str(NamedNode(actor))
    queries = {
        f"{kind.name} {end}": bind(kind.query(fallen=fallen), {end: term})
        for kind in (bringing() if of_kinds is None else of_kinds)
        for end in _ENDS
    }
    if limit is not None:
        queries = {name: _NEWEST.format(text, limit) for name, text in queries.items()}
    return queryfiles.union(queries, "kind")


def _merged(rows: Iterable[Mapping[str, Term]], kind: str | None = None) -> Iterator[Relation]:
    """The relations that rows mean. Of what is bounded by several printings, the earliest bound counts."""
    bounds: dict[tuple[str, str, str, str], tuple[str | None, str | None]] = {}
    for row in rows:
        value = {name: row[name].value for name in row}
        name = kind or value["kind"].partition(" ")[0]
        place = (name, value["source"], value["target"], value["evidence"])
        begin, end = value.get("begin"), value.get("end")
        if place in bounds:
            begin = _earlier(begin, bounds[place][0])
            end = _earlier(end, bounds[place][1])
        bounds[place] = (begin, end)
    spans: dict[tuple[str, str, str, str | None, str | None], list[str]] = {}
    for (name, source, target, evidence), span in bounds.items():
        spans.setdefault((name, source, target, *span), []).append(evidence)
    for of, found in sorted(spans.items(), key=lambda item: [part or "" for part in item[0]]):
        name, source, target, begin, end = of
        yield Relation(name, kinds()[name].label, source, target, begin, end, tuple(sorted(found)))


def _earlier(one: str | None, other: str | None) -> str | None:
    return min(one, other) if one is not None and other is not None else one or other


_NODES = """
SELECT ?node (SAMPLE(?text) AS ?label) (SAMPLE(?class) AS ?type) (SAMPLE(?its) AS ?side) WHERE {
  ?node a ?class ; rdfs:label ?text .
  FILTER(LANG(?text) = "en")
  OPTIONAL { ?node rec:side ?its }
} GROUP BY ?node
"""


def network(ledger: RowSource, of_kinds: Collection[str] | None = None) -> nx.MultiDiGraph[str]:
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
