"""What was changed, when, by whom and why: /history for all commits, /history/<version> for one, with its RDF patch.

The address of one is also the name of the version it made, in graph/history; its RDF is what stands there.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, make_response, render_template, request, url_for

from onrecord.api.http.answers import conditional, content_type, etag, json_response
from onrecord.api.http.compression import accepts_gzip
from onrecord.api.http.context import accept_header, ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import PAGE, negotiate
from onrecord.api.http.parameters import page_number
from onrecord.graph import formats, provenance, terms
from onrecord.graph.changes import Commit
from onrecord.graph.errors import UnknownCommit
from onrecord.graph.formats import by_media_type
from onrecord.graph.text import xml

blueprint = Blueprint("history", __name__)
blueprint.after_request(allow_any_origin)

PATCH: Final = "application/rdf-patch"
_FORMATS: Final = by_media_type(formats.GRAPHS)
_JSON: Final = "application/json"
_A_PAGE: Final = 100
# A page shows so much of a patch; the whole of it is one link away.
_MOST_SHOWN: Final = 64 << 10


@blueprint.get("/history")
def commits() -> Response:
    """Every commit, the newest first, a hundred at a time."""
    chosen = _chosen([_JSON])
    number = page_number()
    tag = etag(ledger().version, "history", chosen, number)
    return conditional(tag, lambda: _listed(number, page=chosen == PAGE))


@blueprint.get("/history/<int:version>")
def commit(version: int) -> Response:
    """One commit: as a page, as JSON, in PROV-O, or the patch itself."""
    chosen = _chosen([_JSON, PATCH, "text/plain", *([] if settings().plain else _FORMATS)])
    # What was committed does not change any more; only the page leads to what came after it.
    followed = chosen == PAGE and version < ledger().version
    return conditional(etag(version, "commit", chosen, followed), lambda: _shown(version, chosen))


@blueprint.get("/history/<int:version>.patch")
def patch(version: int) -> Response:
    """The patch as a file, for links."""
    return conditional(etag(version, "patch"), lambda: _file(version))


def _listed(number: int, *, page: bool) -> Response:
    # Versions are counted without gaps, so it is known where a page begins.
    newest = ledger().version - (number - 1) * _A_PAGE
    shown = ledger().history(newest, _A_PAGE)
    more = newest > _A_PAGE
    if page:
        return make_response(render_template("history.html", commits=shown, number=number, more=more))
    following = url_for("history.commits", page=number + 1) if more else None
    return json_response({"commits": [_described(commit) for commit in shown], "next": following}, indent=2)


def _shown(version: int, chosen: str) -> Response:
    found = _commit(version)
    if chosen == _JSON:
        return json_response(_described(found), indent=2)
    if chosen in _FORMATS:
        return Response(_in_prov(found, chosen), content_type=content_type(chosen))
    if chosen != PAGE:
        return _sent(version, chosen)
    text = b""
    for piece in ledger().patch_pieces(version, as_packed=False)[0]:
        text += piece
        if len(text) > _MOST_SHOWN:
            break
    page = render_template(
        "commit.html",
        commit=found,
        patch=text[:_MOST_SHOWN].decode("utf-8", "ignore"),
        cut=len(text) > _MOST_SHOWN,
        newer=found.version < ledger().version,
    )
    return make_response(page)


def _file(version: int) -> Response:
    _commit(version)
    response = _sent(version, PATCH)
    response.headers["Content-Disposition"] = f'attachment; filename="onrecord-version-{version}.patch"'
    return response


def _sent(version: int, media_type: str) -> Response:
    """The patch; packed, as it lies on the disk, to a client that takes that."""
    accepted = accepts_gzip(request.accept_encodings)
    # Nobody changes the file, so it is read as the client takes it, and costs little where it is not taken.
    pieces, length, is_packed = ledger().patch_pieces(version, as_packed=accepted)
    response = Response(pieces, content_type=content_type(media_type))
    response.content_length = length
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def _commit(version: int) -> Commit:
    newest = ledger().version
    if not 1 <= version <= newest:
        raise UnknownCommit(f"there is no commit {version}: the history goes from 1 to {newest}")
    return ledger().history(version, 1)[0]


def _described(found: Commit) -> dict[str, object]:
    return {**found.to_dict(), "patch": url_for("history.patch", version=found.version)}


def _in_prov(found: Commit, media_type: str) -> bytes:
    triples = sorted((quad.triple for quad in provenance.describe(found, settings().base)), key=str)
    return xml.serialized_graph(triples, _FORMATS[media_type].engine, terms.PREFIXES)


def _chosen(data: list[str]) -> str:
    return negotiate(accept_header(), [*data, PAGE], "The history")
