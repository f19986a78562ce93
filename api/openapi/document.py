"""The whole description, at /openapi.json."""

from __future__ import annotations

import json

from flask import Blueprint, Response

import onrecord
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.problems import JSON as PROBLEM
from onrecord.api.openapi import data, pages, protocols
from onrecord.api.openapi.parts import TEXT, WRITTEN, Described

blueprint = Blueprint("openapi", __name__)
blueprint.after_request(allow_any_origin)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of all addresses in OpenAPI 3.1, as JSON."""
    response = Response(json.dumps(document(), indent=1) + "\n", content_type="application/json")
    response.headers["Cache-Control"] = "max-age=3600"
    return response


def document() -> Described:
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
            **protocols.sparql(),
            **protocols.graph_store(),
            **data.downloads(),
            **data.tables(),
            **pages.networks(),
            **pages.pages(),
            **pages.operations(),
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
                        "type": TEXT,
                        "title": TEXT,
                        "status": {"type": "integer"},
                        "detail": TEXT,
                    },
                    "required": ["type", "title", "status", "detail"],
                },
                "Written": WRITTEN,
            },
        },
    }
