"""How well each event is attested, after the grades of Airwars: computed from the claims on it, nobody's judgement.

The first of these that holds: acknowledged by the belligerent (somebody of the party that they hold responsible says
so), competing claims of responsibility (different parties are held responsible), two or more sources, a single source.
A source is a claimant: two reports of what one claimant said are one source, and so are an office and who holds a post in it,
and actors that are said to be the same.
Claims that were retracted, refuted or superseded do not count, nor do denials and doubts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from onrecord.graph.disputes import identities, sources
from onrecord.graph.quads import DerivedTriple, objects, reached, subjects
from onrecord.graph.terms import rec

READS = ("concerns", "claimant", "stance", "responsible", "unitOf", *sources.READS)
_GONE = frozenset(rec(name) for name in ("Retracted", "Refuted", "Superseded"))


def triples(store: ox.Store, event: ox.NamedNode) -> Iterator[DerivedTriple]:
    """The grade of one event; nothing where nothing is claimed of it. The claims' standings have to be in the store."""
    claims = {
        claim
        for claim in subjects(store, "concerns", event)
        if rec("Asserts") in objects(store, claim, "stance") and not objects(store, claim, "standing") & _GONE
    }
    if claims:
        yield event, rec("grade"), rec(_grade(store, claims))


def _grade(store: ox.Store, claims: set[ox.NamedNode]) -> str:
    held = {claim: objects(store, claim, "responsible") for claim in claims}
    parties = {claim: _parties(store, actors) for claim, actors in held.items() if actors}
    if any(party & _parties(store, sources.voices(store, claim)) for claim, party in parties.items()):
        return "acknowledgedByBelligerent"
    if len(set().union(*parties.values())) > 1:
        return "competingResponsibility"
    return "severalSources" if _independent(store, claims) else "singleSource"


def _independent(store: ox.Store, claims: set[ox.NamedNode]) -> bool:
    """Whether two of the claims have nobody's voice in common."""
    first: list[set[ox.NamedNode]] = []
    for claim in sorted(claims, key=str):
        voices = sources.voices(store, claim)
        if any(not voices & other for other in first):
            return True
        if voices not in first:
            first.append(voices)
    return False


def _parties(store: ox.Store, actors: set[ox.NamedNode]) -> set[ox.NamedNode]:
    """The largest bodies that these actors are, or are units of."""
    bodies = reached(store, identities.twins(store, actors), "unitOf")
    return {identities.merged(store, body) for body in bodies if not objects(store, body, "unitOf")}
