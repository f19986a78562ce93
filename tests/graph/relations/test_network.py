"""Relations between actors, each edge with what it rests on."""

from __future__ import annotations

import pytest

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.relations import network

B = terms.DEFAULT_BASE
PESKOV, KI, RUTLAND, STATE_MEDIA = (
    B + f"actor/{name}" for name in ("peskov", "kyiv-independent", "rutland", "russian-state-media")
)


def edges(found: list[network.Relation], kind: str) -> set[tuple[str, str, str | None]]:
    return {(r.source.removeprefix(B), r.target.removeprefix(B), r.begin) for r in found if r.kind == kind}


def test_every_kind_the_design_names_is_there_and_says_itself_in_words() -> None:
    kinds = network.kinds()
    assert {
        "spoke-about",
        "spoke-to",
        "holds-post-in",
        "part-of",
        "struck",
        "reported",
        "contradicts",
    } <= set(kinds)
    assert all(kind.label and kind.definition for kind in kinds.values())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "spoke-about",
            {
                ("actor/peskov", "actor/russian-armed-forces", "2025-08-28"),
                ("actor/trump", "actor/putin", "2025-08-25"),
                ("actor/trump", "actor/zelensky", "2025-08-25"),
                ("actor/lavrov", "actor/zelensky", "2025-08-22"),
                ("actor/russian-state-media", "actor/russian-armed-forces", None),
                ("actor/zelensky", "actor/putin", None),
                ("actor/rutland", "actor/russians", None),
                ("actor/rutland", "actor/trump", None),
                ("actor/rutland", "actor/europeans", None),
                ("actor/leavitt", "actor/trump", "2025-08-28"),
            },
        ),
        ("spoke-to", {("actor/rutland", "actor/kyiv-independent", None)}),
        (
            "contradicts",
            {("actor/peskov", "actor/kyiv-independent", "2025-08-28"), ("actor/kyiv-independent", "actor/peskov", "2025-08-28"),
             ("actor/russian-mod", "actor/kyiv-independent", "2025-08-28"), ("actor/kyiv-independent", "actor/russian-mod", "2025-08-28")},
        ),
    ],
)  # fmt: skip
def test_a_relation_holds_between_whom_the_article_says(
    kind: str, expected: set[tuple[str, str, str | None]], seeded: Ledger
) -> None:
    assert edges(network.relations(seeded, of_kinds=[kind]), kind) == expected


def test_who_passed_the_words_on_reported_them_too(seeded: Ledger) -> None:
    found = edges(network.relations(seeded, actor=PESKOV, of_kinds=["reported"]), "reported")
    assert found == {
        ("actor/kyiv-independent", "actor/peskov", "2025-08-28"),
        ("actor/russian-state-media", "actor/peskov", "2025-08-28"),
        ("actor/timeslive", "actor/peskov", "2025-08-28"),
        ("actor/reuters", "actor/peskov", "2025-08-28"),
        ("actor/kommersant", "actor/peskov", None),  # the day of publication is not recorded
    }


def test_two_actors_are_held_to_have_struck_and_each_edge_names_the_claims(seeded: Ledger) -> None:
    struck = network.relations(seeded, of_kinds=["struck"])
    by_source = {
        (r.source.removeprefix(B), r.target.removeprefix(B)): [e.removeprefix(B) for e in r.evidence]
        for r in struck
    }
    assert by_source[("actor/russian-armed-forces", "place/ukraine")] == [
        "claim/peskov-2025-08-28-responsibility",
        "claim/russian-mod-2025-08-28-responsibility",
    ]
    assert by_source[("actor/russia", "place/ukraine")] == [
        "claim/air-force-2025-08-28-responsibility",
        "claim/ki-2025-08-28-responsibility",
    ]
    assert by_source[("actor/russia", "place/kyiv")] == ["claim/ki-2025-07-29-responsibility"]


def test_one_actors_relations_are_those_of_the_whole_that_touch_it(seeded: Ledger) -> None:
    whole = network.relations(seeded)
    assert network.relations(seeded, actor=PESKOV) == [r for r in whole if PESKOV in (r.source, r.target)]


def test_the_graph_carries_kind_dates_and_evidence_on_edges_and_names_on_nodes(seeded: Ledger) -> None:
    graph = network.network(seeded)
    assert graph.is_directed()
    assert graph.is_multigraph()
    told = [data for data in graph.get_edge_data(RUTLAND, KI).values() if data["kind"] == "spoke-to"]
    assert told == [
        {
            "kind": "spoke-to",
            "begin": None,
            "end": "2025-08-28",  # said by the day on which it was printed
            "evidence": (B + "statement/rutland-russian-attitudes",),
        }
    ]
    assert graph.nodes[PESKOV]["label"] == "Dmitry Peskov"
    assert graph.nodes[PESKOV]["type"] == terms.REC + "Person"
    assert graph.nodes[B + "actor/russian-armed-forces"]["side"] == terms.REC + "RussianSide"
    assert all(data["evidence"] for _, _, data in graph.edges(data=True))
