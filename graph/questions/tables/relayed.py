"""Through whom alone the claims of a table are known: X's word, on Y's word that X said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from onrecord.graph.questions import ask_of, question
from onrecord.graph.questions.tables.series import reports
from onrecord.graph.questions.tables.tables import Row

if TYPE_CHECKING:
    from onrecord.graph.rows import RowSource

Through = Mapping[str, Mapping[str, str]]
"""Claim -> who passed it on -> their English name, or their IRI; claims that some source had from their claimant are not in it."""


def through(ledger: RowSource, rows: Sequence[Row]) -> Through:
    """Of the claims in the rows of a table of claims, those that are known through somebody alone. One query."""
    found: dict[str, dict[str, str]] = {}
    for cells in ask_of(ledger, question("through"), (claim for row in rows for claim in reports(row))):
        other = cells["other"].value
        found.setdefault(cells["thing"].value, {})[other] = cells.get("called", cells["other"]).value
    return found


def via(row: Row, known: Through) -> dict[str, str]:
    """Through whom alone what a row says is known, by IRI with their names; nothing where one of its reports came from the claimant."""
    every = [known.get(claim, {}) for claim in reports(row)]
    return (
        dict(sorted({iri: name for one in every for iri, name in one.items()}.items())) if all(every) else {}
    )
