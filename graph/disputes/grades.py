"""How well each event is attested, after the grades of Airwars: computed from the claims on it, nobody's judgement.

The first of these that holds: acknowledged by the belligerent (somebody of the party that they hold responsible says
so), competing claims of responsibility (different parties are held responsible), two or more sources, a single source.
A source is a claimant: two reports of what one claimant said are one source, and so are an office and its holder.
Claims that were retracted, refuted or superseded do not count, nor do denials and doubts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from onrecord.graph.disputes.rules import Triple
from onrecord.graph.disputes.view import objects, reached, rec, subjects

READS = ("concerns", "claimant", "stance", "responsible", "unitOf", "holder", "institution")
_GONE = frozenset(rec(name) for name in ("Retracted", "Refuted", "Superseded"))


def triples(store: ox.Store, event: ox.NamedNode) -> Iterator[Triple]:
    """The grade of one event; nothing where nothing is claimed of it. The claims' standings have to be in the store."""
    claims = {
        claim
        for claim in subjects(store, "concerns", event)
        if rec("Asserts") in objects(store, claim, "stance") and not objects(store, claim, "standing") & _GONE
    }
    if claims:
        yield event, rec("grade"), rec(_grade(store, claims))


def _grade(store: ox.Store, claims: set[ox.NamedNode]) -> str:
    held = {claim: _parties(store, objects(store, claim, "responsible")) for claim in claims}
    if any(party & _of(store, claim) for claim, party in held.items()):
        return "acknowledgedByBelligerent"
    if len(set().union(*held.values())) > 1:
        return "competingResponsibility"
    return "severalSources" if len(_sources(store, claims)) > 1 else "singleSource"


def _of(store: ox.Store, claim: ox.NamedNode) -> set[ox.NamedNode]:
    """The parties that a claimant belongs to, by a post or as a unit."""
    claimants = objects(store, claim, "claimant")
    return _parties(store, claimants | _offices(store, claimants))


def _offices(store: ox.Store, people: set[ox.NamedNode]) -> set[ox.NamedNode]:
    tenures = {tenure for person in people for tenure in subjects(store, "holder", person)}
    return {office for tenure in tenures for office in objects(store, tenure, "institution")}


def _parties(store: ox.Store, actors: set[ox.NamedNode]) -> set[ox.NamedNode]:
    """The largest bodies that these actors are, or are units of."""
    return {body for body in reached(store, actors, "unitOf") if not objects(store, body, "unitOf")}


def _sources(store: ox.Store, claims: set[ox.NamedNode]) -> set[ox.NamedNode]:
    claimants = {claimant for claim in claims for claimant in objects(store, claim, "claimant")}
    return {claimant for claimant in claimants if not _offices(store, {claimant}) & claimants}
