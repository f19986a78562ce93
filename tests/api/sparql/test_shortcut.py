"""Repeated questions answered without Flask: the same response, and only where it is the same."""

from __future__ import annotations

import logging
from typing import Any, cast
from urllib.parse import parse_qs, urlencode

import pytest
from flask import request
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harness.fakes import Counting
from tests.harness.logs import figure, logged

from onrecord.api import create_app
from onrecord.api.sparql.shortcut import Shortcut, _plain_query
from onrecord.graph.engine.base import Answer
from onrecord.graph.errors import QueryRefused
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

PATH = "/sparql?query=ASK+{}"


def over(ledger: Counting, **given_settings: Any) -> tuple[FlaskClient, list[str]]:
    """A client, and the paths of the requests that reach Flask."""
    app = create_app(cast(Any, ledger), Settings(**given_settings))
    reached: list[str] = []

    @app.before_request
    def note() -> None:
        reached.append(request.path)

    return app.test_client(), reached


def alone(client: FlaskClient) -> Shortcut:
    """The shortcut of 256 KiB that this client's requests come to from now on, with nothing before it."""
    app = client.application
    shortcut = Shortcut(app.wsgi_app, app.extensions["onrecord"].asking, 1 << 18)
    app.wsgi_app = shortcut  # type: ignore[method-assign]
    return shortcut


def test_a_plain_query_is_answered_without_flask_and_only_once_by_the_ledger() -> None:
    ledger = Counting()
    client, reached = over(ledger)
    first, second = client.get(PATH), client.get(PATH)
    assert (reached, ledger.asked) == ([], 1)
    assert (first.status_code, first.data, second.data) == (200, b"1 ASK {}", b"1 ASK {}")


@pytest.fixture(scope="module")
def short_and_long(seeded: Ledger) -> tuple[FlaskClient, FlaskClient]:
    """Clients of two applications over one ledger that keep nothing, one with the short way and one without."""
    limited = Settings(cache_megabytes=0, client_requests=1e6, client_burst=10**6)
    short, long = (create_app(seeded, settings) for settings in (Settings(cache_megabytes=0), limited))
    return short.test_client(), long.test_client()


@pytest.mark.parametrize("encodings", [None, "identity", "gzip", "gzip;q=0", "br, gzip;q=0.5"])
@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/sparql-results+json",
        "text/csv",
        "text/turtle;q=0.5, application/json",
        "application/n-triples, text/tab-separated-values;q=0.1",
        "application/sparql-results+xml, application/rdf+xml",
    ],
)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s a rec:Statement } ORDER BY ?s",
        "SELECT * { ?s rdfs:label ?o } ORDER BY ?s ?o LIMIT 100",
        "ASK { FILTER(NOW() > 0) }",
        "CONSTRUCT { ?s a rec:Statement } WHERE { { SELECT ?s { ?s a rec:Statement } ORDER BY ?s LIMIT 1 } }",
        "SELECT * { ?s ?p 'ä+%20&=;\U0001f54a' }",
        "SELECT * { ?s ?p ",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "",
    ],
)
def test_what_is_answered_without_flask_is_what_flask_would_have_answered(
    short_and_long: tuple[FlaskClient, FlaskClient], query: str, accept: str | None, encodings: str | None
) -> None:
    given = {"Accept": accept, "Accept-Encoding": encodings}
    headers = {"X-Request-ID": "same"} | {name: value for name, value in given.items() if value is not None}
    ours, flasks = (
        client.get("/sparql", query_string={"query": query}, headers=headers) for client in short_and_long
    )
    assert ours.status_code == flasks.status_code
    assert sorted(ours.headers) == sorted(flasks.headers)
    assert ours.data == flasks.data


def test_an_error_is_worked_out_once() -> None:
    class Failing(Counting):
        def query(self, *_: Any, **__: Any) -> Answer:
            self.asked += 1
            raise QueryRefused("no")

    ledger = Failing()
    client, reached = over(ledger)
    assert client.get(PATH, headers={"Accept": "application/json"}).status_code == 400
    assert (len(reached), ledger.asked) == (1, 1)
    assert figure(client, "onrecord_queries_total", outcome="QueryRefused") == 1


