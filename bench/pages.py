"""What each kind of page costs over an invented graph: `python -m bench.pages 1000000`.

Of each kind stand here an ordinary page and the one with most on it. `ms` is what the application takes from request to answer, with
readers as a server has them; beside other programs it says little. `computing` is the processor time of the same where this process
answers the queries itself, so that it has all of it but how rows come from one process to another. Both are the least of three; what
the application keeps of answers is not used.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask.testing import FlaskClient
from pyoxigraph import NamedNode, QuerySolutions, Store
from werkzeug.test import TestResponse

from bench.machine import stores
from onrecord.api.app import create_app
from onrecord.api.pages import networks
from onrecord.graph import terms
from onrecord.graph.engine.base import Query
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.ledger import Answer, Ledger, Term
from onrecord.graph.settings import Settings

_TIMES: Final = 3
_MOST: Final = {
    "actor": "SELECT ?x WHERE { ?s rec:speaker ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) LIMIT 1",
    "event": "SELECT ?x WHERE { ?s rec:concerns ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) LIMIT 1",
    "statement": "SELECT ?x WHERE { ?x rec:asserts ?c } GROUP BY ?x ORDER BY DESC(COUNT(*)) LIMIT 1",
    "claim": "SELECT ?x WHERE { ?x rec:contradicts ?c } GROUP BY ?x ORDER BY DESC(COUNT(*)) LIMIT 1",
    "document": "SELECT ?x WHERE { ?v rec:versionOf ?x . ?r rec:reportedIn ?v } GROUP BY ?x ORDER BY DESC(COUNT(*)) LIMIT 1",
    "version": "SELECT ?x WHERE { ?e rec:ofVersion ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) LIMIT 1",
    "place": "SELECT ?x WHERE { ?e rec:place ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) LIMIT 1",
}
"""Kind -> which thing of that kind most hangs on."""
_ORDINARY: Final = {
    "actor": "actor/g-40",
    "event": "event/g-3",
    "statement": "statement/g-7",
    "claim": "claim/g-9",
    "document": "document/g-2",
    "version": "document/g-2/v1",
    "place": "place/g-61",
}
_MIDDLES: Final = {
    "/statements": "2014-04-01 statement/g-1",
    "/events": "2014-04-01T00:00:00Z event/g-1",
    "/documents": "2014-04-01 document/g-1",
    "/actors": "m actor/g-1",
}
"""Lists, and a place in the midst of each."""


class Counted(Ledger):
    """A ledger that counts the queries of our own that it is asked, and answers them from `here` where that is given."""

    asked: int = 0
    here: Store | None = None

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows."""
        self.asked += 1
        return super().rows(text, default_graphs=default_graphs, **bindings)

    def _rows(self, query: Query) -> list[dict[str, Term]]:
        if self.here is None:
            return super()._rows(query)
        graphs = query.default_graphs
        found = self.here.query(
            query.text,
            base_iri=terms.DEFAULT_BASE,
            prefixes=dict(terms.PREFIXES),
            use_default_graph_as_union=graphs is None,
            default_graph=None if graphs is None else [NamedNode(graph) for graph in graphs],
        )
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [
            {name: value for name, value in zip(names, row, strict=True) if isinstance(value, Term)}
            for row in found
        ]

    def query(self, text: str, **more: Any) -> Answer:
        """As Ledger.query."""
        self.asked += 1
        return super().query(text, **more)


def _addresses(ledger: Ledger, base: str) -> Iterator[tuple[str, str]]:
    yield "start", "/"
    for path, place in _MIDDLES.items():
        yield f"{path[1:]}", path
        yield f"{path[1:]}, in their midst", f"{path}?after={place}"
    for kind, query in _MOST.items():
        yield f"{kind}", f"/{_ORDINARY[kind]}.html"
        most = ledger.rows(query)[0]["x"].value.removeprefix(base)
        yield f"{kind}, the largest", f"/{most}.html"
        if kind == "actor":
            for part in ("speaker", "about", "via", "attributedTo"):
                yield f"statements, {part} the largest actor", f"/statements?{part}={most}"
            yield "network of the largest actor", f"/network?ego={most.partition('/')[2]}"
        if kind == "event":
            yield "table of claims, the largest event", f"/api/events/{most.partition('/')[2]}/claims"
    for path in ("/claims", "/disputes", "/network", "/events.json"):
        yield path[1:], path
    yield "table of statements", "/api/statements"
    yield "table of disputes", "/api/disputes"
    for path in ("/history", "/vocabulary", "/vocabulary/words", "/about"):
        yield path[1:], path


@dataclass(frozen=True, slots=True)
class Page:
    """What a page took: its kind, address, status, queries, least milliseconds by the clock and of computing, bytes."""

    kind: str
    address: str
    status: int
    queries: int
    milliseconds: float
    computing: float
    size: int


def _measured(client: FlaskClient, ledger: Counted, here: Store, kind: str, address: str) -> Page:
    def least(clock: Callable[[], float]) -> float:
        found = float("inf")
        for _ in range(_TIMES):
            began = clock()
            ask().get_data()
            found = min(found, (clock() - began) * 1000)
        return found

    def ask() -> TestResponse:
        client.application.extensions.pop(networks.KEY, None)
        return client.get(address, headers={"Accept": "text/html, application/json;q=0.9"})

    ledger.asked = 0
    answer = ask()
    asked = ledger.asked
    milliseconds = least(time.perf_counter)
    ledger.here = here
    computing = least(time.thread_time)
    ledger.here = None
    return Page(kind, address, answer.status_code, asked, milliseconds, computing, len(answer.data))


def pages(quads: int) -> Iterator[Page]:
    """Each kind of page over an invented graph of that many quads."""
    settings = Settings(data=stores.directory(quads), cache_megabytes=0, access_log=False)
    ledger = Counted.open(settings)
    assert isinstance(ledger, Counted)
    with ledger:
        here = Store.read_only(str(snapshots.path(settings.data, ledger.version)))
        client = create_app(ledger, settings).test_client()
        for kind, address in _addresses(ledger, settings.base):
            yield _measured(client, ledger, here, kind, address)


def main() -> None:
    """Measure and print."""
    print(f"{'page':<44}{'queries':>8}{'computing':>10}{'ms':>8}{'KiB':>8}   address")
    for page in pages(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000):
        failed = "" if page.status == HTTPStatus.OK else f"  answered {page.status}"
        print(
            f"{page.kind:<44}{page.queries:>8}{page.computing:>10.0f}{page.milliseconds:>8.0f}{page.size / 1024:>8.1f}"
            f"   {page.address}{failed}",
            flush=True,
        )


if __name__ == "__main__":
    main()
