"""Claims on an event, statements, disputes and changes for programs: JSON that is RDF when expanded, or CSV, in pages by key.

Each answer names its version and the SPARQL query that gives the same rows at /sparql. What was refuted, retracted or
superseded is left out unless `standing` asks for it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request, url_for
from pyoxigraph import NamedNode

from onrecord.api.data.linkeddata import described
from onrecord.api.http.answers import conditional, content_type, etag, not_modified
from onrecord.api.http.context import accept_header, asking, ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import negotiate
from onrecord.api.http.parameters import Parameters, parameters, sole, version_wanted
from onrecord.api.http.problems import BadRequest
from onrecord.api.pages.paging import absolute
from onrecord.graph import formats
from onrecord.graph.errors import BadParameter, UnknownPlace
from onrecord.graph.questions import is_described
from onrecord.graph.questions.tables import jsonld, relayed, revisions, series, tables
from onrecord.graph.questions.tables.tables import Cursor, Row, Table
from onrecord.graph.rows import solutions
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    from onrecord.graph.ledger import Term

blueprint = Blueprint("claims", __name__)
blueprint.after_request(allow_any_origin)

_JSON: Final = "application/json"
_QUERY: Final = "application/sparql-query"
OFFERS: Final = (_JSON, formats.JSON_LD.media_type, formats.CSV.media_type, _QUERY)
"""The media types of these answers; the last is the query that gives the rows."""
_EVERYWHERE: Final = ("standing", "after", "version", "accept")
CLAIMS_BY: Final = ("measure", "asOf", "latest", *_EVERYWHERE)
STATEMENTS_BY: Final = ("speaker", "about", "from", "to", *_EVERYWHERE)
DISPUTES_BY: Final = ("event", "measure", "asOf", *_EVERYWHERE)
CHANGES_BY: Final = ("from", "to", "after", "version", "accept")
"""The parameters that each of these addresses takes."""

_SOLUTIONS: Final = {"solutions": formats.JSON.name, "boolean": formats.JSON.name, "graph": None}


@blueprint.get("/api/events/<path:event>/claims")
def claims_on(event: str) -> Response:
    """What each source says of an event and its parts; with `latest`, the newest count of each thing that was counted."""
    iri = absolute(f"{settings().base}event/{event}")

    def table(given: Parameters, after: Cursor) -> Table:
        measure, moment, standing = (sole(given, name) for name in ("measure", "asOf", "standing"))
        chosen = None
        if sole(given, "latest") is not None:
            chosen = _latest(given, iri)
        return tables.claims(
            iri,
            measure=measure,
            moment=moment,
            standings=tables.standings_of(standing),
            chosen=chosen,
            after=after,
        )

    return _answer("claims", CLAIMS_BY, table, jsonld.claims, lambda _: [iri], _with_relays)


def _with_relays(rows: Sequence[Row], version: int) -> list[Row]:
    """The rows, with `via`: through whom alone what they say is known."""
    known = relayed.through(_AskedVersion(version), rows)
    return [{**row, **({"via": list(found)} if (found := relayed.via(row, known)) else {})} for row in rows]


def _latest(given: Parameters, event: str) -> list[str]:
    """The claims with the newest counts."""
    measure = sole(given, "measure")
    if sole(given, "latest") != "true" or measure is None or sole(given, "standing") is not None:
        raise BadParameter(
            "`latest=true` asks for the newest counts of one measure among the claims that count: give `measure` with it, and no "
            "`standing`"
        )
    rows = series.latest(_AskedVersion(version_wanted(given)), event, measure, sole(given, "asOf"))
    return [claim for row in rows for claim in series.reports(row)]


@dataclass(frozen=True, slots=True)
class _AskedVersion:
    """One version, the newest for None, asked our own questions as a client asks: from answers that are kept, and counted."""

    number: int | None

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows."""
        values = {
            name: str(NamedNode(value) if isinstance(value, str) else value)
            for name, value in bindings.items()
        }
        answer = asking().ask(
            bind(text, values), _SOLUTIONS, default_graphs=default_graphs or (), version=self.number
        )
        return solutions(answer.read())


@blueprint.get("/api/statements")
def statements() -> Response:
    """What was said, the latest first."""

    def table(given: Parameters, after: Cursor) -> Table:
        return tables.statements(
            speaker=_thing(given, "speaker"),
            about=_thing(given, "about"),
            earliest=sole(given, "from"),
            latest=sole(given, "to"),
            standings=tables.standings_of(sole(given, "standing")),
            after=after,
        )

    return _answer(
        "statements", STATEMENTS_BY, table, jsonld.statements, lambda given: _named(given, "speaker", "about")
    )


