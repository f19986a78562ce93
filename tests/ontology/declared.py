"""What the ontology declares, as rdflib reads it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import OWL, RDF, SKOS, URIRef

from onrecord.graph import terms
from onrecord.graph.vocabulary import ontology as vocabulary

REC = rdflib.Namespace(terms.REC)
ROOT = Path(__file__).parents[2]


def as_rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    return graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@cache
def ontology() -> rdflib.Graph:
    return as_rdflib(vocabulary.vocabulary_triples())


def terms_of(kind: rdflib.term.Node) -> set[URIRef]:
    return {s for s in ontology().subjects(RDF.type, kind) if isinstance(s, URIRef) and s.startswith(REC)}


def classes() -> set[URIRef]:
    return terms_of(OWL.Class)


def properties() -> set[URIRef]:
    return terms_of(OWL.ObjectProperty) | terms_of(OWL.DatatypeProperty) | terms_of(OWL.AnnotationProperty)


def members() -> set[URIRef]:
    return terms_of(SKOS.Concept)


def closed_lists() -> set[URIRef]:
    return {kind for member in members() for kind in ontology().objects(member, RDF.type)} & classes()  # type: ignore[return-value]
