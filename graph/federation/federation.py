"""SERVICE to the hosts that an operator allows: asked from the front, joined by a reader that has no network.

The order matters: the text is read and its hosts are looked at, the rest is screened and parsed like any query, and
only then is anything sent. So a query that could not run here calls nobody.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from onrecord.graph.engine.base import Answer, Query
from onrecord.graph.errors import Busy, NotAcceptable, QuerySyntax, ServiceFailed
from onrecord.graph.federation import clauses
from onrecord.graph.federation.clauses import Clause, Federated, NotResults
from onrecord.graph.federation.fetch import Endpoint, Fetcher, endpoint, hosts
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import screening
from onrecord.graph.sparql.tokens import place

log = logging.getLogger("onrecord.federation")

CALLS: Final = 4
"""SERVICE clauses that one query may hold."""

# Written as VALUES an answer may grow, since every cell without a value is spelled out: so many times its limit.
_GROWTH: Final = 2
# One in so many threads of the front may wait for other services; the others stay for those who ask nothing of them.
_SHARE: Final = 4


class Federation:
    """Carries out the SERVICE clauses of queries within an operator's limits. SettingError where a host is none."""

    def __init__(self, settings: Settings, fetcher: Fetcher | None = None) -> None:
        self._settings = settings
        self._hosts = hosts(settings.service_hosts)
        self._fetcher = Fetcher() if fetcher is None else fetcher
        room = settings.query_kilobytes + CALLS * _GROWTH * settings.service_kilobytes
        # What was asked has been held within the bounds before; VALUES in braces nest as deep as this.
        self._bounds = screening.Bounds(room, settings.query_nesting + 3, settings.query_patterns)
        self._most = max(1, settings.threads // _SHARE)
        self._waiting = threading.BoundedSemaphore(self._most)

    def carried_out(self, query: Query, run: Callable[[Query], Answer]) -> Query:
        """The query with the answers of other services in the place of its SERVICE clauses; itself where it has none.

        QueryRefused where one leads where none may, ServiceFailed and ServiceTimeout where one gives no answer and
        SILENT does not pass over it, and whatever `run`, the engine, says of the query without them.
        """
        federated = self._read(query.text)
        if federated is None:
            return query
        _parse(query, federated, run)
        deadline = time.monotonic() + self._settings.query_seconds
        token = secrets.token_hex(8)
        with self._turn():
            groups = [
                self._group(federated, clause, deadline, clauses.blank_prefix(token, number))
                for number, clause in enumerate(federated.clauses, 1)
            ]
        return replace(query, text=federated.answered(groups), bounds=self._bounds)

    def _read(self, text: str) -> Federated | None:
        screening.check_size(text, "query", self._settings.query_kilobytes)
        if "SERVICE" not in text.upper():
            return None
        federated = clauses.read(text, CALLS)
        for clause in federated.clauses if federated is not None else ():
            endpoint(clause.address, self._hosts)
        return federated

    def _group(self, federated: Federated, clause: Clause, deadline: float, blank: str) -> str:
        to = endpoint(clause.address, self._hosts)
        seconds = min(self._settings.service_seconds, max(0.0, deadline - time.monotonic()))
        kilobytes = self._settings.service_kilobytes
        try:
            body = self._fetcher.fetch(to, federated.request(clause, self._settings.base), seconds, kilobytes)
            return self._values(to, clause, body, blank)
        except ServiceFailed as error:
            if clause.silent is None:
                raise
            log.info("passed over, as SILENT says: %s", error)
            # One solution without bindings: the join then leaves the others as they are.
            return "{}"

    def _values(self, to: Endpoint, clause: Clause, body: bytes, blank: str) -> str:
        limit = _GROWTH * self._settings.service_kilobytes << 10
        try:
            return clauses.as_values(body, clause.variables, blank, limit)
        except NotResults as error:
            raise ServiceFailed(
                f"SERVICE <{to.iri}> sent an answer that cannot be taken over: {error}"
            ) from None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise Busy(
                f"{self._most} queries wait for other services already, a quarter of the threads (ONRECORD_THREADS); try "
                "again in a moment",
                1,
            )
        try:
            yield
        finally:
            self._waiting.release()


def _parse(query: Query, federated: Federated, run: Callable[[Query], Answer]) -> None:
    """Have the query screened and parsed, over no graph at all and for no format: it costs nothing to evaluate."""
    try:
        run(replace(query, text=federated.local, default_graphs=(), named_graphs=(), formats={})).close()
    except NotAcceptable:
        pass
    except QuerySyntax as error:
        for clause in federated.clauses:
            if place(federated.text, clause.start) == (error.line, error.column):
                message = error.message.replace("`GRAPH`", "`SERVICE`")
                raise QuerySyntax(message, error.line, error.column) from None
        raise
