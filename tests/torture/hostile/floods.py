"""Attacks that go on for a while: what is cheap for those who send it, over and over and by many connections.

Each runs in a process of its own at a low priority and from an address of its own, since neither what it costs its sender
nor the limits of one client are to be a neighbour's: `python -m tests.torture.hostile.floods NAME PORT SECONDS` prints, as
JSON, how many requests it made and what was wrong with the answers.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.torture.victims.service import TOKEN, Service

from onrecord.graph.settings import Settings

_COMING: Final = 1.0
"""Seconds over which the connections of a flood come."""
ADDRESS: Final = "127.0.0.2"
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3})")
_ROWS: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
_DIGITS: Final = "9" * 5000
_SLOW: Final = Settings().slow_seconds
"""Seconds for which an answer may lie untaken, or a request be incomplete."""


@dataclass(frozen=True)
class Flood:
    """So many connections at once, each of which does this again and again; it returns what was wrong, or nothing."""

    connections: int
    act: Callable[[int, int], str]
    """Called with the port and a number that counts up."""
    pause: float = 0.0


def _connect(port: int) -> socket.socket:
    client = socket.socket()
    client.settimeout(90)
    client.bind((ADDRESS, 0))
    client.connect(("127.0.0.1", port))
    return client


def _get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def _post(path: str, kind: str, length: int, method: str = "POST") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}", f"Content-Length: {length}"]
    return "\r\n".join([*lines, f"Authorization: Bearer {TOKEN}", "", ""]).encode()


def _status(client: socket.socket) -> int:
    """The status of the next answer, 0 where the connection ended without one."""
    with contextlib.suppress(OSError):
        found = _STATUS.match(client.recv(4096))
        return int(found[1]) if found else 0
    return 0


def _foreseen(status: int, since: float, *expected: int) -> str:
    """What was wrong with the answer to somebody slow. One who got no processor for so long is cut off, rightly."""
    cut_off = not status and time.monotonic() - since > _SLOW
    return "" if cut_off or status in expected else f"answered {status}"


def _asked(port: int, request: bytes, *expected: int) -> str:
    """Send this, read the beginning of the answer, and leave."""
    with _connect(port) as client:
        with contextlib.suppress(OSError):
            client.sendall(request)
        status = _status(client)
    return "" if status in expected else f"answered {status}"


def _accepts(port: int, _: int) -> str:
    return _asked(port, _get("/health", "Accept: " + ",;a" * 33_000), 200, 406, 431)


def _long_headers(port: int, _: int) -> str:
    with _connect(port) as client:
        with contextlib.suppress(OSError):
            client.sendall(_get("/health", "X-Large: " + "a" * 380_000))
        status = _status(client)
        # Kept open, as by somebody who wants it to be held.
        time.sleep(1)
    return "" if status in {0, 400, 431} else f"answered {status}"


def _large_body(port: int, _: int) -> str:
    with _connect(port) as client:
        client.sendall(_post("/sparql", "application/sparql-query", 2 << 20))
        for _piece in range(32):
            client.sendall(b" " * (64 << 10))
            time.sleep(0.01)
        status = _status(client)
    return "" if status == 413 else f"answered {status} while the body was sent"


def _unread(port: int, _: int) -> str:
    with _connect(port) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        began = time.monotonic()
        client.sendall(_get("/history/1.patch"))
        wrong = _foreseen(_status(client), began, 200, 503)
        time.sleep(2)
    return wrong


def _taken_slowly(port: int, number: int) -> str:
    with _connect(port) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        query = urllib.parse.quote(f"{_ROWS} #{number}")
        began = time.monotonic()
        client.sendall(_get(f"/sparql?query={query}", "Accept: application/sparql-results+xml"))
        wrong = _foreseen(_status(client), began, 200, 503, 504, 507)
        with contextlib.suppress(OSError):
            for _piece in range(30):
                client.recv(64)
                time.sleep(0.1)
    return wrong


_NUMBERED: Final = ("/history?page={}", "/actors?after={}", "/events?before={}", "/history/{}", "/sparql?query=ASK%7B%7D&version={}")  # fmt: skip


def _numbers(port: int, number: int) -> str:
    path = _NUMBERED[number % len(_NUMBERED)].format(_DIGITS)
    return _asked(port, _get(path), 200, 400, 404, 410)


def _unknown(port: int, number: int) -> str:
    return _asked(port, _get(f"/actor/no-such-{number}", "Accept: text/html"), 404)


def _versions(port: int, number: int) -> str:
    """Two old versions in turn, each query a new one."""
    query = urllib.parse.quote(f"SELECT * {{ ?s a ?c }} LIMIT 3 #{number}")
    return _asked(port, _get(f"/sparql?query={query}&version={1 + number % VERSIONS}"), 200, 503)


def _clique(port: int, _: int) -> str:
    """Nine blank nodes that nothing tells apart."""
    body = "".join(f"_:b{a} <urn:p> _:b{b} .\n" for a, b in itertools.permutations(range(9), 2)).encode()
    head = _post("/store?graph=urn:clique", "application/n-triples", len(body), "PUT")
    return _asked(port, head + body, 400, 409, 413, 422, 503)


FLOODS: Final = {
    "Accept of 100 KB": Flood(70, _accepts, 1.0),
    "headers of 380 KB": Flood(512, _long_headers, 1.0),
    "bodies past their limit": Flood(8, _large_body),
    "answers that are not read": Flood(100, _unread),
    "answers taken slowly": Flood(24, _taken_slowly),
    "numbers of 5,000 digits": Flood(2, _numbers, 0.05),
    "names that are not there": Flood(2, _unknown, 0.05),
    "old versions in turn": Flood(2, _versions, 0.05),
    "cliques of blank nodes": Flood(2, _clique),
}
VERSIONS: Final = 4
"""How many old versions there have to be; make_versions makes them."""


def make_versions(service: Service) -> None:
    """Make the versions that one of the floods asks for in turn."""
    for number in range(VERSIONS):
        topic = (
            f'<https://w3id.org/onrecord/topic/flood-{number}> a rec:Topic ; rdfs:label "flood {number}"@en'
        )
        reply = service.update(
            f"INSERT DATA {{ GRAPH <https://w3id.org/onrecord/graph/reference> {{ {topic} }} }}"
        )
        if reply.status not in {200, 204}:
            raise RuntimeError(f"no version was made: {reply.status} {reply.body[:500]!r}")


def run(service: Service, name: str, seconds: float) -> tuple[int, dict[str, int]]:
    """Make one for so long: how many requests it made, and how often what was wrong with the answers."""
    command = [sys.executable, "-m", "tests.torture.hostile.floods", name, str(service.port), str(seconds)]
    made, wrong = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return made, wrong


def _step_back() -> None:
    os.nice(19)
    # Where the kernel gives each session its share of the processor, that weighs within this one alone.
    os.setsid()
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text("19", encoding="ascii")


def main() -> None:
    """Make one flood."""
    name, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    _step_back()
    flood, end, numbers = FLOODS[name], time.monotonic() + seconds, itertools.count()
    made: list[str] = []

    def again(wait: float) -> None:
        # All of them at once would be a queue, which any requests make.
        time.sleep(wait)
        # On a busy machine it may get no processor before its time is over: one request is made in any case.
        while time.monotonic() < end or not made:
            try:
                made.append(flood.act(port, next(numbers)))
            except OSError as error:
                made.append(f"{type(error).__name__}: {error}")
            time.sleep(flood.pause)

    threads = [
        threading.Thread(target=again, args=(_COMING * number / flood.connections,))
        for number in range(flood.connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([len(made), {wrong: made.count(wrong) for wrong in set(made) - {""}}]))


if __name__ == "__main__":
    main()
