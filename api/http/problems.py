"""Every error as a response: one table from error to status, one content in three representations.

Programs get RFC 9457 problem details or, if they ask for it, plain text; people get a page. An unforeseen error is
answered 500 with an id that is also in the log, and nothing else: no traceback leaves the server.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, render_template, request, url_for
from pyoxigraph import RdfFormat, parse
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import RequestRedirect
from werkzeug.sansio.response import Response as AnyResponse

from onrecord.api.http.context import accept_header, settings
from onrecord.api.http.headers import HEADERS
from onrecord.api.http.logs import request_id
from onrecord.api.http.negotiation import choose, prefers_page
from onrecord.graph import errors, formats
from onrecord.graph.formats import by_media_type
from onrecord.graph.quoting import shortened
from onrecord.graph.terms import PREFIXES
from onrecord.graph.text import xml
from onrecord.graph.validation.report import Rejected, Report

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

JSON: Final = "application/problem+json"
TEXT: Final = "text/plain"
_REPORTS: Final = by_media_type(formats.GRAPHS)
_FOR_OPERATORS: Final = (errors.DataMoved, errors.StoreDamaged, errors.EngineFailure, errors.StorageFull)
_log = logging.getLogger("onrecord.api")


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of error: the status it is answered with, its name for programs and for people, and why that status."""

    status: int
    slug: str
    title: str
    why: str


