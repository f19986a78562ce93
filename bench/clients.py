"""One client of a server under comparison."""

from __future__ import annotations

import http.client
import time
import urllib.parse

from bench.servers import Server


def ask(server: Server, query: str, until: float, first: int, step: int) -> int:
    """How many answers one client gets until then, by time.perf_counter(); each query has its LIMIT so much higher."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
    answered = 0
    while time.perf_counter() < until:
        text = f"{query} LIMIT {first + step * answered}"
        connection.request(
            "GET",
            f"{server.path}?{urllib.parse.urlencode({'query': text})}",
            headers={"Accept": "application/sparql-results+json"},
        )
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or not body:
            raise RuntimeError(f"{server.name} answered {response.status}: {body[:300]!r}")
        answered += 1
    return answered
