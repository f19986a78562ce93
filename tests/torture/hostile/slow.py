"""Clients that dawdle: slow headers, slow bodies, slow readers, idle connections; and whether others are answered."""

from __future__ import annotations

import contextlib
import resource
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from tests.torture.run import Run, Scenario
from tests.torture.victims.service import Reply, Service, memory, processor_seconds, seeded

_SECONDS: Final = 8.0
_HOST: Final = b"Host: onrecord\r\n"
_POST: Final = b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Type: application/sparql-query\r\n"
# Some megabytes, far more than the sockets on the way hold; kept by the server after it was worked out once.
_LARGE: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
_PATIENCE: Final = 15.0


@dataclass(frozen=True)
class Kind:
    """One way to dawdle: what is sent at first, and what after that each second."""

    number: int
    first: bytes
    drip: bytes = b""
    taking: bool = False
    crowd: bool = False
    """More than the server has threads for: it may turn others away for a moment."""


KINDS: Final[dict[str, Kind]] = {
    "slow headers": Kind(300, b"GET /sparql HTTP/1.1\r\n" + _HOST + b"X-Slow: ", b"x"),
    "half a header": Kind(300, b"GET /spar"),
    "slow bodies": Kind(200, _POST + b"Content-Length: 1000\r\n\r\nASK", b" "),
    "600 slow bodies": Kind(600, _POST + b"Content-Length: 1000\r\n\r\nASK", b" ", crowd=True),
    "bodies that stop": Kind(200, _POST + b"Content-Length: 1000\r\n\r\nASK"),
    "slow chunks": Kind(200, _POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n", b"1\r\n \r\n"),
    "slow readers": Kind(
        200,
        b"GET /sparql?query=" + urllib.parse.quote(_LARGE).encode() + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
        taking=True,
    ),
    "idle connections": Kind(1000, b"GET /health HTTP/1.1\r\n" + _HOST + b"\r\n"),
    "silent connections": Kind(1000, b""),
    "3,000 silent connections": Kind(3000, b""),
}


class Dawdlers:
    """So many clients of one kind; one that is cut off comes again."""

    def __init__(self, port: int, kind: Kind) -> None:
        self._port = port
        self._kind = kind
        self._stop = threading.Event()
        self._open: list[socket.socket] = []
        self.returns = 0
        self._thread = threading.Thread(target=self._dawdle, daemon=True)

    def __enter__(self) -> Self:
        for _ in range(self._kind.number):
            self._come()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for client in self._open:
            client.close()

    def _come(self) -> None:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            client.connect(("127.0.0.1", self._port))
        client.settimeout(0.5)
        with contextlib.suppress(OSError):
            client.sendall(self._kind.first)
        client.setblocking(False)
        self._open.append(client)

    def _dawdle(self) -> None:
        while not self._stop.wait(1.0):
            for client in list(self._open):
                if self._is_cut_off(client):
                    client.close()
                    self._open.remove(client)
                    self._come()
                    self.returns += 1

    def _is_cut_off(self, client: socket.socket) -> bool:
        try:
            if self._kind.drip:
                client.send(self._kind.drip)
            return not client.recv(64) and not self._kind.taking
        except BlockingIOError:
            return False
        except OSError:
            return True


def slow(run: Run) -> None:
    """Each kind in turn, while others ask."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    names = ("refusals", "silences", "deaths of the front")
    for name in names:
        run.count(name, 0)
    with seeded(run.scratch, "slow", slow_seconds=4, access_log=0) as service:
        service.ask(_LARGE)
        front = service.front()
        for _ in run:
            for name, kind in KINDS.items():
                _one(run, service, name, kind)
        run.count("deaths of the front", int(service.front() != front))


def _one(run: Run, service: Service, name: str, kind: Kind) -> None:
    spent = processor_seconds([service.front() or 0])
    with Dawdlers(service.port, kind) as dawdlers:
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            for reply in _ask(service):
                run.sample(f"{name}, seconds", reply.seconds)
                run.peak("latest answer, seconds", reply.seconds)
                if reply.status == 503 and kind.crowd:
                    run.count("refused in a crowd")
                elif reply.status != 200:
                    run.count("refusals" if reply.status else "silences")
                    run.note(f"{name}: a neighbour had status {reply.status} after {reply.seconds:.1f} s")
            time.sleep(0.05)
        run.peak("memory of the front, MiB", memory([service.front() or 0]) / 2**20)
        run.count(f"{name}, cut off", dawdlers.returns)
    run.peak(
        "processor of the front, %", (processor_seconds([service.front() or 0]) - spent) / _SECONDS * 100
    )


def _ask(service: Service) -> Iterator[Reply]:
    yield service.send("GET", "/health", seconds=_PATIENCE)
    yield service.send("GET", "/sparql?query=ASK%7B%7D", seconds=_PATIENCE)
    yield service.ask("ASK {}", seconds=_PATIENCE)


SLOW: Final = Scenario(
    "slow",
    "clients that send or read slowly or not at all, while others ask",
    3,
    0,
    slow,
    most={"refusals": 0, "silences": 0, "deaths of the front": 0, "latest answer, seconds": 2.0},
    timed=frozenset({"latest answer, seconds"}),
)
