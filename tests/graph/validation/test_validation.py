"""Validation of a change: it must find what validating the whole would find, and read no more than it needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harness.graphs.world import BASE, ELSEWHERE, FACTS, GRAPH, REC, about, node, quad
from tests.harness.whole_store import validate_all

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation.overlay import Overlay, read_terms
from onrecord.graph.validation.report import Report
from onrecord.graph.validation.validate import affected, extract, validate
from onrecord.graph.vocabulary import ontology


def foci(report: Report) -> set[str]:
    return {result.focus.removeprefix(BASE) for result in report.results}


# The state after the change


def test_removing_an_actor_finds_everything_that_still_names_it(world: ox.Store) -> None:
    report = validate(ChangeSet(removed=about("actor/ann")), world)
    assert foci(report) == {
        "assessment/drones",
        "claim/culprit",
        "claim/drones",
        "claim/either",
        "claim/roughly",
        "claim/wish",
        "event/talks",
        "statement/ann",
        "tenure/ann",
    }
    assert all("actor/ann> is described nowhere" in result.message for result in report.results)


def test_removing_something_with_all_that_names_it_is_fine(world: ox.Store) -> None:
    gone = about("assessment/drones") | about("relation/hit-culprit") | about("rule/either-or")
    assert validate(ChangeSet(removed=gone), world).conforms


def test_a_fact_stated_in_two_graphs_survives_the_loss_of_one(world: ox.Store) -> None:
    world.extend(ox.Quad(q.subject, q.predicate, q.object, ELSEWHERE) for q in about("actor/ann"))
    assert validate(ChangeSet(removed=about("actor/ann")), world).conforms


def test_a_fact_moved_to_another_graph_is_no_loss(world: ox.Store) -> None:
    moved = frozenset(ox.Quad(q.subject, q.predicate, q.object, ELSEWHERE) for q in about("actor/ann"))
    assert validate(ChangeSet(removed=about("actor/ann"), added=moved), world).conforms


def test_the_store_is_left_as_it_was(world: ox.Store) -> None:
    before = set(world)
    validate(
        ChangeSet(removed=about("actor/ann"), added=frozenset({quad("actor/x", "note", ox.Literal("x"))})),
        world,
    )
    assert set(world) == before


@pytest.mark.parametrize(
    ("name", "predicate", "value", "at_fault"),
    [
        # each is wrong only together with facts the change does not touch
        ("tenure/ann", "holder", node("actor/bob"), "statement/ann"),
        ("claim/wish", "claimant", node("actor/bob"), "statement/ann"),
        ("document/gazette-report", "publisher", node("actor/ministry"), "claim/hit"),
        ("excerpt/said", "ofVersion", node("document/gazette-report/2"), "rendering/ann"),
        ("document/gazette-report/1", "characters", ox.Literal(43), "excerpt/own"),
    ],
)  # fmt: skip
def test_a_change_far_from_what_it_makes_wrong_is_found(
    world: ox.Store, name: str, predicate: str, value: ox.NamedNode | ox.Literal, at_fault: str
) -> None:
    bob = {
        ox.Quad(node("actor/bob"), ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + "Person"), GRAPH),
        ox.Quad(
            node("actor/bob"),
            ox.NamedNode(terms.PREFIXES["rdfs"] + "label"),
            ox.Literal("B", language="en"),
            GRAPH,
        ),
    }
    world.extend(bob)
    old = next(
        fact for fact in FACTS if fact.subject == node(name) and fact.predicate.value == REC + predicate
    )
    change = ChangeSet(removed=frozenset({old}), added=frozenset({quad(name, predicate, value)}))
    report = validate(change, world)
    assert at_fault in foci(report)
    assert name not in foci(report)


def test_what_was_wrong_before_and_elsewhere_does_not_hold_up_a_change(world: ox.Store) -> None:
    world.add(quad("claim/drones", "atLeast", ox.Literal(-5)))
    assert not validate_all(world).conforms
    note = quad("topic/talks", "note", ox.Literal("In Land.", language="en"))
    assert validate(ChangeSet(added=frozenset({note})), world).conforms


@settings(max_examples=12, derandomize=True)
@given(st.sets(st.sampled_from(FACTS), min_size=1, max_size=6))
@pytest.mark.slow
def test_a_change_is_judged_as_the_whole_would_be(gone: set[ox.Quad]) -> None:
    store = ox.Store()
    store.extend(FACTS)
    report = validate(ChangeSet(removed=frozenset(gone)), store)
    for fact in gone:
        store.remove(fact)
    assert report.text() == validate_all(store).text()


# What it costs


class Counting:
    """A store that counts the quads it is asked for."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.read = 0

    def quads_for_pattern(self, *pattern: object) -> Iterator[ox.Quad]:
        for found in self.store.quads_for_pattern(*pattern):  # type: ignore[arg-type]
            self.read += 1
            yield found


