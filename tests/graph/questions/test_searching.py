"""Search over a ledger, with names and standings."""

from __future__ import annotations

import pytest

from onrecord.graph import terms
from onrecord.graph.errors import BadParameter
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.searching import search

BASE = terms.DEFAULT_BASE


def found(ledger: Ledger, text: str, kind: str | None = None) -> list[str]:
    result = search(ledger, ledger, text, kind)
    assert result.version == ledger.version == result.newest
    return [one.hit.iri.removeprefix(BASE) for one in result.results]


def test_the_words_of_a_quotation_lead_to_its_statement(seeded: Ledger) -> None:
    assert found(seeded, "цели уничтожаются") == ["statement/peskov-2025-08-28-negotiations"]
    assert found(seeded, "Пєсков")[0] == "actor/peskov"
    assert found(seeded, "murdering civilians") == ["document/kyiv-independent-2025-08-28"]
    assert "event/2025-08-28-strike-on-kyiv" in found(seeded, "strike Kyiv", "event")


def test_a_claim_that_no_longer_stands_is_called_so(seeded: Ledger) -> None:
    results = search(seeded, seeded, "deadliest strike on Kyiv of the year", "claim").results
    standings = {one.hit.iri: one.standing and one.standing.text for one in results}
    assert standings[f"{BASE}claim/2025-07-29-date"] == "refuted"


@pytest.mark.parametrize(("text", "kind", "named"), [("x" * 201, None, "200"), ("x", "person", "actor")])
def test_what_cannot_be_searched_for_is_named(
    seeded: Ledger, text: str, kind: str | None, named: str
) -> None:
    with pytest.raises(BadParameter, match=named):
        search(seeded, seeded, text, kind)
