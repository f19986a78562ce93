"""Whatever a change holds, validation ends with a report: nothing of rdflib's or pyshacl's escapes, and nothing is dead after it."""

from __future__ import annotations

import logging
import time

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from tests.harness.graphs import literals
from tests.harness.graphs.world import FACTS, GRAPH

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import validate as validation
from onrecord.graph.validation.datatypes import unreadable
from onrecord.graph.validation.report import MOST_RESULTS, Report
from onrecord.graph.validation.validate import validate
from onrecord.graph.vocabulary import ontology

pytestmark = pytest.mark.slow

REC, BASE = terms.REC, terms.DEFAULT_BASE
RDF, RDFS, OWL = (terms.PREFIXES[name] for name in ("rdf", "rdfs", "owl"))
THINGS = sorted({fact.subject for fact in FACTS}, key=str)
NAMES = [
    *sorted(ontology.properties()),
    *(terms.RDF_TYPE, OWL + "sameAs", RDF + "subject", RDF + "predicate", RDF + "object"),
    *(RDFS + "subClassOf", RDF + "rest", "http://example.org/p"),
]
IRIS = st.one_of(
    st.sampled_from(THINGS),
    st.sampled_from(sorted(ontology.declared())).map(ox.NamedNode),
    st.sampled_from(
        ["urn:x", "http://example.org/é", BASE + "actor/nobody", BASE, REC + "Nope", RDF + "nil"]
    ).map(ox.NamedNode),
)
QUADS = st.builds(
    lambda subject, name, value: ox.Quad(subject, ox.NamedNode(name), value, GRAPH),
    *(IRIS, st.sampled_from(NAMES), st.one_of(literals.ANY, literals.ANY, IRIS)),
)
WITH_ITS_VALUE_REPLACED = st.tuples(st.sampled_from(FACTS), st.one_of(literals.ANY, IRIS))
SELF = st.builds(
    lambda thing, name: ox.Quad(thing, ox.NamedNode(name), thing, GRAPH), IRIS, st.sampled_from(NAMES)
)


def dead(quads: frozenset[ox.Quad]) -> set[tuple[str, str, str]]:
    found = unreadable(q.object for q in quads if isinstance(q.object, ox.Literal))
    return {(str(q.subject), q.predicate.value, str(q.object)) for q in quads if q.object in found}


@how(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sets(QUADS, max_size=4),
    st.sets(SELF, max_size=2),
    st.lists(WITH_ITS_VALUE_REPLACED, max_size=3),
    st.sets(QUADS, max_size=3),
)
def test_any_change_has_a_report(
    new: set[ox.Quad], loops: set[ox.Quad], replaced: list[tuple[ox.Quad, ox.Term]], there: set[ox.Quad]
) -> None:
    """`there`: what an older version may have let into the store, dead literals included."""
    store = ox.Store()
    store.extend([*FACTS, *there])
    removed = frozenset(fact for fact, _ in replaced)
    added = new | loops | {ox.Quad(f.subject, f.predicate, value, GRAPH) for f, value in replaced}
    change = ChangeSet.between(removed, added)
    report = validate(change, store)
    assert not [result for result in report.results if "could not be held against" in result.message]
    assert dead(change.added) <= {
        (f"<{result.focus}>", result.path, result.value) for result in report.results
    }
    assert list(ox.parse(report.to_rdf(), format=ox.RdfFormat.N_TRIPLES))
    assert report.text()


def test_a_chain_of_parts_that_closes_has_a_report() -> None:
    part, events = ox.NamedNode(REC + "partOf"), [ox.NamedNode(f"{BASE}event/{n}") for n in range(300)]
    chain = {
        ox.Quad(one, part, other, GRAPH) for one, other in zip(events, events[1:] + events[:1], strict=True)
    }
    assert len(validate(ChangeSet(added=frozenset(chain))).results) >= 300


def test_where_the_processor_of_the_shapes_fails_the_node_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = ox.Store()
    store.extend(FACTS)
    whole = validation._against_shapes  # type: ignore[attr-defined]

    def failing(focus: list[str], *rest: object) -> object:
        if f"<{BASE}actor/ann>" in focus:
            raise RecursionError("deep")
        return whole(focus, *rest)

    monkeypatch.setattr(validation, "_against_shapes", failing)
    note = ox.NamedNode(REC + "note")
    added = {
        ox.Quad(ox.NamedNode(BASE + name), note, ox.Literal("N.", language="en"), GRAPH)
        for name in ("actor/ann", "actor/people", "topic/talks")
    }
    with caplog.at_level(logging.ERROR, logger="onrecord.validation"):
        report = validate(ChangeSet(added=frozenset(added)), store)
    (result,) = report.results
    assert result.focus == BASE + "actor/ann"
    assert "could not be held against this (RecursionError: deep)" in result.message
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_memory_that_runs_out_is_no_fault_of_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> object:
        raise MemoryError

    monkeypatch.setattr(validation, "_against_shapes", failing)
    added = ox.Quad(THINGS[0], ox.NamedNode(REC + "note"), ox.Literal("N.", language="en"), GRAPH)
    with pytest.raises(MemoryError):
        validate(ChangeSet(added=frozenset({added})))


def test_an_absurd_number_costs_no_more_than_another() -> None:
    def cost(text: str) -> float:
        count = ox.Literal(text, datatype=ox.NamedNode(literals.XSD + "integer"))
        change = ChangeSet(
            added=frozenset(
                {ox.Quad(ox.NamedNode(BASE + "claim/drones"), ox.NamedNode(REC + "atLeast"), count, GRAPH)}
            )
        )
        begin = time.process_time()
        assert not validate(change).conforms
        return time.process_time() - begin

    cost("1")
    assert cost("9" * 1_000_000) < cost("1") + 1


def test_of_very_many_faults_the_first_are_reported_and_the_rest_not_looked_for() -> None:
    count = ox.Literal("five", datatype=ox.NamedNode(literals.XSD + "integer"))
    name = ox.NamedNode(REC + "atLeast")
    change = ChangeSet(
        added=frozenset(ox.Quad(ox.NamedNode(f"{BASE}claim/{n}"), name, count, GRAPH) for n in range(5_000))
    )
    report = validate(change)
    assert len(report.results) == MOST_RESULTS
    assert not report.complete
    assert report.text().startswith("1000 things to mend first, what else there is was not looked for:")
    assert Report.from_dict(report.to_dict()) == report
    assert validate(change) == report


def test_a_report_does_not_grow_with_the_names_it_tells_of() -> None:
    long = ox.NamedNode(BASE + "claim/" + "x" * 500_000)
    names = [ox.NamedNode(f"{REC}no{n}") for n in range(200)]
    change = ChangeSet(added=frozenset(ox.Quad(long, name, ox.Literal("x"), GRAPH) for name in names))
    report = validate(change)
    assert not report.complete
    assert len(report.results) < 5


def test_rdflib_is_as_it_was_afterwards() -> None:
    validate(ChangeSet(added=frozenset(FACTS)))
    assert rdflib.NORMALIZE_LITERALS is True
    assert logging.getLogger("rdflib.term").disabled is False
