"""How many queries a page puts to the graph: about a dozen at most, whatever stands on it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from onrecord.graph.ledger import Ledger

MOST = 12
ACCEPTED = {"Accept": "text/html"}
# One address of each kind of page but the network's.
PAGES = [
    ("/", MOST),
    ("/events", MOST),
    ("/events?from=2025-08-01&until=2025-08-31", MOST),
    ("/event/2025-08-28-strike-on-kyiv.html", MOST),
    ("/event/2025-08-28-strike-on-ukraine.html", MOST),
    ("/statements", MOST),
    ("/statements?speaker=actor/peskov", MOST),
    ("/statement/peskov-2025-08-28-negotiations.html", MOST),
    ("/actors", MOST),
    ("/actor/peskov.html", MOST),
    ("/actor/kyiv-independent.html", MOST),
    ("/claims", MOST),
    ("/claims?standing=superseded", MOST),
    ("/disputes", MOST),
    ("/disputes?asOf=2025-08-29", MOST),
    ("/claim/ki-2025-08-28-killed.html", MOST),
    ("/documents", MOST),
    ("/document/kyiv-independent-2025-08-28.html", MOST),
    ("/document/moscow-times-2025-08-28/18-killed.html", MOST),
    ("/documents/moscow-times-2025-08-28/changes?from=14-killed&to=18-killed", MOST),
    ("/vocabulary", MOST),
    ("/vocabulary/words", MOST),
    ("/vocabulary/killed", MOST),
    ("/about", MOST),
    ("/history", MOST),
    ("/history/1", MOST),
    ("/history/diff?from=0", MOST),
    ("/place/kyiv.html", MOST),
    ("/tenure/peskov-press-secretary.html", MOST),
    # What relates two actors is gathered as the network is: kinds, merged ends, evidence, sources.
    ("/relation?a=actor/trump&b=actor/zelensky", 20),
    ("/search?q=peskov", MOST),
    ("/sparql", MOST),
]


@pytest.mark.parametrize(("path", "most"), PAGES)
def test_a_page_asks_about_a_dozen_queries_at_most(
    app: Flask, seeded: Ledger, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    asked = []
    real = seeded._engine.query

    def query(one: Any) -> Any:
        asked.append(one)
        return real(one)

    monkeypatch.setattr(seeded._engine, "query", query)
    # An address that nobody asked for yet, so that no answer is held.
    response = app.test_client().get(path, headers={**ACCEPTED, "Accept-Language": "uk"}, buffered=True)
    assert response.status_code == 200
    assert len(asked) <= most
