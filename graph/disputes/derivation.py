"""What follows, in graph/derived: identities, contradictions, standings, sources, grades, orders, relations. Kept by each commit, never edited.

A change is followed from the claims it touched to those beside them, so that a commit costs what it changes and not
what the graph holds. The outcome is the same as if everything had been derived again.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes import (
    corrections,
    grades,
    identities,
    ordering,
    rules,
    sources,
    standing,
    touched,
)
from onrecord.graph.quads import Delta, Nodes, is_a, objects
from onrecord.graph.relations import aggregates
from onrecord.graph.terms import rec

_MANY: Final = 5000
"""When so many claims are touched, looking at all of them is quicker."""

_OF_A_CLAIM: Final = (*standing.SAYS, *sources.SAYS)
"""What is worked out of each claim."""


def derive(quads: Iterable[ox.Quad], base: str = terms.DEFAULT_BASE) -> frozenset[ox.Quad]:
    """All quads of graph/derived that follow from these, which hold none of it yet."""
    store = ox.Store()
    store.extend(quads)
    for _, added in steps(store, None, base):
        store.extend(added)
    return frozenset(store.quads_for_pattern(None, None, None, _graph(base)))


def steps(
    store: ox.Store, changed: Iterable[ox.Quad] | None, base: str = terms.DEFAULT_BASE
) -> Iterator[Delta]:
    """What a change of these quads, which the store has seen, takes from graph/derived and adds to it, in steps.

    The store has to see each step before the next is asked for. Without `changed`, everything is derived again.
    """
    graph = _graph(base)
    seen = None if changed is None else {quad for quad in changed if quad.graph_name != graph}
    for removed, added in _of_claims(store, seen, base):
        yield removed, added
        if seen is not None:
            seen |= removed | added
    removed, added = aggregates.followed(store, graph, seen, base)
    if removed or added:
        yield removed, added


def _of_claims(store: ox.Store, changed: Iterable[ox.Quad] | None, base: str) -> Iterator[Delta]:
    if changed is not None:
        changed = [quad for quad in changed if quad.predicate.value in _read()]
        if not changed:
            return
    moved = yield from _identities(store, changed, _graph(base))
    claims = None if changed is None else _to_be_looked_at(store, changed, moved)
    claims = yield from _superseded(store, claims, base)
    judged = yield from _contradicted(store, claims, base)
    yield _judged(store, judged, _graph(base))
    yield _ordered(store, judged, changed or (), _graph(base))


def _identities(
    store: ox.Store, changed: Iterable[ox.Quad] | None, graph: ox.NamedNode
) -> Generator[Delta, None, Nodes]:
    """Which things are the same; returns those of which that is now otherwise."""
    things = None if changed is None else identities.ends(store, changed)
    before = identities.derived(store, graph, things)
    separated = None if things is None else things | _subjects(before)
    after = {ox.Quad(*triple, graph) for triple in identities.triples(store, separated)}
    yield before - after, after - before
    return _subjects(before ^ after)


def _to_be_looked_at(store: ox.Store, changed: Iterable[ox.Quad], moved: Nodes) -> Nodes | None:
    """The claims that a change touched, and those that have a part in things that moved; None for all."""
    claims = touched.claims(store, changed, _MANY)
    if claims is None:
        return None
    claims |= touched.naming(store, moved)
    # Whether these take others back depends on whose voice they are.
    claims = claims.union(
        *(objects(store, claim, name) for claim in claims for name in ("supersedes", "retracts"))
    )
    return None if len(claims) > _MANY else claims


def _superseded(store: ox.Store, claims: Nodes | None, base: str) -> Generator[Delta, None, Nodes | None]:
    """Which claims supersede which; returns the claims with those of which that is now otherwise."""
    graph = _graph(base)
    before = _related(store, base, claims, corrections.SUPERSEDES)
    after = {ox.Quad(*triple, graph) for triple in corrections.triples(store, base, claims)}
    yield before - after, {quad for quad in after - before if quad not in store}
    return None if claims is None else claims | _ends(before ^ after, corrections.SUPERSEDES)


def _contradicted(store: ox.Store, claims: Nodes | None, base: str) -> Generator[Delta, None, Nodes | None]:
    """Which claims contradict which; returns the claims with all that they contradict, or contradicted."""
    graph = _graph(base)
    before = _related(store, base, claims, rules.CONTRADICTS)
    after = {ox.Quad(*triple, graph) for triple in rules.triples(store, base, claims)}
    yield before - after, {quad for quad in after - before if quad not in store}
    return None if claims is None else _with_contradicted(store, claims, before | after)


def _judged(store: ox.Store, claims: Nodes | None, graph: ox.NamedNode) -> Delta:
    """How each claim stands, and on whose word it rests."""
    before = {quad for name in _OF_A_CLAIM for quad in _said(store, graph, name, claims)}
    after = {
        ox.Quad(*triple, graph)
        for claim in _claims_of(store, claims)
        for triple in (*standing.triples(store, claim), *sources.triples(store, claim))
    }
    return before - after, after - before


def _ordered(store: ox.Store, claims: Nodes | None, changed: Iterable[ox.Quad], graph: ox.NamedNode) -> Delta:
    """How well each event is attested, and by what disputes are sorted."""
    events = None if claims is None else _concerned(store, claims, changed)
    before = set(_said(store, graph, "grade", events))
    named = _all(store, "concerns", ends=True) if events is None else events
    after = {
        ox.Quad(*triple, graph)
        for event in named
        if is_a(store, event, "Event")
        for triple in grades.triples(store, event)
    }
    before |= {quad for name in ordering.SAYS for quad in _said(store, graph, name, claims)}
    since: dict[ox.NamedNode, datetime] = {}
    after |= {
        ox.Quad(*triple, graph)
        for claim in _claims_of(store, claims)
        for triple in ordering.triples(store, claim, since)
    }
    return before - after, after - before


def _claims_of(store: ox.Store, claims: Nodes | None) -> Nodes:
    return _all(store, "claimant") if claims is None else claims


def _subjects(quads: Iterable[ox.Quad]) -> Nodes:
    return {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def _graph(base: str) -> ox.NamedNode:
    return ox.NamedNode(terms.graph_iri("derived", base))


@cache
def _read() -> frozenset[str]:
    """The predicates on which what is derived depends."""
    names = (*corrections.READS, *standing.READS, *sources.READS, *grades.READS, *ordering.READS)
    return rules.predicates() | identities.READS | {rec(name).value for name in names}


def _related(store: ox.Store, base: str, claims: Nodes | None, name: ox.NamedNode) -> set[ox.Quad]:
    """What graph/derived says of this property between some claims; or between all, and then of the rules that find it too."""
    graph = _graph(base)
    found: set[ox.Quad] = set()
    if claims is None:
        nodes = {quad.subject for quad in store.quads_for_pattern(None, rules.PREDICATE, name, graph)}
        for quad in store.quads_for_pattern(None, ox.NamedNode(terms.RDF_TYPE), rec("Rule"), graph):
            if (quad.subject == corrections.rule(base)) == (name == corrections.SUPERSEDES):
                nodes.add(quad.subject)
        for node in nodes:
            found |= set(store.quads_for_pattern(node, None, None, graph))
        return found | set(store.quads_for_pattern(None, name, None, graph))
    for claim in claims:
        for end in (rules.SUBJECT, rules.OBJECT):
            for quad in store.quads_for_pattern(None, end, claim, graph):
                said = set(store.quads_for_pattern(quad.subject, None, None, graph))
                if any(one.predicate == rules.PREDICATE and one.object == name for one in said):
                    found |= said
        found.update(store.quads_for_pattern(claim, name, None, graph))
        found.update(store.quads_for_pattern(None, name, claim, graph))
    return found


def _ends(quads: Iterable[ox.Quad], name: ox.NamedNode) -> Nodes:
    """The claims that these quads relate by this property."""
    pairs = (quad for quad in quads if quad.predicate == name)
    return {end for quad in pairs for end in (quad.subject, quad.object) if isinstance(end, ox.NamedNode)}


def _with_contradicted(store: ox.Store, claims: Nodes, contradictions: set[ox.Quad]) -> Nodes:
    """These claims, and those that they contradict or contradicted."""
    ends = _ends(contradictions, rules.CONTRADICTS)
    return claims.union(ends, *(standing.contradicting(store, claim) for claim in claims))


def _concerned(store: ox.Store, claims: Nodes, changed: Iterable[ox.Quad]) -> Nodes:
    """What these claims concern, and what a change has a claim concern no longer."""
    once = {quad.object for quad in changed if quad.predicate == rec("concerns")}
    now = (objects(store, claim, "concerns") for claim in claims)
    return {thing for thing in once if isinstance(thing, ox.NamedNode)}.union(*now)


def _said(store: ox.Store, graph: ox.NamedNode, name: str, of: Nodes | None) -> Iterator[ox.Quad]:
    """What graph/derived says by one property, of some things or of all."""
    for subject in [None] if of is None else of:
        yield from store.quads_for_pattern(subject, rec(name), None, graph)


def _all(store: ox.Store, name: str, *, ends: bool = False) -> Nodes:
    quads = store.quads_for_pattern(None, rec(name), None, None)
    found = (quad.object if ends else quad.subject for quad in quads)
    return {node for node in found if isinstance(node, ox.NamedNode)}
