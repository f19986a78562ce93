"""Search, for people at /search and for programs at /api/search: the same words, the same results."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from onrecord.api.http.answers import conditional, etag, json_response, not_modified
from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.parameters import parameters, sole
from onrecord.api.http.problems import BadRequest
from onrecord.api.pages.reading import languages, varied
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.searching import MOST, Found, search
from onrecord.graph.questions.things.loader import readers_of
from onrecord.graph.search.fulltext import CLOSED, OPENED
from onrecord.graph.search.versioned import KINDS

blueprint = Blueprint("search", __name__)

_FOUND: Final = re.compile(f"{OPENED}(.*?){CLOSED}")


@blueprint.get("/search")
def page() -> Response:
    """The page with what has the words in `q`, of one kind if `kind` is given."""
    text, kind, _ = _asked()

    def show(found: Found | None) -> Response:
        return make_response(
            render_template("search.html", text=text, kind=kind, kinds=KINDS, found=found, marked=_marked)
        )

    return _answer("page", show)


@blueprint.get("/api/search")
def results() -> Response:
    """The same as JSON; `limit` is how many results at most."""

    def show(found: Found | None) -> Response:
        return json_response(_document(found), indent=1)

    return allow_any_origin(_answer("json", show))


def _answer(form: str, show: Any) -> Response:
    with readers_of(languages()):
        return _answered(form, show)


def _answered(form: str, show: Any) -> Response:
    text, kind, limit = _asked()
    source = Deadline(ledger(), settings().page_seconds)
    version = ledger().version
    wanted = languages()
    tag = etag(version, "search", form, text, kind, limit, wanted)
    known = not_modified(tag)
    if known is not None:
        return varied(known)
    if not text:
        return varied(conditional(tag, lambda: show(None)))
    found = search(ledger(), source, text, kind, limit)
    if found.version == version:
        return varied(conditional(tag, lambda: show(found)))
    response: Response = show(found)
    response.headers["Cache-Control"] = "no-store"
    return varied(response)


def _asked() -> tuple[str, str | None, int]:
    given = parameters(request.query_string)
    limit = sole(given, "limit") or str(MOST)
    if not re.fullmatch(r"[0-9]{1,3}", limit) or not 1 <= int(limit) <= MOST:
        raise BadRequest(400, f"limit={limit[:50]!r} is not how many results there may be: give 1 to {MOST}.")
    return " ".join((sole(given, "q") or "").split()), sole(given, "kind") or None, int(limit)


def _document(found: Found | None) -> dict[str, Any]:
    if found is None:
        raise BadRequest(400, "There is nothing to search for: give words in `q`.")
    return {
        "version": found.version,
        "newest": found.newest,
        "instead": found.instead,
        "results": [
            {
                "id": result.hit.iri,
                "kind": result.hit.kind,
                "label": result.name.text,
                **({"own": {"text": own[0], "language": own[1]}} if (own := result.name.translated) else {}),
                "day": result.hit.day,
                "standing": result.standing and result.standing.text,
                "excerpt": result.hit.excerpt.replace(OPENED, "").replace(CLOSED, ""),
            }
            for result in found.results
        ],
    }


def _marked(excerpt: str) -> Markup:
    """Words with those that were found marked, and everything else as text."""
    pieces = _FOUND.split(excerpt)
    mark = Markup("<mark>{}</mark>")
    return Markup("").join(mark.format(piece) if place % 2 else piece for place, piece in enumerate(pieces))
