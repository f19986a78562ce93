"""The SPARQL 1.1 Protocol at /sparql: queries for everybody, updates for holders of a token.

People in a browser get the query page; without a query, programs get the service description. Beyond the protocol:
`accept=` in the address stands in for the Accept header, so that a link can ask for CSV; `version=` asks a version of
the graph that is still kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Blueprint, Response, request

from onrecord.api.access import auth
from onrecord.api.data import service_description
from onrecord.api.http.answers import (
    OFFERS,
    formats_for,
    negotiated,
    not_modified,
    query_tag,
    send,
    write_response,
)
from onrecord.api.http.context import accept_header, asking, ledger
from onrecord.api.http.headers import allow_any_origin, preflight
from onrecord.api.http.metrics import metrics
from onrecord.api.http.negotiation import prefers_page
from onrecord.api.http.problems import BadRequest, problem_of
from onrecord.api.memory.cache import is_steady
from onrecord.api.pages import querypage
from onrecord.api.sparql import protocol
from onrecord.api.sparql.conditions import expected_version
from onrecord.api.sparql.protocol import QueryRequest, UpdateRequest
from onrecord.api.sparql.shortcut import FAILED
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import DEFAULT_FORMATS, Answer

blueprint = Blueprint("sparql", __name__)
blueprint.after_request(allow_any_origin)


@blueprint.route("/sparql", methods=["GET", "POST"], provide_automatic_options=False)
def sparql() -> Response:
    """Answer a query or make an update; without either, show the page to people and describe the service to programs."""
    if request.method == "POST" and request.mimetype == protocol.UPDATE:
        # 401 and 403 are answered before the body is received.
        auth.require("update")
    wants_page = "accept" not in request.args and prefers_page(accept_header(), OFFERS)
    try:
        wanted = protocol.read()
    except BadRequest as error:
        if not wants_page:
            raise
        return querypage.failed("", problem_of(error))
    if isinstance(wanted, UpdateRequest):
        return _update(wanted)
    if wants_page:
        return _page(wanted)
    if wanted.text is None and request.method != "POST":
        return service_description.service(wanted.accept)
    if wanted.text is None:
        message = "There is neither `query` nor `update` in the form: send one, or open /sparql in a browser."
        raise BadRequest(400, message)
    return _data(wanted, wanted.text)


@blueprint.route("/sparql", methods=["OPTIONS"])
def options() -> Response:
    """What scripts of other sites may send."""
    return preflight("GET", "HEAD", "POST")


def _update(update: UpdateRequest) -> Response:
    author = auth.require("update")
    expected = expected_version(ledger().version, lambda: True)
    with metrics().write():
        commit = ledger().update(
            update.text,
            using_graphs=update.graphs,
            using_named_graphs=update.named_graphs,
            author=author,
            message=auth.reason(),
            if_version=expected,
        )
    return write_response(commit)


def _data(query: QueryRequest, text: str) -> Response:
    media_types = negotiated(query.accept)
    steady = is_steady(text)

    def tag(version: int) -> str:
        data_set = query.default_graphs, query.named_graphs
        return query_tag(asking().state(version), text, media_types, *data_set)

    if steady:
        known = not_modified(tag(ledger().version if query.version is None else query.version))
        if known is not None:
            return known
    answer = _ask(query, text, formats_for(media_types))
    return send(answer, media_types[answer.kind] or "", tag(answer.version) if steady else None)


def _page(query: QueryRequest) -> Response:
    if query.text is None:
        return querypage.empty()
    began = time.perf_counter()
    try:
        answer = _ask(query, query.text, DEFAULT_FORMATS)
    except OnrecordError as error:
        return querypage.failed(query.text, problem_of(error))
    return querypage.answered(query.text, answer, time.perf_counter() - began)


def _ask(query: QueryRequest, text: str, formats: Mapping[str, str | None]) -> Answer:
    failed: Exception | None = request.environ.pop(FAILED, None)
    if failed is not None:
        raise failed
    return asking().ask(
        text,
        formats,
        default_graphs=query.default_graphs,
        named_graphs=query.named_graphs,
        version=query.version,
    )
