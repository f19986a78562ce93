"""The SPARQL 1.1 Protocol at /sparql: queries for everybody, updates for whoever has a token.

People in a browser get the query page; without a query, programs get the service description. Beyond the protocol:
`accept=` in the address stands in for the Accept header, so that a link can ask for CSV; `version=` asks a version of
the graph that is still kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Blueprint, Response, request

from onrecord.api.data import description
from onrecord.api.http import auth
from onrecord.api.http.answers import OFFERS, formats_for, made, negotiated, query_tag, send, unchanged
from onrecord.api.http.cache import is_steady
from onrecord.api.http.conditions import expected_version
from onrecord.api.http.context import accept_header, asking, ledger
from onrecord.api.http.headers import allow_any_origin, preflight
from onrecord.api.http.metrics import metrics
from onrecord.api.http.negotiation import prefers_page
from onrecord.api.http.problems import BadRequest, told
from onrecord.api.pages import querypage
from onrecord.api.sparql import protocol
from onrecord.api.sparql.protocol import Asked, Ordered
from onrecord.api.sparql.shortcut import FAILED
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import DEFAULT_FORMATS, Answer

blueprint = Blueprint("sparql", __name__)
blueprint.after_request(allow_any_origin)


@blueprint.route("/sparql", methods=["GET", "POST"], provide_automatic_options=False)
def sparql() -> Response:
    """Answer a query or make an update; without either, show the page to people and describe the service to programs."""
    if request.method == "POST" and request.mimetype == protocol.UPDATE:
        # Whoever may not write is told so before anything is received.
        auth.require("update")
    wants_page = "accept" not in request.args and prefers_page(accept_header(), OFFERS)
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
    media_types = negotiated(asked.accept)
    steady = is_steady(query)

    def tag(version: int) -> str:
        data_set = asked.default_graphs, asked.named_graphs
        return query_tag(asking().fingerprint, version, query, media_types, *data_set)

    if steady:
        known = unchanged(tag(ledger().version if asked.version is None else asked.version))
        if known is not None:
            return known
    answer = _ask(asked, query, formats_for(media_types))
    return send(answer, media_types[answer.kind] or "", tag(answer.version) if steady else None)


def _page(asked: Asked) -> Response:
    if asked.query is None:
        return querypage.empty()
    began = time.perf_counter()
    try:
        answer = _ask(asked, asked.query, DEFAULT_FORMATS)
    except OnrecordError as error:
        return querypage.failed(asked.query, told(error))
    return querypage.answered(asked.query, answer, time.perf_counter() - began)


def _ask(asked: Asked, query: str, formats: Mapping[str, str | None]) -> Answer:
    failed: Exception | None = request.environ.pop(FAILED, None)
    if failed is not None:
        raise failed
    return asking().ask(
        query,
        formats,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        version=asked.version,
    )
