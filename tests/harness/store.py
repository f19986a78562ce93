"""A graph in memory that our own queries can be put to, without a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes import derivation
from onrecord.graph.rows import Term


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
