"""SERVICE over HTTP: nothing of it is kept, each failure has its status, and the description says what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse
from tests.harness.programs.elsewhere import HOST, Elsewhere, response, table

from onrecord.api import create_app
from onrecord.api.memory.cache import is_steady
from onrecord.graph.federation.federation import Federation
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

AT = f"https://{HOST}/sparql"
QUERY = f"SELECT * {{ SERVICE <{AT}> {{ ?x a ?y }} }}"
ROW = {"x": {"type": "uri", "value": "urn:x"}}
FEATURE = "http://www.w3.org/ns/sparql-service-description#feature"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path_factory.mktemp("federated"), readers=1, service_hosts=HOST, seeds=False)
    with Ledger.open(settings, _gate=False) as opened:
        opened.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }", author="test")
        yield opened


def client(ledger: Ledger, there: Elsewhere, **limits: Any) -> FlaskClient:
    settings = replace(ledger._settings, **limits)
    ledger._federation = Federation(settings, there.fetcher())
    return create_app(ledger, settings).test_client()


def test_an_answer_is_fetched_anew_each_time_and_says_that_it_is_not_to_be_kept(ledger: Ledger) -> None:
    with Elsewhere(response(table(["x"], ROW))) as there:
        asking = client(ledger, there)
        for _ in range(3):
            answer = asking.get("/sparql", query_string={"query": QUERY})
            assert answer.get_json()["results"]["bindings"] == [ROW]
            assert "ETag" not in answer.headers
            assert answer.headers["Cache-Control"] == "no-store"
        assert there.calls == 3
        there.speak = lambda caller, _: caller.sendall(response(table(["x"])))
        assert asking.post("/sparql", data={"query": QUERY}).get_json()["results"]["bindings"] == []


def test_the_page_shows_the_rows_too(ledger: Ledger) -> None:
    with Elsewhere(response(table(["x"], ROW))) as there:
        page = client(ledger, there).get(
            "/sparql", query_string={"query": QUERY}, headers={"Accept": "text/html"}
        )
    assert page.status_code == 200
    assert "urn:x" in page.text


@pytest.mark.parametrize(
    "query",
    [
        *(
            "SELECT * { SERVICE <x> {} }",
            "ASK{service<x>{}}",
            "ASK { {}SERVICE <x> {} }",
            "ASK { SERVICE#\n<x> {} }",
        ),
        *("ASK { ?s ?p ?o.Service e:x {} }", "ASK {\tSERVICE\nSILENT <x> {} }", "ASK { } SERVICE"),
    ],
)
def test_a_query_that_may_call_elsewhere_is_known(query: str) -> None:
    assert not is_steady(query)


@pytest.mark.parametrize(
    "query",
    ["ASK { ?service a rec:Service }", "ASK { ?x rec:service-of :my-service ; <urn:service> $SERVICE }"],
)
def test_names_that_end_like_it_are_kept(query: str) -> None:
    assert is_steady(query)


@pytest.mark.parametrize(
    ("query", "status", "slug", "why"),
    [
        (QUERY, 502, "service-failed", f"SERVICE <{AT}> answered 500"),
        (QUERY.replace(HOST, "evil.org"), 400, "query-refused", "ONRECORD_SERVICE_HOSTS"),
        (QUERY.replace(f"<{AT}>", "?z"), 400, "query-refused", "not to what ?z stands for"),
        (QUERY.replace("?x a ?y", "?x a"), 400, "query-syntax", "line 1, column"),
    ],
)
def test_each_failure_has_its_status_and_names_the_address(
    query: str, status: int, slug: str, why: str, ledger: Ledger
) -> None:
    with Elsewhere(response(b"", "500 Oh")) as there:
        answer = client(ledger, there).get("/sparql", query_string={"query": query})
    assert answer.status_code == status
    assert answer.get_json()["type"].endswith(f"#problem-{slug}")
    assert why in answer.get_json()["detail"]


def test_a_service_that_is_too_slow_is_a_timeout_of_the_gateway(ledger: Ledger) -> None:
    def slow(caller: Any, _: bytes) -> None:
        caller.recv(1)  # until the one who asks has gone

    with Elsewhere(slow) as there:
        answer = client(ledger, there, service_seconds=0.3).get("/sparql", query_string={"query": QUERY})
    assert answer.status_code == 504
    assert answer.get_json()["type"].endswith("#problem-service-timeout")


def test_silent_makes_a_failure_an_empty_solution(ledger: Ledger) -> None:
    with Elsewhere(response(b"", "500 Oh")) as there:
        query = QUERY.replace("SERVICE", "SERVICE SILENT")
        answer = client(ledger, there).get("/sparql", query_string={"query": query})
    assert answer.get_json()["results"]["bindings"] == [{}]


@pytest.mark.parametrize("hosts", ["", HOST])
def test_the_description_claims_federation_where_hosts_are_allowed(hosts: str, ledger: Ledger) -> None:
    app = create_app(ledger, replace(ledger._settings, service_hosts=hosts))
    described = parse(
        app.test_client().get("/sparql", headers={"Accept": "application/n-triples"}).data,
        RdfFormat.N_TRIPLES,
    )
    features = {quad.object.value for quad in described if quad.predicate == NamedNode(FEATURE)}
    assert ("http://www.w3.org/ns/sparql-service-description#BasicFederatedQuery" in features) is bool(hosts)
