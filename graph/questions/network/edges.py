"""The edges of a network: all relations of one kind from one actor to another, as one, and the days between which they lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from onrecord.graph.questions.network.asked import Wanted
from onrecord.graph.questions.network.because import Because
from onrecord.graph.relations.kinds import Kind, kinds
from onrecord.graph.relations.network import Relation
from onrecord.graph.text import dates

if TYPE_CHECKING:
    from onrecord.graph.rows import Term


@dataclass(slots=True)
class Edge:
    """All relations of one kind from one actor to another. `count` is how many things they rest on; `begin` and `end` are days.

    `because` holds the evidence that was asked for; `whole` says whether that is all.
    """

    kind: Kind
    source: str
    target: str
    count: int
    begin: str | None = None
    end: str | None = None
    node: str | None = None
    """The IRI of the relation that is added up in the graph, for kinds that are."""
    relations: list[Relation] = field(default_factory=list)
    because: list[Because] = field(default_factory=list)
    whole: bool = False

    @classmethod
    def added_up(cls, row: Mapping[str, Term]) -> Self:
        """As the graph keeps it: `relation`, `kind`, `source`, `target`, `count`, and `first` and `last` where there are days."""
        first, last = row.get("first"), row.get("last")
        return cls(
            kinds()[row["kind"].value.rpartition("/")[2]],
            row["source"].value,
            row["target"].value,
            int(row["count"].value),
            None if first is None else first.value,
            None if last is None else last.value,
            row["relation"].value,
        )

    @property
    def place(self) -> tuple[str, str, str]:
        """What tells it from other edges."""
        return self.source, self.target, self.kind.name


def edges_of(found: Iterable[Relation]) -> list[Edge]:
    """Relations added up: one edge for each pair of actors and kind, in that order."""
    together: dict[tuple[str, str, str], list[Relation]] = {}
    for relation in found:
        together.setdefault((relation.source, relation.target, relation.kind), []).append(relation)
    return [_edge_of(kinds()[place[2]], several) for place, several in sorted(together.items())]


def _edge_of(kind: Kind, several: list[Relation]) -> Edge:
    begins = [dates.day(relation.begin) for relation in several if relation.begin]
    ends = [dates.day(relation.end) for relation in several if relation.end]
    goes_on = kind.lasting and len(ends) < len(several)
    return Edge(
        kind, several[0].source, several[0].target,
        len({thing for relation in several for thing in relation.evidence}),
        min(begins or ([] if kind.lasting else ends), default=None),
        None if goes_on else max(ends or begins, default=None),
        relations=several,
    )  # fmt: skip


def may_lie_in(edge: Edge, asked: Wanted) -> bool:
    """Whether something of an edge may lie in the time asked for, by its first and last day."""
    if edge.kind.lasting or not asked.is_dated:
        return True
    if edge.begin is None or edge.end is None:
        return False
    return (asked.until is None or edge.begin <= asked.until) and (
        asked.begin is None or edge.end >= asked.begin
    )


def lies_in(edge: Edge, asked: Wanted) -> bool:
    """Whether all that an edge rests on lies in the time asked for, by its first and last day."""
    if edge.kind.lasting or edge.begin is None or edge.end is None:
        return False
    return (asked.until is None or edge.end <= asked.until) and (
        asked.begin is None or asked.begin <= edge.begin
    )
