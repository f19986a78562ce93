"""Protocol and graph store cases: the requests of the manifest are sent as they are written down there."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote, urljoin

import pyoxigraph as ox
from tests.conformance.comparison import MismatchError, describe, fail, isomorphic, require
from tests.conformance.protocols.wire import Reply
from tests.conformance.results import CSV, JSON, TSV, XML, read_results
from tests.conformance.suites.manifest import Case, Exchange
from tests.conformance.target import NTRIPLES, QUERY, TURTLE, Service
from tests.conformance.terms import Row, rows_of

# What mf:expectedFormat stands for, by the names of the cases that use it.
_FORMATS: Final[Mapping[str, frozenset[str]]] = {
    "boolean": frozenset({XML, JSON}),
    "tabular": frozenset({XML, JSON, CSV, TSV}),
    "RDF": frozenset({TURTLE, NTRIPLES, "application/rdf+xml", "application/xhtml+xml", "text/html"}),
}
# A refusal for want of rights says nothing of the request that was to be refused for what it is.
_BESIDE_THE_POINT: Final = frozenset({401, 403})


def run_protocol(service: Service, case: Case) -> None:
    """The requests of a case of the SPARQL protocol, one after the other."""
    service.fresh()
    for name, file in case.data.named:
        service.load(name, file.read(), NTRIPLES)
    for exchange in case.exchanges:
        url = service.query_url if _asks(exchange, case) else service.update_url
        reply = service.send(
            exchange.method, url + _query_string(exchange.path), dict(exchange.headers), exchange.body
        )
        _check_status(exchange, reply)
        if "4xx" in exchange.statuses:
            require(
                reply.status not in _BESIDE_THE_POINT, f"refused, but not for what is wrong with it: {reply}"
            )
        if exchange.format is not None:
            require(
                reply.media_type in _FORMATS[exchange.format], f"not a format for {exchange.format}: {reply}"
            )
        if exchange.boolean is not None:
            got = read_results(reply.body, reply.media_type)
            require(got is exchange.boolean, f"{exchange.boolean} was expected, and came {got}")


def run_graph_store(service: Service, case: Case) -> None:
    """The requests of a case of the graph store protocol, one after the other; a Location is used in those that follow."""
    service.fresh()
    locations: dict[str, str] = {}
    for exchange in case.exchanges:
        url = service.store_url + exchange.path.removeprefix("/gsp")
        for variable, location in locations.items():
            url = url.replace(variable, quote(location, safe=""))
        reply = service.send(exchange.method, url, dict(exchange.headers), exchange.body)
        _check_status(exchange, reply)
        if exchange.location is not None:
            require(reply.headers.get("location"), f"there is no Location: {reply}")
            locations[exchange.location] = urljoin(url, reply.headers["location"])
        if exchange.media_type is not None:
            _check_type(exchange.media_type, reply)
        if exchange.content is not None:
            wanted, found = _turtle(exchange.content.encode(), url), _turtle(reply.body, url)
            if not isomorphic(wanted, found):
                fail(f"{exchange.method} {exchange.path} gave another graph:" + describe(wanted, found))
        if exchange.method == "HEAD":
            _check_in_step(service)


def _check_status(exchange: Exchange, reply: Reply) -> None:
    code = str(reply.status)
    wanted = sorted(exchange.statuses)
    require(
        code in wanted or f"{code[0]}xx" in wanted,
        f"{exchange.method} {exchange.path} was answered {reply}; {' or '.join(wanted)} was expected",
    )


def _check_in_step(service: Service) -> None:
    """A body sent in answer to HEAD would be taken for the beginning of the next answer."""
    try:
        reply = service.query("ASK {}", JSON)
    except http.client.HTTPException as error:
        raise MismatchError(f"the answer to HEAD has a body: what followed it was {error!r}") from None
    require(reply.ok, f"after HEAD, ASK {{}} was answered {reply}")


def _check_type(expected: str, reply: Reply) -> None:
    """The media type has to agree. Turtle is UTF-8 with or without a parameter that says so, but no other."""
    require(reply.media_type == expected.partition(";")[0], f"{expected} was expected: {reply}")
    parameters = reply.headers["content-type"].lower().replace(" ", "").replace('"', "").split(";")[1:]
    charsets = {parameter for parameter in parameters if parameter.startswith("charset=")}
    require(charsets <= {"charset=utf-8"}, f"{expected} was expected: {reply}")


def _asks(exchange: Exchange, case: Case) -> bool:
    """Whether a request goes to the address for queries. It says so itself, or else the name of its case does."""
    kind = dict(exchange.headers).get("content-type", "")
    body = exchange.body or b""
    address = {name for name, _ in parse_qsl(exchange.path.partition("?")[2])}
    if kind.startswith(QUERY) or "query" in address or body.startswith(b"query="):
        return True
    return "update" not in case.id


def _query_string(path: str) -> str:
    _, mark, query = path.partition("?")
    return mark + query


def _turtle(body: bytes, base: str) -> list[Row]:
    try:
        return rows_of(ox.Dataset(ox.parse(body, format=ox.RdfFormat.TURTLE, base_iri=base)))
    except SyntaxError as error:
        raise MismatchError(f"not well-formed Turtle: {error}\n{body[:500]!r}") from None
