"""Repeated questions answered without Flask: the same response, and only where it is the same."""

from __future__ import annotations

import logging
from typing import Any, cast

import pytest
from flask import request
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.api import create_app
from onrecord.graph.settings import Settings

from .test_cache import Counting
from .test_operations import figure, logged

PATH = "/sparql?query=ASK+{}"


def over(ledger: Counting, **given_settings: Any) -> tuple[FlaskClient, list[str]]:
    """A client, and the paths of the requests that reach Flask."""
    app = create_app(cast(Any, ledger), Settings(**given_settings))
    reached: list[str] = []

    @app.before_request
    def note() -> None:
        reached.append(request.path)

    return app.test_client(), reached


def test_the_second_time_flask_is_not_asked_and_the_response_is_the_same() -> None:
    client, reached = over(Counting())
    first, second = client.get(PATH), client.get(PATH)
    assert len(reached) == 1
    assert (second.status_code, second.data) == (200, first.data)
    ours = {"X-Request-ID"}
    assert {n: v for n, v in first.headers if n not in ours} == {
        n: v for n, v in second.headers if n not in ours
    }


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
        ("/sparql?query=ASK%20{}", {}),
        (PATH, {"Accept": "text/csv"}),
        (PATH, {"Accept-Encoding": "gzip"}),
        (PATH, {"If-None-Match": '"x"'}),
    ],
)
def test_what_differs_in_anything_takes_the_long_way(path: str, headers: dict[str, str]) -> None:
    client, reached = over(Counting())
    client.get(PATH)
    client.get(path, headers=headers)
    assert len(reached) == 2


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_other_methods_take_the_long_way(method: str) -> None:
    client, reached = over(Counting())
    client.get(PATH)
    client.open(PATH, method=method)
    assert len(reached) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK{FILTER(NOW()>0)}",
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
    client, _ = over(Counting(), cache_megabytes=1)
    for number in range(200):
        client.get(f"/sparql?query=ASK+{{}}+%23{number}{'x' * 1000}")
    shortcut = cast(Any, client.application.wsgi_app)
    assert 0 < shortcut._size <= 1 << 18


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.just("write"), st.sampled_from(["1", "2", "3"])), max_size=30))
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
