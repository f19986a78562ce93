"""What was changed, when, by whom and why: /history for all commits, /history/<version> for one, with its RDF patch.

The address of one is also the name of the version it made, in graph/history; as RDF it tells what stands there.
"""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request, url_for
from pyoxigraph import serialize

from onrecord.api.http.answers import content_type, etag, unchanged
from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import PAGE, negotiate
from onrecord.api.http.parameters import page_number
from onrecord.graph import formats, provenance, terms
from onrecord.graph.changes import Commit
from onrecord.graph.errors import UnknownCommit
from onrecord.graph.formats import by_media_type

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
    known = unchanged(tag)
    if known is not None:
        return _varied(known)
    everything = ledger().history()
    shown = everything[(number - 1) * _A_PAGE : number * _A_PAGE]
    more = len(everything) > number * _A_PAGE
    if chosen == PAGE:
        response = make_response(render_template("history.html", commits=shown, number=number, more=more))
    else:
        following = url_for("history.commits", page=number + 1) if more else None
        response = _json({"commits": [_told(commit) for commit in shown], "next": following})
    return _tagged(response, tag)


@blueprint.get("/history/<int:version>")
def commit(version: int) -> Response:
    """One commit: as a page, as JSON, in PROV-O, or the patch itself."""
    chosen = _chosen([_JSON, PATCH, "text/plain", *([] if settings().plain else _FORMATS)])
    found = _commit(version)
    # What was committed does not change any more, whatever version the graph is at.
    tag = etag(version, "commit", found.id, chosen)
    known = unchanged(tag)
    if known is not None:
        return _varied(known)
    if chosen == _JSON:
        return _tagged(_json(_told(found)), tag)
    if chosen in _FORMATS:
        return _tagged(Response(_in_prov(found, chosen), content_type=content_type(chosen)), tag)
    text = ledger().patch(version)
    if chosen != PAGE:
        return _tagged(Response(text, content_type=content_type(chosen)), tag)
    shown = text[:_MOST_SHOWN].decode("utf-8", "ignore")
    page = render_template(
        "commit.html",
        commit=found,
        patch=shown,
        cut=len(text) > _MOST_SHOWN,
        newer=found.version < ledger().version,
    )
    return _tagged(make_response(page), tag if found.version < ledger().version else None)


@blueprint.get("/history/<int:version>.patch")
def patch(version: int) -> Response:
    """The patch as a file, for links."""
    found = _commit(version)
    tag = etag(version, "patch", found.id)
    known = unchanged(tag)
    if known is not None:
        return known
    response = _tagged(Response(ledger().patch(version), content_type=content_type(PATCH)), tag)
    response.headers["Content-Disposition"] = f'attachment; filename="onrecord-version-{version}.patch"'
    return response


def _commit(version: int) -> Commit:
    everything = ledger().history()
    # Versions are counted without gaps, so the place of one in the list is known.
    place = (everything[0].version if everything else 0) - version
    if version < 1 or place < 0 or place >= len(everything):
        newest = everything[0].version if everything else 0
        raise UnknownCommit(f"there is no commit {version}: the history goes from 1 to {newest}")
    return everything[place]


def _told(found: Commit) -> dict[str, object]:
    return {**found.to_dict(), "patch": url_for("history.patch", version=found.version)}


def _in_prov(found: Commit, media_type: str) -> bytes:
    said = sorted((quad.triple for quad in provenance.describe(found, settings().base)), key=str)
    return serialize(said, format=_FORMATS[media_type].engine, prefixes=dict(terms.PREFIXES)) or b""


def _chosen(data: list[str]) -> str:
    return negotiate(request.headers.get("Accept"), [*data, PAGE], "The history")


def _json(told: object) -> Response:
    return Response(json.dumps(told, ensure_ascii=False, indent=2) + "\n", content_type=_JSON)


def _tagged(response: Response, tag: str | None) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    if tag is not None:
        response.headers["ETag"] = tag
    return _varied(response)


def _varied(response: Response) -> Response:
    response.vary.add("Accept")
    return response
