"""The headers of an answer at /sparql: what a client may keep, what scripts of other sites may do, which version it is of."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from tests.api.sparql.test_endpoint import ASK, BROWSER, SELECT

from onrecord.graph import terms


def test_every_answer_carries_its_length_and_its_version(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT * WHERE { ?s ?p ?o }"})
    assert int(response.headers["Content-Length"]) == len(response.data) > 100_000
    assert response.headers["Onrecord-Version"] == "1"


def test_head_tells_what_get_would_and_sends_nothing(client: FlaskClient) -> None:
    get = client.get("/sparql", query_string={"query": SELECT})
    head = client.head("/sparql", query_string={"query": SELECT})
    assert head.data == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Vary"):
        assert head.headers[name] == get.headers[name]


def test_an_answer_the_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/sparql", query_string={"query": SELECT}).headers["ETag"]
    again = client.get(
        "/sparql", query_string={"query": SELECT}, headers={"If-None-Match": f'"other", {tag}'}
    )
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize(
    "other",
    [
        {"query": ASK},
        {"query": SELECT, "accept": "text/csv"},
        {"query": SELECT, "default-graph-uri": terms.graph_iri("reference")},
        {"query": SELECT, "named-graph-uri": terms.graph_iri("reference")},
    ],
)
def test_another_question_has_another_etag(client: FlaskClient, other: dict[str, str]) -> None:
    tag = client.get("/sparql", query_string={"query": SELECT}).headers["ETag"]
    response = client.get("/sparql", query_string=other, headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert response.headers["ETag"] != tag


@pytest.mark.parametrize("call", ["NOW()", "rand()", "UUID ()", "STRUUID()"])
def test_an_answer_that_differs_each_time_may_not_be_kept(client: FlaskClient, call: str) -> None:
    response = client.get("/sparql", query_string={"query": f"SELECT ({call} AS ?x) WHERE {{}}"})
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_a_star_does_not_call_a_broken_query_current(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT"}, headers={"If-None-Match": "*"})
    assert response.status_code == 400


def test_caches_are_told_that_the_answer_depends_on_accept(client: FlaskClient) -> None:
    for accept in ("text/csv", BROWSER, "image/png"):
        response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})
        assert "Accept" in response.headers["Vary"]


def test_scripts_of_any_site_may_ask_without_credentials(client: FlaskClient) -> None:
    for response in (
        client.get("/sparql", query_string={"query": ASK}, headers={"Origin": "https://example.org"}),
        client.get("/sparql", query_string={"query": "nonsense"}, headers={"Origin": "https://example.org"}),
        client.options("/sparql", headers={"Origin": "https://example.org"}),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_preflight_is_told_what_may_be_sent(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Access-Control-Request-Method": "POST"})
    assert response.status_code == 204
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_an_older_version_that_is_not_kept_is_gone(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": ASK, "version": "999"})
    assert response.status_code == 410


def test_a_version_that_is_kept_is_answered_from(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": ASK, "version": "1"})
    assert (response.get_json()["boolean"], response.headers["Onrecord-Version"]) == (True, "1")
