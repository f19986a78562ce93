"""What cases are run against: a service over HTTP, or the bare engine to tell its faults from ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from tests.conformance.protocols.wire import Reply, Wire
from tests.conformance.results import CSV, JSON, TSV, XML
from tests.conformance.suites.manifest import BASE

NTRIPLES: Final = "application/n-triples"
TURTLE: Final = "text/turtle"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_NAMES: Final = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_ANYTHING: Final = "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


Document = tuple[str | None, bytes, str]
"""A graph, what is in it, and the media type of that: as `load` takes them."""


class HarnessError(RuntimeError):
    """The case could not be put to the service: setting it up failed, which says nothing of what it tests."""


class Target(Protocol):
    """A store with a default graph and named ones, and SPARQL over it. `None` is the default graph."""

    def fresh(self) -> None:
        """Make the store empty."""

    def load(self, graph: str | None, body: bytes, media_type: str) -> None:
        """Make a document a graph, in place of what the graph held."""

    def hold(self, documents: Sequence[Document]) -> None:
        """Hold what the documents say, and nothing else."""

    def dump(self, graph: str | None) -> bytes:
        """A graph in N-Triples; nothing where there is no such graph."""

    def names(self) -> set[str]:
        """The named graphs that hold something."""

    def query(self, text: str, accept: str, named: Sequence[str] | None = None) -> Reply:
        """Ask a query; `named` are the graphs that GRAPH is to range over, None where the query itself says."""

    def update(self, text: str) -> Reply:
        """Run an update."""


@dataclass(slots=True)
class Service:
    """A service over HTTP.

    `default_graph` is the IRI of the named graph in which a service without a default graph of its own keeps what is
    written to none. Queries without FROM then say so with default-graph-uri and named-graph-uri, as the protocol has it.
    """

    name: str
    query_url: str
    update_url: str
    store_url: str
    wire: Wire
    default_graph: str | None = None
    _held: tuple[Document, ...] | None = None

    def fresh(self) -> None:
        if self._held != ():
            self._must(self.update("DROP ALL"), "DROP ALL")
            self._held = ()

    def hold(self, documents: Sequence[Document]) -> None:
        # Half of the queries are asked of what the one before was asked of.
        if self._held != tuple(documents):
            self.fresh()
            for document in documents:
                self.load(*document)
            self._held = tuple(documents)

    def load(self, graph: str | None, body: bytes, media_type: str) -> None:
        self._held = None
        url = self._graph(graph)
        self._must(self.wire.send("PUT", url, {"Content-Type": media_type}, body), f"PUT {url}")

    def dump(self, graph: str | None) -> bytes:
        url = self._graph(graph)
        reply = self.wire.send("GET", url, {"Accept": NTRIPLES})
        if reply.status == 404:
            return b""
        if reply.media_type != NTRIPLES:
            raise HarnessError(f"GET {url} with Accept: {NTRIPLES} was answered {reply}")
        return self._must(reply, f"GET {url}").body

    def names(self) -> set[str]:
        body = self._must(self.query(_NAMES, JSON), _NAMES).body
        found = {solution["g"]["value"] for solution in json.loads(body)["results"]["bindings"]}
        return found - {self.default_graph}

    def holds_anything(self) -> bool:
        """Whether there is something in the store."""
        return bool(json.loads(self._must(self.query(_ANYTHING, JSON), _ANYTHING).body)["boolean"])

    def query(self, text: str, accept: str, named: Sequence[str] | None = None) -> Reply:
        url = self.query_url
        if self.default_graph is not None and named is not None:
            parts = [("named-graph-uri", name) for name in named]
            url += "?" + urlencode([("default-graph-uri", self.default_graph), *parts])
        headers = {"Content-Type": QUERY, "Accept": f"{accept}, application/problem+json;q=0.1"}
        return self.wire.send("POST", url, headers, text.encode())

    def update(self, text: str) -> Reply:
        self._held = None
        headers = {"Content-Type": UPDATE, "Accept": "application/problem+json, */*;q=0.1"}
        return self.wire.send("POST", self.update_url, headers, text.encode())

    def send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Send a request as it is. It may write: the store counts as used from here on."""
        self._held = None
        return self.wire.send(method, url, headers, body)

    def _graph(self, graph: str | None) -> str:
        return self.store_url + ("?default" if graph is None else "?graph=" + quote(graph, safe=""))

    def _must(self, reply: Reply, what: str) -> Reply:
        if not reply.ok:
            raise HarnessError(f"{self.name}: {what} was answered {reply}")
        return reply


_RESULTS: Final = {
    XML: ox.QueryResultsFormat.XML,
    JSON: ox.QueryResultsFormat.JSON,
    CSV: ox.QueryResultsFormat.CSV,
    TSV: ox.QueryResultsFormat.TSV,
}
_FORMATS: Final = {
    TURTLE: ox.RdfFormat.TURTLE,
    NTRIPLES: ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


class Engine:
    """pyoxigraph with nothing in front of it, dressed so that the same cases run on it."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def fresh(self) -> None:
        self._store.clear()

    def hold(self, documents: Sequence[Document]) -> None:
        self.fresh()
        for document in documents:
            self.load(*document)

    def load(self, graph: str | None, body: bytes, media_type: str) -> None:
        self._store.load(body, _FORMATS[media_type], to_graph=_name(graph), base_iri=graph or BASE)

    def dump(self, graph: str | None) -> bytes:
        return self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=_name(graph)) or b""

    def names(self) -> set[str]:
        return {quad.graph_name.value for quad in self._store if isinstance(quad.graph_name, ox.NamedNode)}

    def query(self, text: str, accept: str, named: Sequence[str] | None = None) -> Reply:  # noqa: ARG002  it has a default graph
        try:
            answer = self._store.query(text, base_iri=BASE)
            wanted = [part.strip() for part in accept.split(",")]
            if isinstance(answer, ox.QueryTriples):
                media_type = next(name for name in wanted if name in _FORMATS)
                body = answer.serialize(format=_FORMATS[media_type])
            else:
                media_type = next(name for name in wanted if name in _RESULTS)
                body = answer.serialize(format=_RESULTS[media_type])
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            return _refusal(error)
        return Reply(200, {"content-type": media_type}, body or b"")

    def update(self, text: str) -> Reply:
        try:
            self._store.update(text, base_iri=BASE)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            return _refusal(error)
        return Reply(204, {}, b"")


def _name(graph: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if graph is None else ox.NamedNode(graph)


def _refusal(error: Exception) -> Reply:
    status = 400 if isinstance(error, SyntaxError) else 500
    return Reply(status, {"content-type": "text/plain"}, str(error).encode())
