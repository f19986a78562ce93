"""The SPARQL 1.1 Graph Store HTTP Protocol at /store: whole graphs, read by anybody, written with a token.

A graph is named by `?graph=`, by `?default`, or by the address itself: /store/document/x is the graph `document/x`
under the data's base, so that one address means one graph behind whatever host name or proxy this is reached. Such an
address may also stand in `?graph=`, as the Location of a graph that was just made does.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from onrecord.api.access import auth
from onrecord.api.http.addresses import root
from onrecord.api.http.answers import etag, not_modified, send, strong, write_response
from onrecord.api.http.context import accept_header, ledger, settings
from onrecord.api.http.headers import allow_any_origin, preflight
from onrecord.api.http.metrics import metrics
from onrecord.api.http.negotiation import negotiate
from onrecord.api.http.parameters import body, parameters, refuse_unmeasured, sole, unpacked
from onrecord.api.http.problems import BadRequest
from onrecord.api.sparql.conditions import expected_version
from onrecord.graph import formats, questions
from onrecord.graph.changes import Commit
from onrecord.graph.errors import PreconditionFailed
from onrecord.graph.files.temporary import TemporaryDirectory
from onrecord.graph.formats import by_media_type
from onrecord.graph.quoting import brief
from onrecord.graph.writing.parsing.documents import RdfDocument

blueprint = Blueprint("store", __name__)
blueprint.after_request(allow_any_origin)

OFFERS: Final = by_media_type(formats.GRAPHS)
"""Media types of a graph, to be sent and to be had."""
DATASETS: Final = by_media_type(formats.DATASETS)
"""Media types of many graphs with their names, to be sent."""
TAKEN: Final = [*OFFERS, *DATASETS]
"""All media types that may be sent."""

_METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE")
_Written = TypeVar("_Written")
_ATTEMPTS: Final = 5
_MOST_PARTS: Final = 100
_NOT_IN_IRIS: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`%]")


@blueprint.get("/store", defaults={"path": None}, provide_automatic_options=False)
@blueprint.get("/store/<path:path>", provide_automatic_options=False)
def read(path: str | None) -> Response:
    """One graph."""
    graph = _graph(path)
    media_type = negotiate(accept_header(), list(OFFERS), "A graph")
    format_ = OFFERS[media_type].name
    known = not_modified(strong(etag(ledger().version, "store", graph, format_)))
    if known is not None:
        return known
    answer = ledger().store_get(graph, format_)
    return send(answer, media_type, strong(etag(answer.version, "store", graph, format_)))


@blueprint.put("/store", defaults={"path": None}, provide_automatic_options=False)
@blueprint.put("/store/<path:path>", provide_automatic_options=False)
def replace(path: str | None) -> Response:
    """Make a document the whole of a graph: 201 where there was none."""
    author = auth.require("store")
    return _write(_graph(path), author, whole=True)


@blueprint.post("/store", defaults={"path": None}, provide_automatic_options=False)
@blueprint.post("/store/<path:path>", provide_automatic_options=False)
def add(path: str | None) -> Response:
    """Add documents to a graph; where none is named, to a new one whose address is the Location of the response.

    N-Quads and TriG name their graphs themselves: sent to none, all of these are added to, in one commit.
    """
    author = auth.require("store")
    if path is not None or {"graph", "default"} & parameters(request.query_string).keys():
        return _write(_graph(path), author, whole=False)
    if request.mimetype in DATASETS:
        return _load(author)
    name = f"graph/{secrets.token_hex(8)}"
    response = _write(settings().base + name, author, whole=False, minted=True)
    response.headers["Location"] = url_for("store.read", path=name)
    return response


@blueprint.delete("/store", defaults={"path": None}, provide_automatic_options=False)
@blueprint.delete("/store/<path:path>", provide_automatic_options=False)
def remove(path: str | None) -> Response:
    """Remove a graph, or all that stands in the default one."""
    author = auth.require("store")
    graph = _graph(path)

    def delete(version: int | None) -> Commit:
        return ledger().store_delete(graph, author=author, message=auth.reason(), if_version=version)

    return write_response(_guarded(graph, delete), 204)


@blueprint.route("/store", methods=["OPTIONS"], defaults={"path": None})
@blueprint.route("/store/<path:path>", methods=["OPTIONS"])
def options(path: str | None) -> Response:  # noqa: ARG001  the same for every graph
    """What scripts of other sites may send."""
    return preflight(*_METHODS)


def _write(graph: str | None, author: str, *, whole: bool, minted: bool = False) -> Response:
    """Make the documents of the request the whole of a graph, or add them to it: 201 where that makes the graph."""
    documents = _documents()

    def written(version: int | None) -> tuple[Commit, bool]:
        return ledger().store_write(
            graph,
            documents,
            whole=whole,
            base=graph or settings().base,
            author=author,
            message=auth.reason(),
            if_version=version,
        )

    commit, created = _guarded(graph, written)
    return write_response(commit, 201 if created or minted else 204)


def _load(author: str) -> Response:
    """Add a document to all graphs that it names."""
    ((content, media_type),) = _documents()
    with TemporaryDirectory("load") as directory:
        file = directory.path / "document"
        file.write_bytes(content)
        document = RdfDocument(str(file), media_type, "the document", settings().base)

        def load(version: int | None) -> Commit:
            return ledger().load([document], author=author, message=auth.reason(), if_version=version)

        return write_response(_guarded(None, load))


def _guarded(graph: str | None, write: Callable[[int | None], _Written]) -> _Written:
    """Make a write under the conditions the client set.

    That there be no such graph yet is looked up, then written against the version it was looked up in: where somebody
    else wrote something in between, it is looked up again.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            expected = expected_version(ledger().version, lambda: _exists(graph))
            with metrics().write():
                return write(expected)
        except PreconditionFailed:
            if "If-Match" in request.headers or attempt == _ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _exists(graph: str | None) -> bool:
    return graph is None or ledger().store_exists(graph)


