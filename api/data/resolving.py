"""Who or what a name may stand for, in any script and spelling, with the reason: JSON for programs that match names."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from onrecord.api.http.answers import conditional, etag, json_response
from onrecord.api.http.context import accept_header, ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import negotiate
from onrecord.api.http.parameters import parameters, sole
from onrecord.api.http.problems import BadRequest
from onrecord.graph.questions.network.shown import OLD, keeps_relations
from onrecord.graph.questions.resolving import KINDS, LONGEST, NAMED
from onrecord.graph.questions.resolving import resolve as found_by

blueprint = Blueprint("resolving", __name__)
blueprint.after_request(allow_any_origin)

OFFERS: Final = ("application/json",)
PARAMETERS: Final = ("name", "kind")
"""The parameters of this address."""


@blueprint.get("/api/resolve")
def resolve() -> Response:
    """The things that a name may stand for, the likeliest first; none where none has a name like it."""
    given = parameters(request.query_string)
    unknown = sorted(given.keys() - set(PARAMETERS))
    if unknown:
        raise BadRequest(
            400, f"There is no parameter `{unknown[0][:50]}` here: there are {', '.join(PARAMETERS)}."
        )
    name, kind = sole(given, "name") or "", sole(given, "kind")
    if not name.strip() or len(name) > LONGEST:
        raise BadRequest(400, f"Give a `name` of 1 to {LONGEST} characters, such as ?name=Zelenskyi.")
    if kind is not None and kind not in KINDS:
        raise BadRequest(400, f"There is no kind {kind[:50]!r}: there are {', '.join(KINDS)}.")
    negotiate(accept_header(), list(OFFERS), "This")
    version = ledger().version
    tag = etag(version, request.full_path)

    def respond() -> Response:
        found = found_by(ledger(), name, NAMED if kind is None else [kind])
        matches = [
            {
                "id": match.iri,
                "name": match.name,
                "likeness": round(match.likeness),
                "reason": match.reason,
            }
            for match in found
        ]
        document: dict[str, object] = {"version": version, "name": name, "matches": matches}
        if not matches and not settings().plain and not keeps_relations(ledger()):
            document["message"] = f"No names are kept in this graph. {OLD}"
        response = json_response(document)
        response.headers["Onrecord-Version"] = str(version)
        return response

    return conditional(tag, respond)
