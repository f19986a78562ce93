"""Small claims as Turtle about a small world, for tables of cases; and what the rules find in them."""

from __future__ import annotations

import pyoxigraph as ox
from tests.harness.graphs.store import derived_beside_vocabulary

from onrecord.graph import terms
from onrecord.graph.vocabulary.ontology import vocabulary_quads

WORLD = """
event:one a rec:Strike . event:part a rec:Strike ; rec:partOf event:one . event:other a rec:Strike .
topic:war a rec:Topic . actor:x a rec:Person . actor:y a rec:GovernmentBody . actor:z a rec:NewsOutlet .
actor:state a rec:State . actor:army a rec:ArmedForce ; rec:unitOf actor:state .
tenure:x a rec:Tenure ; rec:holder actor:x ; rec:institution actor:office ; rec:from "2020-01-01"^^xsd:date ; rec:until "2024-12-31"^^xsd:date .
actor:office a rec:GovernmentBody .
"""


def facts(*claims: str) -> list[ox.Quad]:
    """The world, and these claims about it."""
    prefixes = "".join(
        f"@prefix {name}: <urn:{name}:> ."
        for name in ("claim", "actor", "event", "topic", "tenure", "place", "said")
    )
    prefixes += "".join(f"@prefix {name}: <{iri}> ." for name, iri in terms.PREFIXES.items())
    parsed = ox.parse((prefixes + WORLD + "".join(claims)).encode(), format=ox.RdfFormat.TURTLE)
    return [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("urn:g")) for q in parsed]


def store_of(*claims: str) -> ox.Store:
    """A store of its own that holds the claims, the world and the vocabulary."""
    store = ox.Store()
    store.extend([*vocabulary_quads(), *facts(*claims)])
    return store


def derived_from(*claims: str) -> frozenset[ox.Quad]:
    """What follows from these claims, beside the world and the vocabulary."""
    return derived_beside_vocabulary(facts(*claims))


def contradictions(*claims: str) -> set[tuple[str, str]]:
    return {
        (str(q.subject)[11:-1], str(q.object)[11:-1])
        for q in derived_from(*claims)
        if q.predicate.value == terms.REC + "contradicts"
    }


def claim(name: str, kind: str, who: str, content: str, stance: str = "Asserts") -> str:
    return f"claim:{name} a rec:{kind} ; rec:stance rec:{stance} ; rec:claimant actor:{who} ; {content} .\n"


def count(
    name: str,
    who: str,
    number: str,
    as_of: str = "28 12:00",
    *,
    measure: str = "killed",
    stance: str = "Asserts",
    on: str = "event:one",
    more: str = "",
) -> str:
    """`number`: '3' exactly, '3+' at least, '3-' at most, '~3' about. `as_of`: '28 12:00', '28' for the day, '' unknown."""
    bounds = {
        "+": f"rec:atLeast {number[:-1]}",
        "-": f"rec:atMost {number[:-1]}",
        "~": f"rec:estimate {number[1:]}",
    }.get(
        "~" if number[0] == "~" else number[-1],
        f"rec:atLeast {number} ; rec:atMost {number}",
    )
    content = f"rec:concerns {on} ; rec:measure rec:{measure} ; {bounds} {more}"
    day, _, hour = as_of.partition(" ")
    if day:
        first = f"2025-08-{day}T{hour or '00:00'}:00+03:00"
        last = first if hour else f"2025-08-{int(day) + 1:02}T00:00:00+03:00"
        content += f' ; rec:asOfFrom "{first}"^^xsd:dateTime ; rec:asOfUntil "{last}"^^xsd:dateTime'
    return claim(name, "QuantityClaim", who, content, stance)


def target(
    name: str, who: str, kind: str, event: str = "one", *, role: str = "hit", stance: str = "Asserts"
) -> str:
    roles = f" ; rec:targetRole rec:{role}" if role else ""
    content = f"rec:concerns event:{event} ; rec:targetKind rec:{kind}{roles}"
    return claim(name, "TargetClaim", who, content, stance)


def said(name: str, day: str) -> str:
    return f'said:{name} a rec:Statement ; rec:asserts claim:{name} ; rec:saidOn "{day}"^^xsd:date .\n'


def responsible(name: str, who: str, actor: str, event: str = "one", stance: str = "Asserts") -> str:
    content = f"rec:concerns event:{event} ; rec:responsible actor:{actor}"
    return claim(name, "ResponsibilityClaim", who, content, stance)


def attitude(name: str, who: str, holder: str, toward: str = "topic:war", stance: str = "Asserts") -> str:
    content = f"rec:holder actor:{holder} ; rec:attitude rec:wants ; rec:toward {toward}"
    return claim(name, "AttitudeClaim", who, content, stance)


def property_(name: str, who: str, content: str, stance: str = "Asserts") -> str:
    return claim(name, "PropertyClaim", who, f"rec:subject event:one ; {content}", stance)
