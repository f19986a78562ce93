"""A copy of the graph to try changes on. It knows what was changed, and takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from onrecord.graph.changes import ChangeSet

GraphName = NamedNode | BlankNode | DefaultGraph


class Scratch:
    """The graph as it is at one version, with the changes of one request on top."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = Store() if store is None else store
        self.removed: set[Quad] = set()
        self.added: set[Quad] = set()
        self._created: set[NamedNode] = set()

    def remove(self, quads: Iterable[Quad]) -> None:
        """Take quads out; those that are not there are passed over."""
        emptied = set()
        for quad in quads:
            if quad in self.store:
                self.store.remove(quad)
                emptied.add(quad.graph_name)
                if quad in self.added:
                    self.added.discard(quad)
                else:
                    self.removed.add(quad)
        self._tidy(emptied)

    def add(self, quads: Iterable[Quad]) -> None:
        """Put quads in, written as the store writes them; those that are there are passed over."""
        new = {quad for quad in quads if quad not in self.store}
        self.store.extend(new)
        back = new & self.removed
        self.removed -= back
        self.added |= new - back if back else new

    def create(self, graph: NamedNode) -> None:
        """Make an empty graph, which lasts for this request: the store keeps no empty graphs."""
        self._created.add(graph)
        self.store.add_graph(graph)

    def drop(self, graph: GraphName) -> None:
        """Remove a graph, so that not even an empty one is left."""
        if isinstance(graph, NamedNode):
            self._created.discard(graph)
        self.remove(list(self.quads(graph)))
        self._tidy({graph})

    def quads(self, graph: GraphName) -> Iterator[Quad]:
        """What stands in one graph."""
        return self.store.quads_for_pattern(None, None, None, graph)

    def has(self, graph: GraphName) -> bool:
        """Whether there is such a graph; the default graph there always is."""
        return (
            isinstance(graph, DefaultGraph)
            or graph in self._created
            or next(self.quads(graph), None) is not None
        )

    def graphs(self) -> list[GraphName]:
        """The named graphs that exist, empty ones of a plain store among them."""
        return list(self.store.named_graphs())

    def undo(self) -> None:
        """Take back all changes of the request."""
        for graph in [*self._created]:
            self._created.discard(graph)
            self._tidy({graph})
        added, removed = set(self.added), set(self.removed)
        self.remove(added)
        self.add(removed)
        self.settle()

    def settle(self) -> None:
        """Keep the changes: from here on the graph is as it is now."""
        self.added.clear()
        self.removed.clear()

    def apply(self, change: ChangeSet) -> None:
        """Apply a change that was committed."""
        self.remove(change.removed)
        self.add(change.added)
        self.settle()

    def _tidy(self, graphs: Iterable[GraphName]) -> None:
        # Oxigraph remembers the names of graphs that were emptied, and GRAPH ?g would find them.
        for graph in graphs:
            if not isinstance(graph, DefaultGraph) and not self.has(graph):
                self.store.remove_graph(graph)
