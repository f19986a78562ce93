"""How much there is of what: triples, classes, properties and graphs, counted by queries like anybody's, once a version.

Where a query passes its limits, its figures are left out: a description without counts is true, one with old counts is
not.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph.errors import QueryMemory, QueryTimeout, ResultTooLarge
from onrecord.graph.ledger import Ledger

_EVERYTHING: Final = "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"
_TOTALS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects) (COUNT(DISTINCT ?o) AS ?distinctObjects)
WHERE { ?s ?p ?o }
"""
_CLASSES: Final = (
    "SELECT ?part (COUNT(DISTINCT ?s) AS ?count) WHERE { ?s a ?part } GROUP BY ?part ORDER BY ?part"
)
_PROPERTIES: Final = "SELECT ?part (COUNT(*) AS ?count) WHERE { ?s ?part ?o } GROUP BY ?part ORDER BY ?part"
_GRAPHS: Final = (
    "SELECT ?part (COUNT(*) AS ?count) WHERE { GRAPH ?part { ?s ?p ?o } } GROUP BY ?part ORDER BY ?part"
)

_Count = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is of what, at one version; None where it could not be counted within a query's limits.

    `everything` is how many triples a query meets; what the service keeps for itself, of its commits and of names, is not among
    the rest.
    """

    version: int
    everything: int | None
    totals: dict[str, int] | None
    classes: list[_Count] | None
    properties: list[_Count] | None
    graphs: list[_Count] | None


class Counter:
    """Counts what one ledger holds; keeps the figures of the newest version."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._counting = threading.Lock()
        self._figures: Figures | None = None

    def figures(self) -> Figures:
        """The figures of the newest version; counted by one caller while others wait."""
        with self._counting:
            version = self._ledger.version
            if self._figures is None or self._figures.version != version:
                own = self._ledger.graphs_not_data
                # As in the dumps, which leave them out.
                data = [name for name in self._ledger.graph_names() if name not in own] if own else None
                totals = self._totals(_TOTALS, data)
                everything = self._totals(_EVERYTHING) if own else totals
                self._figures = Figures(
                    version,
                    None if everything is None else everything["triples"],
                    totals,
                    self._counts(_CLASSES, data),
                    self._counts(_PROPERTIES, data),
                    self._counts(_GRAPHS),
                )
            return self._figures

    def _totals(self, query: str, graphs: list[str] | None = None) -> dict[str, int] | None:
        rows = self._rows(query, graphs)
        return None if rows is None else {name: int(term.value) for name, term in rows[0].items()}

    def _rows(
        self, query: str, graphs: list[str] | None = None
    ) -> list[dict[str, NamedNode | Literal]] | None:
        try:
            rows = self._ledger.rows(query, default_graphs=graphs)
        except (QueryTimeout, QueryMemory, ResultTooLarge):
            return None
        return [
            {name: term for name, term in row.items() if isinstance(term, NamedNode | Literal)}
            for row in rows
        ]

    def _counts(self, query: str, graphs: list[str] | None = None) -> list[_Count] | None:
        rows = self._rows(query, graphs)
        if rows is None:
            return None
        # A graph or property may be a blank node in a store of somebody's own; it has no name to tell.
        return [(row["part"].value, int(row["count"].value)) for row in rows if "part" in row]