PROBLEM_TYPES: Final[dict[type[errors.OnrecordError], ProblemType]] = {
    errors.QuerySyntax: ProblemType(
        400, "query-syntax", "The query is not SPARQL 1.1", "SPARQL 1.1 Protocol, 2.1.6"
    ),
    errors.QueryRefused: ProblemType(
        400, "query-refused", "The query is not allowed here", "no retry will help; the query has to change"
    ),
    errors.QueryTimeout: ProblemType(
        504, "query-timeout", "The query took too long", "the process behind this one did not answer in time"
    ),
    errors.PageTimeout: ProblemType(
        503, "page-timeout", "The page took too long", "the same request may do when less is asked at once"
    ),
    errors.UnknownPlace: ProblemType(
        400, "unknown-place", "The list does not begin there", "no retry will help; the address has to change"
    ),
    errors.BadParameter: ProblemType(
        400, "bad-parameter", "A parameter cannot be read", "no retry will help; the address has to change"
    ),
    errors.QueryMemory: ProblemType(
        507,
        "query-memory",
        "The query needed too much memory",
        "there is no room here to work the answer out",
    ),
    errors.Unsortable: ProblemType(
        501,
        "unsortable",
        "The result cannot be sorted",
        "the engine lacks an order for these values; the query has to ask for another",
    ),
    errors.NotInstalled: ProblemType(
        501,
        "not-installed",
        "This is not installed here",
        "the service lacks a package for it; another format has the same content",
    ),
    errors.ServiceFailed: ProblemType(
        502,
        "service-failed",
        "A SERVICE of the query failed",
        "another service gave no answer that can be used",
    ),
    errors.ServiceTimeout: ProblemType(
        504,
        "service-timeout",
        "A SERVICE of the query took too long",
        "another service did not answer in time",
    ),
    errors.ResultTooLarge: ProblemType(
        507, "result-too-large", "The result is too large", "there is no room here to hold the answer"
    ),
    errors.UpdateSyntax: ProblemType(
        400, "update-syntax", "The update is not SPARQL 1.1", "SPARQL 1.1 Protocol, 2.2.4"
    ),
    errors.UpdateRefused: ProblemType(
        400,
        "update-refused",
        "The update is not allowed here",
        "no retry will help; the update has to change",
    ),
    errors.UpdateFailed: ProblemType(
        400,
        "update-failed",
        "The update cannot be carried out",
        "SPARQL 1.1 Update, 3.2: without SILENT it fails",
    ),
    errors.UpdateTimeout: ProblemType(
        504, "update-timeout", "The write took too long", "the process behind this one did not answer in time"
    ),
    errors.UpdateMemory: ProblemType(
        507, "update-memory", "The write needed too much memory", "there is no room here to work it out"
    ),
    errors.UploadSyntax: ProblemType(
        400,
        "upload-syntax",
        "The document is not in the format it is said to be in",
        "Graph Store Protocol, 5.1",
    ),
    errors.UnknownFormat: ProblemType(
        415, "unknown-format", "That format is not read here", "RFC 9110, 15.5.16"
    ),
    errors.Protected: ProblemType(
        403,
        "protected",
        "The service itself keeps that graph",
        "no token opens it: it is made from the others",
    ),
    errors.PreconditionFailed: ProblemType(
        412, "precondition-failed", "The graph has moved on", "RFC 9110, 15.5.13: read it again, then repeat"
    ),
    errors.NotAcceptable: ProblemType(
        406, "not-acceptable", "No format you accept is on offer", "RFC 9110, 15.5.7"
    ),
    errors.ReplicaReadOnly: ProblemType(
        403,
        "replica",
        "A replica takes no changes",
        "no retry will help here; the service that it follows takes them",
    ),
    errors.ReplicationFailed: ProblemType(
        503, "replication", "The replica cannot follow", "what is asked of it may not be what is there by now"
    ),
    errors.Busy: ProblemType(
        503, "busy", "All readers are busy", "the same request will do later: see Retry-After"
    ),
    errors.UnknownGraph: ProblemType(
        404, "unknown-graph", "There is no such graph", "nothing is stored under the name"
    ),
    errors.UnknownVersion: ProblemType(
        410,
        "unknown-version",
        "That version is not kept",
        "versions once readable are gone for good when dropped",
    ),
    errors.UnknownCommit: ProblemType(
        404, "unknown-commit", "There is no such commit", "the history does not know the number"
    ),
    Rejected: ProblemType(
        422,
        "rejected",
        "The change breaks the rules of the graph",
        "it was read and understood, and is wrong",
    ),
    errors.BadChange: ProblemType(
        422, "bad-change", "The change cannot be stored", "it was read, and is wrong"
    ),
    errors.StorageFull: ProblemType(507, "storage-full", "The disk is full", "RFC 4918, 11.5"),
    errors.StoreLocked: ProblemType(
        503, "store-locked", "Another process holds the store", "an operator has to step in"
    ),
    errors.DataMoved: ProblemType(
        503, "data-moved", "The data directory is no longer there", "an operator has to step in"
    ),
    errors.WrongMode: ProblemType(
        503, "wrong-mode", "The store was made with other settings", "an operator has to step in"
    ),
    errors.BackupRefused: ProblemType(
        503, "backup-refused", "The backup failed", "an operator has to step in"
    ),
    errors.BadToken: ProblemType(400, "bad-token", "A token cannot be made so", "no retry will help"),
    errors.StoreDamaged: ProblemType(
        503, "store-damaged", "The store cannot be read", "an operator has to step in"
    ),
    errors.NoGraph: ProblemType(
        503, "no-graph", "There is no graph here yet", "an operator has to build one"
    ),
    errors.MirrorFailed: ProblemType(
        502,
        "mirror",
        "Another server did not answer",
        "the server that has a mirror of the graph was asked in vain",
    ),
    errors.EngineFailure: ProblemType(
        500, "engine-failure", "A process of ours failed", "the fault is on this side"
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a client sees it; `slug` names its type in the address of the documentation."""

    status: int
    title: str
    detail: str
    slug: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    report: Report | None = None


class BadRequest(HTTPException):
    """The request itself is at fault; the status says how, the message says what to do."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.code = status
        self.extra = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that might have been meant: a path to it, its name, and why it might."""

    path: str
    name: str
    reason: str


class Missing(HTTPException):
    """There is nothing by this name; `suggestions` are what might have been meant."""

    code = 404

    def __init__(self, message: str, suggestions: tuple[Suggestion, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


def install(app: Flask) -> None:
    """Answer every error of an application from here."""
    app.register_error_handler(Exception, _answer)


def _answer(error: Exception) -> AnyResponse:
    if isinstance(error, RequestRedirect):
        return error.get_response(request.environ)  # what the router wants, not an error
    return respond(problem_of(error))


def problem_of(error: Exception) -> Problem:
    """The problem that an error is. An unforeseen one is logged here, with its traceback."""
    if isinstance(error, errors.OnrecordError):
        return _of_ledger(error)
    if isinstance(error, HTTPException) and error.code is not None:
        return _of_http(error, error.code)
    number = request_id()
    _log.error("request %s: %s %s failed", number, request.method, request.path, exc_info=error)
    detail = f"Something went wrong here that should not have. It is logged as {number}; nothing was changed."
    return Problem(500, "Internal error", detail, more={"request": number})


def _of_ledger(error: errors.OnrecordError) -> Problem:
    type_ = next((PROBLEM_TYPES[step] for step in type(error).__mro__ if step in PROBLEM_TYPES), None)
    if type_ is None:
        _log.error("%s %s failed: %s", request.method, request.path, error, exc_info=error)
        return Problem(500, "Internal error", str(error))
    if isinstance(error, _FOR_OPERATORS):
        _log.error("request %s: %s", request_id(), error)
    more: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, errors.QuerySyntax | errors.UploadSyntax):
        more = {"line": error.line, "column": error.column}
    elif isinstance(error, errors.NotAcceptable | errors.UnknownFormat):
        more = {"offers": list(error.offers)}
    elif isinstance(error, errors.Busy):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    elif isinstance(error, Rejected) and error.report is not None:
        return Problem(
            type_.status,
            type_.title,
            "The change was read, and the shapes of the graph refuse it: nothing was changed.",
            type_.slug,
            {"report": error.report.to_dict()},
            headers,
            error.report,
        )
    return Problem(type_.status, type_.title, shortened(str(error)), type_.slug, more, headers)


def _of_http(error: HTTPException, status: int) -> Problem:
    more: dict[str, Any] = {}
    if isinstance(error, Missing):
        more = {"suggestions": [asdict(suggestion) for suggestion in error.suggestions]}
    headers = dict(getattr(error, "extra", {}))
    headers |= {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    title = HTTP_STATUS_CODES.get(status, "Error")
    detail = too_long() if isinstance(error, RequestEntityTooLarge) else error.description or title
    return Problem(status, title, shortened(detail), None, more, headers)


def too_long(setting: str = "request_kilobytes") -> str:
    """The message to a client whose body is over the limit of this setting, in KiB."""
    limit = getattr(settings(), setting)
    return f"The body of the request is over {limit} KiB (ONRECORD_{setting.upper()}): send less."


def respond(problem: Problem) -> Response:
    """The problem in the representation the client prefers, problem+json by default; a SHACL report also as RDF."""
    liked = accept_header()
    # The page is asked for first, so a report's RDF does not stand in its way.
    offers = [JSON, "application/json", TEXT, *(_REPORTS if problem.report is not None else ())]
    chosen = "text/html" if prefers_page(liked, offers) else choose(liked, offers) or JSON
    if chosen == "text/html":
        body = render_template("problem.html", problem=problem).encode()
    elif chosen == TEXT:
        body = _as_text(problem).encode()
    elif (
        problem.report is not None
        and chosen in _REPORTS
        and (written := _as_rdf(problem.report, _REPORTS[chosen].engine)) is not None
    ):
        body = written
    else:
        chosen = JSON
        body = json.dumps(_as_json(problem), ensure_ascii=False, indent=2).encode() + b"\n"
    kind = f"{chosen}; charset=utf-8" if chosen.startswith("text/") else chosen
    return Response(body, problem.status, {**problem.headers, "Cache-Control": "no-store"}, content_type=kind)


def plain_problem(start: StartResponse, status: int, detail: str, **headers: str) -> list[bytes]:
    """An error that is answered before Flask is asked, as problem+json."""
    title = HTTP_STATUS_CODES[status]
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Content-Type": JSON, "Content-Length": str(len(body)), "Cache-Control": "no-store", **HEADERS}
    start(f"{status} {title}", [*sent.items(), *named.items()])
    return [body]


def _as_rdf(report: Report, format_: RdfFormat) -> bytes | None:
    """The report; None where it quotes a value that RDF/XML cannot hold."""
    triples = [quad.triple for quad in parse(report.to_rdf(), formats.N_TRIPLES.engine)]
    try:
        return xml.serialized_graph(triples, format_, PREFIXES)
    except errors.NotAcceptable:
        return None


def _as_json(problem: Problem) -> dict[str, Any]:
    type_ = "about:blank"
    if problem.slug is not None:
        type_ = url_for("pages.about", _anchor=f"problem-{problem.slug}")
    known = {"type": type_, "title": problem.title, "status": problem.status, "detail": problem.detail}
    return {**known, **problem.more}


def _as_text(problem: Problem) -> str:
    lines = [f"{problem.status} {problem.title}", problem.detail]
    for name, value in problem.more.items():
        if name == "report" and problem.report is not None:
            lines.append(problem.report.text())
        elif name == "suggestions":
            lines += [f"Did you mean {other['path']} ({other['reason']})?" for other in value]
        elif value:
            lines.append(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    return "\n".join(lines) + "\n"
