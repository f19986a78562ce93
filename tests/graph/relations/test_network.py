"""Relations between actors, each edge with what it rests on."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from pyoxigraph import NamedNode, Quad
from tests.harness.graphs.store import InMemory

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.seeds import Seeds
from onrecord.graph.relations import network
from onrecord.graph.rows import RowSource

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


FIVE = [B + f"actor/{name}" for name in ("peskov", "lavrov", "putin", "zelensky", "trump")]
BETWEEN_THE_FIVE = {
    # Trump, 25 August, told by the Kyiv Independent: Putin avoids meeting Zelensky, since "he doesn't like him".
    ("trump", "spoke-about", "putin", 1),
    ("trump", "spoke-about", "zelensky", 1),
    ("trump", "says-of", "putin", 1),
    ("trump", "attributes-a-view-to", "putin", 1),
    # Both of that, and what Lavrov says of Putin's readiness.
    ("putin", "is-said-to", "zelensky", 3),
    # Lavrov, 22 August: the agenda is not ready, Zelensky rejected principles, his legitimacy is in question.
    ("lavrov", "spoke-about", "zelensky", 1),
    ("lavrov", "says-of", "zelensky", 1),
    ("lavrov", "denies", "zelensky", 1),
    ("lavrov", "says-of", "putin", 1),
    # Zelensky, undated: ready to meet Putin.
    ("zelensky", "spoke-about", "putin", 1),
    # On a meeting of the two: Trump, Zelensky, Lavrov; on negotiations: Peskov, Zelensky.
    ("lavrov", "spoke-on-the-same-topic", "trump", 2),
    ("lavrov", "spoke-on-the-same-topic", "zelensky", 2),
    ("trump", "spoke-on-the-same-topic", "zelensky", 2),
    ("peskov", "spoke-on-the-same-topic", "zelensky", 2),
    # Posts in Russia, its foreign ministry and the Kremlin's press service.
    ("lavrov", "on-the-same-side", "peskov", 2),
    ("lavrov", "on-the-same-side", "putin", 2),
    ("peskov", "on-the-same-side", "putin", 2),
}


def between(source: RowSource, *, fallen: bool = False) -> set[tuple[str, str, str, int]]:
    found: dict[tuple[str, str, str], set[str]] = {}
    for one in network.among(source, FIVE, network.kinds().values(), fallen=fallen):
        place = (one.source.rpartition("/")[2], one.kind, one.target.rpartition("/")[2])
        found.setdefault(place, set()).update(one.evidence)
    return {(*place, len(evidence)) for place, evidence in found.items()}


def test_what_relates_peskov_lavrov_putin_zelensky_and_trump_is_what_the_records_say(seeded: Ledger) -> None:
    assert between(seeded) == BETWEEN_THE_FIVE


@pytest.mark.parametrize("how", ["refuted", "retracted", "superseded"])
def test_a_claim_that_no_longer_counts_makes_no_relation_unless_asked(seeds: Seeds, how: str) -> None:
    claim = NamedNode(B + "claim/trump-2025-08-25-dislike")
    graph = NamedNode("urn:more")

    def of(subject: str, name: str, value: NamedNode) -> Quad:
        return Quad(NamedNode(subject), NamedNode(terms.REC + name), value, graph)

    added = {
        "refuted": [of("urn:a", "assesses", claim), of("urn:a", "verdict", NamedNode(terms.REC + "refuted"))],
        "retracted": [of("urn:c", "retracts", claim)],
        "superseded": [of("urn:c", "supersedes", claim)],
    }[how]
    source = InMemory([*seeds.quads, *added])
    lost = {("trump", "attributes-a-view-to", "putin", 1), ("putin", "is-said-to", "zelensky", 3)}
    assert between(source) == BETWEEN_THE_FIVE - lost | {("putin", "is-said-to", "zelensky", 2)}
    assert between(source, fallen=True) == BETWEEN_THE_FIVE
    added_up = source.rows(
        f"SELECT ?r WHERE {{ ?r rec:relationKind <{B}relation-kind/attributes-a-view-to> ; rec:relationFrom <{B}actor/trump> }}"
    )
    assert added_up == []


def test_two_who_took_part_in_one_meeting_met(seeds: Seeds) -> None:
    meeting, graph = NamedNode("urn:meeting"), NamedNode("urn:more")
    took_part = [
        Quad(meeting, NamedNode(terms.REC + "participant"), NamedNode(actor), graph) for actor in FIVE[:3]
    ]
    found = network.relations(InMemory([*seeds.quads, *took_part]), FIVE[2], ["met-with"])
    assert {(one.source, one.target, one.evidence) for one in found} == {
        (FIVE[1], FIVE[2], ("urn:meeting",)),
        (FIVE[0], FIVE[2], ("urn:meeting",)),
    }


def test_the_graph_carries_kind_dates_and_evidence_on_edges_and_names_on_nodes(seeded: Ledger) -> None:
    graph = network.network(seeded)
    assert graph.is_directed()
    assert graph.is_multigraph()
    told = [data for data in graph.get_edge_data(RUTLAND, KI).values() if data["kind"] == "spoke-to"]
    # No begin is known; it was said by the day on which it was printed.
    assert told == [
        {"kind": "spoke-to", "end": "2025-08-28", "evidence": B + "statement/rutland-russian-attitudes"}
    ]
    assert graph.nodes[PESKOV]["label"] == "Dmitry Peskov"
    assert graph.nodes[PESKOV]["type"] == terms.REC + "Person"
    assert graph.nodes[B + "actor/russian-armed-forces"]["side"] == terms.REC + "RussianSide"
    assert all(data["evidence"] for _, _, data in graph.edges(data=True))


def test_networkx_writes_the_graph_in_each_of_its_formats_and_reads_it_back(
    seeded: Ledger, tmp_path: Path
) -> None:
    graph = network.network(seeded)
    for suffix in ("gexf", "graphml"):
        getattr(nx, f"write_{suffix}")(graph, tmp_path / f"n.{suffix}")
        read = getattr(nx, f"read_{suffix}")(tmp_path / f"n.{suffix}")
        assert (set(read), read.number_of_edges()) == (set(graph), graph.number_of_edges())
