"""No reasoner finds a contradiction in the ontology, alone, with what it is aligned with, or with data; and it would."""

from __future__ import annotations

from functools import cache

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, URIRef
from tests.ontology.declared import (
    REC,
    ROOT,
    as_rdflib,
    classes,
    ontology,
)

from onrecord.graph import terms
from onrecord.graph.records import yaml_ld

ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")
"""The class of which owlrl makes a node for each contradiction it comes upon."""


@cache
def axioms() -> rdflib.Graph:
    """The ontology without what no reasoner reads: labels, definitions and the members of the closed lists."""
    graph = rdflib.Graph()
    schema = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith}
    for s, p, o in ontology():
        if p in schema or (p == RDF.type and str(o).startswith(str(OWL))):
            graph.add((s, p, o))
    return graph


def closure(*extra: str, of: rdflib.Graph | None = None) -> rdflib.Graph:
    """The OWL 2 RL closure of the ontology's axioms (or of another graph) and what is added, in Turtle."""
    graph = rdflib.Graph()
    for triple in axioms() if of is None else of:
        graph.add(triple)
    head = "".join(
        f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in {**terms.PREFIXES, "x": "urn:x:"}.items()
    )
    for turtle in extra:
        graph.parse(data=head + turtle, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def contradictions(graph: rdflib.Graph) -> list[str]:
    errors = [str(text) for node in graph.subjects(RDF.type, ERROR) for text in graph.objects(node)]
    impossible = [f"{node} is of owl:Nothing" for node in graph.subjects(RDF.type, OWL.Nothing)]
    empty = [f"{c} is empty" for c in graph.subjects(RDFS.subClassOf, OWL.Nothing) if c != OWL.Nothing]
    return errors + impossible + empty


FOREIGN_AXIOMS = """
<http://xmlns.com/foaf/0.1/Person> owl:disjointWith <http://xmlns.com/foaf/0.1/Organization> .
<http://xmlns.com/foaf/0.1/Document> owl:disjointWith <http://xmlns.com/foaf/0.1/Organization> .
prov:Activity owl:disjointWith prov:Entity .
prov:wasAssociatedWith rdfs:domain prov:Activity ; rdfs:range prov:Agent .
prov:wasRevisionOf rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:used rdfs:domain prov:Activity ; rdfs:range prov:Entity .
prov:wasGeneratedBy rdfs:domain prov:Entity ; rdfs:range prov:Activity .
prov:endedAtTime rdfs:domain prov:Activity .
prov:specializationOf rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:wasQuotedFrom rdfs:domain prov:Entity ; rdfs:range prov:Entity .
<http://www.w3.org/ns/org#subOrganizationOf> rdfs:domain <http://www.w3.org/ns/org#Organization> ; rdfs:range <http://www.w3.org/ns/org#Organization> .
<http://www.w3.org/ns/org#organization> rdfs:range <http://www.w3.org/ns/org#Organization> .
skos:Concept owl:disjointWith skos:ConceptScheme .
"""
"""What the vocabularies aligned with say of their own terms, where it could contradict ours."""


@pytest.mark.slow
def test_no_class_is_impossible_nor_contradicted_by_the_vocabularies_it_is_aligned_with() -> None:
    one_of_each = "".join(f"x:{kind.removeprefix(REC)} a <{kind}> .\n" for kind in classes())
    assert contradictions(closure(one_of_each, FOREIGN_AXIOMS, of=ontology())) == []


@pytest.mark.slow
def test_a_world_that_uses_every_property_contradicts_nothing() -> None:
    world = rdflib.Graph().parse(ROOT / "tests" / "shapes" / "world.ttl")
    assert contradictions(closure(FOREIGN_AXIOMS, of=axioms() + world)) == []


@pytest.mark.slow
def test_the_seeds_contradict_nothing() -> None:
    paths = [*ROOT.glob("seeds/reference/*.yaml"), *ROOT.glob("seeds/documents/*/record.yaml")]
    assert len(paths) > 3
    quads = [quad for path in paths for quad in yaml_ld.load(path).quads]
    assert len(quads) > 1000
    data = as_rdflib(ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    assert contradictions(closure(of=axioms() + data)) == []


PLANTED = (
    "x:a a rec:Person, rec:Place .",
    "x:a a rec:Person, rec:University .",  # by way of Institution
    "x:a rec:speaker x:b . x:b rec:versionOf x:c .",  # by range and domain
    "x:a rec:evidence x:b . x:a a rec:Person .",  # by way of Sourced
    "x:a a rec:QuantityClaim, rec:TargetClaim .",
    "x:a rec:contradicts x:a .",
    "x:a rec:supersedes x:b . x:b rec:supersedes x:a .",
    "x:a rec:revises x:a .",
    "rec:Ghost a owl:Class ; rdfs:subClassOf rec:Person, rec:Event . x:a a rec:Ghost .",
    "x:a rec:saidOn 'yesterday'^^xsd:integer .",
)


@cache
def planted() -> list[str]:
    """What is found where all are planted, each on nodes of its own: nearly all of the work is closing the axioms, which is done once."""
    return contradictions(
        closure(*(text.replace("x:", f"x:{number}-") for number, text in enumerate(PLANTED)))
    )


@pytest.mark.slow
@pytest.mark.parametrize("contradiction", PLANTED)
def test_a_planted_contradiction_is_found(contradiction: str) -> None:
    # What is said of a literal names no node.
    named = "'yesterday'" if "'yesterday'" in contradiction else f"urn:x:{PLANTED.index(contradiction)}-"
    assert [found for found in planted() if named in found] != []
