"""Blank nodes get IRIs on the way in: the same content in the same graph gets the same IRI.

Sent again, a document therefore changes nothing. The price is that two nodes of one graph of which the very same is
said become one: RDF means no more by two of them than by one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    serialize,
)

_LENGTH: Final = 24


def name_blank_nodes(quads: Iterable[Quad], base: str) -> frozenset[Quad]:
    """The quads, each blank node replaced by an IRI that is made of what is said around it.

    Their literals have to be as the store writes them, or one content would have several names.
    """
    stored = frozenset(quads)
    named = {quad for quad in stored if not any(True for _ in _blank(quad))}
    for part in _connected(stored - named):
        named |= _named(part, base)
    return frozenset(named)


def _blank(quad: Quad) -> Iterable[BlankNode]:
    return (term for term in (quad.subject, quad.object, quad.graph_name) if isinstance(term, BlankNode))


def _connected(quads: Iterable[Quad]) -> Iterable[list[Quad]]:
    """The quads in groups that share no blank node: what is said of one group has no bearing on another's names."""
    leader: dict[BlankNode, BlankNode] = {}

    def lead(node: BlankNode) -> BlankNode:
        leader.setdefault(node, node)
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    quads = list(quads)
    for quad in quads:
        first, *others = _blank(quad)
        for other in [*others, first]:
            leader[lead(other)] = lead(first)
    groups: defaultdict[BlankNode, list[Quad]] = defaultdict(list)
    for quad in quads:
        groups[lead(next(iter(_blank(quad))))].append(quad)
    return groups.values()


def _named(quads: list[Quad], base: str) -> set[Quad]:
    canonical = Dataset(quads)
    canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = (serialize(canonical, format=RdfFormat.N_QUADS) or b"").splitlines()
    digest = hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()[:_LENGTH]

    def iri(node: BlankNode) -> NamedNode:
        # The canonical label, c14n0 and so on, tells the nodes of one group apart.
        return NamedNode(f"{base}genid/{digest}-{node.value.removeprefix('c14n')}")

    return {
        Quad(
            iri(quad.subject) if isinstance(quad.subject, BlankNode) else quad.subject,
            quad.predicate,
            iri(quad.object) if isinstance(quad.object, BlankNode) else quad.object,
            iri(quad.graph_name) if isinstance(quad.graph_name, BlankNode) else quad.graph_name,
        )
        for quad in canonical
    }
