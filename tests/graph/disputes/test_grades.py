"""The grades of events, worked out by hand case by case."""

from __future__ import annotations

import pytest
from tests.graph.disputes.small_world import assessed, claim, held, on, said

SPOKEN = "said:a rec:asserts c:a ; rec:speakingAs tenure:ann .\n"

IDENTITY = "<urn:i> a rec:Identity ; rdf:subject actor:x ; rdf:predicate owl:sameAs ; rdf:object actor:y .\n"

GRADES = {
    "one claimant": (on("a", "x"), "singleSource"),
    "one claimant, twice": (on("a", "x") + on("b", "x"), "singleSource"),
    "an office and who speaks for it": (on("a", "ann") + SPOKEN + on("b", "ministry"), "singleSource"),
    "an office and its holder, whose post no statement names": (on("a", "ann") + on("b", "ministry"), "singleSource"),
    "an office and who had left it": (
        on("a", "ann") + on("b", "ministry") + "tenure:ann rec:until '2025-01-03'^^xsd:date . "
        "said:a rec:asserts c:a ; rec:saidOn '2025-01-04'^^xsd:date .",
        "severalSources",
    ),
    "two who are said to be the same": (on("a", "x") + on("b", "y") + IDENTITY, "singleSource"),
    "two who are said to be different": (
        on("a", "x") + on("b", "y") + IDENTITY.replace("owl:sameAs", "owl:differentFrom"),
        "severalSources",
    ),
    "two names of one party held responsible": (
        held("a", "x", "land") + held("b", "y", "other") + IDENTITY.replace("actor:x", "actor:land").replace("actor:y", "actor:other"),
        "severalSources",
    ),
    "two claimants": (on("a", "x") + on("b", "y"), "severalSources"),
    "two, of which one is refuted": (
        on("a", "x") + on("b", "y") + assessed("one", "b", "refuted", "01"),
        "singleSource",
    ),
    "two, of which one only doubts": (
        on("a", "x") + claim("b", "y", "; rec:concerns event:one", "Doubts"),
        "singleSource",
    ),
    "two parties held responsible": (
        held("a", "x", "land") + held("b", "y", "other"),
        "competingResponsibility",
    ),
    "one party held responsible, which Wikidata has another name for": (
        held("a", "x", "land") + held("b", "y", "land") + "actor:land owl:sameAs <urn:elsewhere:Q159> .",
        "severalSources",
    ),
    "a state and its army held responsible": (
        held("a", "x", "land") + held("b", "y", "army"),
        "severalSources",
    ),
    "one held responsible, another's part denied": (
        held("a", "x", "land") + held("b", "y", "other", "Denies"),
        "singleSource",
    ),
    "claimed by the army itself": (held("a", "x", "land") + held("b", "army", "army"), "acknowledgedByBelligerent"),
    "told by who speaks for the state": (
        held("a", "ann", "army") + SPOKEN + held("b", "x", "land"),
        "acknowledgedByBelligerent",
    ),
    "told by somebody who holds a post of the state": (
        held("a", "ann", "army") + held("b", "x", "land"),
        "acknowledgedByBelligerent",
    ),
    "told by somebody who speaks for nobody": (held("a", "y", "army") + held("b", "x", "land"), "severalSources"),
    "the other side blamed by who speaks for the state": (held("a", "ann", "other") + SPOKEN, "singleSource"),
}  # fmt: skip


@pytest.mark.parametrize("name", GRADES)
def test_the_grade_of_an_event_is_worked_out_from_the_claims(name: str) -> None:
    turtle, grade = GRADES[name]
    assert said(turtle, "grade") == {"one": {grade}}


def test_nothing_is_said_of_an_event_without_claims_nor_of_what_is_no_event() -> None:
    assert said(claim("a", "x", "; rec:concerns actor:land"), "grade") == {}
