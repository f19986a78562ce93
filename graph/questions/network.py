"""The network around an actor, on the way from one actor to another, or between two: who, how, and because of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from onrecord.graph import terms
from onrecord.graph.errors import BadParameter
from onrecord.graph.questions.attributes import Thing
from onrecord.graph.questions.because import Because, because, fetch
from onrecord.graph.questions.loader import Loader, Name
from onrecord.graph.relations import network as relations
from onrecord.graph.relations.kinds import Kind, kinds
from onrecord.graph.relations.network import Relation
from onrecord.graph.suggestions import nearest

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

MOST_STEPS: Final = 3
MOST_NODES: Final = 300
"""How many actors a network shows: those with most evidence for what relates them."""
SHOWN: Final = 5
"""How many pieces of evidence an edge shows; all of them in exports."""
COLOURS: Final = ("side", "kind", "community")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What network to show. `ego` and `to` are IRIs, `begin`, `end` and `as_of` days, `off` the kinds that are left out.

    A window from `begin` to `end` keeps what overlaps it, `as_of` what was so or had been said by that day; what has no
    date is then left out. `fallen` shows also what rests on claims that were refuted, retracted or superseded.
    """

    ego: str | None = None
    to: str | None = None
    steps: int = 1
    off: frozenset[str] = frozenset(name for name, kind in kinds().items() if kind.asked)
    begin: str | None = None
    end: str | None = None
    as_of: str | None = None
    colour: str = "side"
    fallen: bool = False


@dataclass(slots=True)
class Node:
    """An actor, or a place that was struck. `kind` is the short name of its class, `step` how far it is from the first."""

    iri: str
    name: Name
    kind: str
    side: str | None
    step: int | None
    count: int = 0


