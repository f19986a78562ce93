"""A network with all that is shown of it: who is in it, what relates them, and because of what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from onrecord.graph import terms
from onrecord.graph.questions import ask, ask_of, question
from onrecord.graph.questions.network.added_up import Shown
from onrecord.graph.questions.network.asked import Wanted
from onrecord.graph.questions.network.because import Because, because, fetch
from onrecord.graph.questions.network.edges import Edge, edges_of, lies_in
from onrecord.graph.questions.network.measures import left_out, measures, simple
from onrecord.graph.questions.network.picked import MANY as BUSY
from onrecord.graph.questions.network.picked import Picked, direct, pick
from onrecord.graph.questions.things.loader import Loader, Name
from onrecord.graph.relations import merging
from onrecord.graph.relations import network as relations
from onrecord.graph.relations.kinds import Kind, kinds
from onrecord.graph.text import phrases

if TYPE_CHECKING:
    from onrecord.graph.rows import RowSource

SHOWN: Final = 5
"""How many pieces of evidence an edge shows; all of them in exports."""
BUDGET: Final = 200
"""How many things edges may rest on in all that come with their evidence."""
MANY: Final = 1000
"""Where all edges rest on more things than this, none comes with its evidence: it is to be asked of a pair."""
EXACT: Final = 2000
"""Of a time, so many things that edges rest on are looked at one by one."""

OLD: Final = (
    "Where the data directory was made by an older version of onrecord, `onrecord build` brings it up to date: it adds the "
    "relations, and the keys by which names are found."
)
"""What to do about a graph without relations."""

_UNNAMED: Final = Name("", "")


@dataclass(slots=True)
class Node:
    """An actor, or a place that was struck. `kind` and `side` are short names, `step` is how far it is from the first.

    A person is on the side of the institution in which they hold a post. `count` is how many things relate it to others.
    """

    iri: str
    step: int | None
    name: Name = _UNNAMED
    kind: str = "Thing"
    side: str | None = None
    count: int = 0
    same: list[Name] = field(default_factory=list)
    """Other actors of the graph that are the same, and shown as this one."""
    identities: list[str] = field(default_factory=list)
    """The IRIs of the statements that say so: who, when, on what ground."""

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name.text


@dataclass(slots=True)
class Network:
    """What is shown, and how many actors, and edges between those shown, were left out because there are too many."""

    wanted: Wanted
    nodes: list[Node]
    edges: list[Edge]
    paths: list[list[str]]
    left_out: int
    edges_left_out: int
    measured: Callable[[], Mapping[str, dict[str, float]]]
    """Works the measures out, once: they cost as much as all else that a page shows, and the page itself shows none."""
    messages: list[str] = field(default_factory=list)

    @property
    def measures(self) -> Mapping[str, dict[str, float]]:
        """By IRI, who is central and who belongs together: see measures.py."""
        return self.measured()


def network(ledger: RowSource, asked: Wanted, *, evidence: int | None = SHOWN) -> Network:
    """The network asked for. Each edge comes with so many pieces of evidence while there are not too many, or with all."""
    return _shown(ledger, asked, pick, evidence)


def pair(ledger: RowSource, asked: Wanted) -> Network:
    """All that relates the two actors asked for (`ego` and `to`) to each other, with all that it rests on."""
    return _shown(ledger, asked, direct, None)


def timeline(found: Network) -> list[tuple[Edge, Because]]:
    """The evidence of all edges in order of time; what has no day stands last."""
    items = [(edge, item) for edge in found.edges for item in edge.because]
    return sorted(items, key=lambda pair: (pair[1].date or pair[1].begin or "9999", pair[0].place))


def each_once(items: Iterable[tuple[Edge, Because]]) -> list[tuple[list[Kind], Because]]:
    """What timeline() gives, with each piece of evidence once, and the kinds of relation that rest on it."""
    once: dict[tuple[object, ...], tuple[list[Kind], Because]] = {}
    for edge, item in items:
        resting, _ = once.setdefault((item.sentence, item.thing, item.quotation, item.date), ([], item))
        if edge.kind not in resting:
            resting.append(edge.kind)
    return list(once.values())


def _shown(
    ledger: RowSource,
    asked: Wanted,
    choose: Callable[[RowSource, Wanted, Sequence[Kind]], Picked],
    evidence: int | None,
) -> Network:
    one = merging.merged(ledger, [iri for iri in (asked.ego, asked.to) if iri is not None])
    ego, to = (None if iri is None else one.get(iri, iri) for iri in (asked.ego, asked.to))
    asked = replace(asked, ego=ego, to=to)
    shown = [kind for kind in kinds().values() if kind.name not in asked.off]
    picked = choose(ledger, asked, [kind for kind in shown if not kind.among])
    together = [kind for kind in shown if kind.among]
    messages = [] if picked.message is None else [picked.message]
    if picked.shown.relations > BUSY and not all(kind.asked for kind in together):
        together = [kind for kind in together if kind.asked]
        messages.append("Who spoke on one topic was not looked for: ask for fewer actors (most).")
    looked_for = replace(asked, fallen=picked.fallen)
    edges, more = _detailed(ledger, looked_for, picked, together, evidence)
    nodes = _explained(ledger, asked, picked, edges, evidence)
    actors = [node.iri for node in nodes]
    measured = cache(lambda: measures(simple(actors, edges)))
    if asked.ego is not None and asked.ego == asked.to:
        more.append(
            "The two are said to be the same, and are shown as one: see the identities of that actor."
        )
    elif choose is pick and asked.to is not None and not picked.paths:
        more.append(
            f"No way of at most {asked.steps} steps leads from the one to the other by these relations."
        )
    if not edges and not keeps_relations(ledger):
        more.append(f"No relations are kept in this graph. {OLD}")
    messages = [
        *left_out(len(nodes), edges),
        *messages,
        *more,
        *map(_merged, filter(lambda node: node.same, nodes)),
    ]
    return Network(
        asked, nodes, edges, picked.paths, picked.left_out, picked.edges_left_out, measured, messages
    )


def _explained(
    ledger: RowSource, asked: Wanted, picked: Picked, edges: Sequence[Edge], evidence: int | None
) -> list[Node]:
    """Give the edges their evidence, and return the actors that they relate: the nearest first, then the most related."""
    related = {end for edge in edges for end in (edge.source, edge.target)} | {asked.ego, asked.to}
    loader = Loader(ledger, sparing=True, by_post=picked.shown.sides)
    nodes = {iri: Node(iri, step) for iri, step in picked.steps.items() if iri in related}
    resting = {thing for edge in edges for relation in edge.relations for thing in relation.evidence}
    telling = evidence is None or len(resting) <= MANY
    fetch(loader, [relation for edge in edges for relation in edge.relations] if telling else [], nodes)
    describe(loader, nodes.values(), picked.shown)
    for edge in edges:
        every = because(loader, edge.relations, fallen=picked.fallen) if edge.relations and telling else []
        edge.because = every if evidence is None else every[:evidence]
        edge.whole = bool(every) and len(edge.because) == len(every)
        nodes[edge.source].count += edge.count
        nodes[edge.target].count += edge.count
    return sorted(nodes.values(), key=lambda node: (node.step or 0, -node.count, node.iri))


def _merged(node: Node) -> str:
    """What to know of a node that is several actors of the graph."""
    verb = "are" if len(node.same) > 1 else "is"
    return (
        f"{phrases.listed([name.text for name in node.same])} {verb} shown as {node.label}: they are "
        f"said to be the same, by {' and '.join(f'<{identity}>' for identity in node.identities)}."
    )


def keeps_relations(ledger: RowSource) -> bool:
    """Whether relations, and with them the keys of names, were added up in this graph by any commit."""
    return bool(ask(ledger, "relations_kept"))


def _affordable(edges: Iterable[Edge], most: int) -> list[Edge]:
    """The edges that rest on fewest things, as many as rest on so many things in all."""
    found, total = [], 0
    for edge in sorted(edges, key=lambda edge: (edge.count, edge.place)):
        total += edge.count
        if total > most:
            break
        found.append(edge)
    return found


def _detailed(
    ledger: RowSource, asked: Wanted, picked: Picked, together: list[Kind], evidence: int | None
) -> tuple[list[Edge], list[str]]:
    """All edges, in order, those that are shown with their evidence or in part with the relations they add up; and what to know of it.

    `together` are the kinds that are looked for among the actors shown.
    """
    edges, one, messages = picked.edges, picked.shown.one, []
    total = sum(edge.count for edge in edges)
    if evidence is None or asked.fallen or (asked.is_dated and total <= EXACT):
        looked_at = edges
    elif asked.is_dated:
        looked_at = _affordable((edge for edge in edges if not lies_in(edge, asked)), EXACT)
        messages.append(
            "Many of the relations rest on too much to be looked at one by one: what they rest on is counted of all times."
        )
    else:
        looked_at = _affordable(edges, BUDGET) if evidence and total <= MANY else []
    things = _resting(ledger, looked_at)
    queries = relations.among_queries(picked.steps, together, one, fallen=asked.fallen)
    first, *others = relations.resting_queries(
        {thing for several in things.values() for thing in several},
        [kinds()[name] for name in things],
        {end for edge in looked_at for end in (edge.source, edge.target)},
        one,
        fallen=asked.fallen,
    ) or [{}]
    found = [relations.answers(ledger, each, one) for each in ({**queries, **first}, *others)]
    common = [relation for several in found for relation in several if kinds()[relation.kind].among]
    places = {edge.place: edge for edge in looked_at}
    for relation in (relation for several in found for relation in several):
        edge = places.get((relation.source, relation.target, relation.kind))
        if edge is not None:
            edge.relations.append(relation)
    if asked.is_dated or asked.fallen or evidence is None:
        kept = {edge.place for edge in looked_at}
        edges = [*_kept(looked_at, asked), *(edge for edge in edges if edge.place not in kept)]
    return sorted([*edges, *_kept(edges_of(common), asked)], key=lambda edge: edge.place), messages


def _resting(ledger: RowSource, edges: Iterable[Edge]) -> dict[str, set[str]]:
    """By kind, what these edges rest on of those that are added up in the graph."""
    nodes = {edge.node: edge.kind.name for edge in edges if edge.node is not None}
    found: dict[str, set[str]] = {}
    for row in ask_of(ledger, question("relations_resting"), nodes):
        found.setdefault(nodes[row["thing"].value], set()).add(row["evidence"].value)
    return found


def _kept(edges: Iterable[Edge], asked: Wanted) -> list[Edge]:
    """The edges with what of them lies in the time asked for; those without it are gone."""
    found = []
    for edge in edges:
        inside = [relation for relation in edge.relations if asked.holds(relation)]
        if inside:
            found += edges_of(inside)
    return found


def describe(loader: Loader, nodes: Iterable[Node], shown: Shown) -> None:
    """Say of these nodes what they are called, what they are, and on which side."""
    nodes = list(nodes)
    loader.fetch(node.iri for node in nodes)
    loader.mention(iri for node in nodes for iri in (node.iri, *shown.twins.get(node.iri, ())))
    for node in nodes:
        types = [one for one in loader.iris(node.iri, "rdf:type") if one.startswith(terms.REC)]
        side = loader.iris(node.iri, "side") or [shown.sides.get(node.iri, "")]
        node.name = loader.name(node.iri)
        node.kind = min(types, default="Thing").removeprefix(terms.REC)
        node.side = side[0].removeprefix(terms.REC) or None
        node.same = [loader.name(iri) for iri in sorted(shown.twins.get(node.iri, ()))]
        node.identities = sorted(shown.identities.get(node.iri, ()))
