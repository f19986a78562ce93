"""A statement for bibliographies: /statement/<name>.bib, .csl.json, .ris and .txt."""

from __future__ import annotations

from flask import Blueprint, Response

from onrecord.api.data.linkeddata import described
from onrecord.api.http.addresses import public_root
from onrecord.api.http.answers import conditional, content_type, etag
from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.pages import links
from onrecord.graph.questions import citations
from onrecord.graph.questions.deadline import Deadline

blueprint = Blueprint("citations", __name__)
blueprint.after_request(allow_any_origin)


@blueprint.get("/statement/<name>.<any('bib', 'csl.json', 'ris', 'txt'):suffix>")
def cite(name: str, suffix: str) -> Response:
    """One statement as bibliographies cite it, with the version of the graph that says so."""
    version = ledger().version
    _, media_type, write = citations.FORMATS[suffix]

    def respond() -> Response:
        iri = described(f"statement/{name}")
        page = links.public(iri, settings().base, public_root())
        text = write(citations.of(Deadline(ledger(), settings().page_seconds), iri, version, page))
        response = Response(text, content_type=f"{content_type(media_type).partition(';')[0]}; charset=utf-8")
        response.headers["Onrecord-Version"] = str(version)
        response.headers["Content-Disposition"] = "inline"
        return response

    return conditional(etag(version, "cite", name, suffix), respond)
