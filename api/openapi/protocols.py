"""The two protocols in OpenAPI: SPARQL and graph store."""

from __future__ import annotations

from onrecord.api.openapi.parts import (
    IF_MATCH,
    IRIS,
    MESSAGE,
    READ_ERRORS,
    RESULTS,
    TEXT,
    VERSION,
    WRITE_ERRORS,
    Described,
    body_of,
    header,
    in_path,
    operation,
    parameter,
)
from onrecord.api.sparql import protocol, store


def sparql() -> Described:
    """/sparql."""
    asked = [
        parameter("query", TEXT, "the query; without one, the service is described"),
        parameter("default-graph-uri", IRIS, "graphs that make up the default graph"),
        parameter("named-graph-uri", IRIS, "graphs that GRAPH ranges over"),
        VERSION,
        parameter("accept", TEXT, "a media type, in place of the Accept header"),
    ]
    used = [
        parameter("using-graph-uri", IRIS, "graphs that make up the default graph of an update"),
        parameter("using-named-graph-uri", IRIS, "graphs that GRAPH in an update ranges over"),
    ]
    form = {
        "type": "object",
        "properties": {entry["name"]: entry["schema"] for entry in [*asked, *used]} | {"update": TEXT},
    }
    body = body_of({protocol.FORM: form, protocol.QUERY: TEXT, protocol.UPDATE: TEXT})
    return {
        "/sparql": {
            "get": operation("Ask a SPARQL query", RESULTS, asked, errors=READ_ERRORS),
            "post": {
                **operation(
                    "Ask a SPARQL query, or make a SPARQL update (with a token)",
                    [*RESULTS, "application/json"],
                    [*asked[1:], *used, IF_MATCH, MESSAGE],
                    errors=(*WRITE_ERRORS, 406, 410),
                ),
                "requestBody": body,
                "security": [{}, {"token": []}, {"password": []}],
            },
        }
    }


def graph_store() -> Described:
    """/store, with the graph as a parameter or in the path."""
    by_parameter = [
        parameter("graph", {"type": "string", "format": "iri"}, "the IRI of the graph"),
        parameter(
            "default", {"type": "string", "maxLength": 0}, "the default graph, in place of a named one"
        ),
    ]
    by_path = [in_path("path", "the end of the graph's IRI, after the base")]
    return {
        "/store": _graph(
            by_parameter,
            "; to no graph in particular, make one and say where, or load N-Quads or TriG into the graphs that they name",
        ),
        "/store/{path}": _graph(by_path, ""),
    }


def _graph(named: list[Described], posted: str) -> Described:
    guards = [IF_MATCH, header("If-None-Match", "* so that an existing graph is not overwritten"), MESSAGE]
    body = body_of(dict.fromkeys([*store.TAKEN, "multipart/form-data"], TEXT))
    errors = (*WRITE_ERRORS, 404)

    def write(summary: str, *statuses: int) -> Described:
        described = operation(summary, [], [*named, *guards], errors=errors)
        made = {str(status): {"description": "Done"} for status in statuses}
        return {
            **described,
            "responses": made | described["responses"],
            "security": [{"token": []}, {"password": []}],
        }

    return {
        "get": operation("Read a graph", list(store.OFFERS), named, errors=(400, 404, 406)),
        "put": {**write("Make a document the whole of a graph", 201, 204), "requestBody": body},
        "post": {**write(f"Add documents to a graph{posted}", 200, 201, 204), "requestBody": body},
        "delete": write("Remove a graph", 204),
    }
