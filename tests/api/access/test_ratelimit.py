"""How many requests one client may make."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from onrecord.api import create_app
from onrecord.api.access.ratelimit import EXEMPT, Buckets
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_then_the_rate_holds() -> None:
    clock = Clock()
    buckets = Buckets(2.0, 3, clock)
    assert [buckets.take("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert buckets.take("a") == 0.5
    clock.now += 0.5
    assert buckets.take("a") == 0.0
    assert buckets.take("a") == 0.5


def test_being_refused_costs_nothing() -> None:
    clock = Clock()
    buckets = Buckets(1.0, 1, clock)
    buckets.take("a")
    for _ in range(10):
        buckets.take("a")
    clock.now += 1.0
    assert buckets.take("a") == 0.0


def test_one_client_does_not_use_up_anothers() -> None:
    buckets = Buckets(1.0, 1, Clock())
    assert [buckets.take("a"), buckets.take("b")] == [0.0, 0.0]


def test_who_was_idle_for_long_has_no_more_than_a_burst() -> None:
    clock = Clock()
    buckets = Buckets(100.0, 2, clock)
    buckets.take("a")
    clock.now += 1000
    assert [buckets.take("a") > 0 for _ in range(3)] == [False, False, True]


def test_clients_without_end_take_memory_with_an_end() -> None:
    buckets = Buckets(1.0, 1, Clock())
    for number in range(20_100):
        buckets.take(str(number))
    assert len(buckets._buckets) == 20_000


def limited(seeded: Ledger) -> FlaskClient:
    return create_app(seeded, Settings(client_requests=0.001, client_burst=2)).test_client()


def test_who_asks_too_often_is_told_when_to_come_again(seeded: Ledger) -> None:
    client = limited(seeded)
    answers = [client.get("/sparql?query=ASK{}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 900
    assert "ONRECORD_CLIENT_REQUESTS" in answers[2].get_json()["detail"]


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/static/onrecord.css"])
def test_watching_the_server_is_never_refused(seeded: Ledger, path: str) -> None:
    client = limited(seeded)
    assert {client.get(path, buffered=True).status_code for _ in range(5)} == {200}


def test_the_routes_that_are_exempt_are_there(client: FlaskClient) -> None:
    assert client.application.view_functions.keys() >= EXEMPT


def test_clients_of_ipv4_on_a_socket_for_both_families_have_a_bucket_each(seeded: Ledger) -> None:
    client = limited(seeded)

    def status(peer: str) -> int:
        return client.get("/sparql?query=ASK{}", environ_overrides={"REMOTE_ADDR": peer}).status_code

    assert [status(f"::ffff:192.0.2.{host}") for host in (1, 1, 1, 2)] == [200, 200, 429, 200]


def test_without_the_setting_there_is_no_limit(client: FlaskClient) -> None:
    assert {client.get("/health").status_code for _ in range(100)} == {200}
    assert Settings().client_requests == 0
