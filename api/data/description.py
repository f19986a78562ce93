"""The service and the data set described for machines: at /sparql without a query, /.well-known/void, and / by Accept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from flask import Blueprint, Response, current_app, request
from pyoxigraph import RdfFormat, Triple, serialize

from onrecord.api.http.answers import content_type, etag, unchanged
from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import choose
from onrecord.graph.errors import NotAcceptable
from onrecord.graph.figures import PREFIXES, Describer

blueprint = Blueprint("description", __name__)
blueprint.after_request(allow_any_origin)

FORMATS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_KEY: Final = "onrecord.describer"


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The data set, where the VoID note says to look for it."""
    return dataset()


def dataset() -> Response:
    """What the data set is, how much there is of it, where to get it."""
    return _told("dataset", request.headers.get("Accept"))


def service(accept: str | None) -> Response:
    """What the SPARQL service is and can do."""
    return _told("service", accept)


def _told(what: str, accept: str | None) -> Response:
    media_type = choose(accept, list(FORMATS))
    if media_type is None:
        raise NotAcceptable(
            f"The description does not come as {accept}: there is {', '.join(FORMATS)}.", list(FORMATS)
        )
    root = request.url_root
    tag = etag(ledger().version, what, media_type, root)
    known = unchanged(tag)
    if known is not None:
        known.vary.add("Accept")
        return known
    describer = _describer()
    version = describer.figures().version
    triples = describer.dataset(root) if what == "dataset" else describer.service(root)
    response = Response(_written(triples, FORMATS[media_type]), content_type=content_type(media_type))
    response.headers["ETag"] = etag(version, what, media_type, root)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Onrecord-Version"] = str(version)
    response.vary.add("Accept")
    return response


def _written(triples: Sequence[Triple], format_: RdfFormat) -> bytes:
    used = " ".join(f"{t.predicate.value} {t.object}" for t in triples)
    prefixes = {name: namespace for name, namespace in PREFIXES.items() if namespace in used}
    return serialize(triples, format=format_, prefixes=prefixes) or b""


def _describer() -> Describer:
    if _KEY not in current_app.extensions:
        current_app.extensions[_KEY] = Describer(ledger(), settings())
    return cast("Describer", current_app.extensions[_KEY])
