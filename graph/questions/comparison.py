"""Claims on one event side by side: a column for each who claims in each source, a row for each thing claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from onrecord.graph.questions.entities import Event, Version
from onrecord.graph.questions.loader import Name
from onrecord.graph.questions.statements import Claim, Statement

_ORDER = ("QuantityClaim", "TargetClaim", "ResponsibilityClaim", "AttitudeClaim", "PropertyClaim", "Claim")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Who claims, where it was read, and the statements it was claimed in: none where a document itself speaks."""

    claimants: tuple[Name, ...]
    sources: list[Version]
    statements: tuple[Statement, ...]


@dataclass(slots=True)
class Row:
    """One thing that is claimed; `cells` holds the claims on it by column, none where a column is silent."""

    kind: str
    subject: Name | None
    weapons: tuple[Name, ...]
    one_of: tuple[Name, ...]
    scope: tuple[Name, ...]
    cells: list[list[Claim]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows on one event, or on one part of it."""

    event: Event
    rows: list[Row]


def compare(claims: Sequence[Claim], events: Sequence[Event]) -> tuple[list[Column], list[Section]]:
    """Every claim on these events in its place. A claim on two of them stands under both.

    A table has as many cells as rows times columns: give as many claims as a page can show, not all.
    """
    columns: dict[Key, Column] = {}
    for claim in claims:
        column = columns.setdefault(_column_key(claim), _column(claim))
        column.sources.extend(source for source in claim.sources if source not in column.sources)
    places = {key: place for place, key in enumerate(columns)}
    tables: dict[str, dict[Key, Row]] = {event.iri: {} for event in events}
    for claim in claims:
        for event in set(claim.events) & tables.keys():
            row = tables[event].setdefault(_row_key(claim), _row(claim, len(columns)))
            row.cells[places[_column_key(claim)]].append(claim)
    # By kind and topic; within them as the claims come, which is in the order of the text.
    return list(columns.values()), [
        Section(event, [rows[key] for key in sorted(rows, key=lambda key: key[:2])])
        for event in events
        if (rows := tables[event.iri])
    ]


def _column_key(claim: Claim) -> Key:
    return (
        *(name.iri for name in claim.claimants),
        # One statement is one column, in however many sources it was read.
        *(thing.iri for thing in claim.statements or claim.sources),
    )


def _column(claim: Claim) -> Column:
    return Column(tuple(claim.claimants), [], tuple(claim.statements))


def _topic(claim: Claim) -> Name | None:
    """What within its kind a claim is about: the measure counted, the property stated, the attitude held."""
    return {
        "QuantityClaim": claim.measure,
        "AttitudeClaim": claim.attitude,
        "PropertyClaim": claim.predicate,
    }.get(claim.kind)


def _row_key(claim: Claim) -> Key:
    topic = _topic(claim)
    return (
        str(_ORDER.index(claim.kind)),
        topic.iri if topic else "",
        *sorted(name.iri for name in (*claim.scope, *claim.weapons, *claim.one_of)),
    )


def _row(claim: Claim, width: int) -> Row:
    return Row(
        claim.kind,
        _topic(claim),
        tuple(claim.weapons),
        tuple(claim.one_of),
        tuple(claim.scope),
        [[] for _ in range(width)],
    )
