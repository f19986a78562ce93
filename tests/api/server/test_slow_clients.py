"""Clients that send or read slowly are cut off and others answered meanwhile; what broke off is never taken for a whole."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.torture.victims.service import TOKEN, Service

from onrecord.api import create_app
from onrecord.api.http.problems import BadRequest
from onrecord.api.server.slow_clients import LEAST_SPEED, SECONDS_IF_ENDING, SECONDS_IF_MANY, SlowClients
from onrecord.api.server.sockets import Connection, Watched
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

SECONDS = 10.0
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


class Wires:
    """Connections that are made up; `now` is when they are looked at."""

    def __init__(self) -> None:
        self.listening = True
        self.there: dict[int, Connection] = {}
        self.ended: list[int] = []

    def put(
        self, inode: int, *, moved: float = 0, unsent: int = 0, heard: float = 0, peer: str = "a"
    ) -> None:
        self.there[inode] = Connection(inode, inode, peer, int(moved), unsent, heard)

    def look(self) -> list[Connection]:
        return list(self.there.values())

    def end(self, connection: Connection) -> bool:
        self.ended.append(connection.inode)
        del self.there[connection.inode]
        return True


@pytest.fixture
def wires() -> Wires:
    return Wires()


class Held:
    """A body, or work, that lasts until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.over = threading.Event()

    def read(self, _size: int) -> bytes:
        self.begun.release()
        self.over.wait(120)
        return b""


def guard(
    application: Callable[..., Any], wires: Wires, most_transfers: int = 100, connections: int = 1000
) -> SlowClients:
    return SlowClients(
        application, wires, seconds=SECONDS, places=50, most_transfers=most_transfers, connections=connections
    )


