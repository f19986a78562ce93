"""Which actors and edges a network shows: around one actor, on the ways between two, or the most related of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from onrecord.graph.questions import ask_of, question
from onrecord.graph.questions.network import added_up
from onrecord.graph.questions.network.added_up import Shown, shown
from onrecord.graph.questions.network.asked import Wanted
from onrecord.graph.questions.network.edges import Edge, edges_of, may_lie_in
from onrecord.graph.relations import network as relations
from onrecord.graph.relations.kinds import Kind, kinds
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    from onrecord.graph.rows import RowSource, Term

MOST_EDGES: Final = 1000
"""How many edges are shown at most."""
STRONGEST: Final = 2000
"""From so many relations the network of all is drawn at most, and so many between actors are looked at: those that rest on most."""
STRONGEST_OF: Final = 1000
"""Of the relations of the actors in the middle so many are looked at: those that rest on most."""
EACH: Final = 5
"""And no more than so many for each actor that may be shown."""
MANY: Final = 5000
"""Where more relations begin at the actors shown, those between them are found among the STRONGEST of all."""
_LIMIT_OF: Final = f"LIMIT {STRONGEST_OF + 1}"
"""As relations_of.rq has it."""
MANY_FALLEN: Final = 1000
"""Where more relations begin at the actors shown, what rests on claims that no longer count is not looked for: it is not added up."""
_LIMIT: Final = f"LIMIT {STRONGEST + 1}"
"""As relations_among.rq has it."""
_LIMIT_OF_ALL: Final = f"LIMIT {MOST_EDGES}"
"""As relations_strongest_among.rq has it, where its rows are those that are drawn."""
_COUNTED: Final = "?relation rec:relationCount ?count"
MOST_PATHS: Final = 20
"""How many of the shortest ways between two actors are shown."""


@dataclass(slots=True)
class Picked:
    """The edges, the actors with how far they are from the first, the ways between two, and how much was left out."""

    edges: list[Edge]
    steps: dict[str, int | None]
    paths: list[list[str]] = field(default_factory=list)
    left_out: int = 0
    edges_left_out: int = 0
    shown: Shown = field(default_factory=Shown)
    message: str | None = None
    """What to know of how they were picked."""
    fallen: bool = False
    """Whether what rests on claims that no longer count is among them."""


def direct(ledger: RowSource, asked: Wanted, of_kinds: Sequence[Kind]) -> Picked:
    """What relates the two actors asked for to each other, and nobody else."""
    steps: dict[str, int | None] = {str(asked.ego): 0, str(asked.to): 1}
    around = _EdgeSource(ledger, asked, of_kinds)
    return around.picked(around.between(steps) if asked.fallen else around.among(steps), steps)


def pick(ledger: RowSource, asked: Wanted, of_kinds: Sequence[Kind]) -> Picked:
    """What to show of the relations of these kinds."""
    around = _EdgeSource(ledger, asked, of_kinds)
    ends = [end for end in (asked.ego, asked.to) if end is not None]
    if asked.fallen and ends:
        around.look_for_fallen(ends)
    if asked.ego is not None and asked.to is not None:
        return _between(around, asked.ego, asked.to, asked)
    if asked.ego is None:
        return _of_all(around, asked)
    steps: dict[str, int | None] = {asked.ego: 0}
    left_out: set[str] = set()
    frontier: Collection[str] = [asked.ego]
    for step in range(1, asked.steps + 1):
        ordered = _heaviest(around.of(frontier), steps.keys())
        frontier = ordered[: max(0, asked.most - len(steps))]
        left_out.update(ordered[len(frontier) :])
        steps.update(dict.fromkeys(frontier, step))
        if len(steps) >= asked.most:
            break
    return around.picked(around.among(steps), steps, left_out=len(left_out))


def _of_all(around: _EdgeSource, asked: Wanted) -> Picked:
    """The actors that are related most, by the relations that rest on most: of as many as there may be, all cannot be added up."""
    strongest = around.strongest()
    ordered = _heaviest(strongest)
    steps: dict[str, int | None] = dict.fromkeys(ordered[: asked.most])
    every = (
        around.among(steps)
        if around.fallen
        else [edge for edge in strongest if edge.source in steps and edge.target in steps]
    )
    return around.picked(every, steps, left_out=len(ordered) - len(steps))


def _heaviest(edges: Iterable[Edge], known: Collection[str] = ()) -> list[str]:
    """The ends of these edges, but for those known: those at which edges rest on most things first."""
    weights: Counter[str] = Counter()
    for edge in edges:
        for end in {edge.source, edge.target}.difference(known):
            weights[end] += edge.count
    return sorted(weights, key=lambda end: (-weights[end], end))


class _EdgeSource:
    """The edges around actors. Each is asked for once."""

    def __init__(self, ledger: RowSource, asked: Wanted, of_kinds: Sequence[Kind]) -> None:
        self._ledger = ledger
        self._asked = asked
        self.fallen = asked.fallen
        self._kinds = {kind.name for kind in of_kinds}
        self._asked_for: set[str] = set()
        self._ego_known = False
        self._edges: dict[tuple[str, str, str], Edge] = {}
        self._shown: Shown | None = None
        self._messages: dict[str, None] = {}
        self._twins: dict[str, set[str]] = {}

    def picked(
        self,
        edges: Sequence[Edge],
        steps: dict[str, int | None],
        paths: list[list[str]] | None = None,
        left_out: int = 0,
    ) -> Picked:
        """The strongest of these edges between these actors, with what is to be known of them."""
        drawn = list(edges) if paths is not None else _strongest(edges, self._asked.ego)
        known = self._shown or shown(self._ledger, steps)
        return Picked(
            drawn,
            steps,
            paths or [],
            left_out,
            len(edges) - len(drawn),
            known,
            " ".join(self._messages) or None,
            self.fallen,
        )

    def look_for_fallen(self, actors: Collection[str]) -> Shown:
        """Give up on claims that no longer count where these actors have too many relations, and forget what was found with them."""
        found = shown(self._ledger, actors)
        self._twins.update((actor, found.twins.get(actor, set())) for actor in actors)
        if self.fallen and found.relations > MANY_FALLEN:
            self.fallen = self._ego_known = False
            self._edges.clear()
            self._asked_for.clear()
            self._messages[
                "These actors have so many relations that what was refuted, retracted or superseded is not shown: ask for fewer actors "
                "(most), or for two of them."
            ] = None
        return found

    def of(self, actors: Collection[str]) -> list[Edge]:
        """Those of these actors."""
        missing = set(actors) - self._asked_for
        self._asked_for |= missing
        self._ego_known |= missing == {self._asked.ego}
        for edge in self._fallen(missing) if self.fallen else self._of(missing):
            self._edges.setdefault(edge.place, edge)
        wanted = set(actors)
        return [edge for edge in self._edges.values() if wanted & {edge.source, edge.target}]

    def among(self, actors: Collection[str]) -> list[Edge]:
        """Those between any two of these actors."""
        self._shown = self.look_for_fallen(actors)
        if self.fallen:
            self.of(actors)
            return [edge for edge in self._edges.values() if edge.source in actors and edge.target in actors]
        known = [edge for edge in self._edges.values() if edge.source in actors and edge.target in actors]
        # Those of the actor in the middle are here, and drawn before others.
        others = [actor for actor in actors if actor != self._asked.ego or not self._ego_known]
        most, whose = STRONGEST, "between these actors"
        if self._ego_known and not self._asked.is_dated and self._asked.off == Wanted().off:
            of_ego = sum(self._asked.ego in (edge.source, edge.target) for edge in known)
            most, whose = max(1, MOST_EDGES - of_ego), "between the others"  # as many as are drawn
        if self._shown.relations > MANY:
            rows = self._strongest_among(others, min(most, MOST_EDGES))
            self._messages[
                f"These actors have very many relations: those between them were found among the {STRONGEST:,} of all that rest on most."
            ] = None
        else:
            text = self._text("relations_among", others=_listed(others)).replace(_LIMIT, f"LIMIT {most + 1}")
            rows = self._most(ask_of(self._ledger, text, others), most, whose)
        return list({edge.place: edge for edge in (*known, *self._edges_in(rows))}.values())

    def between(self, actors: Collection[str]) -> list[Edge]:
        """Those between any two of these actors, whatever else they have, with what rests on claims that no longer count."""
        self._shown = shown(self._ledger, actors)
        of_kinds = [kinds()[name] for name in sorted(self._kinds)]
        return edges_of(relations.among(self._ledger, actors, of_kinds, fallen=True))

    def strongest(self) -> list[Edge]:
        """The STRONGEST edges of all that rest on most, those of them that are asked for."""
        text = self._text("relations_strongest")
        rows = (
            self._ledger.rows(text)
            if self._asked.is_dated
            else added_up.strongest(self._ledger, STRONGEST + 1)
        )
        if len(rows) > STRONGEST:
            self._messages[f"This is drawn from the {STRONGEST:,} relations that rest on most."] = None
        return list(self._edges_in(rows[:STRONGEST]))

    def _of(self, actors: Collection[str]) -> Iterable[Edge]:
        whose = (
            "of the actor in the middle" if set(actors) == {self._asked.ego} else "of the actors on the way"
        )
        # A way from one actor to another may begin with what is weak.
        is_whole = self._asked.is_dated or self._asked.to is not None
        most = STRONGEST_OF if is_whole else min(STRONGEST_OF, EACH * self._asked.most)
        # With more steps, what is weak is asked for anyway, and each question less counts.
        if len(actors) == 1 and self._asked.steps == 1 and not self._asked.is_dated:
            rows = added_up.strongest_of(self._ledger, next(iter(actors)), most + 1)
        else:
            rows = ask_of(
                self._ledger, self._text("relations_of").replace(_LIMIT_OF, f"LIMIT {most + 1}"), actors
            )
        return self._edges_in(self._most(rows, most, whose))

    def _strongest_among(self, actors: Collection[str], limit: int) -> list[dict[str, Term]]:
        if not self._asked.is_dated:
            return added_up.strongest_among(self._ledger, actors, limit)
        text = self._text("relations_strongest_among", actors=_listed(actors))
        return self._ledger.rows(text.replace(_LIMIT_OF_ALL, f"LIMIT {limit}"))

    def _most(self, rows: list[dict[str, Term]], most: int, whose: str) -> list[dict[str, Term]]:
        if self._asked.is_dated:
            most = max(most, STRONGEST_OF)  # as the queries have it
        if len(rows) <= most:
            return rows
        self._messages[f"Of the relations {whose}, the {most:,} that rest on most were looked at."] = None
        return sorted(rows, key=lambda row: -int(row["count"].value))[:most]

    def _text(self, name: str, **bindings: str) -> str:
        """A query, with what of the time asked for can be said in it."""
        text = bind(question(name), bindings)
        if not self._asked.is_dated:
            return text
        until = self._asked.until
        bounds = [] if until is None else [f'(!BOUND(?from) || ?from <= "{until}"^^xsd:date)']
        bounds += (
            [] if self._asked.begin is None else [f'(!BOUND(?to) || ?to >= "{self._asked.begin}"^^xsd:date)']
        )
        days = "OPTIONAL { ?relation rec:firstOn ?from } OPTIONAL { ?relation rec:lastOn ?to }"
        return text.replace(_COUNTED, f"{_COUNTED} {days} FILTER({' && '.join(bounds)})", 1)

    def _edges_in(self, rows: Iterable[Mapping[str, Term]]) -> Iterable[Edge]:
        wanted = (row for row in rows if row["kind"].value.rpartition("/")[2] in self._kinds)
        return (edge for edge in map(Edge.added_up, wanted) if may_lie_in(edge, self._asked))

    def _fallen(self, actors: set[str]) -> Iterable[Edge]:
        """With what rests on claims that no longer count, which is not added up in the graph."""
        twins = None
        if actors <= self._twins.keys():
            twins = actors.union(*(self._twins[actor] for actor in actors))
        return edges_of(relations.around(self._ledger, actors, sorted(self._kinds), fallen=True, twins=twins))


def _listed(actors: Collection[str]) -> str:
    return ", ".join(str(NamedNode(actor)) for actor in sorted(actors))


def _strongest(edges: Sequence[Edge], ego: str | None) -> list[Edge]:
    """At most MOST_EDGES of them: those of the first actor before others, those that rest on most before others."""
    ordered = sorted(edges, key=lambda edge: (ego not in (edge.source, edge.target), -edge.count, edge.place))
    return ordered[:MOST_EDGES]


def _between(around: _EdgeSource, one: str, other: str, asked: Wanted) -> Picked:
    """The shortest ways from one actor to another, whichever way their relations go."""
    import networkx as nx  # noqa: PLC0415  half a second that only this needs

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from([one, other])
    around.of([one, other])
    sides = [{one}, {other}]
    for _ in range(asked.steps):
        if nx.has_path(graph, one, other):
            break
        # From where fewer actors have been reached: far fewer in all than from one end alone.
        side = min(sides, key=len)
        edges = around.of(side)
        graph.add_edges_from((edge.source, edge.target) for edge in edges)
        side.update(end for edge in edges for end in (edge.source, edge.target))
    paths: list[list[str]] = []
    if nx.has_path(graph, one, other):
        paths = sorted(islice(nx.all_shortest_paths(graph, one, other), MOST_PATHS * 5), key=_by_length)[
            :MOST_PATHS
        ]
    steps: dict[str, int | None] = {one: 0, other: None}
    for path in paths:
        steps.update({actor: distance for distance, actor in enumerate(path)})
    return around.picked(around.among(steps), steps, paths)


def _by_length(path: list[str]) -> tuple[int, list[str]]:
    return len(path), path
