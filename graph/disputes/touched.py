"""Which claims a change touches: those of which it may alter what contradicts them or how they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quads import Nodes, objects, reached, subjects
from onrecord.graph.relations.touched import Follow
from onrecord.graph.terms import rec
from onrecord.graph.vocabulary import ontology

_VOCABULARY: Final = frozenset(
    {terms.PREFIXES["skos"] + "broader", terms.PREFIXES["rdfs"] + "subClassOf", rec("countKind").value}
)
"""What only the vocabulary says, and any claim may depend on."""
_COMPARED: Final = frozenset({terms.REC + "Event", terms.REC + "Topic"})
"""Of these kinds are the things whose claims are compared."""

_PART: Final = rec("partOf")
_FEW: Final = 20
"""So many claims are looked at rather than looking for fewer."""


def claims(store: ox.Store, changed: Iterable[ox.Quad], most: int) -> Nodes | None:
    """The claims touched by a change that the store has seen; None where it may be any, or are more than so many.

    Some may be no claims.
    """
    found: Nodes = set()
    parts: dict[ox.NamedNode, Nodes] = {}
    for quad in changed:
        if quad.predicate.value in _VOCABULARY:
            return None
        if isinstance(quad.subject, ox.NamedNode):
            value = quad.object if isinstance(quad.object, ox.NamedNode) else None
            if quad.predicate == _PART and value is not None:
                parts.setdefault(value, set()).add(quad.subject)
            else:
                follow = FOLLOWED.get(quad.predicate.value.removeprefix(terms.REC))
                found |= {quad.subject} | (follow(store, quad.subject, value) if follow else set())
                if len(found) > most:
                    return None
    return found | _across(store, parts)


def _across(store: ox.Store, parts: Mapping[ox.NamedNode, Iterable[ox.NamedNode]]) -> Nodes:
    """Claims such that of any two that these links from a whole to its parts join, or joined, one is among them.

    The last link on the way up from a part leads to a whole from which the way further up is unchanged, so that the claims
    on wholes and on what these are parts of are enough; and so are, in the same way, those on parts and on their parts.
    """
    above = _on(store, reached(store, parts, "partOf"))
    if len(above) <= _FEW:
        return above
    subjects_ = {part for found in parts.values() for part in found}
    below = _on(store, reached(store, subjects_, "partOf", back=True))
    return min(above, below, key=len)


def naming(store: ox.Store, things: Iterable[ox.NamedNode]) -> Nodes:
    """The claims that have a part in these things: they are named in them, or somebody who claims holds a post in them."""
    found: Nodes = set()
    for thing in things:
        named_by = {quad.subject for quad in store.quads_for_pattern(None, None, thing, None)}
        for node in named_by:
            if isinstance(node, ox.NamedNode):
                found |= {node} if objects(store, node, "claimant") else set()
                found |= _of(store, objects(store, node, "holder") | objects(store, node, "institution"))
        found |= _of(store, reached(store, {thing}, "unitOf", back=True))
    return found


def _on(store: ox.Store, things: Iterable[ox.NamedNode]) -> Nodes:
    return {claim for thing in things for claim in subjects(store, "concerns", thing)}


def _of(store: ox.Store, actors: Iterable[ox.NamedNode]) -> Nodes:
    """The claims that actors make, and those that hold them responsible."""
    return {
        claim
        for actor in actors
        for name in ("claimant", "responsible")
        for claim in subjects(store, name, actor)
    }


def _of_tenure(store: ox.Store, tenure: ox.NamedNode, value: ox.NamedNode | None) -> Nodes:
    if objects(store, tenure, "claimant"):
        return set()  # a claim that names a holder, and no tenure
    actors = objects(store, tenure, "holder") | objects(store, tenure, "institution")
    return _of(store, actors if value is None else {*actors, value})


def _typed(store: ox.Store, subject: ox.NamedNode, kind: ox.NamedNode | None) -> Nodes:
    above = ontology.superclasses().get(kind.value, frozenset()) if kind else frozenset()
    found = _on(store, {subject}) if above & _COMPARED else set()
    if terms.REC + "Actor" in above:
        judged = subjects(store, "assessedBy", subject)
        found |= {claim for one in judged for claim in objects(store, one, "assesses")}
    return found


FOLLOWED: Final[Mapping[str, Follow]] = {
    **dict.fromkeys(
        ("asserts", "supersedes", "retracts", "contradicts", "assesses"),
        lambda _, __, value: set() if value is None else {value},
    ),
    **dict.fromkeys(
        ("saidOn", "saidAt", "speakingAs"), lambda store, subject, _: objects(store, subject, "asserts")
    ),
    **dict.fromkeys(
        ("verdict", "assessedOn", "assessedBy"), lambda store, subject, _: objects(store, subject, "assesses")
    ),
    **dict.fromkeys(
        ("published", "publishedAt"), lambda store, subject, _: subjects(store, "assertedBy", subject)
    ),
    "begin": lambda store, subject, _: _on(store, {subject}),
    "unitOf": lambda store, subject, _: _of(store, reached(store, {subject}, "unitOf", back=True)),
    **dict.fromkeys(("holder", "institution", "from", "until"), _of_tenure),
    terms.RDF_TYPE: _typed,
}
"""Property -> which claims a triple of it touches beside its subject, given the store, its subject and its object.

Each that a rule looks at on what is no claim is here, or among _VOCABULARY; partOf is followed by _across().
"""