@pytest.fixture(scope="module")
def large() -> ox.Store:
    """The world with 100,000 quads, nearly all about claims that name the same actor, event and statement."""
    store = ox.Store()
    store.extend(FACTS)
    kind, graph = ox.NamedNode(terms.RDF_TYPE), node("document/gazette-report/2")
    rest: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (kind, ox.NamedNode(REC + "QuantityClaim")),
        (ox.NamedNode(REC + "claimant"), node("actor/ann")),
        (ox.NamedNode(REC + "stance"), ox.NamedNode(REC + "Asserts")),
        (ox.NamedNode(REC + "concerns"), node("event/strike")),
        (ox.NamedNode(REC + "measure"), ox.NamedNode(REC + "launched")),
        (ox.NamedNode(REC + "weapon"), node("weapon/one")),
        (ox.NamedNode(REC + "atLeast"), ox.Literal(1)),
        (ox.NamedNode(REC + "scope"), node("place/town")),
    ]
    asserts = ox.NamedNode(REC + "asserts")
    claims = [node(f"claim/many-{number}") for number in range(11_100)]
    store.bulk_extend(ox.Quad(claim, name, value, graph) for claim in claims for name, value in rest)
    store.bulk_extend(ox.Quad(node("statement/ann"), asserts, claim, graph) for claim in claims)
    return store


@pytest.mark.parametrize(
    "change",
    [
        ChangeSet(added=frozenset({quad("actor/ann", "note", ox.Literal("A.", language="en"))})),
        ChangeSet(removed=frozenset({next(f for f in FACTS if f.predicate.value == REC + "side")})),
        ChangeSet(added=frozenset({quad("claim/many-7", "note", ox.Literal("N.", language="en"))})),
        ChangeSet(added=frozenset({quad("place/town", "latitude", ox.Literal("50", datatype=ox.NamedNode(terms.PREFIXES["xsd"] + "decimal")))})),
    ],
    ids=["label-of-a-hub", "side", "one-of-many", "place-of-many"],
)  # fmt: skip
def test_the_cost_follows_the_change_not_the_store(large: ox.Store, change: ChangeSet) -> None:
    assert len(large) > 99_000
    counting = Counting(large)
    view = Overlay(change, counting)  # type: ignore[arg-type]
    scope = affected(view)
    graph = extract(scope.focus, view, scope.beside)
    assert len(scope.focus) == 1
    assert len(graph) < 60
    assert counting.read < 200


def test_of_many_alike_that_name_what_is_gone_some_are_shown(large: ox.Store) -> None:
    view = Overlay(ChangeSet(removed=about("event/strike")), large)
    scope = affected(view)
    assert len(scope.focus) < 60
    report = validate(view.change, large)
    many = {focus for focus in foci(report) if focus.startswith("claim/many-")}
    assert 1 < len(many) <= 20
    assert {"claim/hit", "claim/culprit", "claim/date"} <= foci(report)


# The vocabulary


def test_the_vocabulary_itself_passes() -> None:
    assert validate(ChangeSet(added=frozenset(ontology.vocabulary_quads()))).conforms


def test_data_is_judged_by_the_vocabulary_of_the_package_not_of_the_store(world: ox.Store) -> None:
    """The store may hold an older one, or none: this world has none."""
    assert validate_all(world).conforms
    mode = ox.Quad(
        ox.NamedNode(REC + "Shouted"), ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + "Mode"), ELSEWHERE
    )
    old = next(fact for fact in FACTS if fact.predicate.value == REC + "mode")
    shouted = quad("rendering/ann", "mode", ox.NamedNode(REC + "Shouted"))
    report = validate(ChangeSet(removed=frozenset({old}), added=frozenset({mode, shouted})), world)
    assert "The ontology knows no rec:Shouted" in report.text()


def test_ranges_tell_what_a_nested_node_is() -> None:
    found = {name.removeprefix(REC): kind.removeprefix(REC) for name, kind in ontology.ranges().items()}
    assert found["rendering"] == "Rendering"
    assert found["evidence"] == "Excerpt"
    assert found["versionOf"] == "Document"
    # A claim or an actor must say which kind it is, and what a statement is about can be anything.
    assert {"asserts", "speaker", "about", "saidOn"} & found.keys() == set()


