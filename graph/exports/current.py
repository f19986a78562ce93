"""What of a graph is current: all but the claims that no longer stand, and what would pass them on as facts.

Refuted, retracted and superseded claims are left out with the assessments and relations on them, the words that nothing
else rests on, and the values that an event has from them alone. Contested claims stay; their standing says so. A
statement stays without such claims. Where anything else names one (as what somebody believes, say), its name stays
with its standing and the reason, and without its content: no link leads nowhere. An event that loses its time says so,
by rec:datePrecision rec:Unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from onrecord.graph import terms
from onrecord.graph.terms import rec
from onrecord.graph.text import dates

_RDF: Final = terms.PREFIXES["rdf"]


_Term = NamedNode | BlankNode | Literal | Triple


_STANDING: Final = rec("standing")
_FALLEN: Final = tuple(rec(name) for name in ("Refuted", "Retracted", "Superseded"))
_KEPT: Final = frozenset({_STANDING, rec("standingReason")})
_EVIDENCE: Final = rec("evidence")
_ENDS: Final = (rec("assesses"), NamedNode(_RDF + "subject"), NamedNode(_RDF + "object"))
"""What leads from an assessment or a relation to its claims."""
_TO_CLAIMS: Final = frozenset(
    {
        *_ENDS,
        *map(rec, ("asserts", "contradicts", "supports", "supersedes", "retracts", "standingRestsOn")),
    }
)
"""What can lead to nothing but a claim, and so goes with it."""
_PRECISION: Final = rec("datePrecision")
_UNKNOWN: Final = rec("Unknown")
_DATES: Final[Mapping[_Term, Sequence[NamedNode]]] = {
    rec("happenedOn"): (rec("begin"), rec("end")),
    rec("began"): (rec("begin"),),
    rec("ended"): (rec("end"),),
}
"""What property claims say -> the properties in which their subject, an event, has the same."""
_BOUNDS: Final = frozenset(_DATES[rec("happenedOn")])


class Current:
    """Tells of each quad of a store what is current of it. Its memory grows with what no longer stands."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._fallen: set[_Term] = set()
        for standing in _FALLEN:
            self._fallen |= self._subjects("standing", standing)
        self._gone: set[_Term] = {
            quad.subject for claim in self._fallen for end in _ENDS for quad in self._quads(None, end, claim)
        }
        self._gone |= {
            quad.object
            for claim in self._fallen
            for quad in self._quads(claim, _EVIDENCE, None)
            if all(self._is_left_out(other.subject) for other in self._quads(None, None, quad.object))
        }
        self._named = {
            claim
            for claim in self._fallen
            for quad in self._quads(None, None, claim)
            if quad.predicate not in _TO_CLAIMS and not self._is_left_out(quad.subject)
        }
        self._values = {triple for claim in self._fallen for triple in self._only_said_by(claim)}
        self._undated = {triple.subject for triple in self._values if triple.predicate in _BOUNDS}

    def of(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Those of these quads of the store that are current."""
        for quad in quads:
            if quad.predicate == _PRECISION and quad.subject in self._undated:
                yield Quad(quad.subject, _PRECISION, _UNKNOWN, quad.graph_name)
            elif self._holds(quad):
                yield quad

    def _holds(self, quad: Quad) -> bool:
        if quad.subject in self._fallen:
            return quad.predicate in _KEPT and quad.subject in self._named
        if quad.object in self._fallen:
            return quad.predicate not in _TO_CLAIMS and quad.subject not in self._gone
        return not (quad.subject in self._gone or quad.object in self._gone or quad.triple in self._values)

    def _quads(self, subject: _Term | None, predicate: NamedNode | None, value: _Term | None) -> list[Quad]:
        if isinstance(subject, Literal):
            return []
        return list(self._store.quads_for_pattern(subject, predicate, value, None))

    def _is_left_out(self, node: _Term) -> bool:
        return node in self._fallen or node in self._gone

    def _only_said_by(self, claim: _Term) -> set[Triple]:
        """What an event has as its own of what this claim says of it and no current one does."""
        found: set[Triple] = set()
        for event in self._objects(claim, "concerns"):
            for actor in self._objects(claim, "responsible"):
                if not self._is_said("responsible", actor, "concerns", event):
                    found.update(quad.triple for quad in self._quads(event, rec("perpetrator"), actor))
        for event in self._objects(claim, "subject"):
            for predicate in self._objects(claim, "predicate"):
                days = {_day(value) for value in self._objects(claim, "value")}
                others = {
                    _day(value)
                    for other in self._current(self._subjects("subject", event))
                    if predicate in self._objects(other, "predicate")
                    for value in self._objects(other, "value")
                }
                dates = [
                    quad for name in _DATES.get(predicate, ()) for quad in self._quads(event, name, None)
                ]
                # A night that begins on that day and ends on the next is not said to be of that day.
                if all(_day(quad.object) in days - others for quad in dates):
                    found.update(quad.triple for quad in dates)
        return found

    def _is_said(self, one: str, value: _Term, other: str, event: _Term) -> bool:
        return bool(self._current(self._subjects(one, value) & self._subjects(other, event)))

    def _current(self, claims: set[_Term]) -> set[_Term]:
        return claims - self._fallen

    def _objects(self, subject: _Term, name: str) -> set[_Term]:
        return {quad.object for quad in self._quads(subject, rec(name), None)}

    def _subjects(self, name: str, value: _Term) -> set[_Term]:
        return {quad.subject for quad in self._quads(None, rec(name), value)}


def _day(value: _Term) -> str:
    """The day of a date or moment, as it is written there."""
    return dates.day(value.value) if isinstance(value, Literal) else ""
