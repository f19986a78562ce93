"""Whether each claim still stands, in view of all else in the graph, and why.

The first of these that holds: retracted (a claim retracts it), refuted (an editor's latest assessment of it says so, or
one of its own claimant), superseded (a claim supersedes it), contested (a claim that is none of these contradicts it, or
somebody's latest assessment calls it contested, or refuted without a say in it); else it stands. A claim that no longer
stands stays in the graph. Nobody takes back another's word: a claim that retracts or supersedes one of another voice, which
the gate refuses, counts for nothing here.

That a claim supersedes another is stated with who says so, or follows where one voice goes back on its own count
(corrections.py). A later and higher count leaves an earlier one true of its moment, and "local authorities" are not one voice.
If it superseded the earlier one, that would leave contradictions too: of 30 by one, then 25 by another, the dispute would be
gone as soon as the first says 31.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from onrecord.graph.disputes import sources
from onrecord.graph.quads import DerivedTriple, is_a, literals, objects, subjects
from onrecord.graph.terms import rec

READS = (
    "claimant",
    "retracts",
    "supersedes",
    "contradicts",
    "assesses",
    "verdict",
    "assessedBy",
    "assessedOn",
)
"""The properties that a standing depends on."""
SAYS = ("standing", "standingReason", "standingRestsOn")
_REASONS = {
    "Retracted": "Its claimant took it back.",
    "Refuted": "An assessment found it wrong.",
    "Superseded": "A later claim brings it up to date.",
    "Contested": "A claim that still stands contradicts it, or an assessment calls it contested, or another actor calls it refuted.",
    "Stands": "Nothing in the graph retracts, refutes, supersedes or contests it.",
}


def triples(store: ox.Store, claim: ox.NamedNode) -> Iterator[DerivedTriple]:
    """The standing of one claim; nothing where it is no claim, since nobody claims it."""
    if not objects(store, claim, "claimant"):
        return
    standing, grounds = _standing(store, claim)
    yield claim, rec("standing"), rec(standing)
    yield claim, rec("standingReason"), ox.Literal(_REASONS[standing], language="en")
    for ground in grounds:
        yield claim, rec("standingRestsOn"), ground


def contradicting(store: ox.Store, claim: ox.NamedNode) -> set[ox.NamedNode]:
    """The claims that contradict one, whichever of the two it was said of."""
    return objects(store, claim, "contradicts") | subjects(store, "contradicts", claim)


def _standing(store: ox.Store, claim: ox.NamedNode) -> tuple[str, set[ox.NamedNode]]:
    fallen = _fallen(store, claim)
    if fallen is not None:
        return fallen
    against = {other for other in contradicting(store, claim) if _fallen(store, other) is None}
    against |= _judged(store, claim, "contested")
    against |= _judged(store, claim, "refuted")  # by others, or it would have fallen
    return ("Contested", against) if against else ("Stands", set())


def _fallen(store: ox.Store, claim: ox.NamedNode) -> tuple[str, set[ox.NamedNode]] | None:
    """Why a claim no longer counts, whatever contradicts it; None where it does."""
    for standing, grounds in (
        ("Retracted", _taken_back(store, claim, "retracts")),
        ("Refuted", refuted(store, claim)),
        ("Superseded", _taken_back(store, claim, "supersedes")),
    ):
        if grounds:
            return standing, grounds
    return None


def _taken_back(store: ox.Store, claim: ox.NamedNode, name: str) -> set[ox.NamedNode]:
    """The claims of the same voice that supersede or retract one."""
    return {newer for newer in subjects(store, name, claim) if sources.same_voice(store, newer, claim)}


def refuted(store: ox.Store, claim: ox.NamedNode) -> set[ox.NamedNode]:
    """The assessments that find a claim wrong and whose word on it counts: an editor's, or its own claimant's."""
    found = _judged(store, claim, "refuted")
    own = sources.voices(store, claim) if found else set()
    return {
        one
        for one in found
        if not all(is_a(store, by, "Actor") for by in objects(store, one, "assessedBy") - own)
        or not objects(store, one, "assessedBy") - own
    }


def _judged(store: ox.Store, claim: ox.NamedNode, verdict: str) -> set[ox.NamedNode]:
    """The assessments with this verdict that are the latest of those who made them."""
    latest: dict[frozenset[ox.NamedNode], tuple[str, set[ox.NamedNode]]] = {}
    for assessment in subjects(store, "assesses", claim):
        day = max(literals(store, assessment, "assessedOn"), default="")
        who = frozenset(objects(store, assessment, "assessedBy"))
        last, found = latest.get(who, ("", set()))
        if day >= last:
            latest[who] = day, {assessment} | (found if day == last else set())
    return {
        assessment
        for _, found in latest.values()
        for assessment in found
        if rec(verdict) in objects(store, assessment, "verdict")
    }
