"""The SPARQL 1.1 Protocol at /sparql: queries for everybody, updates for whoever has a token.

People in a browser get the query page; without a query, programs get the service description. Beyond the protocol:
`accept=` in the address stands in for the Accept header, so that a link can ask for CSV; `version=` asks a version of
the graph that is still kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Blueprint, Response, request

from onrecord.api import auth, description, protocol, querypage
from onrecord.api.answers import GRAPHS, RESULTS, etag, made, send, unchanged
from onrecord.api.cache import is_steady, key
from onrecord.api.conditions import expected_version
from onrecord.api.metrics import metrics
from onrecord.api.negotiation import choose, prefers_page
from onrecord.api.problems import BadRequest, told
from onrecord.api.protocol import Asked, Ordered
from onrecord.api.security import allow_any_origin, preflight
from onrecord.api.service import cache, ledger
from onrecord.api.shortcut import KEEP
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Answer

blueprint = Blueprint("sparql", __name__)
blueprint.after_request(allow_any_origin)


@blueprint.route("/sparql", methods=["GET", "POST"], provide_automatic_options=False)
def sparql() -> Response:
    """Answer a query or make an update; without either, show the page to people and describe the service to programs."""
    wants_page = "accept" not in request.args and prefers_page(
        request.headers.get("Accept"), [*RESULTS, *GRAPHS]
    )
    try:
        wanted = protocol.read()
    except BadRequest as error:
        if not wants_page:
            raise
        return querypage.failed("", told(error))
    if isinstance(wanted, Ordered):
        return _update(wanted)
    if wants_page:
        return _page(wanted)
    if wanted.query is None and request.method != "POST":
        return description.service(wanted.accept)
    if wanted.query is None:
        message = "There is neither `query` nor `update` in the form: send one, or open /sparql in a browser."
        raise BadRequest(400, message)
    return _data(wanted, wanted.query)


@blueprint.route("/sparql", methods=["OPTIONS"])
def options() -> Response:
    """What scripts of other sites may send."""
    return preflight("GET", "HEAD", "POST")


def _update(wanted: Ordered) -> Response:
    author = auth.require("update")
    expected = expected_version(ledger().version, lambda: True)
    with metrics().write():
        commit = ledger().update(
            wanted.update,
            using_graphs=wanted.graphs,
            using_named_graphs=wanted.named_graphs,
            author=author,
            message=auth.reason(),
            if_version=expected,
        )
    return made(commit)


def _data(asked: Asked, query: str) -> Response:
    media_types = {
        "solutions": choose(asked.accept, list(RESULTS)),
        "boolean": choose(asked.accept, list(RESULTS)),
        "graph": choose(asked.accept, list(GRAPHS)),
    }
    steady = is_steady(query)
    described = (query, asked.default_graphs, asked.named_graphs, sorted(media_types.items()))
    if steady:
        known = unchanged(etag(ledger().version if asked.version is None else asked.version, *described))
        if known is not None:
            known.vary.add("Accept")
            return known
    formats = {
        kind: None if media_type is None else (GRAPHS if kind == "graph" else RESULTS)[media_type]
        for kind, media_type in media_types.items()
    }
    answer = _ask(asked, query, formats)
    response = send(
        answer, media_types[answer.kind] or "", etag(answer.version, *described) if steady else None
    )
    response.vary.add("Accept")
    if steady and asked.version is None:
        request.environ[KEEP] = answer.version
    return response


def _page(asked: Asked) -> Response:
    if asked.query is None:
        return querypage.empty()
    began = time.perf_counter()
    try:
        answer = _ask(asked, asked.query, {"solutions": "json", "boolean": "json", "graph": "turtle"})
    except OnrecordError as error:
        return querypage.failed(asked.query, told(error))
    return querypage.answered(asked.query, answer, time.perf_counter() - began)


def _ask(asked: Asked, query: str, formats: Mapping[str, str | None]) -> Answer:
    wanted = key(query, asked.default_graphs, asked.named_graphs, sorted(formats.items()))
    # Whoever names a version is to hear it when that is no longer kept.
    keeps = is_steady(query) and asked.version is None and cache().limit > 0
    found = cache().get(ledger().version, wanted) if keeps else None
    if found is not None:
        metrics().answered(found.length, kept=True)
        return found
    with metrics().query():
        answer = ledger().query(
            query,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            formats=formats,
            version=asked.version,
        )
    metrics().answered(answer.length)
    return cache().put(wanted, answer) if keeps else answer
