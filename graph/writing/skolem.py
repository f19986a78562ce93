"""Blank nodes get IRIs on the way in: the same content in the same graph gets the same IRI.

Sent again, a document therefore changes nothing. The price is that two nodes of one graph of which the very same is
said become one: RDF means no more by two of them than by one.

Telling apart nodes of which the same is said can take longer than anybody has (RDF Dataset Canonicalization, 7.1):
that is done in a process of its own, which has a second of computing for it.
"""

from __future__ import annotations

import hashlib
import os
import signal
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NoReturn

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from onrecord.graph.engine.processes.sandbox import die_with_parent
from onrecord.graph.errors import BadChange

_LENGTH: Final = 24
_SECONDS: Final = 1.0
"""How much computing the names of one change may take, where their nodes are not told apart by what is said of each."""


def name_blank_nodes(quads: Iterable[Quad], base: str) -> frozenset[Quad]:
    """The quads, each blank node replaced by an IRI that is made of what is said around it.

    Their literals have to be as the store writes them, or one content would have several names. BadChange where the
    nodes are so much alike that telling them apart takes too long.
    """
    stored = frozenset(quads)
    named = {quad for quad in stored if not has_blank_node(quad)}
    alike = []
    for part in _connected(stored - named):
        if _differ(part):
            named |= _named(part, base)
        else:
            alike.append(part)
    if alike:
        named |= _named_in_time(alike, base)
    return frozenset(named)


def has_blank_node(quad: Quad) -> bool:
    """Whether it says something of a blank node, or stands in one."""
    return any(True for _ in _blank(quad))


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


def _differ(quads: list[Quad]) -> bool:
    """Whether what is said of each blank node tells it from all others; naming them is quick then."""
    said: defaultdict[BlankNode, list[str]] = defaultdict(list)
    for quad in quads:
        for node in set(_blank(quad)):
            terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
            said[node].append(
                " ".join(
                    ("_:this" if term == node else "_:other") if isinstance(term, BlankNode) else str(term)
                    for term in terms
                )
            )
    return len({tuple(sorted(lines)) for lines in said.values()}) == len(said)


def _named_in_time(parts: list[list[Quad]], base: str) -> set[Quad]:
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        _name_and_exit(parts, base, sending)
    os.close(sending)
    with open(receiving, "rb") as pipe:
        named = pipe.read()
    if os.waitpid(child, 0)[1]:
        nodes = {node for part in parts for quad in part for node in _blank(quad)}
        raise BadChange(
            f"{len(nodes)} blank nodes of the change are too much alike to be told apart in {_SECONDS:g} s of computing; "
            "nothing was changed. Give them IRIs, or say of each what the others are not"
        )
    return set(parse(named, RdfFormat.N_QUADS))


def _name_and_exit(parts: list[list[Quad]], base: str, sending: int) -> NoReturn:
    status = 1
    try:
        die_with_parent()
        # What the engine says of its own death here would be taken for the words of the process that forked.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        named = set[Quad]().union(*(_named(part, base) for part in parts))
        with open(sending, "wb") as pipe:
            pipe.write(serialize(named, format=RdfFormat.N_QUADS) or b"")
        status = 0
    finally:
        os._exit(status)


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
