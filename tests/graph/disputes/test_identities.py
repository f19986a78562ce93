"""What it changes that two things are said to be the same: worked out by hand, case by case, with near misses."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.graph.disputes.claims import (
    attitude,
    contradictions,
    count,
    derived_from,
    property_,
    responsible,
    said,
    target,
)

from onrecord.graph import terms

BOTH = {("a", "b"), ("b", "a")}
OWL = terms.PREFIXES["owl"]


def same(one: str, other: str, predicate: str = "owl:sameAs", name: str = "") -> str:
    node = f"<urn:identity:{name or one + other}>"
    return f"{node} a rec:Identity ; rdf:subject {one} ; rdf:predicate {predicate} ; rdf:object {other} .\n"


def derived(name: str, *claims: str) -> dict[str, set[str]]:
    """The values of one derived property, things by the ends of their IRIs."""
    found: dict[str, set[str]] = {}
    for quad in derived_from(*claims):
        if quad.predicate.value in (terms.REC + name, OWL + name) and isinstance(quad.object, ox.NamedNode):
            found.setdefault(str(quad.subject)[5:-1], set()).add(quad.object.value.removeprefix("urn:"))
    return found


ONE_CLAIMANT = {
    # Of two claimants the two claims would contradict each other.
    "two that are said to be the same": (target("a", "y", "airBase"), target("b", "z", "school"), same("actor:y", "actor:z"), False),
    "said the other way round": (target("a", "y", "airBase"), target("b", "z", "school"), same("actor:z", "actor:y"), False),
    "in two steps": (
        target("a", "y", "airBase"), target("b", "z", "school"), same("actor:y", "actor:w") + same("actor:w", "actor:z"), False,
    ),
    "one is the same as a third": (target("a", "y", "airBase"), target("b", "z", "school"), same("actor:y", "actor:w"), True),
    "said to be different": (
        target("a", "y", "airBase"), target("b", "z", "school"), same("actor:y", "actor:z", "owl:differentFrom"), True,
    ),
    "the same as who holds the office": (target("a", "w", "airBase"), target("b", "office", "school"), same("actor:w", "actor:x"), False),
    "the same as the office that is held": (target("a", "x", "airBase"), target("b", "w", "school"), same("actor:w", "actor:office"), False),
    "the same as who had left the office": (
        target("a", "w", "airBase") + said("a", "2025-01-01"), target("b", "office", "school"), same("actor:w", "actor:x"), True,
    ),
    "a count that fell": (count("a", "y", "30+", "28"), count("b", "z", "25", "29"), same("actor:y", "actor:z"), False),
    "finished counts": (
        count("a", "y", "3", measure="launched"), count("b", "z", "4", measure="launched"), same("actor:y", "actor:z"), False,
    ),
    "a count denied": (count("a", "y", "3", stance="Denies"), count("b", "z", "3"), same("actor:y", "actor:z"), False),
    "a target denied": (target("a", "y", "school", stance="Denies"), target("b", "z", "school"), same("actor:y", "actor:z"), False),
}  # fmt: skip

ONE_THING = {
    # Of two things the two claims would have nothing to do with each other.
    "one scope": (
        count("a", "y", "30+", "28", more="; rec:scope place:kyiv"), count("b", "z", "25", "29", more="; rec:scope place:kiev"),
        same("place:kyiv", "place:kiev"), True,
    ),
    "two scopes": (
        count("a", "y", "30+", "28", more="; rec:scope place:kyiv"), count("b", "z", "25", "29", more="; rec:scope place:kiev"),
        "", False,
    ),
    "one weapon": (
        count("a", "y", "3", measure="launched", more="; rec:weapon actor:kh"), count("b", "z", "4", measure="launched", more="; rec:weapon actor:x47"),
        same("actor:kh", "actor:x47"), True,
    ),
    "one weapon of two": (
        count("a", "y", "3", measure="launched", more="; rec:weapon actor:kh"),
        count("b", "z", "4", measure="launched", more="; rec:weapon actor:x47 , actor:other"),
        same("actor:kh", "actor:x47"), False,
    ),
    "one party, denied": (
        count("a", "y", "3", stance="Denies", more="; rec:ofParty actor:army"), count("b", "z", "3", more="; rec:ofParty actor:forces"),
        same("actor:army", "actor:forces"), True,
    ),
    "one who is held responsible": (
        responsible("a", "y", "army", stance="Denies"), responsible("b", "z", "forces"), same("actor:army", "actor:forces"), True,
    ),
    "one who is a unit of whom is denied to be responsible": (
        responsible("a", "y", "land", stance="Denies"), responsible("b", "z", "army"), same("actor:land", "actor:state"), True,
    ),
    "one who has an attitude": (
        attitude("a", "y", "x", stance="Denies"), attitude("b", "z", "ivan"), same("actor:x", "actor:ivan"), True,
    ),
    "one to whom it is directed": (
        attitude("a", "y", "x", "actor:state", "Denies"), attitude("b", "z", "x", "actor:land"), same("actor:state", "actor:land"), True,
    ),
    "one object": (
        property_("a", "y", "rec:predicate rec:damaged ; rec:object place:kyiv", "Denies"),
        property_("b", "z", "rec:predicate rec:damaged ; rec:object place:kiev"), same("place:kyiv", "place:kiev"), True,
    ),
    "another object": (
        property_("a", "y", "rec:predicate rec:damaged ; rec:object place:kyiv", "Denies"),
        property_("b", "z", "rec:predicate rec:damaged ; rec:object place:odesa"), same("place:kyiv", "place:kiev"), False,
    ),
}  # fmt: skip
TABLES = {"one claimant": ONE_CLAIMANT, "one thing": ONE_THING}
CASES = [
    pytest.param(one, other, merged, expected, id=f"{table}: {name}")
    for table, cases in TABLES.items()
    for name, (one, other, merged, expected) in cases.items()
]


@pytest.mark.parametrize(("one", "other", "merged", "expected"), CASES)
def test_what_is_the_same_contradicts_as_one(one: str, other: str, merged: str, expected: bool) -> None:
    assert contradictions(one, other, merged) == (BOTH if expected else set())


@pytest.mark.parametrize("name", ONE_CLAIMANT)
def test_without_an_identity_two_claimants_contradict_each_other(name: str) -> None:
    one, other, _, _ = ONE_CLAIMANT[name]
    assert contradictions(one, other) == BOTH


@pytest.mark.parametrize("name", ONE_THING)
def test_without_an_identity_claims_of_two_things_do_not_contradict_each_other(name: str) -> None:
    one, other, _, _ = ONE_THING[name]
    assert contradictions(one, other) == set()


def test_each_of_some_same_things_is_the_same_as_each_other_and_merged_as_the_first() -> None:
    chain = same("actor:c", "actor:b") + same("actor:a", "actor:c") + same("place:q", "place:p")
    assert derived("sameAs", chain) == {
        "actor:a": {"actor:b", "actor:c"},
        "actor:b": {"actor:a", "actor:c"},
        "actor:c": {"actor:a", "actor:b"},
        "place:p": {"place:q"},
        "place:q": {"place:p"},
    }
    assert derived("mergedAs", chain) == {
        "actor:a": {"actor:a"},
        "actor:b": {"actor:a"},
        "actor:c": {"actor:a"},
        "place:p": {"place:p"},
        "place:q": {"place:p"},
    }
    assert derived("sameAs", same("actor:a", "actor:b", "owl:differentFrom")) == {}


TENURE = 'tenure:more a rec:Tenure ; rec:holder actor:x ; rec:institution actor:state ; rec:from "2024-01-01"^^xsd:date .\n'
SOURCES = {
    # actor:x held actor:office from 2020 to 2024.
    "nobody's office": (target("a", "y", "airBase"), "actor:y"),
    "the office held on the day": (target("a", "x", "airBase") + said("a", "2023-05-01"), "actor:office"),
    "the last day in office": (target("a", "x", "airBase") + said("a", "2024-12-31"), "actor:office"),
    "after the office": (target("a", "x", "airBase") + said("a", "2025-01-01"), "actor:x"),
    "on a day that is not known": (target("a", "x", "airBase"), "actor:office"),
    "two offices on the day": (TENURE + target("a", "x", "airBase") + said("a", "2024-05-01"), "actor:x"),
    "two offices, one of them left": (
        TENURE + target("a", "x", "airBase") + said("a", "2025-05-01"),
        "actor:state",
    ),
    "two offices, of which the statement names one": (
        TENURE
        + target("a", "x", "airBase")
        + said("a", "2024-05-01")
        + "said:a rec:speakingAs tenure:more .\n",
        "actor:state",
    ),
    "two offices that are the same": (
        TENURE + same("actor:state", "actor:office") + target("a", "x", "airBase") + said("a", "2024-05-01"),
        "actor:office",
    ),
    "a person merged": (same("actor:y", "actor:b") + target("a", "y", "airBase"), "actor:b"),
    "an office of whom the claimant is the same as": (
        same("actor:x", "actor:b") + target("a", "b", "airBase") + said("a", "2023-05-01"),
        "actor:office",
    ),
    "an office merged": (
        same("actor:office", "actor:b") + target("a", "x", "airBase") + said("a", "2023-05-01"),
        "actor:b",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_on_whose_word_a_claim_rests_in_the_end(name: str) -> None:
    turtle, source = SOURCES[name]
    assert derived("ultimateSource", turtle) == {"claim:a": {source}}
