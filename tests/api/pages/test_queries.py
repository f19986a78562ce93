"""How many queries a page puts to the graph: about a dozen at most, whatever stands on it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from onrecord.api.pages import networks
from onrecord.graph.ledger import Ledger

MOST = 12
ACCEPTED = {"Accept": "text/html"}
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


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_about_a_dozen_queries_at_most(
    app: Flask, seeded: Ledger, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    asked = []
    real = seeded._engine.query

    def query(one: Any) -> Any:
        asked.append(one)
        return real(one)

    monkeypatch.setattr(seeded._engine, "query", query)
    app.extensions.pop(networks._KEY, None)
    # An address that nobody asked for yet, so that no answer is held.
    response = app.test_client().get(path, headers={**ACCEPTED, "Accept-Language": "uk"}, buffered=True)
    assert response.status_code == 200
    assert len(asked) <= MOST
