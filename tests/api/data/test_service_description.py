"""What the service says of itself to machines."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, SH, Graph, Literal, Namespace, URIRef

from onrecord.api import create_app
from onrecord.api.data.service_description import dataset_triples
from onrecord.graph import terms
from onrecord.graph.errors import QueryTimeout
from onrecord.graph.figures import Counter
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.vocabulary.examples import examples

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
TURTLE = {"Accept": "text/turtle"}
FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


def read(client: FlaskClient, path: str, **headers: str) -> Graph:
    response = client.get(path, headers={**TURTLE, **headers})
    assert response.content_type == "text/turtle; charset=utf-8"
    return Graph().parse(data=response.data, format="turtle")


def count(seeded: Ledger, query: str) -> int:
    return int(seeded.rows(query)[0]["n"].value)


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void", "/"])
@pytest.mark.parametrize("accept", FORMATS)
def test_a_description_comes_in_every_rdf_format_and_says_the_same(
    client: FlaskClient, path: str, accept: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, accept)
    as_turtle = client.get(path, headers=TURTLE)
    found = {quad.triple for quad in parse(response.data, FORMATS[accept])}
    assert found == {quad.triple for quad in parse(as_turtle.data, RdfFormat.TURTLE)}
    assert len(found) > 50


def test_a_program_that_does_not_say_gets_the_service_in_turtle(client: FlaskClient) -> None:
    assert client.get("/sparql").content_type == "text/turtle; charset=utf-8"


@pytest.mark.parametrize("path", ["/sparql", "/"])
def test_people_get_pages_instead(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=BROWSER).mimetype == "text/html"


def test_who_does_not_say_gets_the_start_page(client: FlaskClient) -> None:
    assert client.get("/").mimetype == "text/html"


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_whom_nothing_suits_is_told_what_there_is(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.get_json()["offers"]


def test_accept_in_the_address_stands_in_for_the_header(client: FlaskClient) -> None:
    assert (
        client.get("/sparql?accept=application/ld%2Bjson", headers=BROWSER).mimetype == "application/ld+json"
    )


@pytest.mark.parametrize("host", ["localhost", "data.example.org:8080"])
def test_the_endpoint_is_the_address_that_was_used(client: FlaskClient, host: str) -> None:
    described = read(client, "/sparql", Host=host)
    services = list(described.subjects(RDF.type, SD.Service))
    assert len(services) == 1
    assert list(described.objects(services[0], SD.endpoint)) == [URIRef(f"http://{host}/sparql")]


def test_the_service_says_that_its_default_graph_is_the_union(client: FlaskClient) -> None:
    assert set(read(client, "/sparql").objects(None, SD.feature)) == {SD.UnionDefaultGraph}


def test_the_service_names_the_property_that_an_index_answers(client: FlaskClient) -> None:
    described = read(client, "/sparql")
    feature = URIRef("https://w3id.org/onrecord/ns#matchesText")
    assert set(described.objects(None, SD.propertyFeature)) == {feature}
    assert set(described.objects(feature, RDF.type)) == {SD.Feature}


def test_the_service_tells_in_which_formats_it_takes_graphs_and_data_sets(client: FlaskClient) -> None:
    # By the names that https://www.w3.org/ns/formats/ gives them; each is taken at /store.
    told = {str(name) for name in read(client, "/sparql").objects(None, SD.inputFormat)}
    names = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "N-Quads", "TriG")
    assert told == {f"http://www.w3.org/ns/formats/{name}" for name in names}


def test_the_named_graphs_are_those_there_are(client: FlaskClient, seeded: Ledger) -> None:
    names = {str(name) for name in read(client, "/sparql").objects(None, SD.name)}
    assert names == set(seeded.graph_names())
    assert terms.graph_iri("reference") in names


def test_the_data_set_counts_what_is_in_its_dumps(client: FlaskClient) -> None:
    described = read(client, "/.well-known/void")
    dataset = described.value(predicate=RDF.type, object=VOID.Dataset)
    dump = Graph().parse(data=client.get("/export.ttl").text, format="turtle")
    wanted = {
        VOID.triples: len(dump),
        VOID.classes: len(set(dump.objects(None, RDF.type))),
        VOID.properties: len(set(dump.predicates())),
        VOID.distinctSubjects: len(set(dump.subjects())),
        VOID.distinctObjects: len(set(dump.objects())),
    }
    assert {name: int(str(described.value(dataset, name))) for name in wanted} == wanted
    partitions = described.objects(dataset, VOID.propertyPartition)
    assert sum(int(str(described.value(part, VOID.triples))) for part in partitions) == len(dump)


def test_the_default_graph_counts_what_a_query_counts(client: FlaskClient, seeded: Ledger) -> None:
    described = read(client, "/sparql")
    (default,) = described.objects(None, SD.defaultGraph)
    told = int(str(described.value(default, VOID.triples)))
    assert told == count(seeded, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") > 0


def test_each_class_is_told_with_how_many_things_are_of_it(client: FlaskClient, seeded: Ledger) -> None:
    described = read(client, "/.well-known/void")
    part = described.value(predicate=VOID["class"], object=URIRef(f"{terms.REC}Person"))
    found = int(str(described.value(part, VOID.entities)))
    assert found == count(seeded, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a rec:Person }") > 0


def test_the_data_set_tells_its_licence_its_makers_and_its_age(client: FlaskClient, seeded: Ledger) -> None:
    described = read(client, "/.well-known/void")
    dataset = described.value(predicate=RDF.type, object=DCAT.Dataset)
    assert described.value(dataset, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert described.value(dataset, DCTERMS.creator) is not None
    assert str(described.value(dataset, DCAT.version)) == str(seeded.version)
    assert str(described.value(dataset, DCTERMS.modified))[:10] == seeded.history()[0].time.date().isoformat()


@pytest.mark.slow
def test_every_dump_and_endpoint_that_is_told_of_answers(client: FlaskClient) -> None:
    described = read(client, "/.well-known/void")
    named = {*described.objects(None, VOID.dataDump), *described.objects(None, VOID.sparqlEndpoint)}
    assert len(named) == 7
    for address in named:
        assert client.head(str(address).removeprefix("http://localhost")).status_code == 200


def test_the_first_download_is_of_what_is_current(client: FlaskClient) -> None:
    described = client.get("/.well-known/void", headers={"Accept": "application/n-triples"}).text
    files = [line.split()[2] for line in described.splitlines() if "#dataDump>" in line]
    current_first = [True, True, True, False, False, False]
    assert [file.startswith("<http://localhost/export/current.") for file in files] == current_first
    titles = [line for line in described.splitlines() if "/terms/title>" in line and "#export" in line]
    assert ["without claims that were refuted" in title for title in titles] == [*current_first, *[False] * 6]


def test_the_tables_are_listed_and_there(client: FlaskClient) -> None:
    described = read(client, "/.well-known/void")
    files = {str(file) for file in described.objects(None, DCAT.downloadURL)}
    tables = {file for file in files if file.endswith((".csv", ".parquet"))}
    assert tables == {
        f"http://localhost/export/{name}.{suffix}"
        for name in ("claims", "statements", "relations")
        for suffix in ("csv", "parquet")
    }
    for address in tables:
        assert client.head(address.removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_editors_find_the_prefixes(client: FlaskClient, path: str) -> None:
    described = read(client, path)
    found = {
        str(described.value(node, SH.prefix)): str(described.value(node, SH.namespace))
        for node in described.objects(None, SH.declare)
    }
    assert found == dict(terms.PREFIXES)


def test_editors_find_queries_that_run(client: FlaskClient) -> None:
    described = read(client, "/sparql")
    texts = [str(text) for form in (SH.select, SH.construct) for text in described.objects(None, form)]
    assert len(texts) == len(examples()) > 3
    for text in texts:
        assert client.get("/sparql", query_string={"query": text}).status_code == 200


def test_an_example_says_what_it_is_for(client: FlaskClient) -> None:
    described = read(client, "/sparql")
    node = described.value(predicate=SH.select, object=Literal(examples()[0].text))
    assert (
        str(described.value(node, URIRef("http://www.w3.org/2000/01/rdf-schema#comment")))
        == examples()[0].title
    )
    assert described.value(node, URIRef("https://schema.org/target")) == URIRef("http://localhost/sparql")


def test_a_description_the_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/.well-known/void").headers["ETag"]
    assert client.get("/.well-known/void", headers={"If-None-Match": tag}).status_code == 304


def test_somebody_elses_data_is_not_said_to_be_ours(seeded: Ledger) -> None:
    client = create_app(seeded, Settings(shapes=False, seeds=False)).test_client()
    described = read(client, "/.well-known/void")
    assert list(described.objects(None, DCTERMS.license)) == []
    assert list(read(client, "/sparql").objects(None, SD.feature)) == []


def test_figures_are_kept_and_none_is_counted_for_a_description(
    seeded: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Ledger, "rows")
    assert Counter(seeded).figures() == seeded.figures() is not None


def test_figures_that_were_not_kept_and_take_too_long_are_left_out(
    seeded: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise QueryTimeout("10 s are over")

    monkeypatch.setattr(Ledger, "figures", lambda _: None)
    monkeypatch.setattr(Ledger, "rows", slow)
    described = dataset_triples(Counter(seeded).figures(), Settings(), "http://localhost/", None)
    predicates = {triple.predicate.value for triple in described}
    assert str(VOID.triples) not in predicates
    assert str(VOID.sparqlEndpoint) in predicates
