"""SPARQL Update at /sparql, one behaviour a test."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from tests.harness.fakes import ADMIN, STORER, UPDATER, Writable, with_tokens

from onrecord.api import create_app
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected, Report, Result

UPDATE = "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }"
TYPE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def ledger() -> Writable:
    return Writable()


@pytest.fixture
def client(ledger: Writable) -> FlaskClient:
    return with_tokens(create_app(cast(Any, ledger), Settings())).test_client()


def test_an_update_as_the_body_is_made_in_the_name_of_the_token(
    client: FlaskClient, ledger: Writable
) -> None:
    response = client.post("/sparql", data=UPDATE, content_type=TYPE, headers=UPDATER)
    assert response.status_code == 200
    assert (ledger.last["text"], ledger.last["author"]) == (UPDATE, "updater")


def test_an_update_in_a_form_is_made(client: FlaskClient, ledger: Writable) -> None:
    assert client.post("/sparql", data={"update": UPDATE}, headers=UPDATER).status_code == 200
    assert ledger.last["text"] == UPDATE


def test_a_byte_order_mark_before_the_update_is_passed_over(client: FlaskClient, ledger: Writable) -> None:
    marked = "\ufeff" + UPDATE
    client.post("/sparql", data=marked.encode(), content_type=TYPE, headers=UPDATER)
    client.post("/sparql", data={"update": marked}, headers=UPDATER)
    assert [given["text"] for _, given in ledger.calls] == [UPDATE, UPDATE]


def test_the_answer_tells_the_version_and_the_counts(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"update": UPDATE}, headers=UPDATER)
    assert response.get_json() == {"version": 8, "added": 3, "removed": 1}
    assert response.headers["Onrecord-Version"] == "8"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_data_set_of_a_bare_update_stands_in_the_address(client: FlaskClient, ledger: Writable) -> None:
    asked = urlencode(
        [("using-graph-uri", "urn:a"), ("using-graph-uri", "urn:b"), ("using-named-graph-uri", "urn:c")]
    )
    client.post(f"/sparql?{asked}", data=UPDATE, content_type=TYPE, headers=UPDATER)
    assert ledger.last["using_graphs"] == ("urn:a", "urn:b")
    assert ledger.last["using_named_graphs"] == ("urn:c",)


def test_the_data_set_of_a_form_stands_in_the_form(client: FlaskClient, ledger: Writable) -> None:
    form = {"update": UPDATE, "using-graph-uri": "urn:a"}
    client.post("/sparql", data=form, headers=UPDATER)
    assert ledger.last["using_graphs"] == ("urn:a",)


def test_what_the_write_is_for_goes_into_the_history(client: FlaskClient, ledger: Writable) -> None:
    message = "Пояснення".encode().decode("latin-1")
    client.post("/sparql", data={"update": UPDATE}, headers={**UPDATER, "Onrecord-Message": message})
    assert ledger.last["message"] == "Пояснення"


def test_who_may_do_everything_may_update(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"update": UPDATE}, headers=ADMIN).status_code == 200


@pytest.mark.parametrize(
    "authorization", [None, "Bearer unknown", "Bearer", "Basic dTp1", "u-token", "Bearer u token", "Bearer ю"]
)
def test_without_a_known_token_nothing_is_written(
    client: FlaskClient, ledger: Writable, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode().decode("latin-1")}
    response = client.post("/sparql", data={"update": UPDATE}, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert ledger.calls == []


def test_a_token_without_the_scope_is_told_which_it_needs(client: FlaskClient, ledger: Writable) -> None:
    response = client.post("/sparql", data={"update": UPDATE}, headers=STORER)
    assert response.status_code == 403
    assert "`update`" in response.get_json()["detail"]
    assert ledger.calls == []


def test_a_token_in_the_address_opens_nothing(client: FlaskClient) -> None:
    assert client.post("/sparql?access_token=u-token", data={"update": UPDATE}).status_code == 401


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (400, {"method": "GET", "path": f"/sparql?{urlencode({'update': UPDATE})}"}),
        (400, {"method": "GET", "path": f"/sparql?{urlencode({'update': UPDATE, 'query': 'ASK {}'})}"}),
        (400, {"data": {"update": UPDATE, "query": "ASK {}"}}),
        (400, {"data": {"update": [UPDATE, UPDATE]}}),
        (400, {"path": f"/sparql?{urlencode({'update': UPDATE})}", "data": {"other": "1"}}),
        (400, {"path": f"/sparql?{urlencode({'update': UPDATE})}", "data": UPDATE, "content_type": TYPE}),
        (400, {"path": "/sparql?query=ASK{}", "data": UPDATE, "content_type": TYPE}),
        (400, {"path": "/sparql?default-graph-uri=urn:a", "data": UPDATE, "content_type": TYPE}),
        (400, {"path": "/sparql?version=1", "data": UPDATE, "content_type": TYPE}),
        (400, {"data": {"query": "ASK {}", "using-graph-uri": "urn:a"}}),
        (400, {"data": b"\xff", "content_type": TYPE}),
        (400, {"data": b"update=%FF", "content_type": FORM}),
        (415, {"data": UPDATE, "content_type": f"{TYPE}; charset=utf-16"}),
        (415, {"data": UPDATE, "content_type": TYPE, "headers": {**UPDATER, "Content-Encoding": "gzip"}}),
        (413, {"data": "#" * 1_100_000, "content_type": TYPE}),
    ],
)
def test_an_update_the_protocol_does_not_know_is_refused_with_a_reason(
    client: FlaskClient, ledger: Writable, status: int, request_: dict[str, Any]
) -> None:
    response = client.open(**{"method": "POST", "path": "/sparql", "headers": UPDATER, **request_})
    assert response.status_code == status
    assert len(response.get_json()["detail"]) > 20
    assert ledger.calls == []


def test_a_form_may_have_its_data_set_in_the_address(client: FlaskClient, ledger: Writable) -> None:
    client.post("/sparql?using-graph-uri=urn:a", data={"update": UPDATE}, headers=UPDATER)
    assert ledger.last["using_graphs"] == ("urn:a",)


@pytest.mark.parametrize("tag", ['"7"', '"7-abc"', 'W/"7-abc"', '"3", "7"'])
def test_the_version_the_client_saw_is_handed_on(client: FlaskClient, ledger: Writable, tag: str) -> None:
    client.post("/sparql", data={"update": UPDATE}, headers={**UPDATER, "If-Match": tag})
    assert ledger.last["if_version"] == 7


@pytest.mark.parametrize(("tag", "status"), [('"6"', 412), ('"abc"', 400), ("", 400), ('"70"', 412)])
def test_a_version_that_is_past_is_refused(
    client: FlaskClient, ledger: Writable, tag: str, status: int
) -> None:
    response = client.post("/sparql", data={"update": UPDATE}, headers={**UPDATER, "If-Match": tag})
    assert response.status_code == status
    assert ledger.calls == []


REPORT = Report(
    (
        Result(
            "https://w3id.org/onrecord/actor/a",
            "A name is missing.",
            "http://www.w3.org/2000/01/rdf-schema#label",
        ),
        Result("https://w3id.org/onrecord/actor/b", "<script>alert(1)</script>"),
    )
)


@pytest.fixture
def rejecting(client: FlaskClient, ledger: Writable) -> FlaskClient:
    ledger.error = Rejected("the shapes refuse it", REPORT)
    return client


def _post(client: FlaskClient, accept: str) -> Any:
    return client.post("/sparql", data={"update": UPDATE}, headers={**UPDATER, "Accept": accept})


def test_what_the_shapes_refuse_is_told_as_json(rejecting: FlaskClient) -> None:
    response = _post(rejecting, "*/*")
    assert (response.status_code, response.content_type) == (422, "application/problem+json")
    assert [each["focus"] for each in response.get_json()["report"]["results"]] == [
        "https://w3id.org/onrecord/actor/a",
        "https://w3id.org/onrecord/actor/b",
    ]


def test_what_the_shapes_refuse_is_told_on_a_page(rejecting: FlaskClient) -> None:
    response = _post(rejecting, "text/html")
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert "A name is missing." in response.text
    assert "<script>" not in response.text


@pytest.mark.parametrize(
    ("accept", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_what_the_shapes_refuse_is_told_as_a_shacl_report(
    rejecting: FlaskClient, accept: str, parser: str
) -> None:
    from rdflib import SH, Graph  # noqa: PLC0415

    response = _post(rejecting, accept)
    assert (response.status_code, response.mimetype) == (422, accept)
    assert len(set(Graph().parse(data=response.data, format=parser).objects(None, SH.result))) == 2


def test_what_the_shapes_refuse_is_told_in_plain_text(rejecting: FlaskClient) -> None:
    assert "A name is missing." in _post(rejecting, "text/plain").text
