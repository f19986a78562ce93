"""What a running server holds for clients that do not take their answers, and what it says to those it refuses unread."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator

import pytest
from tests.torture.victims.service import Service, memory

pytestmark = pytest.mark.slow

MIB = 1 << 20
# Triples of some five MiB, which make an export and a patch of as much. Few and long: forty times it is what computes.
LINES = b"".join(b'<urn:s:%d> <urn:p> "%s" .\n' % (number, b"x" * 50_000) for number in range(100))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("holding") / "data"
    with Service(data, seeds=0, shapes=0, held_megabytes=24, slow_seconds=60) as running:
        assert running.put("urn:g", LINES, "application/n-triples").status == 201
        yield running


def unread(service: Service, path: str) -> tuple[socket.socket, int]:
    """A connection whose answer is left where it is after its first line, and the status in that."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", service.port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return client, int(client.recv(12).split()[1])


@pytest.mark.parametrize("path", ["/history/1.patch", "/export.nq", "/export.ttl?graph=urn:g"])
def test_answers_that_are_not_taken_have_one_limit_and_leave_it_when_their_clients_do(
    service: Service, path: str
) -> None:
    before = memory([service.front() or 0])
    clients = [unread(service, path) for _ in range(40)]
    try:
        statuses = [status for _, status in clients]
        # One client may have half of 24 MiB: two answers of some five.
        assert (statuses.count(200), statuses.count(503)) == (2, 38)
        assert service.send("GET", "/health").status == 200
        assert memory([service.front() or 0]) - before < 200 * MIB
    finally:
        for client, _ in clients:
            client.close()
    until = time.monotonic() + 60
    while (reply := service.send("GET", path)).status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert reply.whole
    assert len(reply.body) > 5_000_000


def test_held_bytes_are_among_the_figures(service: Service) -> None:
    client, status = unread(service, "/export.nq")
    assert status == 200
    figure = next(
        line
        for line in service.send("GET", "/metrics").body.split(b"\n")
        if line.startswith(b"onrecord_held")
    )
    assert float(figure.split()[1]) > 5_000_000
    client.close()


@pytest.mark.parametrize("path", ["/sparql", "/store?default"])
@pytest.mark.parametrize("size", [300 << 10, 2 * MIB, 20 * MIB])
def test_a_request_refused_unread_is_answered_while_its_client_still_sends(
    service: Service, path: str, size: int
) -> None:
    for _ in range(3):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        # A client that is reset while it sends would fail here.
        headers = {"Content-Type": "application/sparql-query"}
        connection.request("POST", path, b" " * size, headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        expected = (413, b"send less") if path == "/sparql" else (401, b"Writing needs a token")
        assert (response.status, expected[1] in body) == (expected[0], True)


def test_headers_of_any_size_are_refused_in_order(service: Service) -> None:
    for size in (40_000, 100_000, 400_000):
        sent = b"GET /health HTTP/1.1\r\nHost: x\r\nX-Large: " + b"a" * size + b"\r\n\r\n"
        answer = service.send_raw(sent, quiet=5)
        assert answer.startswith(b"HTTP/1.1 431 "), (size, answer[:60])
