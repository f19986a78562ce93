"""What stands between a literal in the graph and a reader's browser."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.api.conftest import SCRIPT
from tests.harness.pages import Page

from onrecord.api import create_app
from onrecord.api.http.headers import CONTENT_SECURITY_POLICY
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

BROWSER = {"Accept": "text/html"}
PAGES = [
    "/",
    "/actors",
    "/statements",
    "/events",
    "/documents",
    "/vocabulary",
    "/network?ego=a",
    "/actor/a.html",
    "/statement/s.html",
    "/statement/s/r.html",
    "/event/e.html",
    "/claim/c.html",
    "/claim/o.html",
    "/document/d.html",
    "/document/d/v.html",
    "/tenure/t.html",
    "/search?q=alert",
    "/sparql?query=SELECT+*+WHERE+{+?s+?p+?o+}",
    "/sparql?query=CONSTRUCT+WHERE+{+?s+?p+?o+}",
]


@pytest.fixture(scope="module")
def attacked(hostile: Ledger) -> Flask:
    return create_app(hostile, Settings())


@pytest.mark.parametrize("path", PAGES)
def test_a_literal_is_text_whatever_it_says(attacked: Flask, path: str) -> None:
    response = attacked.test_client().get(path, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    page = Page(response.text)
    assert "alert('x')" in page.text, "the page does not show the literal, so it proves nothing"
    assert page.strange_scripts == []
    assert not [name for _, found in page.elements for name in found if name.startswith("on")]
    assert page.unclosed == []


@pytest.mark.parametrize("path", PAGES)
def test_no_link_is_anything_but_local_or_web(attacked: Flask, path: str) -> None:
    for address in Page(attacked.test_client().get(path, headers=BROWSER).text).values("href"):
        assert re.match(r"(/[^/]|/$|#|https?://)", address), address


@pytest.mark.parametrize("query", [f"SELECT {SCRIPT}", f"# {SCRIPT}\nASK {{}}", SCRIPT])
def test_a_query_is_text_on_its_own_page(client: FlaskClient, query: str) -> None:
    page = Page(client.get("/sparql", query_string={"query": query}, headers=BROWSER).text)
    assert SCRIPT in page.text
    assert page.strange_scripts == []


@pytest.mark.parametrize("path", ["/<script>alert(1)</script>", '/actor/"><script>alert(1)</script>.html'])
def test_an_address_is_text_on_the_page_that_does_not_find_it(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert Page(response.text).strange_scripts == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/about",
        "/actor/peskov",
        "/actor/peskov.ttl",
        "/static/onrecord.css",
        "/export.nq",
        "/nowhere",
        "/health",
        "/ready",
        "/metrics",
        "/history",
        "/history/1",
        "/store?default",
        "/store",
        "/.well-known/void",
        "/openapi.json",
        "/sparql",
        "/sparql?query=ASK{}",
        "/sparql?query=nonsense",
    ],
)
def test_every_response_carries_the_policy(client: FlaskClient, path: str) -> None:
    response = client.get(path, buffered=True)
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in response.headers


def test_the_policy_lets_nothing_in_but_our_own_files() -> None:
    policy = dict(directive.split(" ", 1) for directive in CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert {policy[f"{kind}-src"] for kind in ("script", "style", "connect", "worker")} == {"'self'"}
    assert policy["img-src"] == "'self' data:"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:99"])
def test_a_forged_host_shows_up_nowhere(client: FlaskClient, host: str) -> None:
    for path in ("/", "/actor/peskov", "/nowhere", "/sparql?query=nonsense"):
        response = client.get(path, headers={"Host": host})
        assert "evil.example" not in response.text + str(response.headers)
