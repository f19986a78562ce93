"""All addresses of the service in OpenAPI 3.1, for programs that make clients and for those that try to break servers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response

import onrecord
from onrecord.api.data import claims, exports, linkeddata, resolving, service_description
from onrecord.api.data.history import PATCH
from onrecord.api.http import answers
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import PAGE
from onrecord.api.http.problems import JSON as PROBLEM
from onrecord.api.sparql import protocol, store
from onrecord.graph.questions import citations, lists, searching
from onrecord.graph.questions.claims import disputing
from onrecord.graph.questions.network import as_tables
from onrecord.graph.questions.network import asked as relations
from onrecord.graph.questions.network.formats import FORMATS
from onrecord.graph.questions.resolving import KINDS, LONGEST

blueprint = Blueprint("openapi", __name__)
blueprint.after_request(allow_any_origin)

_Described = dict[str, Any]
_RESULTS: Final = list(dict.fromkeys([*answers.RESULTS, *answers.GRAPHS]))
_TEXT: Final = {"type": "string"}
_DAY: Final = {"type": "string", "format": "date"}
_IRIS: Final = {"type": "array", "items": {"type": "string", "format": "iri"}}
_WRITTEN: Final = {
    "type": "object",
    "properties": {name: {"type": "integer"} for name in ("version", "added", "removed")},
    "required": ["version", "added", "removed"],
}
_WRITE_ERRORS: Final = (400, 401, 403, 411, 412, 413, 415, 422, 501, 502, 503, 504, 507)
_READ_ERRORS: Final = (400, 406, 410, 413, 415, 501, 502, 503, 504, 507)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """This description."""
    response = Response(json.dumps(document(), indent=1) + "\n", content_type="application/json")
    response.headers["Cache-Control"] = "max-age=3600"
    return response


def document() -> _Described:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "onrecord",
            "version": onrecord.__version__,
            "description": "Who did what, who said what, and on whose word: a knowledge graph over SPARQL and linked data.",
            "license": {
                "name": "Apache-2.0 (code), CC BY 4.0 (data)",
                "identifier": "Apache-2.0 AND CC-BY-4.0",
            },
        },
        "paths": {
            **_sparql(),
            **_store(),
            **_data(),
            **_tables(),
            **_networks(),
            **_pages(),
            **_operations(),
        },
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "the token as the password, with any user name; not from browsers",
                },
            },
            "responses": {
                "Problem": {
                    "description": "What is wrong and what helps, as RFC 9457 has it",
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "properties": {
                        "type": _TEXT,
                        "title": _TEXT,
                        "status": {"type": "integer"},
                        "detail": _TEXT,
                    },
                    "required": ["type", "title", "status", "detail"],
                },
                "Written": _WRITTEN,
            },
        },
    }


def _sparql() -> _Described:
    asked = [
        _parameter("query", _TEXT, "the query; without one, the service is described"),
        _parameter("default-graph-uri", _IRIS, "graphs that make up the default graph"),
        _parameter("named-graph-uri", _IRIS, "graphs that GRAPH ranges over"),
        _VERSION,
        _parameter("accept", _TEXT, "a media type, in place of the Accept header"),
    ]
    used = [
        _parameter("using-graph-uri", _IRIS, "graphs that make up the default graph of an update"),
        _parameter("using-named-graph-uri", _IRIS, "graphs that GRAPH in an update ranges over"),
    ]
    form = {
        "type": "object",
        "properties": {entry["name"]: entry["schema"] for entry in [*asked, *used]} | {"update": _TEXT},
    }
    body = _body({protocol.FORM: form, protocol.QUERY: _TEXT, protocol.UPDATE: _TEXT})
    return {
        "/sparql": {
            "get": _operation("Ask a SPARQL query", _RESULTS, asked, errors=_READ_ERRORS),
            "post": {
                **_operation(
                    "Ask a SPARQL query, or make a SPARQL update (with a token)",
                    [*_RESULTS, "application/json"],
                    [*asked[1:], *used, _IF_MATCH, _MESSAGE],
                    errors=(*_WRITE_ERRORS, 406, 410),
                ),
                "requestBody": body,
                "security": [{}, {"token": []}, {"password": []}],
            },
        }
    }


def _store() -> _Described:
    by_parameter = [
        _parameter("graph", {"type": "string", "format": "iri"}, "the IRI of the graph"),
        _parameter(
            "default", {"type": "string", "maxLength": 0}, "the default graph, in place of a named one"
        ),
    ]
    by_path = [_in_path("path", "the end of the graph's IRI, after the base")]
    return {
        "/store": _graph(by_parameter, "; to no graph in particular, make one and say where"),
        "/store/{path}": _graph(by_path, ""),
    }


def _graph(named: list[_Described], posted: str) -> _Described:
    guards = [_IF_MATCH, _header("If-None-Match", "* so that an existing graph is not overwritten"), _MESSAGE]
    body = _body(dict.fromkeys([*store.OFFERS, "multipart/form-data"], _TEXT))
    errors = (*_WRITE_ERRORS, 404)

    def write(summary: str, *statuses: int) -> _Described:
        operation = _operation(summary, [], [*named, *guards], errors=errors)
        made = {str(status): {"description": "Done"} for status in statuses}
        return {
            **operation,
            "responses": made | operation["responses"],
            "security": [{"token": []}, {"password": []}],
        }

    return {
        "get": _operation("Read a graph", list(store.OFFERS), named, errors=(400, 404, 406)),
        "put": {**write("Make a document the whole of a graph", 201, 204), "requestBody": body},
        "post": {**write(f"Add documents to a graph{posted}", 201, 204), "requestBody": body},
        "delete": write("Remove a graph", 204),
    }


def _data() -> _Described:
    version = _in_path("version", "the number of a version", {"type": "integer", "minimum": 1})
    suffix = _in_path("suffix", "the format", {"enum": list(exports.FORMATS)})
    dumps = [one.media_type for one in exports.FORMATS.values()]
    graph = _parameter("graph", {"type": "string", "format": "iri"}, "one graph, in place of all")
    name = _in_path(
        "name", "the end of an IRI after the base, with .html, .ttl, .nt, .rdf or .jsonld for one form"
    )
    deref = _operation("What is known of a thing", list(linkeddata.OFFERS), [name], errors=(404, 406))
    deref["responses"]["303"] = {"description": "The thing itself cannot be sent; a description is elsewhere"}
    return {
        "/export/current.{suffix}": {
            "get": _operation(
                "What is current, to take away: without claims that were refuted, retracted or superseded",
                dumps,
                [suffix, graph, _VERSION],
                errors=(400, 404, 410),
            )
        },
        "/export.{suffix}": {
            "get": _operation(
                "Everything, to take away, also what no longer stands",
                dumps,
                [suffix, graph, _VERSION],
                errors=(400, 404, 410),
            )
        },
        "/history": {
            "get": _operation(
                "What was changed, the newest first",
                ["application/json", PAGE],
                [_PAGE],
                errors=(400, 406),
            )
        },
        "/history/{version}": {
            "get": _operation(
                "One change",
                ["application/json", PATCH, "text/plain", *service_description.FORMATS, PAGE],
                [version],
                errors=(404, 406),
            )
        },
        "/history/{version}.patch": {
            "get": _operation("One change, as a file", [PATCH], [version], errors=(404,))
        },
        "/.well-known/void": {
            "get": _operation(
                "The data set described in VoID and DCAT",
                list(service_description.FORMATS),
                [],
                errors=(406,),
            )
        },
        "/feed.atom": {
            "get": _operation(
                "Statements that are new or were corrected", ["application/atom+xml"], [], errors=(504,)
            )
        },
        "/sitemap.xml": {
            "get": _operation("Pages, for search engines", ["application/xml"], [], errors=(504,))
        },
        "/robots.txt": {"get": _operation("What robots need not read", ["text/plain"], [])},
        "/statement/{name}.{suffix}": {
            "get": _operation(
                "A statement for bibliographies",
                [media_type for _, media_type, _ in citations.FORMATS.values()],
                [
                    _in_path("name", "the statement's name"),
                    _in_path("suffix", "the format", {"enum": list(citations.FORMATS)}),
                ],
                errors=(404, 504),
            )
        },
        "/{name}": {"get": deref},
    }


def _tables() -> _Described:
    about = {
        "measure": _parameter("measure", _TEXT, "a measure of the vocabulary, such as killed"),
        "asOf": _parameter(
            "asOf",
            {"type": "string", "format": "date-time"},
            "only what may have been said by this moment; `certain` tells where it surely was",
        ),
        "event": _parameter(
            "event", _TEXT, "over which event: an IRI, or its part after the base; its parts count too"
        ),
        "latest": _parameter(
            "latest",
            {"enum": ["true"]},
            "only the newest count of each thing that was counted; with `measure`, and by `asOf` if given",
        ),
        "speaker": _parameter("speaker", _TEXT, "who spoke: an IRI, or its part after the base"),
        "about": _parameter("about", _TEXT, "of whom or what: an IRI, or its part after the base"),
        "from": _parameter("from", {"type": "string", "format": "date"}, "the first day"),
        "to": _parameter("to", {"type": "string", "format": "date"}, "the last day"),
        "standing": _parameter(
            "standing",
            _TEXT,
            "all, or some of stands, contested, superseded, retracted, refuted with commas between; without it, claims that "
            "stand or are contested",
        ),
        "after": _parameter("after", _TEXT, "where the page begins: what the link to the next one has"),
        "version": _VERSION,
        "accept": _parameter("accept", _TEXT, "a media type, in place of the Accept header"),
    }

    def table(
        summary: str,
        names: Sequence[str],
        in_path: Sequence[_Described] = (),
        own: _Described | None = None,
    ) -> _Described:
        given = [*in_path, *((about | (own or {}))[name] for name in names)]
        return {"get": _operation(summary, list(claims.OFFERS), given, errors=(*_READ_ERRORS, 404))}

    event = _in_path("event", "the end of the event's IRI, after event/")
    return {
        "/api/events/{event}/claims": table(
            "What each source says of an event and its parts, a row for each source and figure",
            claims.CLAIMS_BY,
            [event],
        ),
        "/api/statements": table("What was said, the latest first, those undated last", claims.STATEMENTS_BY),
        "/api/search": {
            "get": _operation(
                "What has all of some words, the likest first",
                ["application/json"],
                [
                    _parameter("q", _TEXT, "the words, in any script and spelling"),
                    _parameter("kind", {"enum": list(searching.KINDS)}, "of one kind only"),
                    _parameter(
                        "limit",
                        {"type": "integer", "minimum": 1, "maximum": searching.MOST},
                        "how many at most",
                    ),
                ],
                errors=(400, 503, 504),
            )
        },
        "/api/documents/{document}/changes": table(
            "What changed between two versions of a document, `from` and `to`: claims gone, new and changed, with their words",
            claims.CHANGES_BY,
            [_DOCUMENT],
            _COMPARED,
        ),
        "/api/disputes": table("Claims that contradict each other, each pair once", claims.DISPUTES_BY),
        "/api/resolve": {
            "get": _operation(
                "Who or what a name may stand for, in any script and spelling, the likeliest first, with the reason",
                list(resolving.OFFERS),
                [
                    _parameter("name", _TEXT | {"maxLength": LONGEST}, "the name") | {"required": True},
                    _parameter("kind", {"enum": list(KINDS)}, "only things of this kind"),
                ],
                errors=_READ_ERRORS,
            )
        },
    }


def _networks() -> _Described:
    about = {
        "ego": "whose network: an actor's IRI, or its part after the base; everybody's without it",
        "to": "another actor: the ways from one to the other",
        "steps": f"how far from the first actor, 1 to {relations.MOST_STEPS}",
        "off": "kinds of relation that are left out, with commas between",
        "from": "only what was so or was said on this day or later",
        "until": "only what was so or was said on this day or earlier",
        "asOf": "only what was so, or had been said, by this day",
        "colour": f"what the picture is coloured by: {', '.join(relations.COLOURS)}",
        "standing": "all shows also what rests on claims that were refuted, retracted or superseded; else current",
        "most": f"how many actors to show at most, 2 to {relations.MOST}",
    }
    given = [_parameter(name, _TEXT, about[name]) for name in relations.BY]
    summary = "Relations between actors, each with the words that it rests on"
    csv = _parameter("table", _TEXT, f"which table of csv: {', '.join(as_tables.TABLES)}")
    about |= {"a": "an actor's IRI, or its part after the base", "b": "another actor's"}
    of_pairs = [_parameter(name, _TEXT, about[name]) for name in relations.OF_PAIRS]
    of_two = "What relates two actors, in order of time"
    return {
        "/network": {
            "get": _operation(
                f"{summary}, as a page",
                [PAGE],
                [
                    *given,
                    _parameter("open", _TEXT, "actors whose own networks are drawn too, with commas between"),
                ],
                errors=(400, 404, 504),
            )
        },
        "/relation.json": {"get": _operation(of_two, ["application/json"], of_pairs, errors=(400, 404, 504))},
        "/relation": {"get": _operation(of_two, [PAGE], of_pairs, errors=(400, 404, 504))},
        "/network.{suffix}": {
            "get": _operation(
                summary,
                [one.media_type for one in FORMATS.values()],
                [_in_path("suffix", "the format", {"enum": list(FORMATS)}), *given, csv],
                errors=(400, 404, 504),
            )
        },
    }


def _pages() -> _Described:
    html = [PAGE]
    place = [
        _parameter("after", _TEXT, "where the page begins: what the link to the next one has"),
        _parameter("before", _TEXT, "where the page ends: what the link to the one before has"),
    ]
    period = [_parameter("from", _DAY, "the first day"), _parameter("to", _DAY, "the last day")]
    actor = [
        _parameter(part, _TEXT, "an actor's IRI, or its part after the base") for part in lists.OF_AN_ACTOR
    ]
    compared = [_DOCUMENT, *_COMPARED.values()]
    found = {
        f"/{name}": {"get": _operation(summary, html, given, errors=(400, 504) if given else (504,))}
        for name, summary, given in (
            ("actors", "Everybody, by name", place),
            ("statements", "What was said, the latest first", [*place, *actor]),
            ("events", "What happened, the latest first", [*place, *period]),
            (
                "claims",
                "Claims, by how they stand",
                [
                    *place,
                    _parameter("standing", {"enum": list(disputing.STANDINGS)}, "of one standing"),
                    _parameter("sort", {"enum": list(disputing.SORTED)}, "how they are sorted"),
                    _parameter("asOf", _DAY, "without those that speak of later days"),
                ],
            ),
            (
                "disputes",
                "Claims that contradict each other, and why",
                [
                    place[0],
                    _parameter("standing", _TEXT, "as in /api/disputes"),
                    _parameter("sort", {"enum": list(disputing.ORDERS)}, "how a page is sorted"),
                ],
            ),
            ("documents", "What was read", place),
            ("documents/{document}/changes", "What changed between two versions of a document", compared),
            ("vocabulary", "The terms the graph is written in", []),
            ("vocabulary/words", "The closed lists of the vocabulary", []),
            (
                "search",
                "What has all of some words",
                [
                    _parameter("q", _TEXT, "the words"),
                    _parameter("kind", _TEXT, "of one kind only"),
                    _parameter("limit", _TEXT, "how many at most"),
                ],
            ),
            ("about", "Method, formats, settings, errors, licence", []),
        )
    }
    home = _operation(
        "The start page, or the data set's description", [*html, *service_description.FORMATS], []
    )
    files = _operation("Style sheets and such", ["*/*"], [_in_path("filename", "the file")], errors=(404,))
    return {"/": {"get": home}, **found, "/static/{filename}": {"get": files}}


def _operations() -> _Described:
    plain = ["text/plain"]
    return {
        "/health": {"get": _operation("Whether the server answers", plain, [])},
        "/ready": {"get": _operation("Whether queries are answered", plain, [], errors=(500, 503, 504))},
        "/metrics": {"get": _operation("Figures for Prometheus", plain, [])},
        "/openapi.json": {"get": _operation("This description", ["application/json"], [])},
    }


def _operation(
    summary: str, types: list[str], parameters: list[_Described], *, errors: tuple[int, ...] = ()
) -> _Described:
    responses: _Described = {}
    if types:
        responses["200"] = {"description": "Done", "content": {kind: {} for kind in types}}
    problem = {"$ref": "#/components/responses/Problem"}
    responses |= {str(status): problem for status in sorted({*errors, 429, 431, 503})}
    return {"summary": summary, "parameters": parameters, "responses": responses}


def _body(types: dict[str, Any]) -> _Described:
    return {"required": True, "content": {kind: {"schema": schema} for kind, schema in types.items()}}


def _parameter(name: str, schema: _Described, about: str) -> _Described:
    return {"name": name, "in": "query", "description": about, "schema": schema}


def _in_path(name: str, about: str, schema: _Described | None = None) -> _Described:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema or _TEXT}


def _header(name: str, about: str) -> _Described:
    return {"name": name, "in": "header", "description": about, "schema": _TEXT}


_VERSION: Final = _parameter("version", {"type": "integer", "minimum": 0}, "a version that is still kept")
_PAGE: Final = _parameter(
    "page", {"type": "integer", "minimum": 1, "maximum": 100_000}, "which page of the list"
)
_DOCUMENT: Final = _in_path("document", "the end of the document's IRI, after document/")
_COMPARED: Final = {
    name: _parameter(
        name, _TEXT, f"the {which} version: its IRI, or the end of it; without both, the two latest"
    )
    for name, which in (("from", "earlier"), ("to", "later"))
}
_IF_MATCH: Final = _header("If-Match", "the ETag of what the change was made for")
_MESSAGE: Final = _header("Onrecord-Message", "what the change is for, to stand in the history")
