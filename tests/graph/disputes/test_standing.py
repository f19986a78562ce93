"""Whether a claim stands, worked out by hand case by case; and that a change followed comes to the same."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from tests.graph.disputes.small_world import REC, WORLD, assessed, claim, derived, held, quads, said, same
from tests.harness.graphs.store import Followed

from onrecord.graph.disputes import rules, touched
from onrecord.graph.vocabulary.ontology import vocabulary_quads

DENIED = same("a", "x") + same("b", "y", "Denies")

STANDINGS = {
    # what is in the graph: {claim: (its standing, what that rests on)}
    "alone": (same("a", "x"), {"a": ("Stands", set())}),
    "contradicted by a rule": (DENIED, {"a": ("Contested", {"b"}), "b": ("Contested", {"a"})}),
    "contradicted by an editor, said of one": (
        claim("a", "x", "; rec:contradicts c:b") + claim("b", "y"),
        {"a": ("Contested", {"b"}), "b": ("Contested", {"a"})},
    ),
    "superseded": (
        claim("a", "x") + claim("b", "x", "; rec:supersedes c:a"),
        {"a": ("Superseded", {"b"}), "b": ("Stands", set())},
    ),
    "retracted": (
        claim("a", "x") + claim("b", "x", "; rec:retracts c:a"),
        {"a": ("Retracted", {"b"}), "b": ("Stands", set())},
    ),
    "refuted": (
        same("a", "x") + assessed("one", "a", "refuted", "01"),
        {"a": ("Refuted", {"one"})},
    ),
    "contradicted by what is refuted": (
        DENIED + assessed("one", "b", "refuted", "01"),
        {"a": ("Stands", set()), "b": ("Refuted", {"one"})},
    ),
    "contradicted by an editor, by what is superseded": (
        claim("a", "x", "; rec:contradicts c:b") + claim("b", "y") + claim("d", "y", "; rec:supersedes c:b"),
        {"a": ("Stands", set()), "b": ("Superseded", {"d"}), "d": ("Stands", set())},
    ),
    "called contested": (
        same("a", "x") + assessed("one", "a", "contested", "01"),
        {"a": ("Contested", {"one"})},
    ),
    "called fair": (same("a", "x") + assessed("one", "a", "fair", "01"), {"a": ("Stands", set())}),
    "refuted, and then thought better of": (
        same("a", "x") + assessed("one", "a", "refuted", "01") + assessed("two", "a", "fair", "02"),
        {"a": ("Stands", set())},
    ),
    "called fair, and then refuted": (
        same("a", "x") + assessed("one", "a", "fair", "01") + assessed("two", "a", "refuted", "02"),
        {"a": ("Refuted", {"two"})},
    ),
    "refuted by one, later called fair by another": (
        same("a", "x")
        + assessed("one", "a", "refuted", "01")
        + assessed("two", "a", "fair", "02", "editor:other"),
        {"a": ("Refuted", {"one"})},
    ),
    "retracted and refuted": (
        claim("a", "x") + claim("b", "x", "; rec:retracts c:a") + assessed("one", "a", "refuted", "01"),
        {"a": ("Retracted", {"b"}), "b": ("Stands", set())},
    ),
    # Nobody takes back another's word. What is said here is refused by the gate; a store from elsewhere may hold it.
    "superseded by another": (
        claim("a", "x") + claim("b", "y", "; rec:supersedes c:a"),
        {"a": ("Stands", set()), "b": ("Stands", set())},
    ),
    "retracted by another": (
        claim("a", "x") + claim("b", "y", "; rec:retracts c:a"),
        {"a": ("Stands", set()), "b": ("Stands", set())},
    ),
    "superseded by the office": (
        claim("a", "ann") + claim("b", "ministry", "; rec:supersedes c:a"),
        {"a": ("Superseded", {"b"}), "b": ("Stands", set())},
    ),
    "retracted by who spoke for the office": (
        claim("a", "ministry") + claim("b", "ann", "; rec:retracts c:a"),
        {"a": ("Retracted", {"b"}), "b": ("Stands", set())},
    ),
    "superseded by the state of which the office is a part": (
        claim("a", "ministry") + claim("b", "land", "; rec:supersedes c:a"),
        {"a": ("Stands", set()), "b": ("Stands", set())},
    ),
    "refuted by another actor": (
        "actor:y a rec:State ." + same("a", "x") + assessed("one", "a", "refuted", "01", "actor:y"),
        {"a": ("Contested", {"one"})},
    ),
    "refuted by its own claimant": (
        "actor:x a rec:State ." + same("a", "x") + assessed("one", "a", "refuted", "01", "actor:x"),
        {"a": ("Refuted", {"one"})},
    ),
    "refuted by another actor and by an editor": (
        "actor:y a rec:State ."
        + same("a", "x")
        + assessed("one", "a", "refuted", "01", "actor:y")
        + assessed("two", "a", "refuted", "01"),
        {"a": ("Refuted", {"two"})},
    ),
    "contradicted by what another actor refutes": (
        "actor:z a rec:Person ." + DENIED + assessed("one", "b", "refuted", "01", "actor:z"),
        {"a": ("Contested", {"b"}), "b": ("Contested", {"a", "one"})},
    ),
    "refuted and superseded": (
        claim("a", "x") + claim("b", "x", "; rec:supersedes c:a") + assessed("one", "a", "refuted", "01"),
        {"a": ("Refuted", {"one"}), "b": ("Stands", set())},
    ),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_the_standing_of_each_claim_and_what_it_rests_on(name: str) -> None:
    turtle, expected = STANDINGS[name]
    standings, grounds = said(turtle, "standing"), said(turtle, "standingRestsOn")
    assert standings == {claim: {standing} for claim, (standing, _) in expected.items()}
    assert {c: grounds.get(c, set()) for c in expected} == {c: rests for c, (_, rests) in expected.items()}


def test_each_standing_says_why() -> None:
    reasons = [q for q in derived(DENIED) if q.predicate.value == REC + "standingReason"]
    assert {str(q.subject) for q in reasons} == {"<urn:c:a>", "<urn:c:b>"}
    assert all("contradicts it" in str(q.object) for q in reasons)


# A change followed


def pool() -> list[ox.Quad]:
    """Claims of every kind that contradict, supersede, retract and judge one another, and what they depend on."""
    parts = [
        *(held(f"h{i}", who, of, stance) for i, (who, of, stance) in enumerate(
            [("x", "land", "Asserts"), ("army", "army", "Asserts"), ("ann", "land", "Denies"), ("y", "other", "Asserts")]
        )),
        DENIED,
        same("e", "ministry", "Denies") + same("f", "ann") + same("g", "y") + same("k", "bob"),
        "tenure:bob a rec:Tenure ; rec:holder actor:bob ; rec:institution actor:ministry .",
        "c:b rec:supersedes c:g . c:e rec:retracts c:h0 . c:h1 rec:contradicts c:h3 . c:a rec:concerns event:part .",
        assessed("one", "a", "refuted", "01") + assessed("two", "a", "fair", "03") + assessed("six", "h3", "contested", "02"),
        "said:f rec:asserts c:f ; rec:saidOn '2025-01-05'^^xsd:date .",
        "said:n rec:asserts c:n4 ; rec:saidAt '2025-08-30T10:00:00Z'^^xsd:dateTime . c:taken a rec:PropertyClaim ; rec:claimant actor:ann ; rec:retracts c:n5 .",
        assessed("seven", "n4", "refuted", "02"),
        "said:p rec:asserts c:p ; rec:speakingAs tenure:bob .",
        "c:p a rec:ResponsibilityClaim ; rec:claimant actor:bob ; rec:stance rec:Asserts ; rec:concerns event:part ; rec:responsible actor:army .",
        "tenure:land a rec:Tenure ; rec:holder actor:bob ; rec:institution actor:land .",
        "<urn:i> a rec:Identity ; rdf:subject actor:x ; rdf:predicate owl:sameAs ; rdf:object actor:z .",
        "<urn:j> a rec:Identity ; rdf:subject actor:army ; rdf:predicate owl:sameAs ; rdf:object actor:forces .",
        "<urn:k> a rec:Identity ; rdf:subject actor:z ; rdf:predicate owl:sameAs ; rdf:object actor:y .",
        same("z", "z", "Denies"),
        "tenure:ann rec:from '2025-01-01'^^xsd:date ; rec:until '2025-01-03'^^xsd:date .",
        "event:one rec:begin '2025-08-27T03:00:00Z'^^xsd:dateTime . event:part rec:begin '2025-08-28T00:00:00Z'^^xsd:dateTime .",
    ]  # fmt: skip
    for i, (who, least, most, day) in enumerate(
        [
            ("x", 30, 30, 28),
            ("y", 25, 25, 29),
            ("x", 31, 40, 29),
            ("ann", 29, 29, 28),
            ("ministry", 24, 24, 29),
            ("ministry", 28, 28, 30),
        ]
    ):
        parts.append(
            f"c:n{i} a rec:QuantityClaim ; rec:claimant actor:{who} ; rec:stance rec:Asserts ; rec:concerns event:one ; "
            f"rec:measure rec:killed ; rec:atLeast {least} ; rec:atMost {most} ; "
            f'rec:asOfFrom "2025-08-{day}T00:00:00Z"^^xsd:dateTime ; rec:asOfUntil "2025-08-{day + 1}T00:00:00Z"^^xsd:dateTime .'
        )
    for i, (who, kind, event) in enumerate(
        [("x", "airBase", "one"), ("y", "school", "part"), ("bob", "school", "part")]
    ):
        parts.append(
            f"c:t{i} a rec:TargetClaim ; rec:claimant actor:{who} ; rec:stance rec:Asserts ; rec:concerns event:{event} ; "
            f"rec:targetKind rec:{kind} ; rec:targetRole rec:hit ."
        )
    return sorted(quads(WORLD + "\n".join(parts)), key=str)


@pytest.mark.slow
def test_following_each_fact_that_goes_and_comes_back_is_the_same_as_deriving_everything() -> None:
    everything = pool()
    followed = Followed(beside=vocabulary_quads())
    whole = followed.change(set(everything))
    assert whole == followed.from_scratch()
    assert sum(quad.object == ox.NamedNode(REC + "Contested") for quad in whole) > 5
    with_effect = set()
    for quad in everything:
        without = followed.change({quad})
        assert without == followed.from_scratch(), quad
        assert followed.change({quad}) == whole, quad
        if without != whole:
            with_effect.add(quad.predicate.value.removeprefix(REC).rpartition("#")[2])
    assert with_effect >= {
        "begin",
        "partOf",
        "unitOf",
        "saidOn",
        "holder",
        "institution",
        "until",
        "speakingAs",
        "verdict",
        "assessedOn",
        "asserts",
        "subject",
        "predicate",
        "object",
    }


def test_the_first_of_each_pair_that_still_counts_has_the_key_that_lists_sort_it_by() -> None:
    told = "".join(
        f"c:{name} a rec:PropertyClaim ; rec:claimant actor:{name.removeprefix('not-')} ; rec:concerns event:one {more} ." for name, more in (
            ("alpha-of-a-very-long-name", "; rec:contradicts c:beta"), ("beta", ""), ("gamma", "; rec:contradicts c:beta"),
            ("delta", "; rec:contradicts c:fallen"), ("fallen", ""), ("not-fallen", "; rec:retracts c:fallen"),
        )
    )  # fmt: skip
    followed = Followed(beside=vocabulary_quads())
    facts = quads(told)
    order = ox.NamedNode(REC + "disputeOrder")

    def keys(derived: set[ox.Quad]) -> dict[str, str]:
        return {quad.subject.value: quad.object.value for quad in derived if quad.predicate == order}

    both = {"urn:c:alpha-of-a-very-long-name": "urn:c:alpha-of-a", "urn:c:beta": "urn:c:beta"}
    assert keys(followed.change(facts)) == both
    taken_back = {quad for quad in facts if quad.predicate == ox.NamedNode(REC + "retracts")}
    assert keys(followed.change(taken_back)) == both | {"urn:c:delta": "urn:c:delta"}
    assert keys(followed.change(taken_back)) == both
    gone = {quad for quad in facts if quad.subject == ox.NamedNode("urn:c:beta") or quad.object == ox.NamedNode("urn:c:beta")}  # fmt: skip
    assert keys(followed.change(gone)) == {}


@pytest.mark.parametrize("few", [0, touched._FEW])
@pytest.mark.parametrize("links", [["one"], ["middle"], ["one", "middle"], ["one", "middle", "part"]])
def test_claims_on_both_ends_of_a_chain_of_parts_are_followed_when_any_of_its_links_come_or_go(
    links: list[str], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(touched, "_FEW", few)
    monkeypatch.setattr(rules, "_MANY_PARTS", few)
    chain = {"one": "event:one", "middle": "event:middle", "part": "event:part"}
    begun = "".join(f"{event} a rec:Strike ; rec:begin '2025-08-28T00:00:00Z'^^xsd:dateTime ." for event in
                    (*chain.values(), "event:least"))  # fmt: skip
    linked = {
        name: next(iter(quads(f"{below} rec:partOf {above} .")))
        for (name, above), below in zip(
            chain.items(), ("event:middle", "event:part", "event:least"), strict=True
        )
    }
    told = "".join(
        f"c:{name} a rec:TargetClaim ; rec:claimant actor:{who} ; rec:stance rec:Asserts ; rec:concerns event:{event} ; "
        f"rec:targetKind rec:{kind} ; rec:targetRole rec:hit ."
        for name, who, event, kind in (
            ("t", "x", "one", "airBase"),
            ("u", "y", "least", "school"),
            ("v", "z", "least", "school"),
        )
    )
    followed = Followed(beside=vocabulary_quads())
    whole = followed.change(quads(begun + told) | set(linked.values()))
    assert sum(quad.predicate == ox.NamedNode(REC + "contradicts") for quad in whole) == 4
    changed = {linked[name] for name in links}
    without = followed.change(changed)
    assert not any(quad.predicate == ox.NamedNode(REC + "contradicts") for quad in without)
    assert without == followed.from_scratch()
    assert followed.change(changed) == whole


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_following_many_changes_is_the_same_as_deriving_everything(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    everything = pool()
    followed = Followed(beside=vocabulary_quads())
    followed.change(set(everything))
    for _ in range(12):
        gone = chance.choice(everything).subject
        whole_things = {quad for quad in everything if gone in (quad.subject, quad.object)}
        assert followed.change(whole_things) == followed.from_scratch()
        assert followed.change(set(chance.sample(everything, 5))) == followed.from_scratch()
