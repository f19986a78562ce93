"""The description of all routes is whole, and is true."""

from __future__ import annotations

import inspect
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onrecord.api.openapi.document import document

VERBS = {"get", "put", "post", "delete", "patch"}


def described() -> set[tuple[str, str]]:
    return {(path, verb) for path, verbs in document()["paths"].items() for verb in verbs}


def routed(app: Flask) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule)
        found |= {(path, verb) for verb in map(str.lower, rule.methods or ()) if verb in VERBS}
    return found


def test_every_route_is_described_and_every_description_has_its_route(app: Flask) -> None:
    assert described() == routed(app)
    assert len(described()) > 25


def test_the_description_is_served(client: FlaskClient) -> None:
    response = client.get("/openapi.json")
    assert response.content_type == "application/json"
    assert response.get_json() == document()


def test_each_parameter_in_a_path_is_declared() -> None:
    for path, verbs in document()["paths"].items():
        for operation in verbs.values():
            declared = {entry["name"] for entry in operation["parameters"] if entry["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path))


def test_each_parameter_that_an_address_reads_by_name_is_described(app: Flask) -> None:
    read = 0
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule)
        source = inspect.getsource(inspect.unwrap(app.view_functions[rule.endpoint]))
        names = set(re.findall(r'\bsole\(\w+, "(\w+)"\)', source))
        for verb in set(map(str.lower, rule.methods or ())) & {"get"}:
            declared = {entry["name"] for entry in document()["paths"][path][verb]["parameters"]}
            assert names <= declared, f"{path}: say in api/openapi/ what these mean"
            read += len(names)
    assert read > 10


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    text = str(whole)
    references = set(re.findall(r"'#/([\w/]+)'", text))
    assert references
    for reference in references:
        found = whole
        for step in reference.split("/"):
            found = found[step]


@pytest.mark.parametrize(
    "path", ["/openapi.json", "/health", "/ready", "/metrics", "/history", "/.well-known/void", "/"]
)
def test_a_simple_get_answers_in_a_type_that_is_told(client: FlaskClient, path: str) -> None:
    told = document()["paths"][path]["get"]["responses"]["200"]["content"]
    assert client.get(path).mimetype in told
