"""The graph, or one named graph of it, to take away, current or whole; `version=` gives it as it was, while that is kept."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from onrecord.api.http.answers import etag, not_modified, send
from onrecord.api.http.context import ledger
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.parameters import parameters, sole, version_wanted
from onrecord.graph import formats

blueprint = Blueprint("exports", __name__)
blueprint.after_request(allow_any_origin)

FORMATS: Final = {one.suffix: one for one in formats.EXPORTS}


@blueprint.get(f"/export/current.<any({', '.join(FORMATS)}):suffix>")
def current(suffix: str) -> Response:
    """As export, without the claims that were refuted, retracted or superseded, and what would pass them on as facts."""
    return _send(suffix, current=True)


@blueprint.get(f"/export.<any({', '.join(FORMATS)}):suffix>")
def export(suffix: str) -> Response:
    """Everything, or what `?graph=` names. Turtle has no graph names, so it gives the union; the others keep them."""
    return _send(suffix, current=False)


def _send(suffix: str, *, current: bool) -> Response:
    chosen = FORMATS[suffix]
    given = parameters(request.query_string)
    graph, version = sole(given, "graph"), version_wanted(given)
    what = "current" if current else None

    def tag(at: int) -> str:
        return etag(at, chosen.name, graph, what)

    known = not_modified(tag(ledger().version if version is None else version))
    if known is not None:
        return known
    answer = ledger().export(chosen.name, graph, version=version, current=current)
    response = send(answer, chosen.media_type, tag(answer.version))
    part = "-current" if current else ""
    part += "" if graph is None else "-" + graph.rstrip("/#").rpartition("/")[2]
    filename = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "_" for c in part)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="onrecord-version-{answer.version}{filename}.{suffix}"'
    )
    return response
