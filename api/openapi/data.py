"""Addresses for programs in OpenAPI: what can be taken away, the history, and the JSON API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from onrecord.api.data import claims, exports, linkeddata, resolving, service_description
from onrecord.api.history import differences
from onrecord.api.history.commits import PATCH
from onrecord.api.http.negotiation import PAGE
from onrecord.api.openapi.parts import (
    COMPARED,
    DOCUMENT,
    MOMENT,
    PAGE_NUMBER,
    READ_ERRORS,
    TEXT,
    VERSION,
    Described,
    in_path,
    operation,
    parameter,
)
from onrecord.graph.exports import tabular
from onrecord.graph.questions import citations, searching
from onrecord.graph.questions.resolving import KINDS, LONGEST
from onrecord.graph.search import versioned

_FOR_REPLICAS: Final[Described] = {"security": [{"token": []}, {"password": []}]}
_VERSION_NUMBER: Final[Described] = {"type": "integer", "minimum": 0, "maximum": 999_999_999}


def downloads() -> Described:
    """Exports, the history, descriptions, and things of the graph by their names."""
    version = in_path("version", "the number of a version", {"type": "integer", "minimum": 1})
    suffix = in_path("suffix", "the format", {"enum": list(exports.FORMATS)})
    dumps = [one.media_type for one in exports.FORMATS.values()]
    graph = parameter("graph", {"type": "string", "format": "iri"}, "one graph, in place of all")
    name = in_path(
        "name", "the end of an IRI after the base, with .html, .ttl, .nt, .rdf or .jsonld for one form"
    )
    deref = operation("What is known of a thing", list(linkeddata.OFFERS), [name], errors=(404, 406))
    deref["responses"]["303"] = {"description": "The thing itself cannot be sent; a description is elsewhere"}
    return {
        "/export/current.{suffix}": {
            "get": operation(
                "What is current, to take away: without claims that were refuted, retracted or superseded",
                dumps,
                [suffix, graph, VERSION],
                errors=(400, 404, 410),
            )
        },
        "/export.{suffix}": {
            "get": operation(
                "Everything, to take away, also what no longer stands",
                dumps,
                [suffix, graph, VERSION],
                errors=(400, 404, 410),
            )
        },
        "/export/{table}.{suffix}": {
            "get": operation(
                "All claims, statements or relations as a table, a row each (docs/exports.md); claims that stand or are "
                "contested, where `standing` does not ask for all",
                list(tabular.FORMATS.values()),
                [
                    in_path("table", "which table", {"enum": list(tabular.TABLES)}),
                    in_path("suffix", "the format", {"enum": list(tabular.FORMATS)}),
                    parameter(
                        "standing",
                        {"enum": ["all"]},
                        "with claims that were refuted, retracted or superseded",
                    ),
                    VERSION,
                ],
                errors=(400, 404, 410, 501),
            )
        },
        "/history": {
            "get": operation(
                "What was changed, the newest first",
                ["application/json", PAGE],
                [PAGE_NUMBER],
                errors=(400, 406),
            )
        },
        "/history/diff": {
            "get": operation(
                "The claims that differ between two versions, and why: added, gone, corrected, or of another standing",
                [*differences.OFFERS, PAGE],
                [
                    parameter("from", _VERSION_NUMBER, "the earlier version; 0 is the empty graph")
                    | {"required": True},
                    parameter("to", _VERSION_NUMBER, "the later version; the newest without it"),
                    PAGE_NUMBER,
                    parameter("accept", TEXT, "a media type, in place of the Accept header"),
                ],
                errors=(400, 406),
            )
        },
        "/history/{version}": {
            "get": operation(
                "One change",
                ["application/json", PATCH, "text/plain", *service_description.FORMATS, PAGE],
                [version],
                errors=(404, 406),
            )
        },
        "/history/{version}.patch": {
            "get": operation("One change, as a file", [PATCH], [version], errors=(404,))
        },
        "/snapshots": {
            "get": operation(
                "What a replica follows: the newest version and the id of its commit",
                ["application/json"],
                [],
                errors=(401, 403),
            )
            | _FOR_REPLICAS
        },
        "/snapshots/{version}": {
            "get": operation(
                "The files that a version is kept in, with sizes and SHA-256",
                ["application/json"],
                [version],
                errors=(401, 403, 410),
            )
            | _FOR_REPLICAS
        },
        "/snapshots/{version}/{name}": {
            "get": operation(
                "One of these files, or with Range: bytes=N- the rest of it",
                ["application/octet-stream"],
                [version, in_path("name", "the name of the file")],
                errors=(401, 403, 410, 416),
            )
            | _FOR_REPLICAS
        },
        "/.well-known/void": {
            "get": operation(
                "The data set described in VoID and DCAT",
                list(service_description.FORMATS),
                [parameter("accept", TEXT, "a media type, in the place of the Accept header")],
                errors=(406,),
            )
        },
        "/feed.atom": {
            "get": operation(
                "Statements that are new or were corrected", ["application/atom+xml"], [], errors=(504,)
            )
        },
        "/sitemap.xml": {
            "get": operation("Pages, for search engines", ["application/xml"], [], errors=(504,))
        },
        "/robots.txt": {"get": operation("What robots need not read", ["text/plain"], [])},
        "/statement/{name}.{suffix}": {
            "get": operation(
                "A statement for bibliographies",
                [media_type for _, media_type, _ in citations.FORMATS.values()],
                [
                    in_path("name", "the statement's name"),
                    in_path("suffix", "the format", {"enum": list(citations.FORMATS)}),
                ],
                errors=(404, 504),
            )
        },
        "/text/{sha256}.txt": {
            "get": operation(
                "A text that is kept, with its licence in a Link header",
                ["text/plain"],
                [in_path("sha256", "the SHA-256 of the text, in hexadecimal digits")],
                errors=(404, 504),
            )
        },
        "/{name}": {"get": deref},
    }


def tables() -> Described:
    """The JSON API."""
    about = {
        "measure": parameter("measure", TEXT, "a measure of the vocabulary, such as killed"),
        "asOf": parameter(
            "asOf",
            MOMENT,
            "only what may have been said by this moment; `certain` tells where it surely was",
        ),
        "event": parameter(
            "event", TEXT, "over which event: an IRI, or its part after the base; its parts count too"
        ),
        "latest": parameter(
            "latest",
            {"enum": ["true"]},
            "only the newest count of each thing that was counted; with `measure`, and by `asOf` if given",
        ),
        "speaker": parameter("speaker", TEXT, "who spoke: an IRI, or its part after the base"),
        "about": parameter("about", TEXT, "of whom or what: an IRI, or its part after the base"),
        "from": parameter("from", {"type": "string", "format": "date"}, "the first day"),
        "to": parameter("to", {"type": "string", "format": "date"}, "the last day"),
        "standing": parameter(
            "standing",
            TEXT,
            "all, or some of stands, contested, superseded, retracted, refuted with commas between; without it, claims that "
            "stand or are contested",
        ),
        "after": parameter("after", TEXT, "where the page begins: what the link to the next one has"),
        "version": VERSION,
        "accept": parameter("accept", TEXT, "a media type, in place of the Accept header"),
    }

    def table(
        summary: str,
        names: Sequence[str],
        in_path: Sequence[Described] = (),
        own: Described | None = None,
    ) -> Described:
        given = [*in_path, *((about | (own or {}))[name] for name in names)]
        return {"get": operation(summary, list(claims.OFFERS), given, errors=(*READ_ERRORS, 404))}

    event = in_path("event", "the end of the event's IRI, after event/")
    return {
        "/api/events/{event}/claims": table(
            "What each source says of an event and its parts, a row for each source and figure",
            claims.CLAIMS_BY,
            [event],
        ),
        "/api/statements": table("What was said, the latest first, those undated last", claims.STATEMENTS_BY),
        "/api/search": {
            "get": operation(
                "What has all of some words, the likest first",
                ["application/json"],
                [
                    parameter("q", TEXT, "the words, in any script and spelling"),
                    parameter("kind", {"enum": list(versioned.KINDS)}, "of one kind only"),
                    parameter(
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
            [DOCUMENT],
            COMPARED,
        ),
        "/api/disputes": table("Claims that contradict each other, each pair once", claims.DISPUTES_BY),
        "/api/resolve": {
            "get": operation(
                "Who or what a name may stand for, in any script and spelling, the likeliest first, with the reason",
                list(resolving.OFFERS),
                [
                    parameter("name", TEXT | {"maxLength": LONGEST}, "the name") | {"required": True},
                    parameter("kind", {"enum": list(KINDS)}, "only things of this kind"),
                ],
                errors=READ_ERRORS,
            )
        },
    }
