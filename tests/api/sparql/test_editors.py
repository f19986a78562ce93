"""What query editors ask an endpoint before anybody types: the queries are theirs, prefixes and all."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.vocabulary import ontology
from onrecord.graph.vocabulary.examples import Example, examples
from onrecord.graph.vocabulary.ontology import properties_of

REC = terms.REC
PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"""
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:label|rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""
SCHEMA = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
  {
    ?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop .
    OPTIONAL {
      { ?pp void:classPartition [ void:class ?objectClass ] }
      UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
    }
  }
  UNION { ?ls void:subjectsTarget ?subjectClass ; void:linkPredicate ?prop ; void:objectsTarget ?objectClass }
}"""
PARTS = "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?c WHERE { ?d a void:Dataset ; void:classPartition/void:class ?c }"


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    response = client.post("/sparql", data=query, content_type="application/sparql-query")
    assert response.status_code == 200
    found = response.get_json(force=True)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_an_editor_finds_the_prefixes(client: FlaskClient) -> None:
    assert {row["prefix"]: row["namespace"] for row in rows(client, PREFIXES)} == dict(terms.PREFIXES)


def test_an_editor_finds_each_example_once_with_its_title(client: FlaskClient) -> None:
    found = [(row["comment"], row["query"]) for row in rows(client, EXAMPLES)]
    assert found == [(example.title, example.text) for example in examples()]
    assert len(found) >= 10


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_what_an_editor_finds_runs_as_it_stands(client: FlaskClient, example: Example) -> None:
    (text,) = [row["query"] for row in rows(client, EXAMPLES) if row["comment"] == example.title]
    response = client.get("/sparql", query_string={"query": text})
    assert response.status_code == 200
    if example.form == "SELECT":
        assert response.get_json(force=True)["results"]["bindings"]
    else:
        assert list(ox.parse(response.data, ox.RdfFormat.TURTLE))


def test_the_prefixes_an_example_relies_on_are_declared_where_it_says(client: FlaskClient) -> None:
    query = "SELECT DISTINCT ?sq ?p WHERE { ?sq a sh:SPARQLExecutable ; sh:prefixes/sh:declare/sh:prefix ?p }"
    told: dict[str, set[str]] = {}
    for row in rows(client, query):
        told.setdefault(row["sq"], set()).add(row["p"])
    assert len(told) == len(examples())
    assert all(prefixes == set(terms.PREFIXES) for prefixes in told.values())


def test_an_editor_finds_which_class_has_which_properties(client: FlaskClient) -> None:
    found: dict[str, set[str]] = {}
    for row in rows(client, SCHEMA):
        found.setdefault(row["subjectClass"], set()).add(row["prop"])
    assert {"speaker", "asserts", "saidOn"} <= {name.removeprefix(REC) for name in found[f"{REC}Statement"]}
    # What a class has from those above it counts, what its neighbours have does not.
    assert {f"{REC}claimant", f"{REC}weapon", f"{REC}atLeast"} <= found[f"{REC}QuantityClaim"]
    assert f"{REC}targetKind" not in found[f"{REC}QuantityClaim"]
    assert set(found) == {row["c"] for row in rows(client, PARTS)}


def test_completion_offers_every_property_the_data_uses_on_each_kind_of_thing(seeded: Ledger) -> None:
    used = seeded.rows(
        f"SELECT DISTINCT ?c ?p WHERE {{ GRAPH ?g {{ ?s a ?c }} ?s ?p ?o FILTER(STRSTARTS(STR(?c), '{REC}') && STRSTARTS(STR(?p), '{REC}')) }}"
    )
    assert len(used) > 60
    offered = {(kind, name) for kind, names in properties_of().items() for name in names}
    assert {(row["c"].value, row["p"].value) for row in used} <= offered


def test_what_editors_look_for_is_the_same_at_each_build() -> None:
    first = ontology.vocabulary_quads()
    for kept in (ontology.vocabulary_triples, ontology.properties_of, ontology.classes, examples):
        kept.cache_clear()
    assert ontology.vocabulary_quads() == first
