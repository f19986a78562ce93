"""Every use of every property in a world that uses all: so one that is added later cannot go unguarded."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
from tests.harness.graphs.world import FACTS, GRAPH

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation.report import Report
from onrecord.graph.validation.validate import validate
from onrecord.graph.vocabulary import ontology

REC = terms.REC
BASE = terms.DEFAULT_BASE
RDF = terms.PREFIXES["rdf"]
THING = terms.PREFIXES["owl"] + "Thing"
WORKED_OUT = {
    "standing",
    "standingReason",
    "standingRestsOn",
    "grade",
    "nameKey",
    "matchesText",
    "disputeOrder",
    "disputeSince",
    "ultimateSource",
    "mergedAs",
    "relationKind",
    "relationFrom",
    "relationTo",
    "relationCount",
    "relationRestsOn",
    "relationKey",
    "firstOn",
    "lastOn",
}
"""What the service alone says, in graphs of its own: see test_shapes.py."""
CLAIM_RELATION = {RDF + "subject", RDF + "object"}

Value = ox.NamedNode | ox.Literal
Place = tuple[str, str, str]


def stated(fact: ox.Quad) -> ontology.Property | None:
    return ontology.properties().get(fact.predicate.value) if fact.predicate.value.startswith(REC) else None


def of_things(fact: ox.Quad) -> bool:
    property_ = stated(fact)
    return fact.predicate.value in CLAIM_RELATION or (property_ is not None and property_.is_object)


def of_one_kind(fact: ox.Quad) -> bool:
    property_ = stated(fact)
    return of_things(fact) and (property_ is None or property_.range != THING)


def of_values(fact: ox.Quad) -> bool:
    property_ = stated(fact)
    return property_ is not None and not property_.is_object and fact.predicate.value != REC + "value"


def with_value(
    which: Callable[[ox.Quad], bool], value: Callable[[ox.Quad], Value]
) -> tuple[set[Place], Report]:
    """The world with another value in those facts; the places where it then stands, and the report."""
    changed = {fact for fact in FACTS if which(fact)}
    added = {ox.Quad(fact.subject, fact.predicate, value(fact), GRAPH) for fact in changed}
    store = ox.Store()
    store.extend(FACTS)
    report = validate(ChangeSet(frozenset(changed - added), frozenset(added - changed)), store)
    return {(str(q.subject), q.predicate.value, str(q.object)) for q in added - changed}, report


def places(report: Report) -> set[Place]:
    return {(f"<{result.focus}>", result.path or "", result.value or "") for result in report.results}


def test_the_world_uses_every_property_that_data_may_have() -> None:
    of_data = {
        name
        for name, p in ontology.properties().items()
        if name.startswith(REC)
        and p.domain not in {terms.PREFIXES["owl"] + "Class", REC + "Measure"}
        and name.removeprefix(REC) not in WORKED_OUT
    }
    assert len(of_data) > 70
    assert of_data - {fact.predicate.value for fact in FACTS} == set()


def test_a_reference_to_what_no_graph_describes() -> None:
    there, report = with_value(of_things, lambda _: ox.NamedNode(BASE + "actor/nobody"))
    assert len(there) > 70
    assert there - places(report) == set()
    assert "<https://w3id.org/onrecord/actor/nobody> is described nowhere." in report.text()


def test_a_reference_to_the_wrong_kind_of_thing() -> None:
    # A rule is what only derivedBy leads to, and there a topic is put in its place.
    rule, topic = ox.NamedNode(BASE + "rule/either-or"), ox.NamedNode(BASE + "topic/talks")
    there, report = with_value(
        of_one_kind, lambda fact: topic if fact.predicate.value == REC + "derivedBy" else rule
    )
    assert there - places(report) == set()
    assert "is a rule." in report.text()


def test_a_text_in_place_of_a_thing() -> None:
    there, report = with_value(of_things, lambda _: ox.Literal("actor/ann"))
    assert there - places(report) == set()


def test_a_value_that_reads_the_same_but_is_of_another_datatype() -> None:
    xsd = terms.PREFIXES["xsd"]
    near = {xsd + "integer": xsd + "decimal", xsd + "decimal": xsd + "double"}

    def other(fact: ox.Quad) -> ox.Literal:
        assert isinstance(fact.object, ox.Literal)
        datatype = fact.object.datatype.value
        if datatype == xsd + "string":
            return ox.Literal(fact.object.value, language="en")
        return ox.Literal(fact.object.value, datatype=ox.NamedNode(near.get(datatype, xsd + "string")))

    there, report = with_value(of_values, other)
    assert len(there) > 35
    assert {(focus, path) for focus, path, _ in there} - {
        (focus, path) for focus, path, _ in places(report)
    } == set()


def test_a_moment_without_its_time_zone() -> None:
    moment = terms.PREFIXES["xsd"] + "dateTime"

    def is_moment(fact: ox.Quad) -> bool:
        return isinstance(fact.object, ox.Literal) and fact.object.datatype.value == moment

    def local(fact: ox.Quad) -> ox.Literal:
        assert isinstance(fact.object, ox.Literal)
        return ox.Literal(fact.object.value[:19], datatype=ox.NamedNode(moment))

    there, report = with_value(is_moment, local)
    ended = terms.PREFIXES["prov"] + "endedAtTime"
    assert {path.removeprefix(REC) for _, path, _ in there} == {
        *("begin", "end", "saidAt", "asOfFrom", "asOfUntil", "publishedAt", "retrieved", ended)
    }
    assert there - places(report) == set()
