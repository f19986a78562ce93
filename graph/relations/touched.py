"""What a change touches of the things on which relations between actors rest: those whose relations it may alter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quads import objects, subjects
from onrecord.graph.vocabulary import ontology

Nodes = set[ox.NamedNode]

_SUBCLASS: Final = terms.PREFIXES["rdfs"] + "subClassOf"
_TYPED: Final = frozenset({terms.REC + "Actor", terms.REC + "Event"})
"""Of these kinds have the ends of a relation, or what it rests on, to be."""
_OF_A_CLAIM: Final = (
    "subject",
    "object",
    "holder",
    "toward",
    "responsible",
    "stance",
    "attitude",
    "predicate",
    "concerns",
)
_OF_ITSELF: Final = frozenset(
    {*_OF_A_CLAIM, "about", "addressee", "attributedTo", "relay", "unitOf", "assertedBy", "evidence"}
)
"""Properties of what relations rest on, on which no other thing's relations depend."""


def things(store: ox.Store, changed: Iterable[ox.Quad]) -> Nodes | None:
    """What is touched by a change that the store has seen; None where it may be anything."""
    found: Nodes = set()
    for quad in changed:
        if quad.predicate.value == _SUBCLASS:
            return None
        if isinstance(quad.subject, ox.NamedNode):
            value = quad.object if isinstance(quad.object, ox.NamedNode) else None
            found |= _touched(store, quad.subject, quad.predicate.value, value)
    return found


def _touched(store: ox.Store, subject: ox.NamedNode, predicate: str, value: ox.NamedNode | None) -> Nodes:  # noqa: PLR0911, PLR0912  (a table)
    if predicate == terms.RDF_TYPE:
        above = ontology.superclasses().get(value.value, frozenset()) if value else frozenset()
        return _naming(store, subject) if above & _TYPED else set()
    name = predicate.removeprefix(terms.REC)
    if name in _OF_ITSELF:
        return {subject}
    match name:
        case "speaker" | "saidOn":
            return {subject} | _objects(store, {subject}, "rendering", "asserts")
        case "rendering" | "asserts":
            return {subject} if value is None else {subject, value}
        case "speakingAs":
            return {subject}
        case "claimant" | "contradicts" | "standing":
            beside = _objects(store, {subject}, "contradicts") | _subjects(store, {subject}, "contradicts")
            return {subject, *beside} if value is None or name != "contradicts" else {subject, value, *beside}
        case "reportedIn":
            return {subject} | _subjects(store, {subject}, "rendering")
        case "by":
            return _subjects(store, {subject}, "relay")
        case "ofVersion":
            return _subjects(store, {subject}, "evidence")
        case "versionOf" | "published":
            return _printed(store, {subject})
        case "publisher":
            return _printed(store, _subjects(store, {subject}, "versionOf"))
        case "holder" | "institution" | "from" | "until":
            return {subject} | _subjects(store, {subject}, "speakingAs")
        case "begin" | "end" | "place" | "target" | "participant":
            return {subject} | _subjects(store, {subject}, "concerns")
    return set()


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
