"""The graph as it will be after a change, seen without copying the store.

The union of all graphs: the shapes do not care which graph says what. A triple that two graphs hold survives the
loss of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet

type_ = ox.NamedNode(terms.RDF_TYPE)

Node = ox.NamedNode | ox.BlankNode | ox.Triple
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Overlay:
    """before - removed + added. Every look costs what it finds, never what the store holds."""

    def __init__(self, change: ChangeSet, before: ox.Store | None) -> None:
        self.change = change
        self._before = before
        self._removed = change.removed - change.added
        self._from: dict[Term, set[tuple[ox.NamedNode, Term]]] = defaultdict(set)
        self._to: dict[Term, set[tuple[Node, ox.NamedNode]]] = defaultdict(set)
        self._graphs: dict[Term, str] = {}
        for quad in change.added:
            self._from[quad.subject].add((quad.predicate, quad.object))
            self._to[quad.object].add((quad.subject, quad.predicate))
            graph = str(getattr(quad.graph_name, "value", ""))
            # The first by name, so that one change has one report.
            self._graphs[quad.subject] = min(graph, self._graphs.get(quad.subject, graph))

    def about(self, node: Term) -> set[tuple[ox.NamedNode, Term]]:
        """The properties and values of a node."""
        found = set(self._from.get(node, ()))
        if self._before is not None and isinstance(node, ox.NamedNode | ox.BlankNode):
            for quad in self._before.quads_for_pattern(node, None, None, None):
                if quad not in self._removed:
                    found.add((quad.predicate, quad.object))
        return found

    def values(self, node: Term, predicate: ox.NamedNode) -> set[Term]:
        """The values of one property of a node."""
        found = {value for name, value in self._from.get(node, ()) if name == predicate}
        if self._before is not None and isinstance(node, ox.NamedNode | ox.BlankNode):
            for quad in self._before.quads_for_pattern(node, predicate, None, None):
                if quad not in self._removed:
                    found.add(quad.object)
        return found

    def referrers(
        self, node: Term, predicate: ox.NamedNode | None = None
    ) -> Iterator[tuple[Node, ox.NamedNode]]:
        """The nodes that name this one, each with the property; some may come twice."""
        for subject, name in self._to.get(node, ()):
            if predicate is None or name == predicate:
                yield subject, name
        if self._before is not None:
            for quad in self._before.quads_for_pattern(None, predicate, node, None):
                if quad not in self._removed:
                    yield quad.subject, quad.predicate

    def types(self, node: Term) -> frozenset[str]:
        """What a node is said to be."""
        return frozenset(value.value for value in self.values(node, type_) if isinstance(value, ox.NamedNode))

    def demoted(self) -> set[Node]:
        """The nodes that were something before the change which they are no longer."""
        lost = ((quad.subject, quad.object) for quad in self._removed if quad.predicate == type_)
        return {node for node, kind in lost if kind not in self.values(node, type_)}

    def source(self, node: Node) -> str | None:
        """A graph that describes the node: the changed one if it does."""
        if node in self._graphs:
            return self._graphs[node]
        if self._before is not None:
            for quad in self._before.quads_for_pattern(node, None, None, None):
                if quad not in self._removed:
                    return str(getattr(quad.graph_name, "value", "")) or None
        return None
