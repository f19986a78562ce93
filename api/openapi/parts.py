"""What the description of each address is made of: parameters, bodies, answers and errors."""

from __future__ import annotations

from typing import Any, Final

from onrecord.api.http import answers

Described = dict[str, Any]
RESULTS: Final = list(dict.fromkeys([*answers.RESULTS, *answers.GRAPHS]))
TEXT: Final = {"type": "string"}
DAY: Final = {"type": "string", "format": "date"}
MOMENT: Final = {"type": "string", "format": "date-time"}
IRIS: Final = {"type": "array", "items": {"type": "string", "format": "iri"}}
WRITTEN: Final = {
    "type": "object",
    "properties": {name: {"type": "integer"} for name in ("version", "added", "removed")},
    "required": ["version", "added", "removed"],
}
WRITE_ERRORS: Final = (400, 401, 403, 411, 412, 413, 415, 422, 501, 502, 503, 504, 507)
READ_ERRORS: Final = (400, 406, 410, 413, 415, 501, 502, 503, 504, 507)


def operation(
    summary: str, types: list[str], parameters: list[Described], *, errors: tuple[int, ...] = ()
) -> Described:
    """One method of an address: `types` are those of its answer, `errors` the statuses of its problems."""
    responses: Described = {}
    if types:
        responses["200"] = {"description": "Done", "content": {kind: {} for kind in types}}
    problem = {"$ref": "#/components/responses/Problem"}
    responses |= {str(status): problem for status in sorted({*errors, 429, 431, 503})}
    return {"summary": summary, "parameters": parameters, "responses": responses}


def body_of(types: dict[str, Any]) -> Described:
    """A body that has to be sent, by its media types."""
    return {"required": True, "content": {kind: {"schema": schema} for kind, schema in types.items()}}


def parameter(name: str, schema: Described, about: str) -> Described:
    """A parameter in the address, behind the question mark."""
    return {"name": name, "in": "query", "description": about, "schema": schema}


def in_path(name: str, about: str, schema: Described | None = None) -> Described:
    """A parameter that is a part of the path, and so has to be given."""
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema or TEXT}


def header(name: str, about: str) -> Described:
    """A header of the request, which may be left out."""
    return {"name": name, "in": "header", "description": about, "schema": TEXT}


VERSION: Final = parameter("version", {"type": "integer", "minimum": 0}, "a version that is still kept")
PAGE_NUMBER: Final = parameter(
    "page", {"type": "integer", "minimum": 1, "maximum": 100_000}, "which page of the list"
)
DOCUMENT: Final = in_path("document", "the end of the document's IRI, after document/")
COMPARED: Final = {
    name: parameter(
        name, TEXT, f"the {which} version: its IRI, or the end of it; without both, the two latest"
    )
    for name, which in (("from", "earlier"), ("to", "later"))
}
IF_MATCH: Final = header("If-Match", "the ETag of what the change was made for")
MESSAGE: Final = header("Onrecord-Message", "what the change is for, to stand in the history")
