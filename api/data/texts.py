"""A text that is kept, at /text/<its SHA-256>.txt, with its licence: only what a version in the graph says may be passed on."""

from __future__ import annotations

from flask import Blueprint, Response

from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.problems import Missing
from onrecord.graph.files.texts import Texts
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.things import contexts

blueprint = Blueprint("texts", __name__)
blueprint.after_request(allow_any_origin)


@blueprint.get("/text/<sha256>.txt")
def text(sha256: str) -> Response:
    """The text with this hash, as it was kept, to the byte; 404 where none is kept that may be passed on."""
    licences = contexts.licences(Deadline(ledger(), settings().page_seconds), sha256)
    kept = Texts(ledger().directory).get(sha256) if licences else None
    if kept is None:
        raise Missing(
            f"No text with the SHA-256 {sha256} is kept here under a licence: the page on a version of a document "
            "leads to its text, where there is one."
        )
    response = Response(kept, content_type="text/plain; charset=utf-8")
    for licence in licences:
        response.headers.add("Link", f'<{licence}>; rel="license"')
    return response