@given(st.text(max_size=40))
def test_a_query_is_read_from_the_address_as_the_library_would(text: str) -> None:
    encoded = urlencode({"query": text}, errors="replace")
    assert _plain_query(encoded) == (parse_qs(encoded).get("query", [None])[0])


@pytest.mark.parametrize(
    "address",
    ["query=%zz", "query=%4", "query=%ff", "query=a&query=b", "query=a&x", "quer%79=a", "q=a", "", "query"],
)
def test_an_address_that_is_not_plain_is_left_to_flask(address: str) -> None:
    assert _plain_query(address) is None


def test_every_response_has_a_number_of_its_own() -> None:
    client, _ = over(Counting())
    numbers = [client.get(PATH).headers.getlist("X-Request-ID") for _ in range(3)]
    assert len({number for (number,) in numbers}) == 3


def test_the_number_a_client_gives_is_kept() -> None:
    client, _ = over(Counting())
    client.get(PATH)
    assert client.get(PATH, headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] == "mine"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/sparql?query=ASK+{}&accept=text/csv", {}),
        ("/sparql?query=ASK+{}&default-graph-uri=urn:a", {}),
        (PATH, {"Accept": "text/html"}),
        (PATH, {"If-None-Match": '"x"'}),
        (PATH, {"Range": "bytes=0-1"}),
    ],
)
def test_what_is_not_plain_takes_the_long_way(path: str, headers: dict[str, str]) -> None:
    client, reached = over(Counting())
    client.get(PATH)
    client.get(path, headers=headers)
    assert len(reached) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/sparql?query=ASK%20{}", {}),
        (PATH, {"Accept": "text/csv"}),
        (PATH, {"Accept-Encoding": "gzip"}),
    ],
)
def test_what_differs_in_a_byte_is_not_taken_for_the_same(path: str, headers: dict[str, str]) -> None:
    client, _ = over(Counting())
    shortcut = alone(client)
    client.get(PATH)
    client.get(path, headers=headers)
    assert len(shortcut._cache._kept) == 2


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_other_methods_take_the_long_way(method: str) -> None:
    client, reached = over(Counting())
    client.get(PATH)
    client.open(PATH, method=method)
    assert len(reached) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK+{}&version=1",
        "/sparql?query=&query=",
        "/sparql",
    ],
)
def test_what_may_not_be_kept_is_asked_anew(path: str) -> None:
    client, reached = over(Counting())
    for _ in range(2):
        client.get(path, headers={"Accept": "application/json"})
    assert len(reached) == 2


def test_what_differs_each_time_is_asked_anew() -> None:
    ledger = Counting()
    client, _ = over(ledger)
    for _ in range(2):
        client.get("/sparql?query=ASK{FILTER(NOW()>0)}")
    assert ledger.asked == 2


def test_a_limit_on_requests_holds_for_repeated_ones() -> None:
    client, _ = over(Counting(), client_requests=0.001, client_burst=2)
    assert [client.get(PATH).status_code for _ in range(3)] == [200, 200, 429]


def test_repeated_questions_are_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    client, _ = over(Counting())
    with caplog.at_level(logging.INFO, "onrecord.access"):
        for _ in range(3):
            client.get(PATH)
    assert [line["path"] for line in logged(caplog)] == ["/sparql"] * 3
    assert figure(client, "onrecord_http_requests_total", route="/sparql", status="200") == 3
    assert figure(client, "onrecord_queries_total", outcome="kept") == 2


def test_responses_without_end_take_memory_with_an_end() -> None:
    client, _ = over(Counting())
    shortcut = alone(client)
    for number in range(200):
        client.get(f"/sparql?query=ASK+{{}}+%23{number}{'x' * 1000}")
    assert 0 < shortcut._cache.size <= 1 << 18


@settings(max_examples=40)
@given(st.lists(st.one_of(st.just("write"), st.sampled_from(["1", "2", "3"])), max_size=30))
@pytest.mark.slow
def test_no_interleaving_of_writes_and_reads_gives_an_old_answer(steps: list[str]) -> None:
    ledger = Counting()
    client, _ = over(ledger)
    for step in steps:
        if step == "write":
            ledger.version += 1
        else:
            response = client.get(f"/sparql?query=ASK+{{{step}}}")
            assert response.text == f"{ledger.version} ASK {{{step}}}"
            assert response.headers["Onrecord-Version"] == str(ledger.version)