@blueprint.get("/api/disputes")
def disputes() -> Response:
    """Claims that contradict each other, each pair once; with `asOf`, those that may have by then."""

    def table(given: Parameters, after: Cursor) -> Table:
        return tables.disputes(
            event=_thing(given, "event"),
            measure=sole(given, "measure"),
            moment=sole(given, "asOf"),
            standings=tables.standings_of(sole(given, "standing")),
            after=after,
        )

    return _answer("disputes", DISPUTES_BY, table, jsonld.disputes, lambda given: _named(given, "event"))


@blueprint.get("/api/documents/<path:document>/changes")
def changes(document: str) -> Response:
    """What changed between two versions of a document: claims gone, new and changed."""
    iri = absolute(f"{settings().base}document/{document}")

    def table(given: Parameters, after: Cursor) -> Table:
        _check([iri])
        at = _AskedVersion(version_wanted(given))
        earlier, later = revisions.choose(at, iri, sole(given, "from"), sole(given, "to"))
        return tables.changes(earlier, later, after=after)

    return _answer("changes", CHANGES_BY, table, jsonld.changes, lambda _: [])


_KINDS: Final = {"speaker": "actor/", "event": "event/"}
"""What the IRI of a parameter's value begins with, after the base."""


def _thing(given: Parameters, name: str) -> str | None:
    """The IRI that a parameter gives: whole, after the base, or its end alone, as the commands take it."""
    value = sole(given, name)
    if value is None:
        return None
    if not value:
        raise BadParameter(
            f"`{name}` is empty: give an IRI, or its part after {settings().base}, or leave it out"
        )
    return absolute(value if "/" in value else _KINDS.get(name, "") + value)


def _named(given: Parameters, *names: str) -> list[str]:
    return [iri for name in names if (iri := _thing(given, name)) is not None]


def _answer(  # noqa: PLR0913, PLR0917
    name: str,
    known: Sequence[str],
    make: Callable[[Parameters, Cursor], Table],
    described_as: Callable[[Sequence[Row]], list[dict[str, object]]],
    named: Callable[[Parameters], Sequence[str]],
    completed: Callable[[Sequence[Row], int], list[Row]] | None = None,
) -> Response:
    given = parameters(request.query_string)
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise BadRequest(
            400, f"There is no parameter `{unknown[0][:50]}` here: there are {', '.join(known)}."
        )
    media_type = negotiate(sole(given, "accept") or accept_header(), list(OFFERS), "This")
    version = version_wanted(given)

    def tag(at: int) -> str:
        return etag(at, request.full_path, media_type)

    unchanged = not_modified(tag(ledger().version if version is None else version))
    if unchanged is not None:
        return unchanged
    after = sole(given, "after")
    table, rows, answered = _page(partial(make, given), None if after is None else _place(after), version)
    if not rows and after is None:
        _check(named(given))
    following = table.following(rows)
    following_page = None if following is None else _address(given, after=_cursor(following))

    def respond() -> Response:
        shown = rows if completed is None or media_type == _QUERY else completed(rows, answered)
        if media_type == _QUERY:
            body = table.query
        elif media_type == formats.CSV.media_type:
            body = jsonld.as_csv([*table.columns, *(["via"] if completed else [])], shown)
        else:
            body = _document(name, answered, table.query, following_page, described_as(shown))
        response = Response(body, content_type=content_type(media_type))
        response.headers["Onrecord-Version"] = str(answered)
        links = [f'<{_address(given, accept=_QUERY)}>; rel="alternate"; type="{_QUERY}"']
        if following_page is not None:
            links.insert(0, f'<{following_page}>; rel="next"')
        response.headers["Link"] = ", ".join(links)
        return response

    return conditional(tag(answered), respond)


def _page(
    make: Callable[[Cursor], Table], after: Cursor, version: int | None
) -> tuple[Table, list[Row], int]:
    """The page of a table that begins at a place, its rows, and the version that was asked."""
    table = make(after)
    answer = asking().ask(table.query, _SOLUTIONS, version=version)
    rows = table.rows(solutions(answer.read()))
    following = table.following(rows)
    if not rows and following is not None:
        # None has a day: those without one follow at once, and no empty page stands before them.
        return _page(make, following, answer.version)
    return table, rows, answer.version


def _document(
    name: str, version: int, query: str, following: str | None, shown: list[dict[str, object]]
) -> str:
    document = {
        "@context": jsonld.CONTEXT,
        "version": version,
        "query": query,
        "sparql": url_for("sparql.sparql", query=query, version=version),
        "next": following,
        name: shown,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _check(things: Sequence[str]) -> None:
    """404 for a thing of which the graph says nothing, with what might have been meant: no rows would mislead."""
    base = settings().base
    for iri in things:
        if not is_described(ledger(), iri):
            described(iri.removeprefix(base))


def _address(given: Parameters, **other: str) -> str:
    kept = {name: values[0] for name, values in given.items()} | other
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept})


def _cursor(place: Sequence[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str) -> list[str]:
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(value, str) for value in found):
        raise UnknownPlace(f"{cursor[:50]!r} is no place in this list: follow its links from its beginning")
    return found
