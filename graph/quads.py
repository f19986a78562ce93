"""A few ways to look at the triples of a store, whichever graph says them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol, cast

import pyoxigraph as ox

from onrecord.graph import queryfiles, terms
from onrecord.graph.rows import Term
from onrecord.graph.terms import rec
from onrecord.graph.vocabulary import ontology

Node = ox.NamedNode | ox.BlankNode
Subject = Node | ox.Triple
Value = Subject | ox.Literal
Nodes = set[ox.NamedNode]
DerivedTriple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
"""What follows from others: subject, predicate and object."""
Delta = tuple[set[ox.Quad], set[ox.Quad]]
"""Quads that go, and quads that come."""


class Quads(Protocol):
    """What can be looked at: a store, or a graph as a change would leave it."""

    def quads_for_pattern(
        self, subject: Subject | None, predicate: ox.NamedNode | None, value: Value | None, graph: None, /
    ) -> Iterator[ox.Quad]:
        """The quads that have what is not None."""
        ...


def objects(store: Quads, subject: Node, name: str) -> set[ox.NamedNode]:
    """The things that a property leads to."""
    found = store.quads_for_pattern(subject, rec(name), None, None)
    return {quad.object for quad in found if isinstance(quad.object, ox.NamedNode)}


def literals(store: Quads, subject: Node, name: str) -> set[str]:
    """The values of a property, without their datatypes."""
    found = store.quads_for_pattern(subject, rec(name), None, None)
    return {quad.object.value for quad in found if isinstance(quad.object, ox.Literal)}


def subjects(store: Quads, name: str, value: Node) -> set[ox.NamedNode]:
    """The things that have another one as the value of a property."""
    found = store.quads_for_pattern(None, rec(name), value, None)
    return {quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)}


def solutions(store: ox.Store, query: str) -> ox.QuerySolutions:
    """The solutions of a SELECT over all graphs together; the prefixes of terms.PREFIXES need no declaring."""
    found = store.query(query, prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True)
    return cast("ox.QuerySolutions", found)


def rows(store: ox.Store, query: str) -> list[dict[str, Term]]:
    """As solutions(), each as Ledger.rows gives it: a variable without value has no key."""
    found = solutions(store, query)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names if isinstance(row[name], Term)} for row in found]


def is_a(store: ox.Store, thing: ox.NamedNode, kind: str) -> bool:
    """Whether a thing is said to be of a class of the ontology, or of one below it."""
    above = ontology.superclasses()
    quads = store.quads_for_pattern(thing, ox.NamedNode(terms.RDF_TYPE), None, None)
    kinds = (quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode))
    return any(terms.REC + kind in above.get(found, ()) for found in kinds)


def is_said(store: Quads, thing: Node | None, said: Iterable[queryfiles.Said]) -> bool:
    """Whether a thing has all of one of these: else a query that says so of it finds nothing. Without a thing: whether each of
    them is said of any."""
    return any(
        all(
            next(
                store.quads_for_pattern(thing, _named(name), None if value is None else _named(value), None),
                None,
            )
            is not None
            for name, value in one
        )
        for one in said
    )


@cache
def _named(written: str) -> ox.NamedNode:
    return rec(written.removeprefix("rec:"))


def reached(
    store: ox.Store, starts: Iterable[ox.NamedNode], name: str, *, back: bool = False
) -> set[ox.NamedNode]:
    """These things and all that a property leads to from them, in any number of steps; `back`: against its direction."""
    found: set[ox.NamedNode] = set()
    ahead = list(starts)
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead += subjects(store, name, node) if back else objects(store, node, name)
    return found