@dataclass(slots=True)
class Edge:
    """All relations of one kind from one actor to another; `count` is how many things they rest on."""

    kind: Kind
    source: str
    target: str
    relations: list[Relation]
    because: list[Because] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many statements, claims or other things it rests on."""
        return len({thing for relation in self.relations for thing in relation.evidence})

    @property
    def begin(self) -> str | None:
        """The first known day or moment."""
        return min((relation.begin for relation in self.relations if relation.begin), default=None)

    @property
    def end(self) -> str | None:
        """The last day or moment; None where what lasts has no known end."""
        ends = [relation.end for relation in self.relations]
        if self.kind.lasting and None in ends:
            return None
        return max((end for end in ends if end), default=None)


@dataclass(slots=True)
class Network:
    """What is shown, and how many actors were left out because there are too many."""

    wanted: Wanted
    nodes: list[Node]
    edges: list[Edge]
    paths: list[list[str]]
    left_out: int


def wanted(given: Mapping[str, str], base: str) -> Wanted:
    """What parameters ask for, as web addresses and the command line have them. BadParameter."""
    known = set(kinds())
    off = Wanted().off
    if "off" in given:
        off = frozenset(name.strip() for name in given["off"].split(",") if name.strip())
        for name in sorted(off - known):
            alike = nearest(name, sorted(known), limit=1)
            meant = f"did you mean {alike[0]}?" if alike else f"there are {', '.join(sorted(known))}"
            raise BadParameter(f"{name[:50]!r} is no kind of relation: {meant}")
    colour = given.get("colour", COLOURS[0])
    if colour not in COLOURS:
        raise BadParameter(f"{colour[:50]!r} is nothing to colour by: there are {', '.join(COLOURS)}")
    standing = given.get("standing", "current")
    if standing not in ("current", "all"):
        raise BadParameter(f"{standing[:50]!r} is no standing here: give current or all")
    if "to" in given and "ego" not in given:
        raise BadParameter(
            "`to` is given without `ego`: give both, to be shown the ways from one to the other"
        )
    steps = given.get("steps", "1" if "to" not in given else str(MOST_STEPS))
    if not steps.isascii() or not steps.isdigit() or not 1 <= int(steps[:9]) <= MOST_STEPS:
        raise BadParameter(f"steps={steps[:20]} is not one to {MOST_STEPS}")
    days = {name: _day(given, name) for name in ("from", "until", "asOf")}
    return Wanted(
        None if "ego" not in given else _iri(given["ego"], base),
        None if "to" not in given else _iri(given["to"], base),
        int(steps), off, days["from"], days["until"], days["asOf"], colour, standing == "all",
    )  # fmt: skip


def _iri(name: str, base: str) -> str:
    """peskov, actor/peskov, or the whole IRI."""
    absolute = (
        name if name.startswith(base) or "://" in name else base + (name if "/" in name else f"actor/{name}")
    )
    try:
        return NamedNode(absolute).value
    except ValueError:
        raise BadParameter(f"{name[:100]!r} names nobody: give an IRI, or its part after {base}") from None


def _day(given: Mapping[str, str], name: str) -> str | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadParameter(f"{name}={text[:50]} is no day: write it as 2025-08-28") from None


def network(ledger: RowSource, asked: Wanted, *, evidence: int | None = SHOWN) -> Network:
    """The network asked for. Each edge comes with so many pieces of evidence, or all of them."""
    found, steps, left_out = _found(ledger, asked)
    loader = Loader(ledger)
    edges = _edges(found)
    fetch(loader, [relation for edge in edges for relation in edge.relations])
    loader.fetch(steps)
    for edge in edges:
        every = because(loader, edge.relations, fallen=asked.fallen)
        edge.because = every if evidence is None else every[:evidence]
    nodes = {iri: _node(loader, iri, step) for iri, step in steps.items()}
    for edge in edges:
        nodes[edge.source].count += edge.count
        nodes[edge.target].count += edge.count
    ordered = sorted(nodes.values(), key=lambda node: (node.step or 0, -node.count, node.iri))
    return Network(asked, ordered, edges, [], left_out)


def _found(ledger: RowSource, asked: Wanted) -> tuple[list[Relation], dict[str, int | None], int]:
    """The relations to show, the actors with their steps, and how many actors are left out."""
    shown = [kind for kind in kinds().values() if kind.name not in asked.off]
    bringing = [kind.name for kind in shown if not kind.among]
    found: dict[Relation, None] = {}
    steps: dict[str, int | None] = {}
    if asked.ego is None:
        found.update(
            dict.fromkeys(
                _in_time(relations.relations(ledger, of_kinds=bringing, fallen=asked.fallen), asked)
            )
        )
        steps = dict.fromkeys(end for relation in found for end in (relation.source, relation.target))
    else:
        steps[asked.ego] = 0
        frontier = [asked.ego]
        for step in range(1, asked.steps + 1):
            for actor in frontier:
                around = relations.relations(ledger, actor, bringing, fallen=asked.fallen)
                found.update(dict.fromkeys(_in_time(around, asked)))
            ends = {end for relation in found for end in (relation.source, relation.target)}
            frontier = sorted(ends - steps.keys())
            steps.update(dict.fromkeys(frontier, step))
    every = shown if asked.ego is not None else [kind for kind in shown if kind.among]
    found.update(dict.fromkeys(_in_time(relations.among(ledger, steps, every, fallen=asked.fallen), asked)))
    return list(found), steps, 0


def _in_time(found: Iterable[Relation], asked: Wanted) -> list[Relation]:
    return [relation for relation in found if _is_in_time(relation, asked)]


def _is_in_time(relation: Relation, asked: Wanted) -> bool:
    begin, end = (None if bound is None else bound[:10] for bound in (relation.begin, relation.end))
    lasting = kinds()[relation.kind].lasting
    if asked.as_of is not None:
        if lasting:
            return (begin or asked.as_of) <= asked.as_of <= (end or asked.as_of)
        last = end or begin
        return last is not None and last <= asked.as_of
    if asked.begin is not None and not lasting and begin is None:
        return False
    if (
        asked.begin is not None
        and (end or begin or asked.begin) < asked.begin
        and not (lasting and end is None)
    ):
        return False
    first = begin or (None if lasting else end)
    if asked.end is not None and first is None and not lasting:
        return False
    return asked.end is None or first is None or first <= asked.end


def _edges(found: Iterable[Relation]) -> list[Edge]:
    edges: dict[tuple[str, str, str], Edge] = {}
    for relation in found:
        place = (relation.source, relation.target, relation.kind)
        if place not in edges:
            edges[place] = Edge(kinds()[relation.kind], relation.source, relation.target, [])
        edges[place].relations.append(relation)
    return [edges[place] for place in sorted(edges)]


def _node(loader: Loader, iri: str, step: int | None) -> Node:
    thing = Thing(loader, iri)
    types = [one.removeprefix(terms.REC) for one in loader.iris(iri, "rdf:type") if one.startswith(terms.REC)]
    side = thing.name.side
    return Node(
        iri, thing.name, next(iter(sorted(types)), "Thing"), side and side.removeprefix(terms.REC), step
    )


def document(found: Network, base: str, version: int) -> dict[str, object]:
    """The network as JSON has it: node-link data (edges from `from` to `to`), with what was asked."""
    asked = found.wanted
    return {
        "version": version,
        "ego": asked.ego,
        "to": asked.to,
        "steps": asked.steps,
        "off": sorted(asked.off),
        "from": asked.begin,
        "until": asked.end,
        "asOf": asked.as_of,
        "colour": asked.colour,
        "standing": "all" if asked.fallen else "current",
        "directed": True,
        "multigraph": True,
        "kinds": [
            {
                "id": kind.name,
                "label": kind.label,
                "definition": kind.definition,
                "directed": not kind.undirected,
                "off": kind.name in asked.off,
                "count": sum(edge.kind == kind for edge in found.edges),
            }
            for kind in kinds().values()
        ],
        "nodes": [
            {
                "iri": node.iri,
                "id": node.iri.removeprefix(base),
                "label": node.name.text,
                "kind": node.kind,
                "side": node.side,
                "count": node.count,
                "step": node.step,
            }
            for node in found.nodes
        ],
        "edges": [_edge(edge, base) for edge in found.edges],
        "paths": found.paths,
        "leftOut": found.left_out,
    }


def _edge(edge: Edge, base: str) -> dict[str, object]:
    words = [item.word for item in edge.because if item.word]
    source, target = edge.source.removeprefix(base), edge.target.removeprefix(base)
    return {
        "key": f"{edge.kind.name} {source} {target}",
        "kind": edge.kind.name,
        "label": edge.kind.label,
        "directed": not edge.kind.undirected,
        "from": edge.source,
        "to": edge.target,
        "begin": edge.begin,
        "end": edge.end,
        "count": edge.count,
        "onWordOf": [_named(name) for name in dict.fromkeys(words)],
        "sentence": edge.because[0].sentence if edge.because else None,
        "because": [_because(item) for item in edge.because],
    }


def _named(name: Name | None) -> dict[str, object] | None:
    return None if name is None else {"iri": name.iri, "label": name.text}


def _because(item: Because) -> dict[str, object]:
    return {
        "sentence": item.sentence,
        "words": item.words,
        "language": item.language,
        "quotation": item.quotation,
        "statement": item.statement,
        "claim": item.claim,
        "evidence": item.thing,
        "standing": item.standing,
        "date": item.date,
        "begin": item.begin,
        "end": item.end,
        "onWordOf": _named(item.word),
        "source": _named(item.source),
        "document": item.version,
        "link": item.link,
    }
