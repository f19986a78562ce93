"""The SPARQL protocol at /sparql, one behaviour a test."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from onrecord.graph import terms

SELECT = 'SELECT ?name WHERE { <https://w3id.org/onrecord/actor/peskov> rdfs:label ?name FILTER (lang(?name) = "en") }'
ASK = "ASK { <https://w3id.org/onrecord/actor/peskov> a rec:Person }"
CONSTRUCT = "CONSTRUCT WHERE { <https://w3id.org/onrecord/actor/peskov> rdfs:label ?name }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RESULT_TYPES = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv; charset=utf-8",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8",
}
GRAPH_TYPES = {
    "text/turtle": ("turtle", "text/turtle; charset=utf-8"),
    "application/n-triples": ("nt", "application/n-triples; charset=utf-8"),
    "application/rdf+xml": ("xml", "application/rdf+xml"),
    "application/ld+json": ("json-ld", "application/ld+json"),
}


def test_a_query_in_the_address_is_answered_in_json_where_the_client_does_not_say(
    client: FlaskClient,
) -> None:
    response = client.get("/sparql", query_string={"query": SELECT})
    assert response.status_code == 200
    assert response.content_type == "application/sparql-results+json"
    assert response.json == {
        "head": {"vars": ["name"]},
        "results": {"bindings": [{"name": {"type": "literal", "value": "Dmitry Peskov", "xml:lang": "en"}}]},
    }


def test_a_query_in_a_form_is_answered(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": SELECT}, headers={"Accept": "text/csv"})
    assert response.text == "name\r\nDmitry Peskov\r\n"


def test_a_query_as_the_body_is_answered(client: FlaskClient) -> None:
    response = client.post(
        "/sparql",
        data=SELECT,
        content_type="application/sparql-query; charset=UTF-8",
        headers={"Accept": "text/csv"},
    )
    assert response.text == "name\r\nDmitry Peskov\r\n"


@pytest.mark.parametrize(("accept", "content_type"), RESULT_TYPES.items())
@pytest.mark.parametrize("query", [SELECT, ASK])
def test_tables_and_booleans_come_in_every_format_on_offer(
    client: FlaskClient, accept: str, content_type: str, query: str
) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (200, content_type)
    assert ("Dmitry Peskov" if query is SELECT else "true") in response.text


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)  # rdflib's own, in JSON-LD
@pytest.mark.parametrize("accept", GRAPH_TYPES)
def test_graphs_come_in_every_format_on_offer_and_can_be_read_back(client: FlaskClient, accept: str) -> None:
    parser, content_type = GRAPH_TYPES[accept]
    response = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (200, content_type)
    names = Graph().parse(data=response.data, format=parser).objects()
    assert {str(name) for name in names} == {"Dmitry Peskov", "Дмитро Пєсков", "Дмитрий Песков"}


def test_a_graph_is_turtle_where_the_client_does_not_say(client: FlaskClient) -> None:
    assert (
        client.get("/sparql", query_string={"query": CONSTRUCT}).content_type == "text/turtle; charset=utf-8"
    )


@pytest.mark.parametrize("how", ["address", "form", "body"])
def test_a_byte_order_mark_before_the_query_is_passed_over(client: FlaskClient, how: str) -> None:
    marked = "\ufeff" + ASK
    if how == "address":
        response = client.get("/sparql", query_string={"query": marked})
    elif how == "form":
        response = client.post("/sparql", data={"query": marked})
    else:
        response = client.post(
            "/sparql", data=marked.encode(), content_type="application/sparql-query; charset=utf-8"
        )
    assert (response.status_code, response.get_json()["boolean"]) == (200, True)


def test_of_two_byte_order_marks_the_second_is_an_error(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": "\ufeff\ufeff" + ASK}).status_code == 400


def test_what_xml_cannot_hold_is_406_with_the_remedy_and_json_holds_it(client: FlaskClient) -> None:
    asked = {"query": 'SELECT ?a ?b { VALUES (?a ?b) { ("x\\r" "y") ("x" "y\\f") } }'}
    refused = client.get("/sparql", query_string=asked, headers={"Accept": "application/sparql-results+xml"})
    assert (refused.status_code, refused.content_type) == (406, "application/problem+json")
    assert "?b holds U+000C" in refused.get_json()["detail"]
    assert "json" in refused.get_json()["offers"]
    rows = client.get("/sparql", query_string=asked).get_json()["results"]["bindings"]
    assert [[row[name]["value"] for name in "ab"] for row in rows] == [["x\r", "y"], ["x", "y\f"]]


@pytest.mark.parametrize(
    ("accept", "query", "content_type"),
    [
        ("text/turtle;version=1.2", CONSTRUCT, "text/turtle; charset=utf-8"),
        ("TEXT/TURTLE ; Q=0.5 ; VERSION=1.2", CONSTRUCT, "text/turtle; charset=utf-8"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
            CONSTRUCT,
            "application/ld+json",
        ),
        ("application/sparql-results+json;version=1.2", SELECT, "application/sparql-results+json"),
        ("text/csv;header=present", SELECT, "text/csv; charset=utf-8"),
        ("text/csv;charset=windows-1251, */*;q=0.1", SELECT, "text/csv; charset=utf-8"),
        ("text/csv;dialect=excel", SELECT, "text/csv;dialect=excel; charset=utf-8"),
        ("text/csv;q=0.5, text/csv;q=0.9;Dialect=EXCEL", SELECT, "text/csv;dialect=excel; charset=utf-8"),
        ("text/*", SELECT, "text/csv; charset=utf-8"),
    ],
)
def test_parameters_of_media_types_are_understood(
    client: FlaskClient, accept: str, query: str, content_type: str
) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (200, content_type)


def test_describe_is_answered_as_a_graph(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": "DESCRIBE <https://w3id.org/onrecord/actor/peskov>"}
    )
    assert len(Graph().parse(data=response.data, format="turtle")) > 3


def test_a_format_that_only_graphs_have_is_not_acceptable_for_a_table(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "text/turtle"})
    assert response.status_code == 406
    assert response.content_type == "application/problem+json"


def test_accept_in_the_address_stands_in_for_the_header(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": SELECT, "accept": "text/csv"}, headers={"Accept": BROWSER}
    )
    assert response.content_type == "text/csv; charset=utf-8"


def test_the_default_graph_is_the_union_of_all(client: FlaskClient) -> None:
    query = "ASK { ?statement rec:speaker ?actor . ?actor rdfs:label ?name . rec:Actor a owl:Class }"
    assert client.get("/sparql", query_string={"query": query}).get_json()["boolean"] is True


def test_a_default_graph_in_the_address_narrows_the_query_to_it(client: FlaskClient) -> None:
    asked = {"query": ASK, "default-graph-uri": terms.graph_iri("vocabulary")}
    assert client.get("/sparql", query_string=asked).get_json()["boolean"] is False
    asked["default-graph-uri"] = terms.graph_iri("reference")
    assert client.get("/sparql", query_string=asked).get_json()["boolean"] is True


def test_default_graphs_given_twice_are_merged(client: FlaskClient) -> None:
    query = "ASK { <https://w3id.org/onrecord/actor/peskov> a ?class . ?class a owl:Class }"
    graphs = [("default-graph-uri", terms.graph_iri(name)) for name in ("reference", "vocabulary")]
    one = client.post("/sparql", data=urlencode([("query", query), graphs[0]]), content_type=FORM)
    both = client.post("/sparql", data=urlencode([("query", query), *graphs]), content_type=FORM)
    assert (one.get_json()["boolean"], both.get_json()["boolean"]) == (False, True)


def test_named_graphs_in_the_address_are_the_only_ones_there_are(client: FlaskClient) -> None:
    asked = {
        "query": "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }",
        "named-graph-uri": terms.graph_iri("reference"),
    }
    rows = client.get("/sparql", query_string=asked).get_json()["results"]["bindings"]
    assert [row["graph"]["value"] for row in rows] == [terms.graph_iri("reference")]


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (400, {"method": "GET", "path": f"/sparql?{urlencode([('query', ASK), ('query', ASK)])}"}),
        (400, {"method": "GET", "path": f"/sparql?{urlencode({'query': 'SELECT ?x WHERE'})}"}),
        (400, {"method": "GET", "path": "/sparql?query=%FF%FE"}),
        (400, {"method": "GET", "path": f"/sparql?{urlencode({'query': ASK, 'version': 'new'})}"}),
        (400, {"method": "GET", "path": f"/sparql?{'a=1&' * 201}query=x"}),
        (400, {"method": "POST", "path": "/sparql", "data": {"query": [ASK, ASK]}}),
        (400, {"method": "POST", "path": "/sparql", "data": {"other": "1"}}),
        (400, {"method": "POST", "path": f"/sparql?{urlencode({'query': ASK})}", "data": {"other": "1"}}),
        (400, {"method": "POST", "path": "/sparql", "data": b"query=%FF", "content_type": FORM}),
        (
            400,
            {
                "method": "POST",
                "path": f"/sparql?{urlencode({'query': ASK})}",
                "data": ASK,
                "content_type": "application/sparql-query",
            },
        ),
        (
            400,
            {
                "method": "POST",
                "path": "/sparql",
                "data": b"\xff",
                "content_type": "application/sparql-query",
            },
        ),
        (415, {"method": "POST", "path": "/sparql", "data": ASK, "content_type": "text/plain"}),
        (415, {"method": "POST", "path": "/sparql", "data": ASK}),
        (
            415,
            {
                "method": "POST",
                "path": "/sparql",
                "data": ASK.encode("utf-16"),
                "content_type": "application/sparql-query; charset=utf-16",
            },
        ),
        (405, {"method": "PUT", "path": "/sparql", "data": ASK}),
        (405, {"method": "DELETE", "path": "/sparql"}),
    ],
    ids=lambda value: (
        None if isinstance(value, int) else f"{value['method']} {str(value.get('content_type'))[:30]}"
    ),
)
def test_a_request_the_protocol_does_not_know_is_refused_with_a_reason(
    client: FlaskClient, status: int, request_: dict[str, object]
) -> None:
    response = client.open(**request_)  # type: ignore[arg-type]
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert len(response.get_json()["detail"]) > 20


def test_a_form_may_have_its_data_set_in_the_address(client: FlaskClient) -> None:
    for name, answer in (("vocabulary", False), ("reference", True)):
        address = urlencode({"default-graph-uri": terms.graph_iri(name)})
        response = client.post(f"/sparql?{address}", data={"query": ASK})
        assert response.get_json()["boolean"] is answer


def test_an_update_sent_as_a_query_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"query": "CLEAR ALL"}).status_code == 400
    assert client.get("/sparql", query_string={"query": ASK}).get_json()["boolean"] is True


def test_another_method_is_told_which_ones_there_are(client: FlaskClient) -> None:
    assert set(client.put("/sparql").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_syntax_error_tells_line_and_column(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT ?x WHERE {\n  ?x a }"})
    problem = response.get_json()
    assert (response.status_code, problem["line"]) == (400, 2)
    assert problem["column"] >= 3
    assert problem["type"] == "/about#problem-query-syntax"


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    body = f"{ASK} # {'x' * 300_000}"
    response = client.post("/sparql", data=body, content_type="application/sparql-query")
    assert response.status_code == 413
    assert "ONRECORD_REQUEST_KILOBYTES" in response.get_json()["detail"]


def test_a_body_of_unknown_length_over_the_limit_is_refused_too_and_not_cut(client: FlaskClient) -> None:
    body = f"{ASK} # {'x' * 300_000}".encode()
    response = client.post(
        "/sparql",
        input_stream=io.BytesIO(body),
        content_type="application/sparql-query",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert response.status_code == 413


def test_every_row_reaches_the_client_in_every_table_format(client: FlaskClient) -> None:
    query = "SELECT ?s ?label WHERE { ?s rdfs:label ?label }"
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s rdfs:label ?label }"
    answers = {
        accept: client.get("/sparql", query_string={"query": query}, headers={"Accept": accept}).text
        for accept in ("application/json", "text/csv", "text/tab-separated-values", "application/xml")
    }
    total = int(
        client.get("/sparql", query_string={"query": count}).get_json()["results"]["bindings"][0]["n"][
            "value"
        ]
    )
    assert total > 100
    assert len(json.loads(answers["application/json"])["results"]["bindings"]) == total
    assert len(list(csv.reader(io.StringIO(answers["text/csv"], newline="")))) == total + 1
    assert answers["text/tab-separated-values"].count("\n") == total + 1
    assert answers["application/xml"].count("<result>") == total


@pytest.mark.parametrize(
    ("accept", "head"),
    [
        ("text/csv", "z,y,a"),
        ("text/tab-separated-values", "?z\t?y\t?a"),
        ("application/sparql-results+json", '"vars":["z","y","a"]'),
        ("application/sparql-results+xml", '<variable name="z"/><variable name="y"/><variable name="a"/>'),
    ],
)
def test_select_star_has_its_columns_in_the_order_of_first_mention(
    client: FlaskClient, accept: str, head: str
) -> None:
    response = client.get(
        "/sparql", query_string={"query": "SELECT * { ?z ?y ?a } LIMIT 1"}, headers={"Accept": accept}
    )
    assert head in response.text


def test_what_has_some_words_is_asked_for_by_get_and_post_and_named_by_its_version(
    client: FlaskClient,
) -> None:
    query = 'SELECT ?s { ?s rec:matchesText "цели уничтожаются" ; a rec:Statement }'
    got = client.get("/sparql", query_string={"query": query, "accept": "text/csv"})
    posted = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    wanted = "s\r\nhttps://w3id.org/onrecord/statement/peskov-2025-08-28-negotiations\r\n"
    assert got.text == posted.text == wanted
    assert got.headers["Onrecord-Version"] == "1"
    again = client.get(
        "/sparql",
        query_string={"query": query, "accept": "text/csv"},
        headers={"If-None-Match": got.headers["ETag"]},
    )
    assert again.status_code == 304
    wrong = client.get("/sparql", query_string={"query": 'ASK { ?s rec:matchesText "?" }'})
    assert (wrong.status_code, "1 to 12 words" in wrong.text) == (400, True)
