"""What a page may cost: its bytes with all that it loads at once, compressed as it is sent, and its queries to the graph."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.harness.pages import Page
from tests.harness.programs.browser import MANIFEST

from onrecord.api.pages import networks
from onrecord.graph.ledger import Ledger

TEXT, NETWORK, QUERY = 20 << 10, 80 << 10, 170 << 10
"""Bytes that a page of text, the network and the query page may have."""
MOST_QUERIES = 12
"""About a dozen, whatever stands on the page."""
# One address of each kind of page.
PAGES = [
    "/",
    "/events",
    "/events?from=2025-08-01&until=2025-08-31",
    "/event/2025-08-28-strike-on-kyiv.html",
    "/event/2025-08-28-strike-on-ukraine.html",
    "/statements",
    "/statements?speaker=actor/peskov",
    "/statement/peskov-2025-08-28-negotiations.html",
    "/actors",
    "/actor/peskov.html",
    "/actor/kyiv-independent.html",
    "/claims",
    "/claims?standing=superseded",
    "/disputes",
    "/disputes?asOf=2025-08-29",
    "/claim/ki-2025-08-28-killed.html",
    "/documents",
    "/document/kyiv-independent-2025-08-28.html",
    "/document/moscow-times-2025-08-28/18-killed.html",
    "/documents/moscow-times-2025-08-28/changes?from=14-killed&to=18-killed",
    "/vocabulary",
    "/vocabulary/words",
    "/vocabulary/killed",
    "/about",
    "/history",
    "/history/1",
    "/history/diff?from=0",
    "/place/kyiv.html",
    "/tenure/peskov-press-secretary.html",
    "/network",
    "/network?ego=lavrov",
    "/network?ego=lavrov&to=trump",
    "/network?ego=trump&steps=2",
    "/network?ego=trump&standing=all",
    "/network?ego=trump&asOf=2025-08-26",
    "/network.json?ego=trump",
    "/network.gexf?ego=trump",
    "/relation?a=actor/trump&b=actor/zelensky",
    "/search?q=peskov",
    "/sparql",
]


@pytest.fixture(scope="module")
def bundled() -> None:
    """Without the scripts a page is lighter than it will be."""
    if not MANIFEST.exists():
        pytest.skip("the pages' scripts are not bundled here: `make scripts` needs npm and its registry")


def weight(client: FlaskClient, path: str) -> int:
    """Bytes of the page and of its style sheets, scripts and pictures, as they are sent to a browser."""

    def sent(address: str) -> bytes:
        response = client.get(
            address, headers={"Accept": "text/html", "Accept-Encoding": "gzip"}, buffered=True
        )
        assert response.status_code == 200, address
        return response.data

    body = sent(path)
    page = Page((gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode())
    parts = {*page.values("src"), *(found["href"] for tag, found in page.elements if tag == "link")}
    assert parts
    return len(body) + sum(len(sent(part)) for part in parts if re.match("/static/", part))


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", TEXT),
        ("/statements", TEXT),
        ("/actor/peskov.html", TEXT),
        ("/event/2025-08-28-strike-on-kyiv.html", TEXT),
        ("/statement/peskov-2025-08-28-negotiations.html", TEXT),
        ("/network", NETWORK),
        ("/network?ego=peskov", NETWORK),
        ("/sparql", QUERY),
    ],
)
def test_a_page_keeps_its_budget(client: FlaskClient, path: str, most: int) -> None:
    assert weight(client, path) <= most


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_a_dozen_queries_at_most(
    app: Flask, seeded: Ledger, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    asked = []
    real = seeded._engine.query

    def query(one: Any) -> Any:
        asked.append(one)
        return real(one)

    monkeypatch.setattr(seeded._engine, "query", query)
    app.extensions.pop(networks.KEY, None)
    # An address that nobody asked for yet, so that no answer is held.
    response = app.test_client().get(
        path, headers={"Accept": "text/html", "Accept-Language": "uk"}, buffered=True
    )
    assert response.status_code == 200
    assert len(asked) <= MOST_QUERIES
