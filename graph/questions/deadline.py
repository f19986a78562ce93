"""A limit on the time that one page may take, over all the queries it asks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from onrecord.graph.errors import PageTimeout

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource, Term


class Deadline:
    """A ledger's rows for so many seconds from now; then PageTimeout is raised instead of asking.

    A server of WSGI does not learn that a client has left, so this is what ends work that nobody waits for.
    """

    def __init__(self, ledger: RowSource, seconds: float) -> None:
        self._ledger = ledger
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows."""
        if time.monotonic() > self._end:
            raise PageTimeout(
                f"this page took longer than {self._seconds:g} s (ONRECORD_PAGE_SECONDS) and was given up. Try again in a "
                "moment; if that does not help, take the data (the same address with .ttl) or ask a query at /sparql"
            )
        return self._ledger.rows(text, default_graphs=default_graphs, **bindings)
