"""The alignments: only alignments, of terms that exist, to every vocabulary promised."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import rdflib
from rdflib import RDFS, SKOS

from onrecord.graph import terms
from onrecord.graph.vocabulary import ontology

PROMISED = (
    "/ns/prov#",
    "/2009/11/sem/",
    "/ns/org#",
    "/foaf/0.1/",
    "schema.org/",
    "/ns/oa#",
    "/cidoc-crm/",
    "InterchangeOntology#",
)


@cache
def alignments() -> rdflib.Graph:
    text = files("onrecord.ontology").joinpath("alignments.ttl").read_text(encoding="utf-8")
    return rdflib.Graph().parse(data=text, format="turtle")


def test_alignments_only_align() -> None:
    of_classes, of_properties = frozenset(ontology.classes()), frozenset(ontology.properties())
    ours_by_relation = {
        RDFS.subClassOf: of_classes,
        RDFS.subPropertyOf: of_properties,
        SKOS.closeMatch: of_classes | of_properties | frozenset(ontology.members()),
    }
    assert len(alignments()) > 80
    for ours, relation, theirs in alignments():
        assert str(ours) in {
            name for name in ours_by_relation[rdflib.URIRef(str(relation))] if name.startswith(terms.REC)
        }
        assert isinstance(theirs, rdflib.URIRef)
        assert not theirs.startswith(terms.REC)


def test_every_vocabulary_promised_is_aligned_with() -> None:
    theirs = " ".join(str(term) for term in alignments().objects())
    assert [namespace for namespace in PROMISED if namespace not in theirs] == []


def test_terms_of_vocabularies_that_rdflib_knows_exist() -> None:
    """These are closed in rdflib: a misspelt term raises."""
    spaces = (rdflib.PROV, rdflib.FOAF, rdflib.ORG, rdflib.DCAT, rdflib.DCTERMS)
    checked = 0
    for term in set(alignments().objects()):
        for space in spaces:
            if str(term).startswith(str(space)):
                assert space[str(term).removeprefix(str(space))] == term
                checked += 1
    assert checked > 20
