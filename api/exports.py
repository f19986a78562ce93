"""The whole graph, or one named graph of it, to take away."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from onrecord.api.answers import etag, send, unchanged
from onrecord.api.problems import BadRequest
from onrecord.api.security import allow_any_origin
from onrecord.api.service import ledger

blueprint = Blueprint("exports", __name__)
blueprint.after_request(allow_any_origin)

FORMATS: Final = {
    "ttl": ("turtle", "text/turtle"),
    "nq": ("nquads", "application/n-quads"),
    "trig": ("trig", "application/trig"),
}


@blueprint.get("/export.<any(ttl, nq, trig):suffix>")
def export(suffix: str) -> Response:
    """Everything, or what `?graph=` names. Turtle has no graph names, so it gives the union; the others keep them."""
    name, media_type = FORMATS[suffix]
    graphs = request.args.getlist("graph")
    if len(graphs) > 1:
        raise BadRequest(400, "The parameter `graph` is given more than once: ask for one graph, or for all.")
    graph = graphs[0] if graphs else None
    known = unchanged(etag(ledger().version, name, graph))
    if known is not None:
        return known
    answer = ledger().export(name, graph)
    response = send(answer, media_type, etag(answer.version, name, graph))
    part = "" if graph is None else "-" + graph.rstrip("/#").rpartition("/")[2]
    filename = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "_" for c in part)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="onrecord-version-{answer.version}{filename}.{suffix}"'
    )
    return response
