"""How many queries a page asks: at most a dozen, whatever it shows."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from onrecord.api.pages import networks
from onrecord.graph.engine.base import Query
from onrecord.graph.ledger import Ledger, Term

MOST = 12
PAGES = (
    "/",
    "/statements",
    "/statements?speaker=actor/trump",
    "/events",
    "/documents",
    "/actors",
    "/claims",
    "/disputes",
    "/disputes?asOf=2025-08-28",
    "/actor/trump.html",
    "/actor/kyiv-independent.html",
    "/event/2025-08-28-strike-on-kyiv.html",
    "/statement/peskov-2025-08-28-negotiations.html",
    "/claim/trump-2025-08-25-dislike.html",
    "/document/kyiv-independent-2025-08-28.html",
    "/document/kyiv-independent-2025-08-28/76c3b9f7.html",
    "/place/kyiv.html",
    "/vocabulary",
    "/vocabulary/words",
    "/about",
    "/network",
    "/network?ego=trump",
    "/network?ego=trump&steps=2",
    "/network?ego=trump&standing=all",
    "/network?ego=trump&asOf=2025-08-26",
    "/network?ego=lavrov&to=trump",
    "/network.json?ego=trump",
    "/network.gexf?ego=trump",
    "/relation?a=actor/lavrov&b=actor/zelensky",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_at_most_a_dozen_queries(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    asked: list[str] = []
    rows = Ledger._rows

    def counted(ledger: Ledger, query: Query) -> list[dict[str, Term]]:
        asked.append(query.text)
        return rows(ledger, query)

    monkeypatch.setattr(Ledger, "_rows", counted)
    client.application.extensions.pop(networks._KEY, None)  # what another test has asked for is kept
    answer = client.get(path, headers={"Accept": "text/html, */*;q=0.9"})
    assert answer.status_code == 200, path
    assert len(asked) <= MOST, "\n".join(text.strip()[:150].replace("\n", " ") for text in asked)
