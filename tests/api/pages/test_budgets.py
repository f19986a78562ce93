"""What a page weighs with all that it loads at once, compressed as it is sent."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient
from tests.harness.pages import Page
from tests.harness.programs.browser import MANIFEST

TEXT, NETWORK, QUERY = 20 << 10, 80 << 10, 170 << 10
"""Bytes, as web.md has them."""


@pytest.fixture(scope="module", autouse=True)
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
