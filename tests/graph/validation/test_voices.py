"""A claim takes back only claims of the same voice: each case worked out by hand, as a change to a store."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.harness.graphs.store import derived_beside_vocabulary

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation.overlay import Overlay
from onrecord.graph.validation.voices import found
from onrecord.graph.vocabulary.ontology import vocabulary_quads

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in terms.PREFIXES.items())
HEAD += "".join(
    f"@prefix {name}: <urn:{name}:> .\n" for name in ("c", "actor", "identity", "relation", "tenure", "said")
)
GRAPH = ox.NamedNode("urn:g")
REC = terms.REC

WORLD = """
actor:land a rec:State . actor:ministry a rec:GovernmentBody ; rec:unitOf actor:land . actor:city a rec:GovernmentBody . actor:paper a rec:NewsOutlet .
tenure:ann a rec:Tenure ; rec:holder actor:ann ; rec:institution actor:ministry ; rec:until "2025-08-20"^^xsd:date .
tenure:bob a rec:Tenure ; rec:holder actor:bob ; rec:institution actor:ministry .
tenure:bob-mayor a rec:Tenure ; rec:holder actor:bob ; rec:institution actor:city .
c:ministry a rec:QuantityClaim ; rec:claimant actor:ministry .
c:ann a rec:QuantityClaim ; rec:claimant actor:ann . said:ann rec:asserts c:ann ; rec:saidOn "2025-08-19"^^xsd:date .
c:ann-later a rec:QuantityClaim ; rec:claimant actor:ann . said:ann-later rec:asserts c:ann-later ; rec:saidOn "2025-08-28"^^xsd:date .
c:bob a rec:QuantityClaim ; rec:claimant actor:bob . said:bob rec:asserts c:bob ; rec:saidOn "2025-08-28"^^xsd:date .
c:bob-speaker a rec:QuantityClaim ; rec:claimant actor:bob . said:bob-speaker rec:asserts c:bob-speaker ; rec:speakingAs tenure:bob .
c:bob-mayor a rec:QuantityClaim ; rec:claimant actor:bob . said:bob-mayor rec:asserts c:bob-mayor ; rec:speakingAs tenure:bob-mayor .
c:paper a rec:QuantityClaim ; rec:claimant actor:paper . c:paper-again a rec:QuantityClaim ; rec:claimant actor:paper .
c:gazeta a rec:QuantityClaim ; rec:claimant actor:gazeta . c:land a rec:QuantityClaim ; rec:claimant actor:land .
"""
MERGED = "identity:one a rec:Identity ; rdf:subject actor:paper ; rdf:predicate owl:sameAs ; rdf:object actor:gazeta .\n"


def quads(turtle: str) -> frozenset[ox.Quad]:
    parsed = ox.parse((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE)
    return frozenset(ox.Quad(q.subject, q.predicate, q.object, GRAPH) for q in parsed)


def whole(turtle: str) -> frozenset[ox.Quad]:
    """What these triples are in a graph, with all that follows."""
    stated = quads(turtle)
    return stated | derived_beside_vocabulary(stated) | frozenset(vocabulary_quads())


def refused(before: str, after: str) -> list[tuple[str, str]]:
    """The focus and the value of each result of the change from one to the other."""
    store, then = ox.Store(), whole(before)
    store.extend(then)
    view = Overlay(ChangeSet.between(then, whole(after)), store)
    return [(r.focus.removeprefix("urn:"), str(r.value).removeprefix("<urn:")[:-1]) for r in found(view, ())]


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("paper-again", "paper"),
        ("bob", "bob-mayor"),
        ("ministry", "ann"),  # she was its minister on the day
        ("ann", "ministry"),
        ("bob-speaker", "ministry"),
        ("ministry", "bob-speaker"),
        ("bob", "ministry"),  # who holds two posts and names neither
        ("bob-speaker", "ann"),  # both spoke for the ministry
    ],
)
def test_what_one_voice_takes_back(newer: str, older: str) -> None:
    for word in ("supersedes", "retracts"):
        assert refused(WORLD, WORLD + f"c:{newer} rec:{word} c:{older} .") == []


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("paper", "ministry"),
        ("ministry", "paper"),
        ("ministry", "ann-later"),  # her post had ended
        ("ann-later", "ministry"),
        ("ministry", "bob-mayor"),  # he spoke for the city
        ("land", "ministry"),  # a state is not its ministry
        ("ministry", "land"),
        ("gazeta", "paper"),
        ("bob-mayor", "ann"),
    ],
)
def test_what_is_on_the_word_of_another_is_not_taken_back(newer: str, older: str) -> None:
    for word in ("supersedes", "retracts"):
        assert refused(WORLD, WORLD + f"c:{newer} rec:{word} c:{older} .") == [(f"c:{newer}", f"c:{older}")]


def test_the_message_names_both_and_what_to_do() -> None:
    view = Overlay(ChangeSet(added=quads(WORLD + "c:paper rec:retracts c:ministry .")), None)
    (result,) = found(view, ())
    for part in (
        "'retracts' names <urn:c:ministry>",
        "<urn:actor:paper>",
        "<urn:actor:ministry>",
        "'contradicts'",
        "'verdict: refuted'",
    ):
        assert part in result.message
    assert (result.path, result.source) == (REC + "retracts", "urn:g")


def test_actors_that_are_the_same_are_one_voice_as_long_as_that_is_said() -> None:
    superseded = WORLD + "c:gazeta rec:supersedes c:paper ."
    assert refused(WORLD, superseded + MERGED) == []
    assert refused(superseded + MERGED, superseded) == [("c:gazeta", "c:paper")]


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (
            "c:ann a rec:QuantityClaim ; rec:claimant actor:ann .",
            "c:ann a rec:QuantityClaim ; rec:claimant actor:paper .",
        ),
        ('"2025-08-19"^^xsd:date', '"2025-08-28"^^xsd:date'),
        ('rec:until "2025-08-20"', 'rec:until "2025-08-10"'),
        (
            "tenure:ann a rec:Tenure ; rec:holder actor:ann ; ",
            "tenure:ann a rec:Tenure ; rec:holder actor:eve ; ",
        ),
        ("said:ann rec:asserts c:ann ;", "said:ann rec:asserts c:ann ; rec:speakingAs tenure:other ;"),
    ],
)
def test_what_makes_it_another_voice_afterwards_is_refused(line: str, instead: str) -> None:
    superseded = WORLD + "c:ministry rec:supersedes c:ann ."
    assert line in superseded
    changed = superseded.replace(line, instead)
    assert refused(superseded, changed) == [("c:ministry", "c:ann")]
    assert refused(WORLD, changed) == [("c:ministry", "c:ann")]


def test_a_relation_that_says_so_alone_is_refused_and_one_beside_the_claims_is_said_once() -> None:
    relation = "relation:r a rec:ClaimRelation ; rdf:subject c:paper ; rdf:predicate rec:supersedes ; rdf:object c:ministry ."
    assert refused(WORLD, WORLD + relation) == [("relation:r", "c:ministry")]
    assert refused(WORLD, WORLD + relation + "c:paper rec:supersedes c:ministry .") == [
        ("c:paper", "c:ministry")
    ]
    assert refused(WORLD, WORLD + relation.replace("supersedes", "contradicts")) == []


def test_a_whole_store_is_looked_at_through_its_nodes() -> None:
    store = ox.Store()
    store.extend(quads(WORLD + "c:paper rec:supersedes c:ministry ."))
    assert [r.focus for r in found(Overlay(ChangeSet(), store), ["<urn:c:paper>", "<urn:c:ministry>"])] == [
        "urn:c:paper"
    ]
