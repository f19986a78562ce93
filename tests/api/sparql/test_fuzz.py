"""Requests at random over every described route: whatever comes, the answer is never an internal error.

The routes, parameters and bodies come from the OpenAPI description; the values are random, or of the kinds that break
servers. Writes are let through, to a plain store of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.harness.fakes import ADMIN, STORER, with_tokens

from onrecord.api import create_app
from onrecord.api.openapi.document import document
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

# What the service may say of itself: busy, too slow, no room. 500 and the like are never an answer to a request.
ALLOWED = {503, 504, 507}
PATHS = document()["paths"]
OPERATIONS = sorted((path, verb) for path, verbs in PATHS.items() for verb in verbs)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


ODD = st.sampled_from(
    ["", " ", "0", "-1", "9" * 30, "1e9", "²", "null", "urn:g", "https://w3id.org/onrecord/graph/reference", "a:b:c",
     "http://[", "javascript:alert(1)", "..", "../../etc/passwd", "%00", "\x00", "\n", "\ud7ff", "\uffff", "<>", "'\"`{}|\\^",
     "ASK {}", "SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT", "CLEAR ALL", "DROP GRAPH <urn:g>",
     "INSERT DATA { <urn:s> <urn:p> 1 }", "ASK { \"\"\"", "*/*", "text/html", "text/turtle", "image/png", ";q=", ",,,",
     "text/html;q=2,*/*;q=0", "W/\"1-a\"", "\"1\"", "*", "\"", "gzip", "gzip;q=nonsense", "bytes=0-5", "x" * 5000,
     "9" * 5000, "1_0", "٣", "５", "NaN", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T23:59:59-14:00", "0000-00-00",
     "-0044-03-15", "10000-01-01", "2025-02-30", "2025-W01-1", "２０２５-08-28", "bytes=9-1,0-0", "uk;q=NaN", "[::1", "a:99999"]
)  # fmt: skip
VALUES = st.one_of(ODD, st.text(max_size=40).filter(_encodable))
HEADERS = st.sampled_from(
    ["Accept", "Accept-Encoding", "Authorization", "Content-Encoding", "Content-Type", "Host", "If-Match", "If-None-Match",
     "If-Modified-Since", "If-Range", "Onrecord-Message", "Origin", "Range", "X-Forwarded-For", "X-Request-ID", "Cookie",
     "Access-Control-Request-Method", "Expect", "Transfer-Encoding"]
)  # fmt: skip
TYPES = st.sampled_from(
    ["application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update", "text/turtle", "",
     "application/n-triples", "application/rdf+xml", "application/ld+json", "multipart/form-data", "text/plain", "x/y;;=",
     "multipart/form-data; boundary=b", "text/turtle; charset=utf-16", "application/sparql-query; charset=\"utf-8"]
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=60),
    ODD.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(st.sampled_from(["query", "update", "using-graph-uri", "version"]), VALUES).map(
        lambda pair: urlencode([pair]).encode()
    ),
    st.sampled_from(
        [b"<urn:s> <urn:p> <urn:o> .", b"{}", b"[", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
         b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/turtle\r\n\r\n<urn:s> a 1 .\r\n--b--\r\n',
         b"--b\r\n\r\n--b", b"\xff\xfe", b'{"@context": "http://127.0.0.1:9/c", "a": 1}']
    ),
)  # fmt: skip


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    path, verb = draw(st.sampled_from(OPERATIONS))
    operation = PATHS[path][verb]
    for entry in operation["parameters"]:
        if entry["in"] == "path":
            path = path.replace(f"{{{entry['name']}}}", quote(draw(VALUES), safe="/"))
    names = [entry["name"] for entry in operation["parameters"] if entry["in"] == "query"] or ["page"]
    query = draw(st.lists(st.tuples(st.sampled_from(names), VALUES), max_size=3))
    method = draw(
        st.one_of(st.just(verb.upper()), st.sampled_from(["HEAD", "OPTIONS", "PATCH", "POST", "PUT", "BREW"]))
    )
    headers = draw(st.dictionaries(HEADERS, VALUES, max_size=4))
    given_headers = {name: _as_header(value) for name, value in headers.items()}
    return {
        "method": method,
        "path": path + (f"?{urlencode(query)}" if query else ""),
        "data": draw(BODIES),
        "content_type": draw(TYPES),
        "headers": draw(st.sampled_from([ADMIN, ADMIN, STORER, {}])) | given_headers,
    }


def _as_header(value: str) -> str:
    kept = "".join(c for c in value if c.isprintable() or c == " ")
    return kept.encode("utf-8", "replace").decode("latin-1")[:6000]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    where = tmp_path_factory.mktemp("fuzzed")
    plain_settings = Settings(data=where, seeds=False, shapes=False, query_seconds=5, result_megabytes=8)
    with Ledger.open(plain_settings) as ledger:
        app = create_app(ledger, plain_settings)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield with_tokens(app)


def _sent(client: FlaskClient, asked: dict[str, Any]) -> None:
    response = client.open(**asked, buffered=True)
    assert response.status_code < 500 or response.status_code in ALLOWED, response.text
    if response.status_code >= 400 and response.mimetype == "application/problem+json" and response.data:
        problem = response.get_json()
        if problem is not None and "Content-Encoding" not in response.headers:
            assert problem["status"] == response.status_code
            assert problem["detail"]
    assert "Traceback" not in response.get_data().decode("utf-8", "replace")


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(asked=requests())
def test_no_request_gets_an_internal_error(plain: Flask, asked: dict[str, Any]) -> None:
    _sent(plain.test_client(), asked)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(asked=requests().filter(lambda asked: asked["method"] in ("GET", "HEAD", "OPTIONS")))
def test_no_reading_of_the_seeds_gets_an_internal_error(app: Flask, asked: dict[str, Any]) -> None:
    _sent(app.test_client(), asked)
