"""A network in Turtle: its relations as the graph adds them up, with the words that they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.questions.network.because import Because
from onrecord.graph.questions.network.shown import Network
from onrecord.graph.relations import aggregates, keys
from onrecord.graph.terms import rec

_LABEL: Final = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")
_SAME: Final = ox.NamedNode(terms.PREFIXES["owl"] + "sameAs")
_TYPE: Final = ox.NamedNode(terms.RDF_TYPE)


def turtle(network: Network, base: str) -> bytes:
    """The relations with names of those related, sorted."""
    found = set(_triples(network, base))
    prefixes = {name: iri for name, iri in terms.PREFIXES.items() if name in ("rec", "rdfs", "xsd", "owl")}
    ordered = sorted(found, key=str)
    written = ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None  # noqa: S101  (for the type checker: it is, where no file is given)
    return written


def _triples(network: Network, base: str) -> Iterator[ox.Triple]:
    for node in network.nodes:
        iri = ox.NamedNode(node.iri)
        yield ox.Triple(iri, _LABEL, ox.Literal(node.label))
        yield ox.Triple(iri, _TYPE, rec(node.kind))
        for name in node.same:
            yield ox.Triple(ox.NamedNode(name.iri), _SAME, iri)
    for edge in network.edges:
        kind = aggregates.kind_node(base, edge.kind.name)
        yield ox.Triple(kind, _LABEL, ox.Literal(edge.kind.label, language="en"))
        things = {ox.NamedNode(item.thing): (edge.begin, edge.end) for item in edge.because}
        for triple in aggregates.triples(base, (edge.kind.name, edge.source, edge.target), things):
            if triple[1] != keys.KEY:  # by which nobody finds a relation in a file
                yield ox.Triple(*triple)
        for item in edge.because:
            yield from _words(item)


def _words(item: Because) -> Iterator[ox.Triple]:
    if item.quotation is None or item.words is None:
        return
    quotation = ox.NamedNode(item.quotation)
    yield ox.Triple(quotation, rec("exact"), ox.Literal(item.words))
    if item.claim is not None:
        yield ox.Triple(ox.NamedNode(item.claim), rec("evidence"), quotation)
    elif item.thing != item.statement:
        yield ox.Triple(ox.NamedNode(item.thing), rec("evidence"), quotation)
    if item.version is not None:
        yield ox.Triple(quotation, rec("ofVersion"), ox.NamedNode(item.version))
