"""The relations of graph/relations/*.rq, one actor's or those among several, each with the evidence it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import NamedNode

from onrecord.graph import queryfiles
from onrecord.graph.relations import merging
from onrecord.graph.relations.kinds import Kind, bringing, kinds
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    import networkx as nx

    from onrecord.graph.rows import RowSource, Term

_ENDS: Final = ("source", "target")
_BATCH: Final = 1000
_WITH_MERGED: Final = "SELECT * WHERE { { FOUND } OPTIONAL { ?source rec:mergedAs ?sourceOne } OPTIONAL { ?target rec:mergedAs ?targetOne } }"


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
        return _of_rows(ledger, ledger.rows(of_actor(merging.twins(ledger, [actor]), chosen, fallen=fallen)))
    return [
        relation
        for kind in chosen
        for relation in _of_rows(ledger, ledger.rows(kind.query(fallen=fallen)), kind.name)
    ]


def around(
    ledger: RowSource,
    actors: Collection[str],
    of_kinds: Iterable[str],
    *,
    fallen: bool = False,
    twins: Collection[str] | None = None,
) -> list[Relation]:
    """The relations of some kinds, by their names, that these actors (IRIs) have. ValueError for no IRI, KeyError for no kind.

    `twins` are these actors and those that are merged with them, where that is known already.
    """
    if not actors:
        return []
    every = merging.twins(ledger, actors) if twins is None else sorted(twins)
    values = " ".join(str(NamedNode(actor)) for actor in every)
    blocks = [f"VALUES ?{end} {{ {values} }}" for end in _ENDS]
    found = queryfiles.union(
        _started({kinds()[name].name: blocks for name in of_kinds}, fallen=fallen), "kind"
    )
    rows = ledger.rows(_WITH_MERGED.replace("FOUND", found))
    one = {row[end].value: row[f"{end}One"].value for row in rows for end in _ENDS if f"{end}One" in row}
    return list(_together(rows, one, None))


def among(
    ledger: RowSource, actors: Collection[str], of_kinds: Iterable[Kind], *, fallen: bool = False
) -> list[Relation]:
    """The relations of some kinds between any two of these actors (IRIs), as they are merged. ValueError for no IRI."""
    every = merging.twins(ledger, actors)
    return answers(ledger, among_queries(every, of_kinds, {}, fallen=fallen), merging.merged(ledger, every))


def among_queries(
    actors: Collection[str], of_kinds: Iterable[Kind], one: Mapping[str, str], *, fallen: bool = False
) -> dict[str, str]:
    """Queries, for answers(), for the relations of some kinds between any two of these actors (IRIs). ValueError for no IRI.

    `one` are things that are merged with one of them, each with that one.
    """
    values = " ".join(str(NamedNode(actor)) for actor in sorted({*actors, *one}))
    block = f"VALUES ?source {{ {values} }} VALUES ?target {{ {values} }}"
    return _started({kind.name: [block] for kind in of_kinds}, fallen=fallen)


def resting_queries(
    things: Collection[str],
    of_kinds: Iterable[Kind],
    actors: Collection[str],
    one: Mapping[str, str],
    *,
    fallen: bool = False,
) -> list[dict[str, str]]:
    """The same for relations that rest on these things, in several groups, so that no query names too many."""
    ends = ", ".join(str(NamedNode(actor)) for actor in sorted({*actors, *one}))
    among_them = f"FILTER (?source IN ({ends}) && ?target IN ({ends}))"
    ordered = sorted(things)
    found = []
    for first in range(0, len(ordered), _BATCH):
        values = " ".join(str(NamedNode(thing)) for thing in ordered[first : first + _BATCH])
        blocks = {
            kind.name: [f"VALUES ?{variable} {{ {values} }} {among_them}" for variable in kind.found_from]
            for kind in of_kinds
        }
        found.append(_started(blocks, fallen=fallen))
    return found


def answers(ledger: RowSource, queries: Mapping[str, str], one: Mapping[str, str]) -> list[Relation]:
    """What such queries find, in one query; `one` as there."""
    return list(_together(ledger.rows(queryfiles.union(queries, "kind")), one, None)) if queries else []


def _started(blocks: Mapping[str, Sequence[str]], *, fallen: bool) -> dict[str, str]:
    """The queries of some kinds that start from these VALUES blocks."""
    return {
        f"{name} {number}": kinds()[name].starting(block, fallen=fallen)
        for name, several in blocks.items()
        for number, block in enumerate(several)
    }


def of_actor(twins: Sequence[str], of_kinds: Iterable[Kind] | None = None, *, fallen: bool = False) -> str:
    """A SELECT of one actor's relations: ?kind (its name, which end the actor is at, which twin it is) and what the kind's query selects.

    An actor is one or several IRIs, of things that are the same. Each stands in each pattern in place of a variable, so that the
    engine starts from it. ValueError for no IRI.
    """
    queries = {
        f"{kind.name} {end} {number}": bind(kind.query(fallen=fallen), {end: str(NamedNode(actor))})
        for kind in (bringing() if of_kinds is None else of_kinds)
        for end in _ENDS
        for number, actor in enumerate(twins)
    }
    return queryfiles.union(queries, "kind")


def _of_rows(
    ledger: RowSource, rows: Iterable[Mapping[str, Term]], kind: str | None = None
) -> list[Relation]:
    """The relations that rows mean, sorted, between actors as they are merged."""
    rows = list(rows)
    return list(
        _together(rows, merging.merged(ledger, (row[end].value for row in rows for end in _ENDS)), kind)
    )


def _together(
    rows: Iterable[Mapping[str, Term]], one: Mapping[str, str], kind: str | None
) -> Iterator[Relation]:
    """Of what is bounded by several printings, the earliest bound counts."""
    bounds: dict[tuple[str, str, str, str], tuple[str | None, str | None]] = {}
    for row in rows:
        value = {name: row[name].value for name in row}
        name = kind or value["kind"].partition(" ")[0]
        ends = merging.ends(kinds()[name], value["source"], value["target"], one)
        if ends is None:
            continue
        place = (name, *ends, value["evidence"])
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
    """A MultiDiGraph of IRIs, which networkx writes in any format: what is not known has no attribute.

    Nodes carry label, type and side; edges kind, begin, end and evidence: IRIs with spaces between.
    """
    import networkx as nx  # noqa: PLC0415  half a second that only callers of this function need to spend

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for relation in relations(ledger, of_kinds=of_kinds):
        span = {"begin": relation.begin, "end": relation.end}
        known = {name: value for name, value in span.items() if value is not None}
        graph.add_edge(
            relation.source,
            relation.target,
            kind=relation.kind,
            evidence=" ".join(relation.evidence),
            **known,
        )
    for row in ledger.rows(_NODES):
        node = row["node"].value
        if node in graph:
            attributes: dict[str, Any] = {
                name: row[name].value for name in ("label", "type", "side") if name in row
            }
            graph.nodes[node].update(attributes)
    return graph
