"""What operators of the service rely on: health, readiness, figures, the log, the number of a request."""

from __future__ import annotations

import errno
import io
import json
import logging
from base64 import b64encode
from collections.abc import Callable
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.harness.fakes import UPDATER, Writable, with_tokens
from tests.harness.logs import figure, logged

from onrecord.api import create_app
from onrecord.api.http.logs import Json, Lines
from onrecord.graph import errors
from onrecord.graph.settings import Settings

Over = Callable[[Exception], FlaskClient]
ASK = {"query": "ASK { ?s ?p ?o }"}


@pytest.fixture
def fresh(app: Flask) -> FlaskClient:
    """Over the seeds, with figures of its own."""
    return create_app(app.extensions["onrecord"].ledger, Settings()).test_client()


def test_health_is_told_with_the_version(client: FlaskClient) -> None:
    assert client.get("/health").text == "ok 1\n"


def test_ready_is_who_answers_a_query(client: FlaskClient) -> None:
    assert client.get("/ready").text == "ready 1\n"


@pytest.mark.parametrize(
    ("error", "status"), [(errors.Busy("all busy"), 503), (errors.StoreDamaged("a file is cut"), 503)]
)
def test_who_cannot_answer_a_query_is_healthy_but_not_ready(
    failing: Over, error: Exception, status: int
) -> None:
    client = failing(error)
    assert client.get("/ready").status_code == status
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_what_is_watched_is_not_kept_by_caches(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_every_response_has_a_number_of_its_own(client: FlaskClient) -> None:
    numbers = {client.get(path).headers["X-Request-ID"] for path in ("/", "/nowhere", "/sparql", "/health")}
    assert len(numbers) == 4


def test_the_number_a_client_gives_is_kept(client: FlaskClient) -> None:
    response = client.get("/health", headers={"X-Request-ID": "trace-1.a:b"})
    assert response.headers["X-Request-ID"] == "trace-1.a:b"


@pytest.mark.parametrize("given", ["x" * 65, "a b", "<script>", "", "ї"])
def test_a_number_that_is_none_is_replaced(client: FlaskClient, given: str) -> None:
    header = given.encode().decode("latin-1")
    number = client.get("/health", headers={"X-Request-ID": header}).headers["X-Request-ID"]
    assert number != header
    assert len(number) == 16


def test_an_unforeseen_error_is_told_under_the_number_of_its_request(failing: Over) -> None:
    response = failing(ZeroDivisionError("x")).get("/sparql", query_string=ASK)
    assert response.get_json()["request"] == response.headers["X-Request-ID"]


def test_a_request_is_logged_as_a_line_of_json(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "onrecord.access"):
        response = client.get("/sparql", query_string=ASK, headers={"X-Request-ID": "n1"})
    (line,) = logged(caplog)
    assert line.pop("seconds") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "onrecord.access",
        "id": "n1",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": len(response.data),
        "client": "127.0.0.1",
    }


def test_neither_queries_nor_tokens_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    client = with_tokens(create_app(cast(Any, Writable()), Settings())).test_client()
    with caplog.at_level(logging.DEBUG):
        client.post("/sparql?using-graph-uri=urn:x", data={"update": "CLEAR ALL"}, headers=UPDATER)
        client.post("/sparql", data={"update": "CLEAR ALL"}, headers={"Authorization": "Bearer wrong-token"})
        for pair in ("ann:u-token", "ann:wrong-token"):
            basic = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
            client.post("/sparql", data={"update": "CLEAR ALL"}, headers=basic)
    written = "".join(Json().format(record) for record in caplog.records)
    for secret in ("u-token", "wrong-token", "urn:x", "CLEAR", "ann", "YW5u"):
        assert secret not in written
    assert [line.get("author") for line in logged(caplog)] == ["updater", None, "updater", None]


def test_a_line_break_in_an_address_makes_no_second_line(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "onrecord.access"):
        client.get("/a%0Ab")
    (record,) = caplog.records
    assert "\n" not in Json().format(record)


def test_an_error_is_logged_with_its_traceback(failing: Over, caplog: pytest.LogCaptureFixture) -> None:
    failing(ZeroDivisionError("deep")).get("/sparql", query_string=ASK)
    (record,) = [record for record in caplog.records if record.name == "onrecord.api"]
    assert "ZeroDivisionError: deep" in json.loads(Json().format(record))["traceback"]


class FullDisk(io.StringIO):
    """A file on a disk that has no space until it gets some."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_where_no_log_can_be_written_who_logs_goes_on_and_later_it_is_told_how_much_was_lost() -> None:
    disk = FullDisk()
    log = logging.Logger("onrecord")
    log.addHandler(Lines(disk))
    log.warning("one")  # of which each is written at once
    log.warning("two")
    assert disk.getvalue() == ""
    disk.full = False
    log.warning("three")
    log.warning("four")
    told = [json.loads(line)["message"] for line in disk.getvalue().splitlines()]
    assert told == ["2 lines of the log could not be written before this one", "three", "four"]


def test_figures_count_queries_by_how_they_ended(fresh: FlaskClient) -> None:
    fresh.get("/sparql", query_string=ASK)
    fresh.get("/sparql", query_string=ASK)
    fresh.get("/sparql", query_string={"query": "nonsense"})
    ended = {
        name: figure(fresh, "onrecord_queries_total", outcome=name)
        for name in ("answered", "kept", "QuerySyntax")
    }
    assert ended == {"answered": 1, "kept": 1, "QuerySyntax": 1}
    assert figure(fresh, "onrecord_cache_hits_total") == 1


def test_figures_time_queries(fresh: FlaskClient) -> None:
    fresh.get("/sparql", query_string=ASK)
    assert figure(fresh, "onrecord_query_seconds_count") == 1
    assert figure(fresh, "onrecord_query_bytes_count") == 1


def test_figures_count_what_was_killed(failing: Over) -> None:
    client = failing(errors.QueryTimeout("10 s are over"))
    client.get("/sparql", query_string=ASK)
    assert figure(client, "onrecord_kills_total", limit="QueryTimeout") == 1


def test_figures_count_writes_and_versions() -> None:
    ledger = Writable()
    client = with_tokens(create_app(cast(Any, ledger), Settings())).test_client()
    client.post("/sparql", data={"update": "CLEAR ALL"}, headers=UPDATER)
    ledger.error = errors.StorageFull("no space left")
    client.post("/sparql", data={"update": "CLEAR ALL"}, headers=UPDATER)
    assert figure(client, "onrecord_writes_total", outcome="done") == 1
    assert figure(client, "onrecord_writes_total", outcome="StorageFull") == 1
    assert figure(client, "onrecord_commits_total") == 1
    assert figure(client, "onrecord_version") == 8


def test_figures_count_requests_by_route_and_not_by_address(fresh: FlaskClient) -> None:
    for name in ("a", "b", "c"):
        fresh.get(f"/actor/{name}")
    assert figure(fresh, "onrecord_http_requests_total", route="/<path:name>", status="404") == 3
    assert "/actor/a" not in fresh.get("/metrics").text


def test_a_method_somebody_made_up_gets_no_figure_of_its_own(fresh: FlaskClient) -> None:
    fresh.open("/", method="BREW")
    assert "BREW" not in fresh.get("/metrics").text
