"""What a client may make the server hold."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.harness.fakes import Counting
from werkzeug.test import EnvironBuilder

from onrecord.api import create_app
from onrecord.api.access import quotas
from onrecord.api.access.quotas import MOST_HEADER_BYTES, with_answers_held, with_bodies_read_on
from onrecord.api.memory.held import PIECE, Held
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

PATHS = ["/health", "/sparql?query=ASK{}", "/events", "/export.ttl", "/nowhere", "/static/onrecord.css"]


@pytest.mark.parametrize("path", PATHS)
def test_headers_that_are_too_large_in_all_are_refused_whatever_they_are(
    client: FlaskClient, path: str
) -> None:
    for headers in (
        {"Accept": "text/csv," * (MOST_HEADER_BYTES // 9)},
        {f"X-{number}": "a" * 300 for number in range(MOST_HEADER_BYTES // 300)},
        {"If-None-Match": '"a",' * (MOST_HEADER_BYTES // 4)},
        {"X-" + "a" * MOST_HEADER_BYTES: ""},
    ):
        response = client.get(path, headers=headers)
        assert response.status_code == 431
        assert response.content_type == "application/problem+json"
        assert f"at most {MOST_HEADER_BYTES}" in response.get_json()["detail"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
def test_headers_within_the_limit_are_taken(client: FlaskClient, path: str) -> None:
    large = {"X-A": "a" * (MOST_HEADER_BYTES - 200)}
    response = client.get(path, headers=large, buffered=True)
    assert response.status_code == client.get(path, buffered=True).status_code


@pytest.mark.parametrize(
    "address",
    ["/events?after={}+event/e", "/statements?before={}+statement/s", "/actors?after={}", "/history?page={}", "/export.ttl?version={}",
     "/sparql?query=ASK{{}}&version={}", "/history/{}", "/history/{}.patch", "/static/onrecord.css?v={}"],
)  # fmt: skip
@pytest.mark.parametrize("number", ["9" * 5000, "0" * 5000 + "1", "-" + "9" * 5000, "٣" * 5000])
def test_a_number_of_five_thousand_digits_is_no_failure_of_ours(
    client: FlaskClient, address: str, number: str
) -> None:
    assert client.get(address.format(number), buffered=True).status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/csv;q={}"},
        {"Accept-Encoding": "gzip;q={}"},
        {"If-None-Match": '"{}"'},
        {"Range": "bytes={}-"},
        {"Range": "bytes=-{}"},
        {"If-Modified-Since": "Sat, 29 Oct {} 19:43:31 GMT"},
        {"Content-Length": "{}"},
        {"Host": "localhost:{}"},
        {"X-Request-ID": "{}"},
    ],
)
@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/static/onrecord.css", "/events"])
def test_a_header_with_a_number_of_five_thousand_digits_is_no_failure_of_ours(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    sent = {name: value.format("9" * 5000) for name, value in headers.items()}
    assert client.get(path, headers=sent, buffered=True).status_code < 500


MIB = 1 << 20


def test_room_is_limited_in_all_and_to_half_for_one_client() -> None:
    held = Held(8 * MIB)
    assert [held.take("a", 2 * MIB), held.take("a", 2 * MIB), held.take("a", 2 * MIB)] == [
        2 * MIB,
        2 * MIB,
        None,
    ]
    assert [held.take("b", 4 * MIB), held.take("c", MIB)] == [4 * MIB, None]
    assert held.size == 8 * MIB
    held.give_back("a", 2 * MIB)
    assert [held.take("c", 2 * MIB), held.take("c", PIECE + 1)] == [2 * MIB, None]
    assert "8 of 8 MiB" in held.message()


def test_what_is_small_takes_no_room_and_what_is_huge_is_not_impossible() -> None:
    held = Held(2 * MIB)
    assert [held.take("a", PIECE) for _ in range(100)] == [0] * 100
    assert [held.take("a", 1 << 40), held.take("a", MIB), held.take("b", 1 << 40)] == [MIB, None, MIB]
    for client in "ab":
        held.give_back(client, MIB)
    assert (held.size, held._by_client) == (0, {})


def answering(
    status: str, body: Iterable[bytes], length: int, reading: int = 0
) -> Callable[..., Iterable[bytes]]:
    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"].read(reading)
        start(status, [("Content-Length", str(length)), ("Content-Type", "text/plain")])
        return body

    return application


def call(application: Any, **request: Any) -> tuple[str, dict[str, str], Iterable[bytes]]:
    begun: list[Any] = []
    environ = EnvironBuilder(**request).get_environ() | {"REMOTE_ADDR": "192.0.2.1"}
    answer = application(environ, lambda *given: begun.extend(given))
    return begun[0], dict(begun[1]), answer


def test_an_answer_is_held_until_it_is_taken_and_further_ones_are_refused() -> None:
    held = Held(8 * MIB)
    application = with_answers_held(answering("200 OK", [b"x" * 3 * MIB], 3 * MIB), held)
    _, _, first = call(application)
    status, headers, refused = call(application)
    assert (status[:3], headers["Retry-After"]) == ("503", "5")
    assert b"ONRECORD_HELD_MEGABYTES" in b"".join(refused)
    assert held.size == 3 * MIB
    assert b"".join(first) == b"x" * 3 * MIB
    first.close()  # type: ignore[attr-defined]
    assert held.size == 0
    first.close()  # type: ignore[attr-defined]
    assert held.size == 0
    assert call(application)[0] == "200 OK"


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_an_answer_whose_client_leaves_is_held_no_longer(taken: int) -> None:
    closed = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    held = Held(8 * MIB)
    _, _, answer = call(with_answers_held(answering("200 OK", Body([b"x" * MIB] * 3), 3 * MIB), held))
    pieces = iter(answer)
    for _ in range(taken):
        assert 0 < len(next(pieces)) <= PIECE
    answer.close()  # type: ignore[attr-defined]
    assert (held.size, closed) == (0, [True])


def test_an_answer_to_head_takes_no_room() -> None:
    held = Held(2 * MIB)
    assert call(with_answers_held(answering("200 OK", [], 1 << 40), held), method="HEAD")[0] == "200 OK"
    assert held.size == 0


def test_an_answer_that_is_refused_for_want_of_room_is_closed() -> None:
    closed = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    held = Held(2 * MIB)
    held.take("somebody", 2 * MIB)
    held.take("another", 2 * MIB)
    assert call(with_answers_held(answering("200 OK", Body(), MIB), held))[0].startswith("503")
    assert closed == [True]


@pytest.mark.parametrize(
    "error", ["400 Bad Request", "401 Unauthorized", "413 Payload Too Large", "503 Busy"]
)
def test_the_body_of_a_refused_request_is_read_to_its_end_after_the_answer(error: str) -> None:
    body = io.BytesIO(b"x" * 3 * MIB)
    application = with_bodies_read_on(answering(error, [b"no"], 2, reading=10))
    _, _, answer = call(application, method="POST", input_stream=body, content_length=3 * MIB)
    pieces = iter(answer)
    assert (next(pieces), body.tell()) == (b"no", 10)
    assert list(pieces) == []
    assert body.tell() == 3 * MIB


def test_it_is_read_for_a_bounded_size_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    body = io.BytesIO(b"x" * 3 * MIB)
    application = with_bodies_read_on(answering("413 Payload Too Large", [b"no"], 2))

    def left() -> int:
        body.seek(0)
        _, _, answer = call(application, method="POST", input_stream=body, content_length=3 * MIB)
        assert b"".join(answer) == b"no"
        return body.tell()

    monkeypatch.setattr(quotas, "MOST_DISCARDED", MIB)
    assert left() == MIB
    monkeypatch.setattr(quotas, "DISCARD_SECONDS", 0.0)
    assert left() == 0


@pytest.mark.parametrize(
    ("status", "headers"), [("200 OK", {}), ("413 Payload Too Large", {"Expect": "100-continue"})]
)
def test_nothing_is_read_on_where_the_request_was_taken_or_its_client_waits(
    status: str, headers: dict[str, str]
) -> None:
    body = io.BytesIO(b"x" * MIB)
    application = with_bodies_read_on(answering(status, [b"ok"], 2))
    _, _, answer = call(application, method="POST", input_stream=body, content_length=MIB, headers=headers)
    assert b"".join(answer) == b"ok"
    assert body.tell() == 0


def test_a_body_is_held_while_its_request_is_worked_on() -> None:
    seen = []

    class Looking(Counting):
        def query(self, text: str, *, version: int | None = None, **given: Any) -> Any:
            seen.append(held.size)
            return super().query(text, version=version, **given)

    ledger: Any = Looking()
    client = create_app(ledger, Settings()).test_client()
    held: Held = client.application.extensions["onrecord"].held
    query = "ASK {}" + " " * 140_000
    response = client.post("/sparql", data=query, content_type="application/sparql-query", buffered=True)
    assert response.status_code == 200
    assert seen == [len(query)]
    assert held.size == 0


def test_a_body_for_which_there_is_no_room_is_refused_unread(seeded: Ledger) -> None:
    # An application of its own: in the shared one, answers of other tests may still be held.
    client = create_app(seeded, Settings()).test_client()
    held: Held = client.application.extensions["onrecord"].held
    taken = [(name, held.take(name, 1 << 40)) for name in ("a", "b")]
    try:
        response = client.post("/sparql", data=" " * 140_000, content_type="application/sparql-query")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        small = client.post("/sparql", data="ASK {}", content_type="application/sparql-query")
        assert small.status_code == 200
    finally:
        for name, size in taken:
            held.give_back(name, size or 0)