def test_vocabulary_quads_go_to_the_vocabulary_graph_of_the_base() -> None:
    quads = ontology.vocabulary_quads("https://example.org/data/")
    assert {q.graph_name for q in quads} == {ox.NamedNode("https://example.org/data/graph/vocabulary")}
    assert list(quads) == sorted(quads, key=str)
    assert len(quads) > 1000


def test_reading_the_vocabulary_or_a_report_does_not_import_rdflib() -> None:
    """Worker processes and the front do both, and are started often."""
    code = "import sys, onrecord.graph.validation.report, onrecord.graph.vocabulary.ontology as v; v.ranges(); print('rdflib' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        == "False\n"
    )


# The rows of a change


def test_rows_are_read_as_the_change_they_are_of(world: ox.Store) -> None:
    """Whatever stands in a literal: spaces, brackets, quotes, what looks like the end of a row."""
    texts = (
        "",
        " ",
        "a b",
        'x" <y> .',
        "<urn:g> .",
        "a\\",
        '"',
        "a\n.",
        "\u2028",
        "\x85",
        "@en",
        "^^<urn:d>",
        "🎖",
    )
    label, g = ox.NamedNode(terms.PREFIXES["rdfs"] + "label"), ox.NamedNode("urn:g")
    values = [ox.Literal(text, language="en") for text in texts] + [ox.Literal(text) for text in texts]
    values += [ox.Literal(text, datatype=ox.NamedNode("urn:d")) for text in texts]
    quads = frozenset(ox.Quad(node(f"topic/{n}"), label, value, g) for n, value in enumerate(values))
    view = Overlay(ChangeSet(added=quads), None)
    assert {tuple(row) for row in view.added} == {
        (str(q.subject), str(q.predicate), str(q.object), str(q.graph_name)) for q in quads
    }
    assert read_terms(value for _, _, value, _ in view.added) == [
        next(q.object for q in quads if str(q.subject) == subject) for subject, _, _, _ in view.added
    ]
    # From the store a term comes by another way, and must be the same text.
    world.extend(quads)
    change = ChangeSet(
        removed=about("actor/ann"), added=frozenset({quad("actor/x", "note", ox.Literal("x"))})
    )
    stored = Overlay(change, world)
    for row in view.added:
        assert stored.values(row[0], row[1]) == view.values(row[0], row[1]) == (row[2],)


def test_the_rows_of_a_change_have_the_report_of_the_change(world: ox.Store) -> None:
    change = ChangeSet(
        removed=about("actor/ann"), added=frozenset({quad("actor/x", "note", ox.Literal("x"))})
    )
    assert validate(change.rows, world) == validate(change, world)
    assert not validate(change, world).conforms


def test_a_quad_of_the_default_graph_is_read_too() -> None:
    view = Overlay(b'A <urn:a> <urn:p> "x <urn:y>"@en .\nA <urn:a> <urn:p> <urn:o> .\n', None)
    assert view.added == [
        ("<urn:a>", "<urn:p>", '"x <urn:y>"@en', ""),
        ("<urn:a>", "<urn:p>", "<urn:o>", ""),
    ]
    assert view.source("<urn:a>") in {None, ""}


@pytest.mark.parametrize("graph", ["<urn:y>", "_:y"])
def test_a_value_does_not_pass_for_the_graph_of_the_row_before(graph: str) -> None:
    said = [
        (f'"x {graph} ."', graph),
        (f'"x {graph} ."', ""),
        (f'"x {graph}"', ""),
        (graph, graph),
        (graph, ""),
        (f'"x"^^<urn:{graph.strip("<>")}>', ""),
        ("<urn:o>", graph),
        ("<urn:o>", "<urn:z>"),
        ("<urn:o>", graph),
    ]
    rows = "".join(f"A <urn:a> <urn:p> {value} {name} .\n".replace("  .", " .") for value, name in said)
    assert Overlay(rows.encode(), None).added == [("<urn:a>", "<urn:p>", *row) for row in said]


@pytest.mark.parametrize("stored", [False, True])
def test_what_follows_from_a_description_does_not_pass_for_its_place(stored: bool) -> None:
    follows, written = "https://w3id.org/onrecord/graph/derived", "https://w3id.org/onrecord/graph/import/x"
    lines = [f'<urn:a> <urn:p> "x" <{graph}> .' for graph in (follows, written)]
    before = ox.Store()
    if stored:
        before.load("\n".join(lines).encode(), ox.RdfFormat.N_QUADS)
    view = Overlay(b"" if stored else "".join(f"A {line}\n" for line in lines).encode(), before)
    assert view.source("<urn:a>") == written
