"""What claims differ between two versions, and why: /history/diff as a page, and as JSON, CSV or Atom for programs and feed readers."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, url_for

from onrecord.api.http.addresses import root
from onrecord.api.http.answers import conditional, content_type, etag
from onrecord.api.http.context import accept_header, ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import PAGE, negotiate
from onrecord.api.http.parameters import given_of, page_number
from onrecord.api.http.problems import BadRequest
from onrecord.api.pages import links
from onrecord.graph import formats
from onrecord.graph.questions.differences import MOST, Difference, differences
from onrecord.graph.questions.tables.differences import as_atom, as_json, as_table

blueprint = Blueprint("differences", __name__)
blueprint.after_request(allow_any_origin)

ATOM: Final = "application/atom+xml"
OFFERS: Final = ("application/json", formats.CSV.media_type, ATOM)
"""The media types of this."""
PARAMETERS: Final = ("from", "to", "page", "accept")
_A_PAGE: Final = 100
_LONGEST: Final = 9


@blueprint.get("/history/diff")
def diff() -> Response:
    """The claims that differ between version `from` and version `to`, the newest where that is not given."""
    given = given_of(PARAMETERS)
    newest = ledger().version
    before, after = _version(given, "from"), _version(given, "to") if "to" in given else newest
    media_type = negotiate(given.get("accept") or accept_header(), [*OFFERS, PAGE], "This")
    number = page_number()

    def respond() -> Response:
        found = differences(ledger(), before, after, most=MOST)
        shown = found[(number - 1) * _A_PAGE : number * _A_PAGE]
        following = None
        if len(found) > number * _A_PAGE:
            kept: dict[str, Any] = {**given, "page": number + 1}
            following = url_for("differences.diff", **kept)
        if media_type == PAGE:
            counts = Counter(one.change for one in found).most_common()
            return make_response(
                render_template(
                    "diff.html",
                    found=shown,
                    counts=counts,
                    before=before,
                    after=after,
                    number=number,
                    following=following,
                )
            )
        response = Response(
            _written(shown, media_type, before, after, following), content_type=content_type(media_type)
        )
        if following is not None:
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response

    # Labels and standings of versions that are not kept are those of the newest.
    return conditional(etag(newest, "diff", before, after, media_type, number, root()), respond)


def _version(given: dict[str, str], name: str) -> int:
    text = given.get(name, "")
    if not text.isdecimal() or not text.isascii() or len(text) > _LONGEST:
        raise BadRequest(
            400,
            f"`{name}` is to be the number of a version, such as {ledger().version}: it is {text[:50]!r}.",
        )
    return int(text)


def _written(found: list[Difference], media_type: str, before: int, after: int, following: str | None) -> str:
    if media_type == ATOM:
        here = root()

        def page(claim: str) -> str:
            path = links.page(claim, settings().base) or ""
            return f"{here}{path}" if path.startswith("/") else claim

        return as_atom(found, before, after, here, page)
    if media_type == formats.CSV.media_type:
        return as_table(found)
    document = {"from": before, "to": after, "next": following, "differences": as_json(found)}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
