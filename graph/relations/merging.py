"""Ends of relations that are said to be the same, by identities: one end, the thing that they are merged as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from onrecord.graph.relations.kinds import Kind

if TYPE_CHECKING:
    from onrecord.graph.rows import RowSource, Term

_BATCH: Final = 1000
_MERGED: Final = "SELECT ?thing ?one WHERE {{ VALUES ?thing {{ {} }} ?thing rec:mergedAs ?one }}"
_TWINS: Final = (
    "SELECT ?twin WHERE {{ VALUES ?thing {{ {} }} ?thing rec:mergedAs ?one . ?twin rec:mergedAs ?one }}"
)


def merged(ledger: RowSource, things: Iterable[str]) -> dict[str, str]:
    """Those of these things (IRIs) that are merged with others, each with the one that stands for all."""
    return {row["thing"].value: row["one"].value for row in _asked(ledger, _MERGED, things)}


def twins(ledger: RowSource, things: Iterable[str]) -> list[str]:
    """Things (IRIs) with those that are the same, sorted. ValueError for no IRI."""
    things = set(things)
    return sorted(things | {row["twin"].value for row in _asked(ledger, _TWINS, things)})


def _asked(ledger: RowSource, text: str, things: Iterable[str]) -> Iterator[Mapping[str, Term]]:
    ordered = [str(NamedNode(thing)) for thing in sorted(set(things))]
    for first in range(0, len(ordered), _BATCH):
        yield from ledger.rows(text.format(" ".join(ordered[first : first + _BATCH])))


def ends(kind: Kind, source: str, target: str, one: Mapping[str, str]) -> tuple[str, str] | None:
    """The ends of a relation, given what stands for each; None where both are the same, which relates nobody."""
    source, target = one.get(source, source), one.get(target, target)
    if source == target:
        return None
    return (target, source) if kind.undirected and source > target else (source, target)
