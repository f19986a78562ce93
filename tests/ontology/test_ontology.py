"""The ontology, its vocabularies and alignments: complete, consistent, and the same as what the rest of the house uses."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD, Literal, URIRef
from tests.ontology.declared import (
    REC,
    ROOT,
    classes,
    closed_lists,
    members,
    ontology,
    properties,
    terms_of,
)

from onrecord.api.pages.reading import LANGUAGES
from onrecord.graph import terms
from onrecord.graph.records import yaml_ld
from onrecord.graph.vocabulary import ontology as vocabulary

VANN = rdflib.Namespace("http://purl.org/vocab/vann/")
ONTOLOGY = URIRef("https://w3id.org/onrecord/ns")
WORKED_OUT = {
    *(
        REC.derivedBy,
        REC.standing,
        REC.standingReason,
        REC.standingRestsOn,
        REC.grade,
        REC.nameKey,
        REC.matchesText,
        REC.disputeOrder,
        REC.disputeSince,
    ),
    *(REC.ultimateSource, REC.mergedAs, REC.firstOn, REC.lastOn),
    *(REC[f"relation{name}"] for name in ("Kind", "From", "To", "Count", "Key", "RestsOn")),
}
"""Written by the service only."""
NOT_IN_RECORDS = WORKED_OUT | {REC.abstract, REC.countKind, REC.version, REC.added, REC.removed}
"""What is said of commits is written by the service; abstract says something of classes, countKind of measures."""


# Complete


def test_there_is_what_there_should_be() -> None:
    assert len(classes()) == 63
    assert len(properties()) > 75
    assert len(members()) > 100


def test_no_blank_node() -> None:
    for triple in vocabulary.vocabulary_triples():
        assert isinstance(triple.subject, ox.NamedNode)
        assert not isinstance(triple.object, ox.BlankNode)


def test_the_ontology_says_who_when_what_version_and_under_which_licence() -> None:
    graph = ontology()
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in graph
    version = graph.value(ONTOLOGY, OWL.versionInfo)
    assert graph.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert graph.value(ONTOLOGY, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert graph.value(ONTOLOGY, DCTERMS.creator) is not None
    created = graph.value(ONTOLOGY, DCTERMS.created)
    assert isinstance(created, Literal)
    assert created.datatype == XSD.date
    assert str(graph.value(ONTOLOGY, VANN.preferredNamespacePrefix)) == "rec"
    assert str(graph.value(ONTOLOGY, VANN.preferredNamespaceUri)) == terms.REC


def test_the_declared_prefixes_are_those_queries_may_use() -> None:
    graph = ontology()
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(ONTOLOGY, SH.declare)
    }
    assert declared == dict(terms.PREFIXES)


@pytest.mark.parametrize("term", sorted(classes() | properties()), ids=lambda term: term.removeprefix(REC))
def test_each_term_is_defined(term: URIRef) -> None:
    (comment,) = ontology().objects(term, RDFS.comment)
    assert isinstance(comment, Literal)
    assert comment.language == "en"
    assert len(comment) > 10
    assert comment.endswith((".", "'", ")"))


@pytest.mark.parametrize("term", sorted(properties()), ids=lambda term: term.removeprefix(REC))
def test_each_property_has_one_domain_and_one_range(term: URIRef) -> None:
    graph = ontology()
    (domain,) = graph.objects(term, RDFS.domain)
    (range_,) = graph.objects(term, RDFS.range)
    assert domain in classes() | {OWL.Thing, OWL.Class}
    if term in terms_of(OWL.ObjectProperty):
        assert range_ in classes() | {OWL.Thing}
    else:
        assert str(range_).startswith(str(XSD)) or range_ in {RDF.langString, RDFS.Literal}


@pytest.mark.parametrize(
    "term", sorted(set(ontology().subjects(RDFS.label))), ids=lambda term: term.removeprefix(REC)
)
def test_each_term_has_one_label_in_each_language_of_the_pages(term: URIRef) -> None:
    labels = list(ontology().objects(term, RDFS.label))
    assert sorted(str(label.language) for label in labels if isinstance(label, Literal)) == sorted(LANGUAGES)
    assert all(str(label).strip() == str(label) != "" for label in labels)


@pytest.mark.parametrize("term", sorted(members()), ids=lambda term: term.removeprefix(REC))
def test_each_member_of_a_closed_list_is_complete(term: URIRef) -> None:
    graph = ontology()
    preferred, labels = list(graph.objects(term, SKOS.prefLabel)), set(graph.objects(term, RDFS.label))
    assert set(preferred) == labels
    (definition,) = graph.objects(term, SKOS.definition)
    assert str(definition).endswith(".")
    (scheme,) = graph.objects(term, SKOS.inScheme)
    assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
    (kind,) = set(graph.objects(term, RDF.type)) - {SKOS.Concept}
    assert (kind, RDFS.subClassOf, SKOS.Concept) in graph
    # One scheme a class and one class a scheme: so sh:class is the same as membership of the scheme.
    assert {s for m in graph.subjects(RDF.type, kind) for s in graph.objects(m, SKOS.inScheme)} == {scheme}
    assert {k for m in graph.subjects(SKOS.inScheme, scheme) for k in graph.objects(m, RDF.type)} == {
        kind,
        SKOS.Concept,
    }
    for broader in graph.objects(term, SKOS.broader):
        assert (broader, SKOS.inScheme, scheme) in graph
    assert all(
        term not in set(graph.transitive_objects(b, SKOS.broader)) for b in graph.objects(term, SKOS.broader)
    )


def test_no_member_shares_its_name_with_a_class_or_property() -> None:
    assert members() & (classes() | properties()) == set()


def test_each_file_of_vocab_holds_one_scheme() -> None:
    found = {}
    for entry in files("onrecord.ontology").joinpath("vocab").iterdir():
        if entry.name.endswith(".ttl"):
            graph = rdflib.Graph().parse(data=entry.read_text(encoding="utf-8"), format="turtle")
            (found[entry.name],) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert len(found) == len(set(found.values())) == len(closed_lists()) == 15


def test_protected_and_military_kinds_of_target_are_told_apart_only_where_the_law_does() -> None:
    graph = ontology()

    def above(name: str) -> set[rdflib.term.Node | None]:
        return set(graph.transitive_objects(REC[name], SKOS.broader)) & {
            REC.civilianObject,
            REC.militaryObject,
        }

    assert above("residentialBuilding") == above("school") == above("medicalFacility") == {REC.civilianObject}
    assert above("militaryInfrastructure") == above("airBase") == {REC.militaryObject}
    for judged_case_by_case in ("building", "energyInfrastructure", "transport", "populatedPlace"):
        assert above(judged_case_by_case) == set()
    assert all(
        len(above(str(kind).removeprefix(REC))) < 2 for kind in graph.subjects(RDF.type, REC.TargetKind)
    )


# The same as what the rest of the house uses


@cache
def context() -> dict[str, object]:
    text = files("onrecord.ontology").joinpath("context.jsonld").read_text(encoding="utf-8")
    loaded: dict[str, object] = json.loads(text)["@context"]
    return loaded


def keys() -> dict[str, dict[str, object]]:
    return {name: value for name, value in context().items() if isinstance(value, dict)}


def expanded(name: object) -> URIRef:
    prefix, _, local = str(name).partition(":")
    return URIRef(f"{context()[prefix]}{local}")


@pytest.mark.parametrize("key", sorted(keys()))
def test_each_key_of_a_record_is_a_property_with_the_same_values(key: str) -> None:
    definition = keys()[key]
    term = expanded(definition["@id"])
    if not term.startswith(REC):
        assert term in {RDFS.label, SKOS.altLabel, OWL.sameAs, RDF.subject, RDF.predicate, RDF.object}
        return
    assert term in properties()
    assert term == REC[key]
    range_ = ontology().value(term, RDFS.range)
    kind = definition.get("@type")
    if definition.get("@container") == "@language":
        assert range_ == RDF.langString
    elif kind == "@vocab":
        assert range_ in closed_lists()
    elif kind == "@id":
        assert term in terms_of(OWL.ObjectProperty)
        assert range_ not in closed_lists()
    elif range_ == RDFS.Literal:
        assert term in {REC.value, REC.end}
    else:
        assert expanded(kind) == range_


def test_each_property_has_its_key() -> None:
    assert {REC[key] for key in keys()} >= properties() - NOT_IN_RECORDS


def named_in(text: str) -> set[URIRef]:
    """The rec: names in a text of Turtle, SPARQL or Python that holds SPARQL, comments aside."""
    uncommented = re.sub(r"(^|\s)#.*", "", text)
    return {REC[name] for name in re.findall(r"(?<![\w:/])rec:([A-Za-z]\w*)", uncommented)}


@pytest.mark.parametrize(
    ("room", "pattern"),
    [
        ("shapes", "*.ttl"),
        ("ontology/competency", "*.rq"),
        ("graph", "**/*.rq"),
        ("graph", "**/*.py"),
        ("api", "**/*.py"),
    ],
)
def test_each_name_used_in_shapes_and_queries_is_declared(room: str, pattern: str) -> None:
    paths = list((ROOT / room).glob(pattern))
    assert paths
    known = {URIRef(name) for name in vocabulary.declared()}
    unknown = {
        (path.name, name) for path in paths for name in named_in(path.read_text("utf-8")) if name not in known
    }
    assert unknown == set()


def test_each_name_used_in_the_seeds_is_declared() -> None:
    known = vocabulary.declared()
    for path in [*ROOT.glob("seeds/reference/*.yaml"), *ROOT.glob("seeds/documents/*/record.yaml")]:
        for quad in yaml_ld.load(path).quads:
            for term in (quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and term.value.startswith(REC):
                    assert term.value in known, path


def test_each_declared_property_and_class_is_used_by_a_shape() -> None:
    used: set[URIRef] = set()
    for path in (ROOT / "shapes").glob("*.ttl"):
        used |= named_in(path.read_text("utf-8"))
    assert properties() - used == {REC.abstract}
    used_below = used | {
        kind for kind in classes() if set(ontology().transitive_objects(kind, RDFS.subClassOf)) & used
    }
    assert classes() - used_below == {
        *(REC.Holding, REC.Sourced, REC.WeaponUse, REC.Bounded),
        *(REC.Addressed, REC.Judgement),
    }


def test_foreign_terms_are_declared_where_used_and_used_where_declared() -> None:
    graph = ontology()
    declared = {
        term
        for kind in (OWL.AnnotationProperty, OWL.ObjectProperty, OWL.DatatypeProperty)
        for term in graph.subjects(RDF.type, kind)
        if not str(term).startswith(REC)
    }
    core = (str(RDF), str(OWL))
    schema = {RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf}
    used = {p for p in graph.predicates() if not str(p).startswith((*core, terms.REC))} - schema
    assert used <= declared
    of_commits = {"used", "endedAtTime", "wasAssociatedWith", "wasGeneratedBy", "wasRevisionOf"}
    assert declared - used == {
        SKOS.altLabel,  # for records: see context.jsonld
        *(rdflib.PROV[name] for name in of_commits),  # for graph/history: see graph/provenance.py
    }
