"""The SPARQL 1.1 Protocol at /sparql, for queries; updates are refused. People in a browser get the query page.

Beyond the protocol: `accept=` in the address stands in for the Accept header, so that a link can ask for CSV;
`version=` asks a version of the graph that is still kept.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from onrecord.api import querypage
from onrecord.api.answers import GRAPHS, RESULTS, etag, send, unchanged
from onrecord.api.negotiation import choose, prefers_page
from onrecord.api.problems import BadRequest, told, too_long
from onrecord.api.security import allow_any_origin, preflight
from onrecord.api.service import ledger, settings
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Answer

blueprint = Blueprint("sparql", __name__)
blueprint.after_request(allow_any_origin)

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_GRAPHS_ASKED: Final = ("default-graph-uri", "named-graph-uri")
_READ_ONLY: Final = (
    "This endpoint answers queries only, for now: what is in the graph changes through checked records. "
    "Send a query in the parameter `query`."
)
# Their answers differ each time, so none may be kept. One found in a comment or a string costs a cache hit, no more.
_FICKLE = re.compile(r"\b(now|rand|uuid|struuid|bnode)\s*\(", re.IGNORECASE)
_MOST_PARAMETERS: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read: the query, the data set it is asked of, and what the answer should look like."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    accept: str | None
    version: int | None


@blueprint.route("/sparql", methods=["GET", "POST"], provide_automatic_options=False)
def sparql() -> Response:
    """Answer a query; without one, show the page to people and say what is missing to programs."""
    wants_page = "accept" not in request.args and prefers_page(
        request.headers.get("Accept"), [*RESULTS, *GRAPHS]
    )
    try:
        asked = _read()
    except BadRequest as error:
        if not wants_page:
            raise
        return querypage.failed("", told(error))
    if wants_page:
        return _page(asked)
    if asked.query is None:
        message = "The parameter `query` is missing: send /sparql?query=SELECT… or open /sparql in a browser."
        raise BadRequest(400, message)
    return _data(asked, asked.query)


@blueprint.route("/sparql", methods=["OPTIONS"])
def options() -> Response:
    """What scripts of other sites may send."""
    return preflight(Response(status=204, headers={"Allow": "GET, HEAD, OPTIONS, POST"}), "GET", "POST")


def _data(asked: Asked, query: str) -> Response:
    media_types = {
        "solutions": choose(asked.accept, list(RESULTS)),
        "boolean": choose(asked.accept, list(RESULTS)),
        "graph": choose(asked.accept, list(GRAPHS)),
    }
    steady = _FICKLE.search(query) is None
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
    return ledger().query(
        query,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        formats=formats,
        version=asked.version,
    )


def _read() -> Asked:
    """The request as the protocol has it: in the address, as a form, or as a bare query with the rest in the address."""
    address = _parameters(request.query_string)
    if request.method != "POST":
        return _asked(address, _sole(address, "query"))
    kind = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise BadRequest(415, f"The body is said to be in {charset}: send it in UTF-8.")
    if kind == UPDATE:
        raise BadRequest(403, _READ_ONLY)
    if kind == QUERY:
        if "query" in address:
            message = "There is a query in the body and a parameter `query` in the address: send one of them."
            raise BadRequest(400, message)
        return _asked(address, _text(_body()))
    if kind != FORM:
        named = f"of type {kind}" if kind else "without a Content-Type"
        raise BadRequest(
            415,
            f"The body is {named}: send a form ({FORM}) with `query`, or the bare query as {QUERY}.",
            Accept_Post=f"{FORM}, {QUERY}",
        )
    form = _parameters(_body())
    for name in ("query", "update", *_GRAPHS_ASKED):
        if name in address:
            raise BadRequest(
                400, f"The parameter `{name}` stands in the address: a form carries it in the body."
            )
    return _asked({**address, **form}, _sole(form, "query"))


def _body() -> bytes:
    """The body, whole. One sent in chunks is cut at the limit without a word, and half a query may still be a query."""
    body = request.get_data()
    if len(body) >= settings().request_kilobytes * 1024:
        raise BadRequest(413, too_long())
    return body


def _asked(parameters: Mapping[str, Sequence[str]], query: str | None) -> Asked:
    if "update" in parameters:
        raise BadRequest(403, _READ_ONLY)
    version = _sole(parameters, "version")
    if version is not None and not re.fullmatch(r"\d{1,12}", version):
        raise BadRequest(
            400, f"version={version} is not the number of a version, such as {ledger().version}."
        )
    default, named = (tuple(dict.fromkeys(parameters.get(name, ()))) for name in _GRAPHS_ASKED)
    accept = _sole(parameters, "accept") or request.headers.get("Accept")
    return Asked(query, default, named, accept, None if version is None else int(version))


def _parameters(raw: bytes) -> dict[str, list[str]]:
    """Parameters and their values. Anything but UTF-8 is refused: a query with replaced letters asks something else."""
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError:
        raise BadRequest(
            400, "The parameters are not in UTF-8: encode them so, then percent-encode."
        ) from None
    except ValueError:
        raise BadRequest(400, f"There are more than {_MOST_PARAMETERS} parameters.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _sole(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise BadRequest(400, f"The parameter `{name}` is given {len(values)} times: give it once.")
    return values[0] if values else None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(400, f"The query is not in UTF-8: byte {error.start} does not fit.") from None
