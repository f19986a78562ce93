"""What the named rules find, and what they must not: for each rule a table of cases, near misses among them.

Each case was worked out by hand from design.md ("When two claims contradict") before the rule was run on it.
"""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from tests.graph.disputes.claims import (
    attitude,
    contradictions,
    derived_from,
    facts,
    property_,
    responsible,
    said,
    store_of,
    target,
)
from tests.graph.disputes.counts import DENIED_COUNTS, FINISHED, GROWING, MOMENTARY

from onrecord.graph import queryfiles, terms
from onrecord.graph.disputes import rules, touched
from onrecord.graph.vocabulary import ontology

BOTH = {("a", "b"), ("b", "a")}

BEGUN = (
    'event:one rec:begin "{}T22:00:00Z"^^xsd:dateTime . event:part rec:begin "{}T03:00:00Z"^^xsd:dateTime . '
)

TARGETS = {
    "of one strike": (
        target("a", "y", "militaryInfrastructure"),
        target("b", "z", "residentialBuilding"),
        True,
    ),
    "of a strike and its part": (
        target("a", "y", "militaryInfrastructure") + BEGUN.format("2025-08-27", "2025-08-27"),
        target("b", "z", "residentialBuilding", "part"),
        True,
    ),
    # The shapes ask every event for its begin, so that only what they never saw is left out here.
    "of a strike and its part of which nobody knows when they began": (
        target("a", "y", "militaryInfrastructure"),
        target("b", "z", "residentialBuilding", "part"),
        False,
    ),
    "of a part and the whole": (
        target("a", "y", "airBase", "part") + BEGUN.format("2025-08-27", "2025-08-28"),
        target("b", "z", "school"),
        True,
    ),
    "of a strike and its part that began the next day": (
        target("a", "y", "militaryInfrastructure") + BEGUN.format("2025-08-27", "2025-08-28"),
        target("b", "z", "residentialBuilding", "part"),
        True,
    ),
    "of a war and its part that began much later": (
        target("a", "y", "militaryInfrastructure") + BEGUN.format("2022-02-24", "2025-08-28"),
        target("b", "z", "residentialBuilding", "part"),
        False,
    ),
    "both aimed at": (
        target("a", "y", "defenceIndustry", role="aimedAt"),
        target("b", "z", "medicalFacility", role="aimedAt"),
        True,
    ),
    "aimed at and hit": (
        target("a", "y", "defenceIndustry", role="aimedAt"),
        target("b", "z", "residentialBuilding"),
        False,
    ),
    "one role left open": (
        target("a", "y", "defenceIndustry", role=""),
        target("b", "z", "residentialBuilding"),
        False,
    ),
    "both roles left open": (
        target("a", "y", "defenceIndustry", role=""),
        target("b", "z", "residentialBuilding", role=""),
        False,
    ),
    "another strike": (target("a", "y", "airBase"), target("b", "z", "school", "other"), False),
    "military both": (target("a", "y", "airBase"), target("b", "z", "airDefence"), False),
    "what the law judges case by case": (target("a", "y", "airBase"), target("b", "z", "building"), False),
    "the same claimant": (target("a", "y", "airBase"), target("b", "y", "school"), False),
    "doubted": (target("a", "y", "airBase"), target("b", "z", "school", stance="Doubts"), False),
    "superseded": (
        target("a", "y", "airBase"),
        target("b", "z", "school") + target("c", "z", "airDefence").replace(" .\n", " ; rec:supersedes claim:b .\n"),
        False,
    ),
}  # fmt: skip

DENIED_TARGETS = {
    "the same": (target("a", "y", "school", stance="Denies"), target("b", "z", "school"), True),
    "a narrower kind": (
        target("a", "y", "civilianObject", stance="Denies"),
        target("b", "z", "residentialBuilding"),
        True,
    ),
    "a part of the strike": (
        target("a", "y", "civilianObject", stance="Denies"),
        target("b", "z", "school", "part"),
        True,
    ),
    "roles left open by both": (
        target("a", "y", "school", stance="Denies", role=""),
        target("b", "z", "school", role=""),
        True,
    ),
    "a wider kind": (target("a", "y", "school", stance="Denies"), target("b", "z", "civilianObject"), False),
    "the whole of the strike": (
        target("a", "y", "school", "part", stance="Denies"),
        target("b", "z", "school"),
        False,
    ),
    "another role": (
        target("a", "y", "school", stance="Denies", role="aimedAt"),
        target("b", "z", "school"),
        False,
    ),
    "another kind": (target("a", "y", "airBase", stance="Denies"), target("b", "z", "school"), False),
    "the same claimant": (target("a", "y", "school", stance="Denies"), target("b", "y", "school"), False),
}

