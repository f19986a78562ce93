"""What our own queries are put to, and what their rows hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

Term = NamedNode | BlankNode | Literal
"""What a cell of a result row holds; our own queries ask for no triple terms."""


class RowSource(Protocol):
    """A Ledger, or something in front of one."""

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows."""
        ...


def whole_number(cell: object) -> int | None:
    """The whole number that a literal writes; None for anything else."""
    try:
        return int(cell.value) if isinstance(cell, Literal) else None
    except ValueError:
        return None


def solutions(body: bytes, written: QueryResultsFormat = QueryResultsFormat.JSON) -> list[dict[str, Term]]:
    """The rows of a table of SPARQL results, as it is written; a variable without value has no key.

    SyntaxError or ValueError where they cannot be read, TypeError where they are no table.
    """
    found = parse_query_results(body, written)
    if not isinstance(found, QuerySolutions):
        raise TypeError("it is no table")
    names = [variable.value for variable in found.variables]
    return [
        {name: value for name, value in zip(names, row, strict=True) if isinstance(value, Term)}
        for row in found
    ]
