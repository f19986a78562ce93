"""What a network says of its edges where they rest on very much: how much, and when, but not each thing."""

from __future__ import annotations

import pytest
from tests.harness.graphs.store import InMemory

from onrecord.graph import terms
from onrecord.graph.questions.network import shown
from onrecord.graph.questions.network.asked import wanted
from onrecord.graph.records.seeds import Seeds

B = terms.DEFAULT_BASE


@pytest.fixture(scope="module")
def source(seeds: Seeds) -> InMemory:
    return InMemory(seeds.quads)


def told(
    source: InMemory, **given: str
) -> dict[tuple[str, str, str], tuple[int, str | None, str | None, int]]:
    found = shown.network(source, wanted(given, B))
    return {edge.place: (edge.count, edge.begin, edge.end, len(edge.because)) for edge in found.edges}


def test_edges_that_rest_on_very_much_come_without_their_evidence_and_are_the_same_edges(
    source: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = told(source, ego="trump", off="spoke-on-the-same-topic")
    assert all(evidence for *_, evidence in few.values())
    monkeypatch.setattr(shown, "MANY", 1)
    many = told(source, ego="trump", off="spoke-on-the-same-topic")
    assert not any(evidence for *_, evidence in many.values())
    assert {place: facts[:3] for place, facts in many.items()} == {
        place: facts[:3] for place, facts in few.items()
    }


def test_of_a_time_what_lies_wholly_in_it_is_counted_as_it_is_added_up(
    source: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = told(source, ego="trump", asOf="2025-08-26", off="spoke-on-the-same-topic")
    monkeypatch.setattr(shown, "EXACT", 1)
    monkeypatch.setattr(shown, "BUDGET", 0)
    found = shown.network(
        source, wanted({"ego": "trump", "asOf": "2025-08-26", "off": "spoke-on-the-same-topic"}, B)
    )
    assert {edge.place for edge in found.edges} >= exact.keys()
    assert "counted of all times" in " ".join(found.messages)
    # Each of these was said by then, all of it.
    for edge in found.edges:
        if edge.end is not None and edge.end <= "2025-08-26" and not edge.kind.lasting:
            assert exact[edge.place][0] == edge.count