DAY = "rec:predicate rec:happenedOn ; rec:value "

DENIALS = {
    "responsibility": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "state"),
        True,
    ),
    "responsibility of a unit": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "army"),
        True,
    ),
    "responsibility for a part": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "state", "part"),
        True,
    ),
    "responsibility of the larger body": (
        responsible("a", "y", "army", stance="Denies"),
        responsible("b", "z", "state"),
        False,
    ),
    "responsibility for another strike": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "state", "other"),
        False,
    ),
    "two held responsible": (responsible("a", "y", "state"), responsible("b", "z", "office"), False),
    "attitude": (attitude("a", "y", "x", stance="Denies"), attitude("b", "z", "x"), True),
    "attitude of another": (attitude("a", "y", "x", stance="Denies"), attitude("b", "z", "y"), False),
    "attitude toward another": (
        attitude("a", "y", "x", stance="Denies"),
        attitude("b", "z", "x", "event:one"),
        False,
    ),
    "attitude doubted": (attitude("a", "y", "x", stance="Doubts"), attitude("b", "z", "x"), False),
    "property": (
        property_("a", "y", DAY + '"2025-08-28"^^xsd:date', "Denies"),
        property_("b", "z", DAY + '"2025-08-28"^^xsd:date'),
        True,
    ),
    "property with another value": (
        property_("a", "y", DAY + '"2025-08-28"^^xsd:date', "Denies"),
        property_("b", "z", DAY + '"2025-08-29"^^xsd:date'),
        False,
    ),
    "property with an object more": (
        property_("a", "y", "rec:predicate rec:damaged", "Denies"),
        property_("b", "z", "rec:predicate rec:damaged ; rec:object actor:x"),
        False,
    ),
    "property without object or value": (
        property_("a", "y", "rec:predicate rec:wasSuccessful", "Denies"),
        property_("b", "z", "rec:predicate rec:wasSuccessful"),
        True,
    ),
    "another property": (
        property_("a", "y", "rec:predicate rec:continues", "Denies"),
        property_("b", "z", "rec:predicate rec:wasSuccessful"),
        False,
    ),
}

OFFICES = {
    # actor:x held actor:office from 2020 to 2024.
    "the holder and the office": (
        target("a", "x", "airBase") + said("a", "2023-05-01"),
        target("b", "office", "school"),
        False,
    ),
    "the office and the holder": (
        target("a", "office", "airBase"),
        target("b", "x", "school") + said("b", "2024-12-31"),
        False,
    ),
    "the holder, undated": (target("a", "x", "airBase"), target("b", "office", "school"), False),
    "after the office was left": (
        target("a", "x", "airBase") + said("a", "2025-01-01"),
        target("b", "office", "school"),
        True,
    ),
    "before the office was taken": (
        target("a", "office", "airBase"),
        target("b", "x", "school") + said("b", "2019-12-31"),
        True,
    ),
    "another office": (target("a", "x", "airBase"), target("b", "y", "school"), True),
    "a unit and the larger body": (target("a", "army", "airBase"), target("b", "state", "school"), True),
}

TABLES = {
    "growing-counts": GROWING,
    "momentary-counts": MOMENTARY,
    "finished-counts": FINISHED,
    "denied-counts": DENIED_COUNTS,
    "target-kinds": TARGETS,
    "denied-targets": DENIED_TARGETS,
    "denials": DENIALS,
    "offices": OFFICES,
}
CASES = [
    pytest.param(one, other, expected, id=f"{table}: {name}")
    for table, cases in TABLES.items()
    for name, (one, other, expected) in cases.items()
]


@pytest.mark.parametrize(("one", "other", "expected"), CASES)
def test_the_rules_find_what_contradicts_and_nothing_else(one: str, other: str, expected: bool) -> None:
    assert contradictions(one, other) == (BOTH if expected else set())


