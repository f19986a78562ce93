"""Each mistake the shapes must catch, as one edit to a small valid world; and near misses that must pass.

Every case is validated as the change to a store that holds the world, and again as a whole: both must say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import SH, SKOS
from tests.harness.graphs.world import GRAPH, WORLD, quads
from tests.harness.whole_store import Faultless, validate_all
from tests.shapes.cases import FINE, WRONG, Case

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation.fast import Engines
from onrecord.graph.validation.report import Report
from onrecord.graph.validation.validate import validate
from onrecord.graph.vocabulary import ontology

REC = terms.REC
BASE = terms.DEFAULT_BASE
FAULTLESS: Faultless = set()


@cache
def world() -> frozenset[ox.Quad]:
    return quads(WORLD)


def edited(gone: Iterable[str], come: Iterable[str]) -> frozenset[ox.Quad]:
    lines = WORLD.split("\n")
    for line in gone:
        matching = [
            known for known in lines if known == line or (line.endswith("*") and known.startswith(line[:-1]))
        ]
        assert matching, f"world.ttl has no line {line!r}"
        lines = [known for known in lines if known not in matching]
    return quads("\n".join([*lines, *come]))


def store(content: Iterable[ox.Quad]) -> ox.Store:
    made = ox.Store()
    made.extend(content)
    return made


def found(report: Report) -> set[str]:
    """'focus path' of each result, both shortened: 'claim/drones atLeast'; 'claim/drones -' where there is no path."""
    return {
        f"{r.focus.removeprefix(BASE)} {(r.path or '-').replace(REC, '').rpartition('/')[2].rpartition('#')[2]}"
        for r in report.results
    }


def both_ways(after: frozenset[ox.Quad]) -> Report:
    """The report on the change from the world, which must be the report on the whole, and the one by the fast engine."""
    change, before = ChangeSet.between(world(), after), store(world())
    report = validate(change, before)
    whole = validate_all(store(ChangeSet(added=after).added), FAULTLESS)
    assert report.text() == whole.text()
    engines = Engines(fast=True)
    assert validate(change, before, engines).text() == report.text()
    assert (engines.failed, engines.disagreed) == (0, 0)
    return report


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_mistake_is_found_where_it_is_and_said_how_to_mend(wrong: Case) -> None:
    report = both_ways(edited(wrong.gone, wrong.come))
    assert found(report) == set(wrong.found)
    assert any(wrong.says in result.message for result in report.results), report.text()


@pytest.mark.parametrize("fine", FINE, ids=str)
def test_near_miss_passes(fine: Case) -> None:
    report = both_ways(edited(fine.gone, fine.come))
    assert report.conforms, report.text()


def test_blank_node_is_refused() -> None:
    # A ChangeSet refuses it before; rows come unread.
    report = validate(f"A _:x <{terms.RDF_TYPE}> <{REC}Topic> {GRAPH} .\n".encode(), None)
    assert [result.message for result in report.results] == [
        "A node without an IRI cannot be named, cited or taken back: give it an 'id'."
    ]


WORKED_OUT = """
claim:hit rec:standing rec:Contested .
claim:hit rec:standingReason "Contradicted by another claim."@en .
claim:hit rec:standingRestsOn claim:culprit .
event:strike rec:grade rec:singleSource .
claim:hit rec:ultimateSource actor:gazette .
actor:land rec:mergedAs actor:land .
"""


def in_graph(name: str, facts: str) -> frozenset[ox.Quad]:
    head = "\n".join(line for line in WORLD.split("\n") if line.startswith("@prefix"))
    return frozenset(
        ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(BASE + name)) for q in quads(head + facts)
    )


def test_what_the_rules_work_out_may_stand_in_the_derived_graph_only() -> None:
    derived = in_graph("graph/derived", WORKED_OUT)
    assert validate(ChangeSet(added=derived), store(world())).conforms
    report = validate(ChangeSet(added=in_graph("graph/assessments", WORKED_OUT)), store(world()))
    assert found(report) == {
        *("claim/hit standing", "claim/hit standingReason", "claim/hit standingRestsOn"),
        *("event/strike grade", "claim/hit ultimateSource", "actor/land mergedAs"),
    }
    assert all("The service itself works out" in result.message for result in report.results)


def test_what_the_rules_work_out_is_one_standing_with_its_grounds_described() -> None:
    wrong = "claim:hit rec:standing rec:Stands, rec:Refuted ; rec:standingRestsOn <urn:nowhere> .\n"
    report = validate(ChangeSet(added=in_graph("graph/derived", wrong)), store(world()))
    assert found(report) == {"claim/hit standing", "claim/hit standingRestsOn"}


def test_that_no_time_is_known_is_said_by_an_export_of_what_is_current_alone() -> None:
    after = edited(
        ["event:strike rec:begin *", "event:strike rec:datePrecision *"],
        ["event:strike rec:datePrecision rec:Unknown ."],
    )
    assert validate_all(store(after)).conforms
    report = validate(ChangeSet.between(world(), after), store(world()))
    assert found(report) == {"event/strike datePrecision"}
    assert "'datePrecision: Year'" in report.results[0].message


@pytest.mark.parametrize("other", ["actor:ministry", "actor:nobody"])
def test_another_thing_of_the_graph_is_the_same_by_an_identity_only(other: str) -> None:
    report = validate(
        ChangeSet(added=in_graph("graph/reference", f"actor:land owl:sameAs {other} .")), store(world())
    )
    assert found(report) == {"actor/land sameAs"}
    assert "under 'identities:'" in report.results[0].message


def test_things_that_are_said_to_be_different_are_not_the_same_in_any_number_of_steps() -> None:
    merged = in_graph("graph/derived", "actor:gazette owl:sameAs actor:ministry .")
    report = validate(ChangeSet(added=merged), store(world()))
    assert found(report) == {"identity/paper -"}
    assert "take one of them back" in report.results[0].message


# The shapes as such


@cache
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for entry in files("onrecord.shapes").iterdir():
        if entry.name.endswith(".ttl"):
            graph.parse(data=entry.read_text(encoding="utf-8"), format="turtle")
    return graph


def test_a_member_of_a_closed_list_must_be_complete() -> None:
    """Asked of the shape alone: data cannot add members, so that validate never comes to it."""
    bare = rdflib.Graph().parse(data=f"<urn:x> a <{REC}Mode> ; <{SKOS.broader}> <urn:y> .", format="turtle")
    _, report, _ = pyshacl.validate(bare, shacl_graph=shapes())
    assert isinstance(report, rdflib.Graph)
    assert set(report.objects(None, SH.resultPath)) == {
        SKOS.prefLabel,
        SKOS.definition,
        SKOS.inScheme,
        SKOS.broader,
    }


def test_every_class_that_data_may_use_has_a_shape() -> None:
    targets = {str(target) for target in shapes().objects(None, SH.targetClass)}
    concrete = {name for name in ontology.classes() - ontology.abstract_classes() if name.startswith(REC)}
    assert {name for name in concrete if not ontology.superclasses()[name] & targets} == set()


def test_every_constraint_says_how_to_mend() -> None:
    graph = shapes()
    constraints = set(graph.objects(None, SH.property)) | set(graph.objects(None, SH.sparql))
    # What stands in a condition (sh:or, sh:not) is spoken for by the shape that has the condition.
    inner = {node for outer, node in graph.subject_objects(SH.property) if isinstance(outer, rdflib.BNode)}
    silent = [node for node in constraints - inner if graph.value(node, SH.message) is None]
    assert silent == []
    assert len(constraints) > 80


def test_every_shape_is_tied_to_data() -> None:
    graph = shapes()
    ties = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
    named = {node for node in graph.subjects(None, SH.NodeShape) if isinstance(node, rdflib.URIRef)}
    loose = {node for node in named if not any((node, tie, None) in graph for tie in ties)}
    assert {node for node in loose if (None, SH.node, node) not in graph} == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "conforms"),
    [
        ("the world as it is", True),
        ("statement without speaker", False),
        ("offsets that do not fit the words", False),
        ("at least above at most", False),
        ("event that ends before it begins", False),
        ("tenure that overlaps itself", False),
        ("two labels in one language", False),
        ("kind of thing as target", False),
    ],
)
def test_the_files_alone_serve_any_shacl_processor(name: str, conforms: bool) -> None:
    """With nothing of ours around them: the shapes, and a graph that holds the data and the vocabulary."""
    chosen = next(case for case in [*WRONG, *FINE] if case.name == name)
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in edited(chosen.gone, chosen.come)]
    text = ox.serialize([*triples, *ontology.vocabulary_triples()], format=ox.RdfFormat.N_TRIPLES)
    data = rdflib.Graph().parse(data=text, format="nt")
    assert pyshacl.validate(data, shacl_graph=shapes())[0] is conforms
