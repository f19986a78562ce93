"""Writing over HTTP to a real graph with its shapes, and to a plain store: what the fakes cannot show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.compare import isomorphic
from tests.harness.fakes import ADMIN, with_tokens

from onrecord.api import create_app
from onrecord.graph.files.access_tokens import AccessTokens
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

BASE = "https://w3id.org/onrecord/"
UPDATE = "application/sparql-update"
TURTLE = "text/turtle"
ACTOR = f'<{BASE}actor/new> a rec:Person ; rdfs:label "New"@en .'
PREFIXES = "PREFIX rec: <https://w3id.org/onrecord/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
REFERENCE = f"{BASE}graph/reference"


@pytest.fixture(scope="module")
def real(copy_of_built: Callable[[], Path]) -> Iterator[Flask]:
    settings = Settings(data=copy_of_built(), query_seconds=120)
    with Ledger.open(settings) as ledger:
        yield with_tokens(create_app(ledger, settings))


@pytest.fixture
def client(real: Flask) -> FlaskClient:
    return real.test_client()


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = Settings(
        data=tmp_path_factory.mktemp("plain"),
        query_seconds=120,
        seeds=False,
        shapes=False,
        admin_token="secret",
    )
    with Ledger.open(settings) as ledger:
        yield create_app(ledger, settings)


@pytest.fixture
def plain(plain_app: Flask) -> FlaskClient:
    return plain_app.test_client()


@pytest.mark.slow
def test_a_report_that_rdf_xml_cannot_hold_comes_as_json(client: FlaskClient) -> None:
    text = f'{PREFIXES} INSERT DATA {{ GRAPH <{REFERENCE}> {{ <{BASE}actor/new> a rec:Person ; rdfs:label "a\\fb"@en }} }}'
    headers = {**ADMIN, "Accept": "application/rdf+xml"}
    refused = client.post("/sparql", data=text, content_type=UPDATE, headers=headers)
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert refused.get_json()["report"]["results"]
    headers["Accept"] = "text/turtle"
    written = client.post("/sparql", data=text, content_type=UPDATE, headers=headers)
    assert "a\fb" in {str(value) for value in Graph().parse(data=written.data, format="turtle").objects()}


SECRET = {"Authorization": "Bearer secret"}


def update(client: FlaskClient, text: str, **headers: str) -> tuple[int, dict[str, object]]:
    response = client.post(
        "/sparql", data=f"{PREFIXES} {text}", content_type=UPDATE, headers={**ADMIN, **headers}
    )
    return response.status_code, response.get_json()


def asked(client: FlaskClient, query: str) -> bool:
    return bool(client.get("/sparql", query_string={"query": query}).get_json()["boolean"])


def test_an_update_is_seen_by_the_query_that_follows(client: FlaskClient) -> None:
    query = f"ASK {{ GRAPH <{REFERENCE}> {{ <{BASE}actor/new> a rec:Person }} }}"
    assert not asked(client, query)
    status, told = update(client, f"INSERT DATA {{ GRAPH <{REFERENCE}> {{ {ACTOR} }} }}")
    # The keys that "New" is found by, in graph/names, follow and are not counted.
    assert (status, told["added"], told["removed"]) == (200, 2, 0)
    assert asked(client, query)
    assert update(client, f"DELETE WHERE {{ GRAPH <{REFERENCE}> {{ <{BASE}actor/new> ?p ?o }} }}")[0] == 200
    assert not asked(client, query)


def test_the_history_tells_who_wrote_and_why(client: FlaskClient) -> None:
    update(
        client,
        f'INSERT DATA {{ GRAPH <{REFERENCE}> {{ <{BASE}actor/putin> rec:note "x"@en }} }}',
        **{"Onrecord-Message": "a note"},
    )
    newest = client.get("/history").get_json()["commits"][0]
    assert (newest["author"], newest["message"], newest["added"]) == ("chief", "a note", 1)
    patch = client.get(newest["patch"]).text
    assert f'A <{BASE}actor/putin> <{BASE}ns#note> "x"@en <{REFERENCE}> .' in patch


def test_what_the_shapes_refuse_changes_nothing(client: FlaskClient) -> None:
    before = client.get("/health").text
    status, told = update(
        client, f"INSERT DATA {{ GRAPH <{REFERENCE}> {{ <{BASE}actor/bad> a rec:Person }} }}"
    )
    assert status == 422
    assert f"{BASE}actor/bad" in str(told["report"])
    assert client.get("/health").text == before


def test_the_graphs_the_service_keeps_are_not_written(client: FlaskClient) -> None:
    assert update(client, f"CLEAR GRAPH <{BASE}graph/vocabulary>")[0] == 403
    response = client.delete("/store/graph/vocabulary", headers=ADMIN)
    assert response.status_code == 403
    assert response.get_json()["type"] == "/about#problem-protected"


def test_a_syntax_error_in_an_update_tells_its_place(client: FlaskClient) -> None:
    response = client.post("/sparql", data="CLEAR\n XYZ", content_type=UPDATE, headers=ADMIN)
    told = response.get_json()
    assert (response.status_code, told["type"], told["line"]) == (400, "/about#problem-update-syntax", 2)


@pytest.mark.parametrize("text", ["LOAD <http://127.0.0.1:9/x>", "INSERT { } WHERE { SERVICE <urn:x> { } }"])
def test_an_update_that_would_reach_out_is_refused_and_is_no_syntax_error(
    client: FlaskClient, text: str
) -> None:
    status, told = update(client, text)
    assert status == 400
    assert not str(told["type"]).endswith("syntax")


def test_a_write_for_a_version_that_is_past_is_refused(client: FlaskClient) -> None:
    tag = client.get(f"/store?graph={REFERENCE}").headers["ETag"]
    note = f'INSERT DATA {{ GRAPH <{REFERENCE}> {{ <{BASE}actor/trump> rec:note "%s"@en }} }}'
    assert update(client, note % "one", **{"If-Match": tag})[0] == 200
    assert update(client, note % "two", **{"If-Match": tag})[0] == 412


def test_a_graph_that_is_put_comes_back(plain: FlaskClient) -> None:
    text = '<urn:s> <urn:p> [ <urn:q> 1, 2.5, "ї"@uk ] .'
    response = plain.put("/store/put", data=text.encode(), content_type=TURTLE, headers=SECRET)
    assert response.status_code == 201
    found = Graph().parse(data=plain.get("/store/put").data, format="turtle")
    assert isomorphic(found, Graph().parse(data=text, format="turtle"))


@pytest.mark.parametrize("value", ['"five"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a\\fb"', '"x"@ua'])
def test_a_plain_store_takes_any_value_as_it_is_written(plain: FlaskClient, value: str) -> None:
    triple = f"<urn:a> <urn:p> {value} ."
    target = "/store?graph=urn:any"
    assert plain.put(target, data=triple, content_type=TURTLE, headers=SECRET).status_code in {201, 204}
    assert triple in plain.get(target, headers={"Accept": "application/n-triples"}).text
    added = f"INSERT DATA {{ GRAPH <urn:any> {{ <urn:b> <urn:p> {value} }} }}"
    assert plain.post("/sparql", data=added, content_type=UPDATE, headers=SECRET).status_code < 300
    assert (
        value in plain.get(target, headers={"Accept": "application/n-triples"}).text.partition("<urn:b>")[2]
    )


def test_relative_names_in_an_upload_stand_under_the_graph(plain: FlaskClient) -> None:
    plain.put("/store/a/b", data=b"<c> <d> <#e> .", content_type=TURTLE, headers=SECRET)
    assert asked(plain, f"ASK {{ GRAPH <{BASE}a/b> {{ <{BASE}a/c> <{BASE}a/d> <{BASE}a/b#e> }} }}")


def test_a_document_that_is_not_what_it_is_said_to_be_tells_the_place(plain: FlaskClient) -> None:
    response = plain.put(
        "/store/bad", data=b"<urn:s> <urn:p>\n nonsense .", content_type=TURTLE, headers=SECRET
    )
    told = response.get_json()
    assert (response.status_code, told["line"]) == (400, 2)
    assert plain.get("/store/bad").status_code == 404


def test_the_first_token_of_the_settings_opens_everything(plain: FlaskClient) -> None:
    assert plain.put("/store?default", data=b"", content_type=TURTLE, headers=SECRET).status_code in (
        201,
        204,
    )


def test_a_token_that_is_revoked_opens_nothing_from_then_on(tmp_path: Path, real: Flask) -> None:
    settings = Settings(data=tmp_path)
    tokens = AccessTokens(settings)
    secret = tokens.create("bob", ["update"])
    ledger = real.extensions["onrecord"].ledger
    client = create_app(ledger, settings).test_client()

    def status() -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post("/sparql", data={"update": "nonsense"}, headers=headers).status_code

    assert status() == 400
    AccessTokens(settings).revoke("bob")
    assert status() == 401


@pytest.mark.parametrize("found", [b"{", b"[]", None], ids=["broken", "no list", "a directory"])
def test_a_damaged_list_of_tokens_stops_writers_alone_with_the_reason_for_them_and_the_log(
    plain_app: Flask, plain: FlaskClient, found: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = AccessTokens(plain_app.extensions["onrecord"].settings).path
    path.unlink(missing_ok=True)
    path.mkdir() if found is None else path.write_bytes(found)
    try:
        response = plain.post("/sparql", data="CLEAR ALL", content_type=UPDATE, headers=SECRET)
        assert (response.status_code, response.get_json()["type"]) == (503, "/about#problem-store-damaged")
        assert "tokens.json is damaged" in response.get_json()["detail"]
        assert [
            record.levelname for record in caplog.records if "tokens.json is damaged" in record.message
        ] == ["ERROR"]
        assert asked(plain, "ASK {}")
    finally:
        path.rmdir() if found is None else path.unlink()
    assert plain.post("/sparql", data="CLEAR ALL", content_type=UPDATE, headers=SECRET).status_code == 200
