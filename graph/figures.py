"""How much there is of what at the newest version: as the commit that made it kept it; else counted by queries, once a version.

Nothing is kept of a large graph that an older version of onrecord wrote, until many quads come in at once. Where a query passes its
limits, its figures are left out: a description without counts is true, one with old counts is not.
"""

from __future__ import annotations

import threading

from onrecord.graph.engine.base import Figures
from onrecord.graph.engine.figures import counted
from onrecord.graph.errors import QueryMemory, QueryTimeout, ResultTooLarge
from onrecord.graph.ledger import Ledger, Term

__all__ = ["Counter", "Figures"]


class Counter:
    """Tells what one ledger holds; keeps the figures of the newest version."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._counting = threading.Lock()
        self._figures: Figures | None = None

    def figures(self) -> Figures:
        """The figures of the newest version; where they have to be counted, by one caller while others wait."""
        with self._counting:
            version = self._ledger.version
            if self._figures is None or self._figures.version != version:
                self._figures = self._ledger.figures() or counted(version, self._ledger.scope, self._rows)
            return self._figures

    def _rows(self, query: str) -> list[dict[str, Term]] | None:
        try:
            return self._ledger.rows(query)
        except (QueryTimeout, QueryMemory, ResultTooLarge):
            return None
