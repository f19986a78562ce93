"""The graph, or one named graph of it, to take away, current or whole, and tables of it; `version=` gives it as it was, while
that is kept."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from onrecord.api.http.answers import etag, not_modified, send
from onrecord.api.http.context import ledger
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.parameters import given_of, parameters, sole, version_wanted
from onrecord.api.http.problems import BadRequest
from onrecord.graph import formats
from onrecord.graph.exports import tabular

blueprint = Blueprint("exports", __name__)
blueprint.after_request(allow_any_origin)

TABLE_PARAMETERS: Final = ("standing", "version")
FORMATS: Final = {one.suffix: one for one in formats.EXPORTS}


@blueprint.get(f"/export/current.<any({', '.join(FORMATS)}):suffix>")
def current(suffix: str) -> Response:
    """As export, without the claims that were refuted, retracted or superseded, and what would pass them on as facts."""
    return _send(suffix, current=True)


@blueprint.get(f"/export/<any({', '.join(tabular.TABLES)}):table>.<any({', '.join(tabular.FORMATS)}):suffix>")
def whole_table(table: str, suffix: str) -> Response:
    """All claims, statements or relations: a row each, with typed columns. Claims that fell are in it with `standing=all`."""
    given = given_of(TABLE_PARAMETERS)
    version, standing = version_wanted(parameters(request.query_string)), given.get("standing")
    if standing not in (None, "all"):
        raise BadRequest(400, f"standing={standing[:50]} is not known here: give `all`, or leave it out.")

    def tag(at: int) -> str:
        return etag(at, table, suffix, standing)

    known = not_modified(tag(ledger().version if version is None else version))
    if known is not None:
        return known
    answer = ledger().table(table, suffix, version=version, fallen=standing == "all")
    response = send(answer, tabular.FORMATS[suffix], tag(answer.version))
    response.headers["Content-Disposition"] = (
        f'attachment; filename="onrecord-version-{answer.version}-{table}.{suffix}"'
    )
    return response


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
