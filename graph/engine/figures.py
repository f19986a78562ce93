"""How much a store holds of what: counted once, and from then on followed from what each commit touched.

Each snapshot has the figures of its version beside it, in a file, so that to tell them nothing is counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from onrecord.graph import terms
from onrecord.graph.engine.base import MOST_GRAPHS, Count, Figures
from onrecord.graph.engine.disk.commit_log import open_file
from onrecord.graph.engine.disk.snapshots import FIGURES

_MOST_TOUCHED: Final = 200_000
"""A commit that touches more quads has everything counted again, and so has one that touches more than a _SHARE-th of all."""
_SHARE: Final = 20
_TYPE: Final = NamedNode(terms.RDF_TYPE)

Ask = Callable[[str], Collection[Mapping[str, Any]] | None]
"""Answers a SELECT, with a term of pyoxigraph for each variable; None where that takes too much."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What counts as data: in a plain store the default graph, else all graphs but those that the service keeps for itself."""

    plain: bool = False
    own: frozenset[NamedNode] = frozenset()

    @classmethod
    def of(cls, base: str) -> Scope:
        """Of a store whose IRIs are made under a base."""
        return cls(own=frozenset(map(NamedNode, terms.not_data(base))))

    def holds(self, quad: Quad) -> bool:
        """Whether a quad counts as data."""
        return isinstance(quad.graph_name, DefaultGraph) if self.plain else quad.graph_name not in self.own

    @property
    def pattern(self) -> str:
        """What a query says to look at all of the data."""
        if self.plain:
            return "?s ?p ?o"
        return f"GRAPH ?g {{ ?s ?p ?o }} FILTER (?g NOT IN ({', '.join(sorted(map(str, self.own)))}))"


def counted(version: int, scope: Scope, ask: Ask, graphs: Collection[str] = ()) -> Figures:
    """All figures, by queries; `graphs` are the first MOST_GRAPHS of more graphs, where they are known: no others are counted then."""
    everything = ask("SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }")
    totals = ask(
        "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects) (COUNT(DISTINCT ?o) AS ?distinctObjects) "
        f"WHERE {{ {scope.pattern} }}"
    )
    return Figures(
        version,
        None if everything is None else int(next(iter(everything))["triples"].value),
        None if totals is None else {name: int(term.value) for row in totals for name, term in row.items()},
        _parts(
            ask, "(COUNT(DISTINCT ?s) AS ?count)", scope.pattern.replace("?p", "a").replace("?o", "?part")
        ),
        _parts(ask, "(COUNT(*) AS ?count)", scope.pattern.replace("?p", "?part")),
        _graphs(ask, graphs),
    )


def _graphs(ask: Ask, names: Collection[str]) -> list[Count] | None:
    count, pattern = "(COUNT(*) AS ?count)", "GRAPH ?part { ?s ?p ?o }"
    if names:
        named = " ".join(f"<{name}>" for name in names)
        try:
            found = _parts(ask, count, f"VALUES ?part {{ {named} }} {pattern}")
        except SyntaxError:  # a store of somebody's own may hold what no query can write
            found = []
        if found is None or len(found) == len(names):  # else some are empty, and others come in their place
            return found
    return _parts(ask, count, pattern, " HAVING (ISIRI(?part))", MOST_GRAPHS)


def _parts(
    ask: Ask, count: str, pattern: str, having: str = "", most: int | None = None
) -> list[Count] | None:
    """How many of each part; `having` is asked of a part and not, at twenty times the cost, of each triple in it."""
    limit = "" if most is None else f" LIMIT {most}"
    rows = ask(f"SELECT ?part {count} WHERE {{ {pattern} }} GROUP BY ?part{having} ORDER BY ?part{limit}")
    if rows is None:
        return None
    # A graph or class may be a blank node in a store of somebody's own; it has no name to tell.
    return [
        (row["part"].value, int(row["count"].value)) for row in rows if isinstance(row.get("part"), NamedNode)
    ]


def counted_in(store: Store, version: int, scope: Scope) -> Figures:
    """All figures of a store, by queries without limits."""

    def ask(text: str) -> list[dict[str, Any]]:
        found = cast("QuerySolutions", store.query(text, use_default_graph_as_union=not scope.plain))
        names = [variable.value for variable in found.variables]
        return [dict(zip(names, row, strict=True)) for row in found]

    names = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    return counted(version, scope, ask, names[:MOST_GRAPHS] if len(names) > MOST_GRAPHS else ())


class _Held(NamedTuple):
    """Of what a change touches, what is there: quads, subjects and objects of data, and things with their classes."""

    quads: set[Quad]
    subjects: set[Any]
    objects: set[Any]
    typed: set[tuple[Any, Any]]