@pytest.mark.parametrize("known", ["a", "b"])
@pytest.mark.parametrize(("one", "other", "expected"), TARGETS.values(), ids=TARGETS)
def test_what_began_near_an_event_of_many_parts_is_found_by_its_day(
    monkeypatch: pytest.MonkeyPatch, one: str, other: str, expected: bool, known: str
) -> None:
    monkeypatch.setattr(rules, "_MANY_PARTS", 0)
    found = {
        (subject.value[10:], value.value[10:])
        for subject, name, value in rules.triples(
            store_of(one, other), terms.DEFAULT_BASE, {ox.NamedNode(f"urn:claim:{known}")}
        )
        if name == rules.CONTRADICTS and isinstance(value, ox.NamedNode)
    }
    assert found == (BOTH if expected else set())


@pytest.mark.parametrize(("parts", "many"), [((2,), False), ((3,), True), ((1, 2), True), ((1, 1), False)])
def test_parts_are_counted_at_every_depth(
    monkeypatch: pytest.MonkeyPatch, parts: tuple[int, ...], many: bool
) -> None:
    monkeypatch.setattr(rules, "_MANY_PARTS", 2)
    told, above = "", "event:top"
    for depth, number in enumerate(parts):
        told += "".join(f"event:p{depth}-{part} rec:partOf {above} . " for part in range(number))
        above = f"event:p{depth}-0"
    assert rules._has_many_parts(store_of(told), ox.NamedNode("urn:event:top")) == many


OTHER_POST = (
    "tenure:party a rec:Tenure ; rec:holder actor:x ; rec:institution actor:party . actor:party a rec:Institution . "
    "said:a rec:speakingAs tenure:{} ."
)


@pytest.mark.parametrize(("post", "expected"), [("party", BOTH), ("x", set())])
def test_who_holds_two_posts_speaks_for_the_one_that_the_statement_names(
    post: str, expected: set[tuple[str, str]]
) -> None:
    denied, asserted = responsible("a", "x", "army", stance="Denies"), responsible("b", "office", "army")
    assert contradictions(denied, asserted, said("a", "2024-08-28"), OTHER_POST.format(post)) == expected


def test_each_table_holds_contradictions_and_near_misses() -> None:
    for name, cases in TABLES.items():
        assert {expected for _, _, expected in cases.values()} == {True, False}, name


def test_each_rule_says_in_its_first_line_what_it_finds_and_that_the_superseded_take_no_part() -> None:
    derived = derived_from()
    labels = [
        str(q.object)
        for q in derived
        if q.predicate.value == terms.REC + "note" and "/rule/" in str(q.subject)
    ]
    assert len(labels) == 10
    for words in labels:
        assert "Superseded and retracted claims take no part" in words
        assert "one claimant's" in words


def test_each_contradiction_names_the_rule_that_found_it() -> None:
    claims = target("a", "y", "militaryInfrastructure"), target("b", "z", "residentialBuilding")
    store = ox.Store()
    store.extend([*facts(*claims), *derived_from(*claims)])
    rows = store.query(
        "SELECT ?a ?b ?rule WHERE { ?a rec:contradicts ?b . ?r a rec:ClaimRelation ; rdf:subject ?a ; rdf:object ?b ; rec:derivedBy ?rule . ?rule a rec:Rule }",
        prefixes=dict(terms.PREFIXES),
        use_default_graph_as_union=True,
    )
    assert {row["rule"].value for row in rows} == {terms.DEFAULT_BASE + "rule/target-kinds"}


def test_a_rule_compares_claims_of_one_kind() -> None:
    # Where a store or a change has none of that kind, the rule is not asked at all.
    for file in queryfiles.in_package("onrecord.graph.disputes"):
        kinds = re.findall(r"\ba rec:(\w+Claim)\b", file.text)
        assert len(kinds) >= 2, file.name
        assert len(set(kinds)) == 1, file.name


def test_each_property_that_a_rule_looks_at_on_what_is_no_claim_is_followed_when_it_changes() -> None:
    of_claims = {
        name
        for kind in ontology.below(terms.REC + "Claim")
        for name in ontology.properties_of().get(kind, ())
    }
    named = rules.predicates() & {name for name in ontology.properties() if name.startswith(terms.REC)}
    followed = {terms.REC + name for name in (*touched.FOLLOWED, "partOf")} | touched._VOCABULARY
    assert named - of_claims - followed == set(), (
        "say in disputes/touched.py which claims a change of these touches"
    )
    assert {terms.REC + name for name in ("begin", "saidOn", "from")} <= named - of_claims
