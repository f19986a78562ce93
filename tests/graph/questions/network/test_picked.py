"""Which relations a network is drawn from where there are very many: those that rest on most, and that is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from tests.harness.graphs.store import InMemory

from onrecord.graph import terms
from onrecord.graph.questions.network import picked
from onrecord.graph.questions.network.asked import Wanted
from onrecord.graph.relations.kinds import kinds
from onrecord.graph.vocabulary import ontology

BASE = terms.DEFAULT_BASE
# Who speaks about whom, how often.
SPOKEN = {"ab": 5, "bc": 4, "cd": 3, "ea": 2, "be": 1, "ce": 1}


@pytest.fixture(scope="module")
def graph() -> InMemory:
    lines = [f"@prefix rec: <{terms.REC}> . @base <{BASE}> ."]
    lines += [f"<actor/{name}> a rec:Person ." for name in "abcde"]
    for (speaker, about), times in SPOKEN.items():
        lines += [
            f"<statement/{speaker}{about}{number}> a rec:Statement ; rec:speaker <actor/{speaker}> ; "
            f'rec:about <actor/{about}> ; rec:saidOn "2025-01-0{number + 1}"^^<{terms.PREFIXES["xsd"]}date> .'
            for number in range(times)
        ]
    named = NamedNode(f"{BASE}document/d/v1")
    said = [Quad(*quad.triple, named) for quad in parse("\n".join(lines), RdfFormat.TURTLE)]
    return InMemory([*said, *ontology.vocabulary_quads(BASE)])


def drawn(graph: InMemory, asked: Wanted) -> tuple[dict[str, int], picked.Picked]:
    found = picked.pick(graph, asked, [kinds()["spoke-about"]])
    return {edge.source[-1] + edge.target[-1]: edge.count for edge in found.edges}, found


def test_few_are_all_drawn(graph: InMemory) -> None:
    edges, found = drawn(graph, Wanted())
    assert edges == SPOKEN
    assert {actor[-1] for actor in found.steps} == set("abcde")
    assert found.message is None


def test_of_all_those_that_rest_on_most_are_drawn(graph: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picked, "STRONGEST", 3)
    edges, found = drawn(graph, Wanted())
    assert edges == {"ab": 5, "bc": 4, "cd": 3}
    # b: 5 + 4, c: 4 + 3, a: 5, d: 3.
    assert [actor[-1] for actor in found.steps] == ["b", "c", "a", "d"]
    assert found.message == "This is drawn from the 3 relations that rest on most."
    edges, found = drawn(graph, Wanted(most=2))
    assert edges == {"bc": 4}
    assert found.left_out == 2


def test_those_of_the_actor_in_the_middle_are_drawn_however_weak(
    graph: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Wanted(ego=f"{BASE}actor/b")
    assert drawn(graph, asked)[0] == {"ab": 5, "bc": 4, "be": 1, "ea": 2, "ce": 1}
    monkeypatch.setattr(picked, "MOST_EDGES", 4)
    edges, found = drawn(graph, asked)
    assert edges == {"ab": 5, "bc": 4, "be": 1, "ea": 2}
    assert found.message == "Of the relations between the others, the 1 that rest on most were looked at."
    # Where some kinds are not wanted, there may be more of the others than it seems, and all are looked at.
    edges, found = drawn(graph, replace(asked, off=frozenset({"met-with"})))
    assert edges == {"ab": 5, "bc": 4, "be": 1, "ea": 2}
    assert (found.edges_left_out, found.message) == (1, None)


def test_of_a_time_none_is_passed_over(graph: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picked, "STRONGEST", 1)
    edges, found = drawn(graph, Wanted(ego=f"{BASE}actor/a", as_of="2025-01-31"))
    assert edges == {"ab": 5, "ea": 2, "be": 1}
    assert found.message is None


def test_of_actors_with_very_many_relations_those_of_all_that_rest_on_most_are_drawn(
    graph: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picked, "MANY", 1)
    monkeypatch.setattr(picked, "STRONGEST_OF", 1)
    edges, found = drawn(graph, Wanted(ego=f"{BASE}actor/a"))
    # Of a's own the strongest leads to b; between the two stands what all hold, which here is everything.
    assert edges == {"ab": 5}
    assert found.message is not None
    assert (
        "Of the relations of the actor in the middle, the 1 that rest on most were looked at."
        in found.message
    )
    assert "found among the 2,000 of all that rest on most" in found.message


def test_nobody_further_on_is_looked_for_once_there_are_as_many_as_may_be(graph: InMemory) -> None:
    _, found = drawn(graph, Wanted(ego=f"{BASE}actor/a", steps=4, most=3))
    assert [actor[-1] for actor in found.steps] == ["a", "b", "e"]
    assert found.left_out == 0
    _, found = drawn(graph, Wanted(ego=f"{BASE}actor/a", steps=4, most=4))
    assert [actor[-1] for actor in found.steps] == ["a", "b", "e", "c"]


REFUTED = f"""
@prefix rec: <{terms.REC}> . @base <{BASE}> .
<claim/refuted> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:subject <actor/b> ; rec:predicate rec:rejected ;
  rec:object <actor/e> ; rec:stance rec:Asserts .
<editor/us> a rec:Editor . <assessment/one> a rec:Assessment ; rec:assesses <claim/refuted> ; rec:verdict rec:refuted ; rec:assessedBy <editor/us> .
<statement/refuted> a rec:Statement ; rec:speaker <actor/a> ; rec:asserts <claim/refuted> .
"""


@pytest.mark.parametrize("ego", [None, f"{BASE}actor/b"])
def test_what_no_longer_counts_is_looked_for_where_relations_are_few_and_between_two_always(
    graph: InMemory, monkeypatch: pytest.MonkeyPatch, ego: str | None
) -> None:
    named = NamedNode(f"{BASE}document/d/v1")
    quads = [*graph.store, *(Quad(*quad.triple, named) for quad in parse(REFUTED, RdfFormat.TURTLE))]
    whole = InMemory(quads)
    of_kinds = [kinds()["spoke-about"], kinds()["is-said-to"]]

    def shown(asked: Wanted) -> tuple[set[str], picked.Picked]:
        found = picked.pick(whole, asked, of_kinds)
        return {edge.kind.name for edge in found.edges}, found

    assert shown(Wanted(ego=ego))[0] == {"spoke-about"}
    names, found = shown(Wanted(ego=ego, fallen=True))
    assert (names, found.fallen, found.message) == ({"spoke-about", "is-said-to"}, True, None)
    monkeypatch.setattr(picked, "MANY_FALLEN", 1)
    names, found = shown(Wanted(ego=ego, fallen=True))
    assert (names, found.fallen) == ({"spoke-about"}, False)
    assert "refuted, retracted or superseded is not shown" in (found.message or "")
    two = Wanted(ego=f"{BASE}actor/b", to=f"{BASE}actor/e", fallen=True)
    assert {edge.kind.name for edge in picked.direct(whole, two, of_kinds).edges} == {
        "spoke-about",
        "is-said-to",
    }
