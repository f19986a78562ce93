"""What our own queries are put to, and what their rows hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

Term = NamedNode | BlankNode | Literal
"""What a cell of a result row holds; our own queries ask for no triple terms."""


class RowSource(Protocol):
    """A Ledger, or something in front of one."""

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows."""
        ...
