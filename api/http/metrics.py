"""What Prometheus asks for at /metrics: how many queries and writes ended how, how long they took, what is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from flask import current_app
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector

from onrecord.graph import errors

if TYPE_CHECKING:
    from flask import Flask

    from onrecord.api.memory.cache import AnswerCache
    from onrecord.api.memory.held import Held
    from onrecord.graph.ledger import Ledger
    from onrecord.graph.maintenance.replication import Follower

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_KEY: Final = "onrecord.metrics"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ROWS: Final = (0, 1, 10, 100, 1e3, 1e4, 1e5, 1e6)
_BYTES: Final = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
# The errors that mean a process was killed over what it was asked.
_KILLED: Final = (errors.QueryTimeout, errors.QueryMemory, errors.ResultTooLarge)


class Metrics:
    """The figures of one application."""

    def __init__(
        self, ledger: Ledger, cache: AnswerCache, held: Held, follower: Follower | None, *, mirrored: bool
    ) -> None:
        def mirror() -> Mapping[str, Any]:
            found: Mapping[str, Any] = ledger.about()["mirror"]
            return found

        self._registry = CollectorRegistry()
        self._requests = self._counter(
            "http_requests", "requests, by what was asked for and the status", "method", "route", "status"
        )
        self._counted = lru_cache(self._requests.labels)
        self._queries = self._counter("queries", "queries, by how they ended", "outcome")
        self._kept, self._answered = self._queries.labels("kept"), self._queries.labels("answered")
        self._query_seconds = self._histogram(
            "query_seconds", "seconds a query took, its wait included", _SECONDS
        )
        self._query_bytes = self._histogram("query_bytes", "bytes of a query's answer", _BYTES)
        self._query_rows = self._histogram("query_rows", "rows, or triples, of a query's answer", _ROWS)
        self._kills = self._counter(
            "kills", "processes killed over a query or write, by the limit it passed", "limit"
        )
        self._writes = self._counter("writes", "updates and writes of graphs, by how they ended", "outcome")
        self._write_seconds = self._histogram(
            "write_seconds", "seconds a write took, its wait included", _SECONDS
        )
        self._hits = self._counter("cache_hits", "queries answered from what was kept")
        self._commits = self._counter("commits", "versions made through this server")
        self._running = Gauge(
            "onrecord_queries_running", "queries that run or wait for a reader", registry=self._registry
        )
        self._observed("queries_waiting", "queries that wait for a reader", lambda: ledger.about()["waiting"])
        self._observed(
            "readers_on_network",
            "1 where processes that run queries share the host's network, since the system lets them have no other",
            lambda: ledger.about().get("shared_network") is not None,
        )
        self._observed(
            "shapes_fallbacks",
            "times that pyshacl had to check what the fast engine could not, or said otherwise",
            lambda: sum(ledger.about().get("shapes_fallbacks", {}).values()),
        )
        self._observed("version", "version of the graph", lambda: ledger.version)
        self._observed("cache_bytes", "bytes that kept answers take", lambda: cache.size)
        self._observed("held_bytes", "bytes held for clients that send or take them", lambda: held.size)
        self._observed("cache_misses", "queries that were not kept", lambda: cache.misses)
        if mirrored:
            self._observed(
                "mirror_level",
                "version that the mirror holds; 0 while that is not known",
                lambda: mirror()["level"] or 0,
            )
            self._observed(
                "mirror_answered", "queries that the mirror answered", lambda: mirror()["answered"]
            )
            self._observed(
                "mirror_fallen_back",
                "queries that this machine answered because the mirror could not",
                lambda: mirror()["fallen_back"],
            )
        if follower is not None:
            self._observed(
                "replica_behind", "versions that this replica is behind the service", lambda: follower.behind
            )
            self._observed(
                "replica_silent_seconds", "seconds since that service was heard", lambda: follower.silent
            )
            self._observed(
                "replica_failing",
                "1 where this replica cannot follow, of which the log says why",
                lambda: follower.problem is not None,
            )
        self._observed("threads", "threads of the front process", threading.active_count)
        ProcessCollector(namespace="onrecord", registry=self._registry)

    def _counter(self, name: str, help_: str, *labels: str) -> Counter:
        return Counter(f"onrecord_{name}", help_, labels, registry=self._registry)

    def _histogram(self, name: str, help_: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"onrecord_{name}", help_, buckets=buckets, registry=self._registry)

    def _observed(self, name: str, help_: str, value: Callable[[], float]) -> None:
        Gauge(f"onrecord_{name}", help_, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self._registry)

    def request(self, method: str, route: str, status: int) -> None:
        """Count a request. The route is the pattern, not the address: which clients could make up without end."""
        self._counted(method, route, status).inc()

    def answered(self, length: int, rows: int | None, *, kept: bool = False) -> None:
        """Note the answer to a query: its bytes and rows (or triples); `kept` where it did not have to be worked out."""
        if kept:
            self._kept.inc()
            self._hits.inc()
        else:
            self._answered.inc()
        self._query_bytes.observe(length)
        if rows is not None:
            self._query_rows.observe(rows)

    @contextmanager
    def query(self) -> Iterator[None]:
        """Time a query, and count it where it fails."""
        began = time.perf_counter()
        try:
            with self._running.track_inprogress():
                yield
        except errors.OnrecordError as error:
            self._queries.labels(self._named(error)).inc()
            raise
        finally:
            self._query_seconds.observe(time.perf_counter() - began)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Time a write, and count how it ended."""
        began, before = time.perf_counter(), "done"
        try:
            yield
        except errors.OnrecordError as error:
            before = self._named(error)
            raise
        finally:
            self._writes.labels(before).inc()
            self._write_seconds.observe(time.perf_counter() - began)

    def committed(self, *, changed: bool) -> None:
        """Note a write that was made; one without effect makes no version."""
        if changed:
            self._commits.inc()

    def _named(self, error: errors.OnrecordError) -> str:
        name = type(error).__name__
        if isinstance(error, _KILLED):
            self._kills.labels(name).inc()
        return name


def install(  # noqa: PLR0913  (all but the application are what is counted)
    app: Flask,
    ledger: Ledger,
    cache: AnswerCache,
    held: Held,
    follower: Follower | None = None,
    *,
    mirrored: bool = False,
) -> None:
    """Give an application its figures; `mirrored` where another server has a mirror of its graph."""
    app.extensions[_KEY] = Metrics(ledger, cache, held, follower, mirrored=mirrored)


def metrics() -> Metrics:
    """The figures of the application that answers this request."""
    return of(current_app)


def of(app: Flask) -> Metrics:
    """The figures of an application."""
    return cast("Metrics", app.extensions[_KEY])