class Following:
    """The figures before a change, which are brought to what they are after it by what it touches."""

    def __init__(self, figures: Figures, scope: Scope, store: Store, touched: Iterable[Quad]) -> None:
        """The store is as it was before the change; some of what is touched may stay as it is."""
        self._figures = figures
        self._scope = scope
        self._touched = list(touched)
        self._before = self._held(store)

    @classmethod
    def maybe(
        cls, figures: Figures | None, scope: Scope, store: Store, touched: Iterable[Quad], many: int = 0
    ) -> Following | None:
        """As Following(); None where counting everything again is quicker, or what was before is not known.

        Where it is known that at least so `many` quads are touched, and that is too many, they are not read.
        """
        if figures is None or figures.everything is None:
            return None
        size = max(figures.everything, sum(held for _, held in figures.graphs or ()))
        most = min(_MOST_TOUCHED, size // _SHARE)
        if many > most:
            return None
        quads = list(islice(touched, most + 1))
        return None if len(quads) > most else cls(figures, scope, store, quads)

    def after(self, store: Store, version: int) -> Figures:
        """The figures now that the store has seen the change."""
        old, before, now = self._figures, self._before, self._held(store)
        classes, properties, graphs = (
            Counter(dict(part or ())) for part in (old.classes, old.properties, old.graphs)
        )
        for held, sign in ((before, -1), (now, 1)):
            for quad in held.quads:
                if isinstance(quad.graph_name, NamedNode):
                    graphs[quad.graph_name.value] += sign
                if self._scope.holds(quad):
                    properties[quad.predicate.value] += sign
            for _, kind in held.typed:
                classes[kind.value] += sign
        new, gone = now.quads - before.quads, before.quads - now.quads
        data = sum(map(self._scope.holds, new)) - sum(map(self._scope.holds, gone))
        met = data if self._scope.plain else len(new) - len(gone)
        totals = old.totals or {}
        return Figures(
            version,
            (old.everything or 0) + met,
            {
                "triples": totals["triples"] + data,
                "distinctSubjects": totals["distinctSubjects"] + len(now.subjects) - len(before.subjects),
                "distinctObjects": totals["distinctObjects"] + len(now.objects) - len(before.objects),
            },
            _sorted(classes),
            _sorted(properties),
            self._first_graphs(store, graphs),
        )

    def _held(self, store: Store) -> _Held:
        data = [quad for quad in self._touched if self._scope.holds(quad)]

        def there(subject: Any, predicate: NamedNode | None, value: Any) -> bool:
            graph = DefaultGraph() if self._scope.plain else None
            return any(map(self._scope.holds, store.quads_for_pattern(subject, predicate, value, graph)))

        return _Held(
            {quad for quad in self._touched if quad in store},
            {one for one in {quad.subject for quad in data} if there(one, None, None)},
            {one for one in {quad.object for quad in data} if there(None, None, one)},
            {
                (one, kind)
                for one, kind in {(quad.subject, quad.object) for quad in data if quad.predicate == _TYPE}
                if isinstance(kind, NamedNode) and there(one, _TYPE, kind)
            },
        )

    def _first_graphs(self, store: Store, counts: Counter[str]) -> list[Count]:
        """The first graphs by name, of which some that were told before may have gone, or may stand behind new ones."""
        old = self._figures.graphs or []
        found = _sorted(counts)
        if len(old) < MOST_GRAPHS:
            return found[:MOST_GRAPHS]
        last = old[-1][0]
        kept = [one for one in found if one[0] <= last]
        if len(kept) < MOST_GRAPHS:  # what comes next has to be looked for
            names = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
            told = dict(kept)
            for name in names[:MOST_GRAPHS]:
                if name not in told:
                    told[name] = sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(name)))
            kept = _sorted(Counter(told))
        return kept[:MOST_GRAPHS]


def _sorted(counts: Mapping[str, int]) -> list[Count]:
    return sorted((name, count) for name, count in counts.items() if count)


def written(figures: Figures) -> str:
    """The figures as the text of their file."""
    return json.dumps(asdict(figures))


def read(snapshot: Path) -> Figures | None:
    """The figures beside a snapshot; None where they were not kept, as in those that older versions made."""
    try:
        with open_file(snapshot / FIGURES) as file:
            found = json.load(file)
        for name in ("classes", "properties", "graphs"):
            found[name] = found[name] and [(part, count) for part, count in found[name]]
        return Figures(**found)
    except (OSError, ValueError, TypeError, KeyError):
        return None