@contextlib.contextmanager
def under_way(guarded: SlowClients, held: Held, number: int = 1, peer: str = "a") -> Iterator[None]:
    """So many requests whose body is being read, or that are worked on."""
    environ = {"REMOTE_ADDR": peer, "CONTENT_LENGTH": "9", "wsgi.input": held}
    threads = [threading.Thread(target=guarded, args=(dict(environ), None)) for _ in range(number)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert held.begun.acquire(timeout=60)
    try:
        yield
    finally:
        held.over.set()
        for thread in threads:
            thread.join()


def receiving(environ: dict[str, Any], _start: Any) -> list[bytes]:
    return [environ["wsgi.input"].read(9)]


def run_for(guarded: SlowClients, seconds: float, move: Callable[[float], None] = lambda _: None) -> None:
    """Look each quarter of a second, from now on, without waiting."""
    begin = time.monotonic() + 0.1
    for step in range(int(seconds * 4) + 1):
        move(step / 4)
        guarded.end_slow_connections(begin + step / 4)


def test_a_body_too_slow_for_too_long_is_ended_and_one_that_comes_on_is_not(wires: Wires) -> None:
    def move(passed: float) -> None:
        for inode, speed in ((1, LEAST_SPEED / 4), (2, LEAST_SPEED * 2)):
            if inode in wires.there or not passed:
                wires.put(inode, moved=speed * passed)

    held = Held()
    guarded = guard(receiving, wires)
    with under_way(guarded, held, 2):
        run_for(guarded, SECONDS - 1, move)
        assert wires.ended == []
        run_for(guarded, SECONDS + 3, move)
    assert wires.ended == [1]


def test_only_connections_of_the_slow_address_are_ended(wires: Wires) -> None:
    wires.put(1)
    wires.put(2, peer="b")
    held = Held()
    guarded = guard(receiving, wires)
    with under_way(guarded, held):
        run_for(guarded, SECONDS + 2)
    assert wires.ended == [1]


def test_a_connection_whose_request_is_worked_on_is_left_alone(wires: Wires) -> None:
    work, body = Held(), Held()

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        return [work.read(0) if environ["wsgi.input"]._source is work else environ["wsgi.input"].read(9)]

    guarded = guard(application, wires)
    with under_way(guarded, work), under_way(guarded, body):
        wires.put(1, heard=time.monotonic())
        wires.put(2, heard=time.monotonic() - 60)
        run_for(guarded, SECONDS + 2)
    assert wires.ended == [2]


def test_an_answer_taken_too_slowly_is_ended_and_an_idle_connection_is_not(wires: Wires) -> None:
    wires.put(1, unsent=5000)
    wires.put(2)
    run_for(guard(receiving, wires), SECONDS + 1)
    assert wires.ended == [1]


def test_where_bodies_are_too_many_slow_ones_go_at_once(wires: Wires) -> None:
    for inode in range(5):
        wires.put(inode)
    held = Held()
    guarded = guard(receiving, wires, most_transfers=4)
    with under_way(guarded, held, 5):
        run_for(guarded, SECONDS_IF_MANY + 1)
    assert sorted(wires.ended) == [0, 1, 2, 3, 4]
    assert SECONDS_IF_MANY + 1 < SECONDS


def test_where_all_of_too_many_come_on_the_slowest_make_room(wires: Wires) -> None:
    def move(passed: float) -> None:
        for inode in range(6):
            if inode in wires.there or not passed:
                wires.put(inode, moved=LEAST_SPEED * (inode + 4) * passed)

    held = Held()
    guarded = guard(receiving, wires, most_transfers=5)
    with under_way(guarded, held, 6):
        run_for(guarded, SECONDS_IF_MANY + 0.25, move)
    assert wires.ended[0] == 0
    assert 5 in wires.there


def test_bodies_beyond_one_and_a_half_times_that_are_refused_unread(wires: Wires) -> None:
    held = Held()
    guarded = guard(receiving, wires, most_transfers=2)
    with under_way(guarded, held, 3):
        environ = {"REMOTE_ADDR": "b", "CONTENT_LENGTH": "9", "wsgi.input": io.BytesIO(b"ASK {}")}
        start: Any = None
        with pytest.raises(BadRequest) as refused:
            guarded(environ, start)
    assert refused.value.code == 503
    assert refused.value.extra == {"Retry-After": "1"}


def test_where_connections_run_out_those_idle_longest_make_room(wires: Wires) -> None:
    for inode in range(9):
        wires.put(inode, heard=float(inode))
    run_for(guard(receiving, wires, connections=10), SECONDS_IF_ENDING)
    assert wires.ended == [0, 1, 2, 3]


def test_a_process_that_is_to_end_waits_for_work_and_for_nothing_else(wires: Wires) -> None:
    held = Held()

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        return [held.read(0)]

    guarded = guard(application, wires)
    with under_way(guarded, held):
        wires.put(1, heard=time.monotonic())
        wires.put(2, heard=time.monotonic() - 60)
        run_for(guarded, SECONDS_IF_ENDING)
        assert wires.ended == []
        wires.listening = False
        run_for(guarded, SECONDS_IF_ENDING)
    assert wires.ended == [2]


def test_connections_are_measured_and_ended_whoever_holds_them() -> None:
    watched = Watched()
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        server.accept()[0] as taken,
    ):
        client.sendall(b"x" * 700)
        (ours,) = [c for c in watched.look() if c.descriptor == taken.fileno()]
        assert (watched.listening, ours.peer, ours.moved, ours.unsent) == (True, "127.0.0.1", 700, 0)
        assert watched.end(ours)
        assert client.recv(1) == b""
        other = Connection(taken.fileno(), ours.inode + 1, ours.peer, 0, 0, 0)
        assert not watched.end(other)


# What broke off


@pytest.fixture
def writable(tmp_path: Path) -> Iterator[tuple[FlaskClient, Ledger]]:
    settings = Settings(data=tmp_path / "data", admin_token="t" * 40, shapes=False, seeds=False)
    with Ledger.open(settings) as ledger:
        yield create_app(ledger, settings).test_client(), ledger


def cut(client: FlaskClient, path: str, body: bytes, kind: str, method: str = "POST", **more: str) -> Any:
    """A request whose body ends sooner than was said, as the server hands it over."""
    return client.open(
        path,
        method=method,
        input_stream=io.BytesIO(body),
        content_type=kind,
        headers={"Authorization": f"Bearer {'t' * 40}"},
        environ_overrides={"wsgi.input_terminated": True, **more},
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("POST", "/sparql", b"INSERT DATA { <urn:a> <urn:b> 1 }", "application/sparql-update"),
        ("PUT", "/store?default", b"<urn:a> <urn:b> 1 .", "text/turtle"),
    ],
)
def test_half_a_body_is_not_taken_for_a_whole_one(
    writable: tuple[FlaskClient, Ledger], method: str, path: str, body: bytes, kind: str
) -> None:
    client, ledger = writable
    broken = cut(client, path, body, kind, method, CONTENT_LENGTH=str(len(body) + 1))
    assert (broken.status_code, ledger.version) == (400, 0)
    assert f"broke off after {len(body)} of {len(body) + 1} bytes" in broken.get_json()["detail"]
    assert cut(client, path, body, kind, method, CONTENT_LENGTH=str(len(body))).status_code < 300


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/sparql", b"INSERT DATA { <urn:a> <urn:b> 1 }", "application/sparql-update"),
        ("/sparql", b"update=INSERT+DATA+%7B%7D", "application/x-www-form-urlencoded"),
        ("/store?default", b"<urn:a> <urn:b> 1 .", "text/turtle"),
    ],
)
def test_a_write_whose_end_cannot_be_known_is_refused(
    writable: tuple[FlaskClient, Ledger], path: str, body: bytes, kind: str
) -> None:
    client, ledger = writable
    refused = cut(client, path, body, kind, HTTP_TRANSFER_ENCODING="chunked")
    assert (refused.status_code, ledger.version) == (411, 0)


