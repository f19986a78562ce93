"""A graph in memory that our own queries can be put to, without a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes import derivation
from onrecord.graph.rows import Term
from onrecord.graph.vocabulary.ontology import vocabulary_quads

_USES: Final = 50
"""A store in memory keeps what was taken out of it, and goes through that as well: after so many uses comes a new one."""
_used = count()


@contextmanager
def beside_vocabulary(quads: Iterable[ox.Quad]) -> Iterator[ox.Store]:
    """A store that holds these quads and the vocabulary. One at a time: the next that is asked for is the same store.

    Loading the vocabulary takes longer than most of what tests ask of so few claims.
    """
    store, vocabulary = _with_vocabulary(next(_used) // _USES), ox.NamedNode(terms.graph_iri("vocabulary"))
    assert list(store.named_graphs()) == [vocabulary]
    added = list(quads)
    assert all(quad.graph_name != vocabulary for quad in added)
    store.extend(added)
    try:
        yield store
    finally:
        for graph in [ox.DefaultGraph(), *store.named_graphs()]:
            if graph != vocabulary:
                store.remove_graph(graph)


@lru_cache(1)
def _with_vocabulary(_: int) -> ox.Store:
    store = ox.Store()
    store.extend(vocabulary_quads())
    return store


def derived_beside_vocabulary(quads: Iterable[ox.Quad]) -> frozenset[ox.Quad]:
    """All quads of graph/derived that follow from these and the vocabulary."""
    with beside_vocabulary(quads) as store:
        for _, added in derivation.steps(store, None):
            store.extend(added)
        return frozenset(store.quads_for_pattern(None, None, None, Followed.DERIVED))


class InMemory:
    """These quads, and what follows from them."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        stated = [quad for quad in quads if quad.graph_name != ox.NamedNode(terms.graph_iri("derived"))]
        self.store = ox.Store()
        self.store.extend([*stated, *derivation.derive(stated)])

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows, without bindings."""
        assert not bindings
        assert default_graphs is None
        found = self.store.query(
            text, base_iri=terms.DEFAULT_BASE, prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True
        )
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [
            {name: cast("Term", cell) for name, cell in zip(names, row, strict=True) if cell is not None}
            for row in found
        ]


class Followed:
    """A store whose derived graph is kept by following changes. What is beside never changes."""

    DERIVED = ox.NamedNode(terms.graph_iri("derived"))

    def __init__(self, present: Iterable[ox.Quad] = (), beside: Iterable[ox.Quad] = ()) -> None:
        present, beside = list(present), list(beside)
        self.store, self._stated = ox.Store(), ox.Store()
        self.store.extend([*present, *beside])
        self.present = {quad for quad in present if quad.graph_name != self.DERIVED}
        self._stated.extend([*self.present, *beside])

    def change(self, changed: set[ox.Quad]) -> set[ox.Quad]:
        """Take out those of these quads that are there and put in the others; what is derived then."""
        for quad in changed:
            for store in (self.store, self._stated):
                if quad in self.present:
                    store.remove(quad)
                else:
                    store.add(quad)
        self.present ^= changed
        for removed, added in derivation.steps(self.store, changed):
            for quad in removed:
                self.store.remove(quad)
            self.store.extend(added)
        return self.derived()

    def derived(self) -> set[ox.Quad]:
        """What is derived, as it was followed."""
        return set(self.store.quads_for_pattern(None, None, None, self.DERIVED))

    def from_scratch(self) -> set[ox.Quad]:
        """What is derived where nothing is followed."""
        for _, added in derivation.steps(self._stated, None):
            self._stated.extend(added)
        found = set(self._stated.quads_for_pattern(None, None, None, self.DERIVED))
        self._stated.remove_graph(self.DERIVED)
        return found
