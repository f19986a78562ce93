"""What the named rules find, and what they must not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.disputes import rules
from onrecord.graph.vocabulary.ontology import vocabulary_quads

COUNT = """
claim:{name} a rec:QuantityClaim ; rec:stance rec:{stance} ; rec:claimant actor:{who} ; rec:concerns event:one ;
  rec:measure rec:{measure} ; rec:asOf "2025-08-28T{hour}:00:00+03:00"^^xsd:dateTime ; {bounds} .
"""
TARGET = "claim:{name} a rec:TargetClaim ; rec:stance rec:Asserts ; rec:claimant actor:{who} ; rec:concerns event:{event} ; rec:targetKind rec:{kind} ."


def contradictions(*claims: str) -> set[tuple[str, str]]:
    prefixes = "".join(f"@prefix {name}: <urn:{name}:> ." for name in ("claim", "actor", "event"))
    prefixes += "".join(f"@prefix {name}: <{iri}> ." for name, iri in terms.PREFIXES.items())
    store = ox.Store()
    store.extend(vocabulary_quads())
    event = (
        "event:one a rec:Strike . event:part a rec:Strike ; rec:partOf event:one . event:other a rec:Strike ."
    )
    store.load(
        (prefixes + event + "".join(claims)).encode(),
        format=ox.RdfFormat.TURTLE,
        to_graph=ox.NamedNode("urn:g"),
    )
    found = rules.derive(store)
    return {
        (str(q.subject)[11:-1], str(q.object)[11:-1])
        for q in found
        if q.predicate.value == terms.REC + "contradicts"
    }


def count(
    name: str, who: str, bounds: str, *, measure: str = "killed", hour: str = "12", stance: str = "Asserts"
) -> str:
    return COUNT.format(name=name, who=who, bounds=bounds, measure=measure, hour=hour, stance=stance)


def target(name: str, who: str, kind: str, event: str = "one") -> str:
    return TARGET.format(name=name, who=who, kind=kind, event=event)


EXACTLY_3, EXACTLY_5, AT_LEAST_4 = (
    "rec:atLeast 3 ; rec:atMost 3",
    "rec:atLeast 5 ; rec:atMost 5",
    "rec:atLeast 4",
)


def test_counts_that_cannot_both_hold_contradict_in_both_directions() -> None:
    assert contradictions(count("a", "x", EXACTLY_3), count("b", "y", AT_LEAST_4)) == {("a", "b"), ("b", "a")}


@pytest.mark.parametrize(
    "other",
    [
        count("b", "x", EXACTLY_5),
        count("b", "y", EXACTLY_5, hour="18"),
        count("b", "y", EXACTLY_5, measure="injured"),
        count("b", "y", EXACTLY_5, stance="Denies"),
        count("b", "y", EXACTLY_5 + " ; rec:scope <urn:place>"),
        count("b", "y", "rec:atLeast 2"),
    ],
    ids=[
        "same claimant",
        "later moment",
        "another measure",
        "not asserted",
        "another scope",
        "bounds that overlap",
    ],
)
def test_counts_do_not_contradict_with(other: str) -> None:
    assert contradictions(count("a", "x", EXACTLY_3), other) == set()


def test_lower_bounds_that_rise_are_no_contradiction() -> None:
    assert contradictions(count("a", "x", "rec:atLeast 21"), count("b", "y", "rec:atLeast 25")) == set()


@pytest.mark.parametrize("event", ["one", "part"])
def test_military_against_civilian_targets_contradict_within_a_strike_and_its_parts(event: str) -> None:
    found = contradictions(
        target("a", "x", "militaryInfrastructure"), target("b", "y", "residentialBuilding", event)
    )
    assert found == {("a", "b"), ("b", "a")}


@pytest.mark.parametrize(
    "other",
    [
        target("b", "x", "residentialBuilding"),
        target("b", "y", "residentialBuilding", "other"),
        target("b", "y", "militaryInfrastructure"),
        target("b", "y", "building"),
    ],
    ids=["same claimant", "another strike", "military too", "kind of building not stated"],
)
def test_targets_do_not_contradict_with(other: str) -> None:
    assert contradictions(target("a", "x", "militaryInfrastructure"), other) == set()


def test_each_contradiction_names_the_rule_that_found_it() -> None:
    store = ox.Store()
    store.extend(vocabulary_quads())
    store.load(
        b"""@prefix rec: <https://w3id.org/onrecord/ns#> .
        <urn:e> a rec:Strike .
        <urn:a> a rec:TargetClaim ; rec:stance rec:Asserts ; rec:claimant <urn:x> ; rec:concerns <urn:e> ; rec:targetKind rec:militaryInfrastructure .
        <urn:b> a rec:TargetClaim ; rec:stance rec:Asserts ; rec:claimant <urn:y> ; rec:concerns <urn:e> ; rec:targetKind rec:residentialBuilding .""",
        format=ox.RdfFormat.TURTLE,
        to_graph=ox.NamedNode("urn:g"),
    )
    store.extend(rules.derive(store))
    rows = store.query(
        "SELECT ?a ?b ?rule WHERE { ?a rec:contradicts ?b . ?r a rec:ClaimRelation ; rdf:subject ?a ; rdf:object ?b ; rec:derivedBy ?rule . ?rule a rec:Rule }",
        prefixes=dict(terms.PREFIXES),
        use_default_graph_as_union=True,
    )
    assert {row["rule"].value for row in rows} == {terms.DEFAULT_BASE + "rule/target-kinds"}
