"""What a change touches of the things on which relations between actors rest: those whose relations it may alter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quads import Nodes, objects, subjects
from onrecord.graph.vocabulary import ontology

Follow = Callable[[ox.Store, ox.NamedNode, ox.NamedNode | None], Nodes]
"""What a triple touches, given the store, its subject and its object, None for a literal."""

_SUBCLASS: Final = terms.PREFIXES["rdfs"] + "subClassOf"
_TYPED: Final = frozenset({terms.REC + "Actor", terms.REC + "Event"})
"""Of these kinds have the ends of a relation, or what it rests on, to be."""


def things(store: ox.Store, changed: Iterable[ox.Quad], most: int) -> Nodes | None:
    """What is touched by a change that the store has seen; None where it may be anything, or is more than so many things."""
    found: Nodes = set()
    for quad in changed:
        if quad.predicate.value == _SUBCLASS:
            return None
        follow = FOLLOWED.get(quad.predicate.value.removeprefix(terms.REC))
        if follow is not None and isinstance(quad.subject, ox.NamedNode):
            value = quad.object if isinstance(quad.object, ox.NamedNode) else None
            found |= follow(store, quad.subject, value)
            if len(found) > most:
                return None
    return found


def _typed(store: ox.Store, subject: ox.NamedNode, kind: ox.NamedNode | None) -> Nodes:
    above = ontology.superclasses().get(kind.value, frozenset()) if kind else frozenset()
    return _naming(store, subject) if above & _TYPED else set()


def _both(_: ox.Store, subject: ox.NamedNode, value: ox.NamedNode | None) -> Nodes:
    return {subject} if value is None else {subject, value}


def _with_contradicted(store: ox.Store, subject: ox.NamedNode, _: ox.NamedNode | None) -> Nodes:
    beside = _objects(store, {subject}, "contradicts") | _subjects(store, {subject}, "contradicts")
    return {subject} | beside


def _printed(store: ox.Store, versions: Nodes) -> Nodes:
    """What was read in these versions of documents, and what is said there."""
    renderings = _subjects(store, versions, "reportedIn")
    claims = _subjects(store, versions, "assertedBy")
    claims |= _subjects(store, _subjects(store, versions, "ofVersion"), "evidence")
    return renderings | claims | _subjects(store, renderings, "rendering")


def _naming(store: ox.Store, thing: ox.NamedNode) -> Nodes:
    """Statements and claims that name an actor or an event, and what stands against the actor's own claims."""
    own = _subjects(store, {thing}, "claimant")
    named = _subjects(
        store, {thing}, "about", "subject", "object", "holder", "toward", "responsible", "concerns"
    )
    return own | named | _subjects(store, own, "contradicts")


def _objects(store: ox.Store, things: Nodes, *names: str) -> Nodes:
    return {value for thing in things for name in names for value in objects(store, thing, name)}


def _subjects(store: ox.Store, values: Nodes, *names: str) -> Nodes:
    return {thing for value in values for name in names for thing in subjects(store, name, value)}


_OF_ITSELF: Final = (
    *("subject", "object", "holder", "toward", "responsible", "stance", "attitude", "predicate", "concerns"),
    *("about", "addressee", "attributedTo", "relay", "unitOf", "assertedBy", "evidence", "speakingAs"),
)
"""Properties of what relations rest on, on which no other thing's relations depend."""

FOLLOWED: Final[Mapping[str, Follow]] = {
    **dict.fromkeys(_OF_ITSELF, lambda _, subject, __: {subject}),
    **dict.fromkeys(
        ("speaker", "saidOn"),
        lambda store, subject, _: {subject} | _objects(store, {subject}, "rendering", "asserts"),
    ),
    **dict.fromkeys(("rendering", "asserts"), _both),
    **dict.fromkeys(("claimant", "standing"), _with_contradicted),
    "contradicts": lambda store, subject, value: (
        _both(store, subject, value) | _with_contradicted(store, subject, value)
    ),
    "reportedIn": lambda store, subject, _: {subject} | _subjects(store, {subject}, "rendering"),
    "by": lambda store, subject, _: _subjects(store, {subject}, "relay"),
    "ofVersion": lambda store, subject, _: _subjects(store, {subject}, "evidence"),
    **dict.fromkeys(("versionOf", "published"), lambda store, subject, _: _printed(store, {subject})),
    "publisher": lambda store, subject, _: _printed(store, _subjects(store, {subject}, "versionOf")),
    **dict.fromkeys(
        ("holder", "institution", "from", "until"),
        lambda store, subject, _: {subject} | _subjects(store, {subject}, "speakingAs"),
    ),
    **dict.fromkeys(
        ("begin", "end", "place", "target", "participant"),
        lambda store, subject, _: {subject} | _subjects(store, {subject}, "concerns"),
    ),
    terms.RDF_TYPE: _typed,
}
"""Property -> what a triple of it touches, given the store, its subject and its object. Each that a kind looks at is here."""