def _graph(path: str | None) -> str | None:
    """The IRI of the graph the request is about, None for the default graph."""
    given = parameters(request.query_string)
    graph, default = sole(given, "graph"), sole(given, "default")
    if path is not None:
        if graph is not None or default is not None:
            raise BadRequest(400, "The graph is named both by the address and by a parameter: name it once.")
        return _iri(settings().base + _NOT_IN_IRIS.sub(lambda found: quote(found[0]), path))
    if default is not None:
        if graph is not None:
            raise BadRequest(400, "There are both `graph` and `default`: name one graph.")
        if default:
            raise BadRequest(400, f"`default` takes no value, and has {brief(default)}: send /store?default.")
        return None
    if graph is None:
        raise BadRequest(400, "No graph is named: send /store?graph=IRI or /store?default.")
    direct = f"{root()}/store/"
    if graph.startswith(direct) and graph != direct:
        return _iri(settings().base + graph.removeprefix(direct))
    return _iri(graph)


def _iri(text: str) -> str:
    try:
        return questions.iri(text)
    except ValueError:
        raise BadRequest(
            400,
            f"{quote(text, safe=':/#?&=%')} is no absolute IRI, and so names no graph: send one such as {settings().base}graph/mine.",
        ) from None


def _documents() -> list[tuple[bytes, str]]:
    """What was sent: one document, or the parts of a form, each with its media type."""
    refuse_unmeasured()
    kind = request.mimetype
    # Checked before the body is read: nobody sends megabytes to hear that they are of the wrong type.
    if kind != "multipart/form-data":
        return [(_received(), _taken(kind, request.mimetype_params.get("charset")))]
    boundary = request.mimetype_params.get("boundary")
    if not boundary:
        raise BadRequest(
            400, "The form has no boundary in its Content-Type, so its parts cannot be told apart."
        )
    documents = _parts(_received(), boundary)
    if not documents:
        raise BadRequest(400, "The form holds no document: send each as a part with its own Content-Type.")
    return documents


def _received() -> bytes:
    return unpacked(body("upload_kilobytes"), "upload_kilobytes")


def _parts(form: bytes, boundary: str) -> list[tuple[bytes, str]]:
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=_MOST_PARTS)
    documents: list[tuple[bytes, str]] = []
    try:
        decoder.receive_data(form)
        decoder.receive_data(None)
        event = decoder.next_event()
        while not isinstance(event, Epilogue | NeedData):
            if isinstance(event, Field | File):
                documents.append((b"", _kind_of(event.headers, len(documents) + 1)))
            elif isinstance(event, Data):
                content, kind = documents[-1]
                documents[-1] = (content + event.data, kind)
            event = decoder.next_event()
    except BadRequest:
        raise
    except HTTPException:
        raise BadRequest(413, f"The form has more than {_MOST_PARTS} parts: send fewer at a time.") from None
    except (ValueError, KeyError):
        raise BadRequest(
            400,
            "The form cannot be taken apart: each part needs its boundary, a Content-Disposition and a Content-Type.",
        ) from None
    return documents


def _kind_of(headers: Headers, number: int) -> str:
    kind, options_ = parse_options_header(headers.get("Content-Type", ""))
    return _taken(kind, options_.get("charset"), f"Part {number} of the form")


def _taken(kind: str, charset: str | None, what: str = "The body") -> str:
    """The media type, if it is one of RDF. 415 with what is taken, if not."""
    if kind.lower() not in TAKEN:
        named = f"of type {kind}" if kind else "without a Content-Type"
        raise BadRequest(
            415,
            f"{what} is {named}: send {', '.join(TAKEN)}.",
            Accept_Post=", ".join([*TAKEN, "multipart/form-data"]),
        )
    if (charset or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise BadRequest(415, f"{what} is said to be in {charset}: send it in UTF-8.")
    return kind.lower()
