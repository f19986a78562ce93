"""Things that are said to be one and the same: each an identity, a statement with who makes it, when, and on what ground.

From identities follows, in graph/derived, that each of the things is owl:sameAs each other, in any number of steps, and
rec:mergedAs the first of them by IRI, under which tables gather them. Where an identity is taken back, so is what followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes.rules import OBJECT, PREDICATE, SUBJECT
from onrecord.graph.quads import DerivedTriple, Quads
from onrecord.graph.terms import rec

SAME: Final = ox.NamedNode(terms.PREFIXES["owl"] + "sameAs")
MERGED: Final = rec("mergedAs")
SAYS: Final = (SAME, MERGED)
"""What graph/derived says by this."""
READS: Final = frozenset(node.value for node in (SUBJECT, PREDICATE, OBJECT))


def ends(store: ox.Store, changed: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    """The things of which a change, which the store has seen, says that they are the same as others, or no longer says so."""
    changed = [quad for quad in changed if quad.predicate.value in READS]
    identities = {quad.subject for quad in changed if quad.predicate == PREDICATE and quad.object == SAME}
    identities |= {quad.subject for quad in changed if _holds(store, quad.subject, PREDICATE, SAME)}
    stated = (quad for node in identities for quad in store.quads_for_pattern(node, None, None, None))
    named = [*changed, *stated]
    return {
        quad.object
        for quad in named
        if quad.subject in identities
        and quad.predicate in (SUBJECT, OBJECT)
        and isinstance(quad.object, ox.NamedNode)
    }


def derived(store: ox.Store, graph: ox.NamedNode, things: Iterable[ox.NamedNode] | None) -> set[ox.Quad]:
    """What graph/derived holds of some things and of what they were merged with, or of all."""
    if things is None:
        return {quad for name in SAYS for quad in store.quads_for_pattern(None, name, None, graph)}
    one = set(things)
    merged = {
        quad.object
        for thing in one
        for quad in store.quads_for_pattern(thing, SAME, None, graph)
        if isinstance(quad.object, ox.NamedNode)
    }
    return {
        quad
        for thing in one | merged
        for name in SAYS
        for quad in store.quads_for_pattern(thing, name, None, graph)
    }


def triples(store: ox.Store, things: Iterable[ox.NamedNode] | None) -> Iterator[DerivedTriple]:
    """What follows from the identities of some things and of all that they are the same as, or from all identities."""
    if things is None:
        identities = store.quads_for_pattern(None, PREDICATE, SAME, None)
        things = {end for quad in identities for end in _values(store, quad.subject, SUBJECT)}
    seen: set[ox.NamedNode] = set()
    for thing in things:
        if thing not in seen:
            group = _same(store, thing)
            seen |= group
            yield from _of_group(group)


def _of_group(group: set[ox.NamedNode]) -> Iterator[DerivedTriple]:
    if len(group) > 1:
        first = min(group, key=str)
        for one in group:
            yield one, MERGED, first
            for other in group - {one}:
                yield one, SAME, other


def _same(store: ox.Store, thing: ox.NamedNode) -> set[ox.NamedNode]:
    """A thing with all that identities lead to from it."""
    found: set[ox.NamedNode] = set()
    ahead = [thing]
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            for here, there in ((SUBJECT, OBJECT), (OBJECT, SUBJECT)):
                for quad in store.quads_for_pattern(None, here, node, None):
                    if _holds(store, quad.subject, PREDICATE, SAME):
                        ahead += _values(store, quad.subject, there)
    return found


def merged(store: Quads, thing: ox.NamedNode) -> ox.NamedNode:
    """The thing under which this one is counted: the first of those that are the same, else itself."""
    return min(_values(store, thing, MERGED), key=str, default=thing)


def twins(store: Quads, things: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    """These things and those that an identity says are the same as one of them.

    Their names in other data sets (owl:sameAs in records, such as Wikidata's) are none: no identity says so.
    """
    return {
        one
        for thing in things
        for one in (thing, *(same for same in _values(store, thing, SAME) if _values(store, same, MERGED)))
    }


def _values(
    store: Quads, subject: ox.NamedNode | ox.BlankNode | ox.Triple, name: ox.NamedNode
) -> list[ox.NamedNode]:
    found = store.quads_for_pattern(subject, name, None, None)
    return [quad.object for quad in found if isinstance(quad.object, ox.NamedNode)]


def _holds(
    store: ox.Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple, name: ox.NamedNode, value: ox.NamedNode
) -> bool:
    return next(store.quads_for_pattern(subject, name, value, None), None) is not None
