"""The newest relations of an actor, as its page shows them, against the relations that the queries of each kind find."""

from __future__ import annotations

import pytest

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import views
from onrecord.graph.questions.network import newest as module
from onrecord.graph.questions.network.edges import edges_of
from onrecord.graph.questions.network.newest import newest
from onrecord.graph.relations import network

ACTORS = [
    f"{terms.DEFAULT_BASE}actor/{name}"
    for name in ("peskov", "zelensky", "trump", "kyiv-independent", "dsns")
]


@pytest.mark.parametrize("actor", ACTORS)
def test_they_are_all_there_are_where_there_are_few(seeded: Ledger, actor: str) -> None:
    expected = {edge.place: edge for edge in edges_of(network.relations(seeded, actor))}
    found, more = newest(seeded, actor, 1000)
    assert not more
    assert [edge.place for edge, _ in found] == sorted(
        expected, key=lambda place: (expected[place].kind.name, place)
    )
    for edge, evidence in found:
        same = expected[edge.place]
        resting = {thing for relation in same.relations for thing in relation.evidence}
        assert (edge.count, edge.begin, edge.end) == (len(resting), same.begin, same.end)
        assert set(evidence) <= resting
        assert len(evidence) == min(len(resting), 3)


@pytest.mark.parametrize("actor", ACTORS[:3])
def test_of_each_kind_and_direction_those_that_last_or_were_last_are_shown(
    seeded: Ledger, actor: str
) -> None:
    every, _ = newest(seeded, actor, 1000)
    found, more = newest(seeded, actor, 1)
    assert more
    assert len(found) < len(every)
    for edge, _ in found:
        alike = [
            other
            for other, _ in every
            if other.kind is edge.kind and (other.source == actor) is (edge.source == actor)
        ]
        assert (edge.end or "9999") == max(other.end or "9999" for other in alike)
    assert len({(edge.kind.name, edge.source == actor) for edge, _ in found}) == len(found)


def test_what_is_not_looked_at_is_said_to_be_there(seeded: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    found, more = newest(seeded, ACTORS[0], 1000)
    assert (len(found), more) == (2, True)


def test_the_page_of_an_actor_leads_to_the_rest(seeded: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    assert views.actor(seeded, ACTORS[4]).relations.query is None
    monkeypatch.setattr(views, "RELATIONS", 1)
    shown = views.actor(seeded, ACTORS[0]).relations
    assert shown.query is not None
    assert len(seeded.rows(shown.query)) > len(shown)
