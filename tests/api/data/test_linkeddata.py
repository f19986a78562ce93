"""IRIs answer: 303 to a page or to data, and those documents answer with the description."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, Graph, Namespace, URIRef

BASE = Namespace("https://w3id.org/onrecord/")
REC = Namespace("https://w3id.org/onrecord/ns#")
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        (None, "ttl"),
        ("*/*", "ttl"),
        ("text/turtle", "ttl"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml, text/turtle;q=0.9", "rdf"),
        ("application/ld+json", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("text/turtle;q=0.5, application/n-triples;q=0.6", "nt"),
        ("text/html;q=0.4, text/turtle;q=0.5", "ttl"),
        ("text/html;q=0.5, text/turtle;q=0.4", "html"),
    ],
)
def test_an_iri_leads_to_the_form_that_is_asked_for(
    client: FlaskClient, accept: str | None, suffix: str
) -> None:
    response = client.get("/actor/peskov", headers={} if accept is None else {"Accept": accept})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/actor/peskov.{suffix}"
    assert response.headers["Vary"] == "Accept"


def test_an_iri_has_no_picture(client: FlaskClient) -> None:
    response = client.get("/actor/peskov", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.get_json()["offers"]


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)  # rdflib's own, in JSON-LD
@pytest.mark.parametrize("suffix", PARSERS)
def test_a_description_holds_the_same_triples_in_every_format(client: FlaskClient, suffix: str) -> None:
    turtle = Graph().parse(
        data=client.get("/statement/peskov-2025-08-28-negotiations.ttl").data, format="turtle"
    )
    response = client.get(f"/statement/peskov-2025-08-28-negotiations.{suffix}")
    assert response.status_code == 200
    assert set(Graph().parse(data=response.data, format=PARSERS[suffix])) == set(turtle)


def test_a_description_holds_what_hangs_under_the_thing_and_the_words_it_rests_on(
    client: FlaskClient,
) -> None:
    graph = Graph().parse(
        data=client.get("/statement/peskov-2025-08-28-negotiations.ttl").data, format="turtle"
    )
    statement = BASE["statement/peskov-2025-08-28-negotiations"]
    renderings = list(graph.objects(statement, REC.rendering))
    exact = {
        str(text)
        for one in renderings
        for found in graph.objects(one, REC.evidence)
        for text in graph.objects(found, REC.exact)
    }
    assert len(renderings) == 4
    assert "Russian state-controlled media reported" in exact


def test_a_description_holds_what_points_at_the_thing_but_not_all_of_that(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/actor/peskov.ttl").data, format="turtle")
    peskov, statement = BASE["actor/peskov"], BASE["statement/peskov-2025-08-28-negotiations"]
    assert (peskov, RDF.type, REC.Person) in graph
    assert (statement, REC.speaker, peskov) in graph
    assert (statement, RDFS.label, None) not in graph


def test_a_description_the_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/actor/peskov.ttl").headers["ETag"]
    assert client.get("/actor/peskov.ttl", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/actor/putin.ttl", headers={"If-None-Match": tag}).status_code == 200


def test_scripts_of_any_site_may_read_a_description(client: FlaskClient) -> None:
    for path in ("/actor/peskov", "/actor/peskov.ttl", "/actor/nobody"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    ["/actor/nobody", "/actor/nobody.ttl", "/actor/nobody.html", "/x", "/favicon.ico", "/a/b/c.jsonld"],
)
def test_what_the_graph_does_not_know_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_slip_of_the_pen_is_met_with_a_suggestion(client: FlaskClient) -> None:
    meant = {
        "path": "/actor/peskov.html",
        "name": "actor/peskov",
        "reason": "“peskov”: the same in Latin letters",
    }
    assert client.get("/actor/peskow").get_json()["suggestions"] == [meant]
    page = client.get("/actor/peskow", headers={"Accept": "text/html"}).text
    assert '<a href="/actor/peskov.html">actor/peskov</a>' in page
    assert "(“peskov”: the same in Latin letters)" in page


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/actor/zelenskyi", ["actor/zelensky"]),
        ("/actor/Зеленський.ttl", ["actor/zelensky"]),
        ("/actor/selenskyj.html", ["actor/zelensky"]),
        ("/thing/kh-47m2", ["weapon/kh-47-kinzhal"]),
        ("/weapon/x-47-kinzhal", ["weapon/kh-47-kinzhal"]),
        ("/weapon/Х-47М2", ["weapon/kh-47-kinzhal"]),
        ("/place/Kiew", ["place/kyiv"]),
        (
            "/document/kyiv-independent-2025-08-29",
            [
                "document/kyiv-independent-2025-08-28",
                "document/kyiv-independent-2025-08-28/76c3b9f7",
                "document/kyiv-independent-2025-08-28-drones",
            ],
        ),
        ("/api/events/2025-08-28-strike-on-kyjiw/claims", ["event/2025-08-28-strike-on-kyiv"]),
        ("/api/statements?speaker=actor/Песков", ["actor/peskov"]),
        ("/actor/onn", []),
        ("/actor/putting-it-all-together", []),
        ("/actor/kh-48", []),
        ("/actor/" + "x" * 3000, []),
        ("/actor/" + "-".join(["petrov"] * 500), []),
        ("/Зеленський", []),
    ],
)
def test_a_name_in_any_script_and_spelling_is_met_with_who_is_called_so(
    client: FlaskClient, path: str, meant: list[str]
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert [one["name"] for one in response.get_json()["suggestions"]] == meant
    assert all(one["reason"] for one in response.get_json()["suggestions"])


@pytest.mark.parametrize(
    "path",
    [
        "/actor/<script>",
        '/actor/"x"',
        "/actor/a b",
        "/actor/%7Bx%7D",
        "/actor/%00",
        "/a%5Cb",
        "/actor/%25",
        "/x/http://[",
        "/%FF",
    ],
)
def test_characters_that_no_iri_has_are_not_found_and_reach_no_query(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404


def test_the_vocabulary_leads_to_a_page_or_to_the_ontology(client: FlaskClient) -> None:
    assert client.get("/ns", headers={"Accept": "text/html"}).headers["Location"] == "/vocabulary"
    assert client.get("/ns", headers={"Accept": "text/turtle"}).headers["Location"] == "/ns.ttl"
    graph = Graph().parse(data=client.get("/ns.ttl").data, format="turtle")
    assert (REC.Statement, RDFS.label, None) in graph
    assert (BASE["actor/peskov"], None, None) not in graph


def test_the_name_of_a_graph_leads_to_its_export(client: FlaskClient) -> None:
    response = client.get("/graph/reference", follow_redirects=True)
    graph = Graph().parse(data=response.data, format="turtle")
    assert (BASE["actor/peskov"], RDF.type, REC.Person) in graph
    assert (BASE["statement/peskov-2025-08-28-negotiations"], None, None) not in graph


def test_a_node_without_a_page_of_its_kind_has_a_plain_one(client: FlaskClient) -> None:
    graph = Graph().parse(
        data=client.get("/statement/peskov-2025-08-28-negotiations.ttl").data, format="turtle"
    )
    for rendering in graph.objects(URIRef(BASE["statement/peskov-2025-08-28-negotiations"]), REC.rendering):
        page = client.get(f"/{str(rendering).removeprefix(BASE)}.html")
        assert page.status_code == 200
        assert "What points at it" in page.text


def test_the_description_of_a_version_holds_its_excerpts_whose_names_lead_to_it(client: FlaskClient) -> None:
    graph = Graph().parse(
        data=client.get("/document/kyiv-independent-2025-08-28/76c3b9f7.ttl").data, format="turtle"
    )
    excerpts = list(graph.subjects(REC.ofVersion, BASE["document/kyiv-independent-2025-08-28/76c3b9f7"]))
    assert len(excerpts) > 40
    assert all((excerpt, REC.exact, None) in graph for excerpt in excerpts)
