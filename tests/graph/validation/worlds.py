"""A small world that has one of each kind, as quads, and quads to change it with."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from onrecord.graph import terms

REC = terms.REC
BASE = terms.DEFAULT_BASE
HERE = ox.NamedNode(BASE + "document/gazette-report/1")
ELSEWHERE = ox.NamedNode(BASE + "graph/reference")
WORLD = Path(__file__).parents[2].joinpath("shapes", "world.ttl").read_text(encoding="utf-8")
FACTS = sorted(
    (ox.Quad(q.subject, q.predicate, q.object, HERE) for q in ox.parse(WORLD, format=ox.RdfFormat.TURTLE)),
    key=str,
)


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(BASE + name)


def about(name: str) -> frozenset[ox.Quad]:
    return frozenset(quad for quad in FACTS if quad.subject == node(name))


def quad(
    subject: str, predicate: str, value: ox.NamedNode | ox.Literal, graph: ox.NamedNode = HERE
) -> ox.Quad:
    return ox.Quad(node(subject), ox.NamedNode(REC + predicate), value, graph)
