"""The network of relations for programs, with the words that every edge rests on."""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Response, request

from onrecord.api.data.linkeddata import described
from onrecord.api.http.answers import conditional, etag
from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.parameters import parameters, sole
from onrecord.api.http.problems import BadRequest
from onrecord.graph.questions import is_described, network
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.network import Network, Wanted

blueprint = Blueprint("network", __name__)
blueprint.after_request(allow_any_origin)

BY: Final = ("ego", "to", "steps", "off", "from", "until", "asOf", "colour", "standing")
"""The parameters of a network."""


@blueprint.get("/network.json")
def as_json() -> Response:
    """The network around `ego`, or on the way from there `to` another actor."""

    def respond() -> Response:
        found = _found(_wanted())
        body = json.dumps(network.document(found, settings().base, ledger().version), ensure_ascii=False)
        return Response(body + "\n", content_type="application/json")

    return conditional(etag(ledger().version, request.full_path), respond)


def _wanted() -> Wanted:
    given = parameters(request.query_string)
    unknown = sorted(given.keys() - set(BY))
    if unknown:
        raise BadRequest(400, f"There is no parameter `{unknown[0][:50]}` here: there are {', '.join(BY)}.")
    one_each = {name: value for name in given if (value := sole(given, name)) is not None}
    return network.wanted(one_each, settings().base)


def _found(asked: Wanted) -> Network:
    source = Deadline(ledger(), settings().page_seconds)
    for iri in (asked.ego, asked.to):
        if iri is not None and not is_described(source, iri):
            described(iri.removeprefix(settings().base))
    return network.network(source, asked)
