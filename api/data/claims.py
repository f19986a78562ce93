"""Claims on an event, statements and disputes for programs: JSON that is RDF when expanded, or CSV, in pages by key.

Each answer names its version and the SPARQL query that gives the same rows at /sparql. What was refuted, retracted or
superseded is left out unless `standing` asks for it.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response, request, url_for
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from onrecord.api.data.linkeddata import described
from onrecord.api.http.answers import conditional, content_type, etag, not_modified
from onrecord.api.http.context import accept_header, asking, ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import negotiate
from onrecord.api.http.parameters import Parameters, parameters, sole, version_wanted
from onrecord.api.http.problems import BadRequest
from onrecord.api.pages.paging import absolute
from onrecord.graph import formats, terms
from onrecord.graph.errors import UnknownPlace
from onrecord.graph.questions import is_described, tables
from onrecord.graph.questions.tables import Row, Table, Value

blueprint = Blueprint("claims", __name__)
blueprint.after_request(allow_any_origin)

_JSON: Final = "application/json"
_QUERY: Final = "application/sparql-query"
OFFERS: Final = (_JSON, formats.JSON_LD.media_type, formats.CSV.media_type, _QUERY)
"""The media types of these answers; the last is the query that gives the rows."""
_EVERYWHERE: Final = ("standing", "after", "version", "accept")
CLAIMS_BY: Final = ("measure", "asOf", *_EVERYWHERE)
STATEMENTS_BY: Final = ("speaker", "about", "from", "to", *_EVERYWHERE)
DISPUTES_BY: Final = _EVERYWHERE
"""The parameters that each of these addresses takes."""

_WORDS: Final = frozenset({"kind", "stance", "measure", "standing", "oneStanding", "otherStanding", "mode"})
"""Columns that hold terms of the vocabulary, which JSON names without their namespace."""


def _in_english(term: str) -> dict[str, str]:
    return {"@id": term, "@language": "en"}


def _things(*names: str) -> dict[str, dict[str, str]]:
    return {name: {"@id": f"rec:{name}", "@type": "@id"} for name in names}


def _typed(datatype: str, *names: str) -> dict[str, dict[str, str]]:
    return {name: {"@id": f"rec:{name}", "@type": f"xsd:{datatype}"} for name in names}


CONTEXT: Final[Mapping[str, object]] = {
    "@version": 1.1,
    "@vocab": terms.REC,
    **{prefix: terms.PREFIXES[prefix] for prefix in ("rec", "rdfs", "xsd")},
    "id": "@id",
    "type": "@type",
    "claims": "@graph",
    "statements": "@graph",
    "disputes": "@graph",
    "label": _in_english("rdfs:label"),
    "standingReason": _in_english("rec:standingReason"),
    **_things("claimant", "concerns", "weapon", "weaponOneOf", "ofParty", "scope", "contradicts"),
    **_things("speaker", "speakingAs", "about", "asserts", "rendering", "reportedIn"),
    **{name: {"@id": f"rec:{name}", "@type": "@vocab"} for name in ("stance", "measure", "standing", "mode")},
    **_typed("integer", "atLeast", "atMost", "estimate"),
    **_typed("dateTime", "asOfFrom", "asOfUntil", "saidAt"),
    **_typed("date", "saidOn"),
    **{name: {"@id": f"rec:{name}", "@container": "@language"} for name in ("text", "reportingVerb")},
    # What is worked out for the reader is no triple of the graph.
    **dict.fromkeys(
        ("version", "query", "sparql", "next", "source", "sourceName", "claimantName", "qualifier", "words")
    ),
    **dict.fromkeys(("madeIn", "saidFrom", "saidUntil", "certain", "versions", "documents", "speakerName")),
    **dict.fromkeys(("document", "rules", "reports")),
}
"""The JSON-LD context of all three answers."""


@blueprint.get("/api/events/<path:event>/claims")
def claims_on(event: str) -> Response:
    """What each source says of an event and its parts."""
    iri = absolute(f"{settings().base}event/{event}")

    def table(given: Parameters, after: Sequence[str] | None) -> Table:
        return tables.claims(
            iri,
            measure=sole(given, "measure"),
            moment=sole(given, "asOf"),
            standings=tables.standings_of(sole(given, "standing")),
            after=after,
        )

    return _answer("claims", CLAIMS_BY, table, _claims, lambda _: [iri])


@blueprint.get("/api/statements")
def statements() -> Response:
    """What was said, the latest first."""

    def thing(given: Parameters, name: str) -> str | None:
        value = sole(given, name)
        return None if value is None else absolute(value)

    def table(given: Parameters, after: Sequence[str] | None) -> Table:
        return tables.statements(
            speaker=thing(given, "speaker"),
            about=thing(given, "about"),
            earliest=sole(given, "from"),
            latest=sole(given, "to"),
            standings=tables.standings_of(sole(given, "standing")),
            after=after,
        )

    def named(given: Parameters) -> list[str]:
        return [iri for name in ("speaker", "about") if (iri := thing(given, name)) is not None]

    return _answer("statements", STATEMENTS_BY, table, _statements, named)


@blueprint.get("/api/disputes")
def disputes() -> Response:
    """Claims that contradict each other, each pair once."""

    def table(given: Parameters, after: Sequence[str] | None) -> Table:
        return tables.disputes(standings=tables.standings_of(sole(given, "standing")), after=after)

    return _answer("disputes", DISPUTES_BY, table, _disputes, lambda _: [])


def _answer(
    name: str,
    known: Sequence[str],
    make: Callable[[Parameters, Sequence[str] | None], Table],
    described_as: Callable[[Sequence[Row]], list[dict[str, object]]],
    named: Callable[[Parameters], Sequence[str]],
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
    table = make(given, None if after is None else _place(after))
    solutions = {"solutions": formats.JSON.name, "boolean": formats.JSON.name, "graph": None}
    answer = asking().ask(table.query, solutions, version=version)
    rows = table.rows(_solutions(answer.read()))
    if not rows and after is None:
        _check(named(given))
    following = table.following(rows)
    following_page = None if following is None else _address(given, after=_cursor(following))

    def respond() -> Response:
        if media_type == _QUERY:
            body = table.query
        elif media_type == formats.CSV.media_type:
            body = _csv(table.columns, rows)
        else:
            body = _document(name, answer.version, table.query, following_page, described_as(rows))
        response = Response(body, content_type=content_type(media_type))
        response.headers["Onrecord-Version"] = str(answer.version)
        links = [f'<{_address(given, accept=_QUERY)}>; rel="alternate"; type="{_QUERY}"']
        if following_page is not None:
            links.insert(0, f'<{following_page}>; rel="next"')
        response.headers["Link"] = ", ".join(links)
        return response

    return conditional(tag(answer.version), respond)


def _document(
    name: str, version: int, query: str, following: str | None, shown: list[dict[str, object]]
) -> str:
    document = {
        "@context": CONTEXT,
        "version": version,
        "query": query,
        "sparql": url_for("sparql.sparql", query=query, version=version),
        "next": following,
        name: shown,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _claims(rows: Sequence[Row]) -> list[dict[str, object]]:
    renamed = {"claims": "reports", "statements": "madeIn"}
    return [
        {"id": row["claim"], "type": _word(row, "kind")}
        | {renamed.get(name, name): value for name, value in _cells(row, without=("claim", "kind")).items()}
        for row in rows
    ]


def _statements(rows: Sequence[Row]) -> list[dict[str, object]]:
    wording = ("rendering", "mode", "verb", "verbLanguage", "text", "language", "version", "document")
    found: dict[Value, dict[str, Any]] = {}
    for row in rows:
        iri = str(row["statement"])
        if iri not in found:
            found[iri] = {
                "id": iri,
                "type": "Statement",
                **_cells(row, without=("statement", "claims", *wording)),
            }
            if "claims" in row:
                found[iri]["asserts"] = row["claims"]
        if "rendering" in row:
            found[iri].setdefault("rendering", []).append(_rendering(row))
    return list(found.values())


def _rendering(row: Row) -> dict[str, object]:
    found: dict[str, object] = {"id": row["rendering"], "type": "Rendering"}
    if "mode" in row:
        found["mode"] = _word(row, "mode")
    for name, column, language in (("reportingVerb", "verb", "verbLanguage"), ("text", "text", "language")):
        if column in row:
            found[name] = {str(row.get(language, "@none")): row[column]}
    if "version" in row:
        found["reportedIn"] = row["version"]
    return found | ({"document": row["document"]} if "document" in row else {})


def _disputes(rows: Sequence[Row]) -> list[dict[str, object]]:
    def side(row: Row, which: str) -> dict[str, object]:
        cells = _cells(row, without=())
        own = {name.removeprefix(which): value for name, value in cells.items() if name.startswith(which)}
        return {"id": row[which]} | {name[0].lower() + name[1:]: value for name, value in own.items() if name}

    return [
        side(row, "one")
        | {name: row[name] for name in ("concerns", "rules") if name in row}
        | {"contradicts": side(row, "other")}
        for row in rows
    ]


def _cells(row: Row, without: Sequence[str]) -> dict[str, object]:
    return {
        name: _word(row, name) if name in _WORDS else value
        for name, value in row.items()
        if name not in without and name != "orderedBy"
    }


def _word(row: Row, name: str) -> str:
    return str(row[name]).removeprefix(terms.REC)


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(columns)
    writer.writerows([tables.written(row.get(column)) for column in columns] for row in rows)
    return output.getvalue()


def _solutions(body: bytes) -> list[dict[str, Any]]:
    found = parse_query_results(body, QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)  # noqa: S101  (for the type checker)
    names = [variable.value for variable in found.variables]
    return [{name: cell for name, cell in zip(names, row, strict=True) if cell is not None} for row in found]


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
    except (binascii.Error, ValueError):
        found = None
    if not isinstance(found, list) or not all(isinstance(value, str) for value in found):
        raise UnknownPlace(f"{cursor[:50]!r} is no place in this list: follow its links from its beginning")
    return found
