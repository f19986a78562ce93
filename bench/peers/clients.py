"""Clients of a server under comparison: processes of their own, so that they wait for the server and not for one another."""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count
from typing import Final

from bench.peers.servers import LIMIT, Server

PROCESSES: Final = 8
_QUIET: Final = 2.0
"""Seconds after which servers may give a connection up on which nothing is asked."""
_TABLES: Final = "application/sparql-results+json"
_numbers = count(1)


class Client:
    """One connection that is kept open, as programs that ask much have it."""

    def __init__(self, server: Server, limit: float = LIMIT + 10) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=limit)
        self._last = 0.0

    def ask(self, query: str, accept: str = _TABLES) -> tuple[str, bytes]:
        """The media type and the body of an answer. RuntimeError for anything but a whole one, TimeoutError past the limit."""
        address = f"{self._server.path}?{urllib.parse.urlencode({'query': query})}"
        if time.perf_counter() - self._last > _QUIET:
            self._connection.close()  # which the next request opens again
        try:
            return self._once(address, accept)
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def _once(self, address: str, accept: str) -> tuple[str, bytes]:
        self._connection.request("GET", address, headers={"Accept": accept})
        response = self._connection.getresponse()
        body = response.read()
        self._last = time.perf_counter()
        # Virtuoso says in a header that an answer is not whole.
        if response.status != 200 or response.headers["X-SQL-State"] or response.headers["X-SPARQL-MaxRows"]:
            raise RuntimeError(f"{self._server.name} answered {response.status}: {body[:300]!r}")
        return response.headers["Content-Type"] or "", body


@contextlib.contextmanager
def processes() -> Iterator[Executor]:
    """PROCESSES processes that are ready to ask."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.5] * PROCESSES))
        yield pool


def rate(  # noqa: PLR0913
    pool: Executor, server: Server, texts: Sequence[str], *, clients: int, seconds: float, unseen: bool
) -> float:
    """Answers a second that so many clients get, each of the texts in turn; `unseen` makes each a new one."""
    threads, rest = divmod(clients, PROCESSES)
    shares = [threads + (number < rest) for number in range(PROCESSES)]
    start = time.perf_counter()
    asked = [
        pool.submit(_ask, server, texts, share, start + seconds, next(_numbers) if unseen else 0)
        for share in shares
        if share
    ]
    return sum(one.result() for one in asked) / (time.perf_counter() - start)


def _ask(server: Server, texts: Sequence[str], threads: int, until: float, mark: int) -> int:
    def one(thread: int) -> int:
        client = Client(server)
        answered = 0
        while time.perf_counter() < until:
            text = texts[(answered + thread) % len(texts)]
            # A prefix that nothing uses: it changes what is asked for nobody, and no cache knows the text.
            client.ask(f"PREFIX unseen{mark}-{thread}-{answered}: <urn:unseen>\n{text}" if mark else text)
            answered += 1
        return answered

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(one, range(threads)))
