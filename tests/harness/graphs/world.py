"""The small world of tests/shapes/world.ttl, which has all kinds of things and is as the shapes ask."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from onrecord.graph import terms

REC, BASE = terms.REC, terms.DEFAULT_BASE
WORLD = Path(__file__).parents[2].joinpath("shapes", "world.ttl").read_text(encoding="utf-8")
GRAPH = ox.NamedNode(BASE + "document/gazette-report/1")
ELSEWHERE = ox.NamedNode(BASE + "graph/reference")


def quads(turtle: str) -> frozenset[ox.Quad]:
    """Triples in Turtle as quads of GRAPH."""
    parsed = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    return frozenset(ox.Quad(q.subject, q.predicate, q.object, GRAPH) for q in parsed)


FACTS = tuple(sorted(quads(WORLD), key=str))
"""The world, always in the same order."""


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(BASE + name)


def about(name: str) -> frozenset[ox.Quad]:
    return frozenset(quad for quad in FACTS if quad.subject == node(name))


def quad(
    subject: str, predicate: str, value: ox.NamedNode | ox.Literal, graph: ox.NamedNode = GRAPH
) -> ox.Quad:
    return ox.Quad(node(subject), ox.NamedNode(REC + predicate), value, graph)