# A server as it runs


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A small one: 8 threads, 32 connections, one second of patience."""
    directory = tmp_path_factory.mktemp("slow") / "data"
    with Service(directory, threads=8, slow_seconds=1, seeds=0, shapes=0, access_log=0) as running:
        yield running


@contextlib.contextmanager
def many(service: Service, number: int, first: bytes) -> Iterator[list[socket.socket]]:
    """So many clients that send this and then nothing."""
    clients = [socket.socket() for _ in range(number)]
    try:
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(60)
            client.connect(("127.0.0.1", service.port))
            client.sendall(first)
        yield clients
    finally:
        for client in clients:
            client.close()


def received(client: socket.socket) -> int:
    found = 0
    while piece := client.recv(1 << 20):
        found += len(piece)
    return found


def was_cut_off(client: socket.socket, size: int) -> bool:
    try:
        whole = received(client) >= size
    except ConnectionResetError:
        return True
    if whole:
        time.sleep(SECONDS_IF_MANY)  # for those after it
    return not whole


def others_are_answered(service: Service) -> None:
    begun = time.monotonic()
    for _ in range(3):
        assert service.send("GET", "/health", seconds=60).status == 200
        assert service.send("GET", "/sparql?query=ASK%7B%7D", seconds=60).status == 200
        assert service.ask("ASK {}", seconds=60).status == 200
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    "first",
    [
        b"GET /spar",
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["half a header", "idle", "half a body"],
)
def test_clients_that_stop_half_way_are_ended_and_keep_nobody_waiting(service: Service, first: bytes) -> None:
    with many(service, 4, first) as clients:
        others_are_answered(service)
        for client in clients:
            received(client)  # which returns at the end, and is late after a minute


def test_more_connections_than_there_may_be_keep_nobody_out_for_long(service: Service) -> None:
    with many(service, 60, b""):
        assert service.send("GET", "/health", seconds=60).status == 200


def test_more_bodies_than_threads_leave_others_their_answers(service: Service) -> None:
    with many(service, 20, POST + b"Content-Length: 1000\r\n\r\nASK"):
        assert service.send("GET", "/health", seconds=60).status == 200
        time.sleep(SECONDS_IF_MANY + 1)
        others_are_answered(service)


def test_more_slow_readers_than_threads_leave_others_their_answers(service: Service) -> None:
    # More than the sockets between them hold, so that the rest waits in the server.
    long = b'<urn:a> <urn:b> "' + b"x" * (8 << 20) + b'" .'
    assert service.put("urn:long", long, "application/n-triples").status == 201
    first = b"GET /store?graph=urn:long HTTP/1.1\r\nHost: x\r\nAccept: application/n-triples\r\n\r\n"
    with many(service, 12, first) as clients:
        time.sleep(SECONDS_IF_MANY + 2)
        others_are_answered(service)
        # A busy machine may have come to few of the answers yet, and only who is being answered can be slow.
        assert any(was_cut_off(client, len(long)) for client in clients)
    assert len(service.send("GET", "/store?graph=urn:long").body) > 8 << 20


def test_who_may_not_write_is_told_so_before_anything_is_received(service: Service) -> None:
    for request in (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-update\r\n",
        b"PUT /store?default HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\n",
    ):
        with many(service, 1, request + b"Content-Length: 100000\r\n\r\nASK") as (client,):
            answer = b""
            while piece := client.recv(65536):
                answer += piece
            assert answer.startswith(b"HTTP/1.1 401 ")


def test_a_write_that_breaks_off_leaves_nothing(service: Service) -> None:
    update = b"INSERT DATA { <urn:cut> <urn:b> 1 } "
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/sparql-update\r\n"
    with many(service, 1, head.encode() + b"Content-Length: 500\r\n\r\n" + update) as (client,):
        client.shutdown(socket.SHUT_WR)
        received(client)
    assert b"true" not in service.ask("ASK { <urn:cut> ?p ?o }").body
