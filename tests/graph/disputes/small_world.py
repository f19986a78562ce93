"""A small world and what is claimed in it, as Turtle, for tables of cases; and what is derived from it."""

from __future__ import annotations

import pyoxigraph as ox
from tests.harness.graphs.store import derived_beside_vocabulary

from onrecord.graph import terms

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in terms.PREFIXES.items())
HEAD += "".join(
    f"@prefix {name}: <urn:{name}:> .\n"
    for name in ("c", "actor", "event", "assessment", "editor", "tenure", "said")
)
WORLD = """
event:one a rec:Strike . event:part a rec:Strike ; rec:partOf event:one .
actor:land a rec:State . actor:army a rec:ArmedForce ; rec:unitOf actor:land . actor:ministry a rec:GovernmentBody ; rec:unitOf actor:land .
actor:other a rec:State .
tenure:ann a rec:Tenure ; rec:holder actor:ann ; rec:institution actor:ministry .
"""
REC = terms.REC
GRAPH = ox.NamedNode("urn:g")
DERIVED = ox.NamedNode(terms.graph_iri("derived"))


def quads(turtle: str) -> set[ox.Quad]:
    parsed = ox.parse((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE)
    return {ox.Quad(q.subject, q.predicate, q.object, GRAPH) for q in parsed}


def derived(turtle: str) -> set[ox.Quad]:
    return set(derived_beside_vocabulary(quads(WORLD + turtle)))


def said(turtle: str, name: str) -> dict[str, set[str]]:
    """By the last part of their IRIs, what the things have of one derived property."""
    found: dict[str, set[str]] = {}
    for quad in derived(turtle):
        if quad.predicate.value == REC + name and isinstance(quad.object, ox.NamedNode):
            key = str(quad.subject).strip("<>").rpartition(":")[2]
            found.setdefault(key, set()).add(quad.object.value.removeprefix(REC).rpartition(":")[2])
    return found


def claim(name: str, who: str, content: str = "", stance: str = "Asserts") -> str:
    return f"c:{name} a rec:PropertyClaim ; rec:claimant actor:{who} ; rec:stance rec:{stance} {content} .\n"


def same(name: str, who: str, stance: str = "Asserts", more: str = "") -> str:
    """A claim that the strike was successful."""
    return claim(name, who, f"; rec:subject event:one ; rec:predicate rec:wasSuccessful {more}", stance)


def assessed(name: str, of: str, verdict: str, day: str, by: str = "editor:ed") -> str:
    return (
        f"assessment:{name} rec:assesses c:{of} ; rec:verdict rec:{verdict} ; rec:assessedBy {by} ; "
        f'rec:assessedOn "2025-09-{day}"^^xsd:date .\n'
    )


def held(name: str, who: str, responsible: str, stance: str = "Asserts", more: str = "") -> str:
    return (
        f"c:{name} a rec:ResponsibilityClaim ; rec:claimant actor:{who} ; rec:stance rec:{stance} ; "
        f"rec:concerns event:one ; rec:responsible actor:{responsible} {more} .\n"
    )


def on(name: str, who: str) -> str:
    return claim(name, who, "; rec:concerns event:one")
