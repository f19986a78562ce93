"""The report of a validation: it reads well, says where, and is the same in words, as JSON and as a SHACL report."""

from __future__ import annotations

import json
import logging

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, SH
from tests.harness.graphs.world import BASE, ELSEWHERE, GRAPH, REC, about, node, quad

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation.report import Report, Result
from onrecord.graph.validation.validate import validate


@pytest.fixture
def report(world: ox.Store) -> Report:
    change = {
        quad("claim/drones", "atLeast", ox.Literal(-5)),
        quad("statement/new", "speaker", node("actor/nobody"), ELSEWHERE),
    }
    return validate(ChangeSet(added=frozenset(change)), world)


def test_a_report_reads_well(report: Report) -> None:
    text = report.text()
    assert text.startswith(f"{len(report.results)} things to mend:\n")
    assert "rec:atLeast: It is -5. 'atLeast' is one whole number, 0 or more." in text
    assert f"{BASE}statement/new  (in {BASE}graph/reference)" in text
    assert Report().text() == "Everything is as the shapes ask."


def test_a_report_survives_json(report: Report) -> None:
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
    assert report.to_dict()["conforms"] is False
    assert Report.from_dict(Report().to_dict()).conforms


def test_a_report_is_a_shacl_report(report: Report) -> None:
    graph = rdflib.Graph().parse(data=report.to_rdf(), format="nt")
    (top,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(top, SH.conforms) == rdflib.Literal(False)
    assert len(list(graph.objects(top, SH.result))) == len(report.results)
    (negative,) = graph.subjects(SH.value, rdflib.Literal(-5))
    assert graph.value(negative, SH.focusNode) == rdflib.URIRef(BASE + "claim/drones")
    assert graph.value(negative, SH.resultPath) == rdflib.URIRef(REC + "atLeast")


def test_a_text_of_several_lines_keeps_the_report_well_formed(world: ox.Store) -> None:
    text = ox.Literal('one\n"two"\\\n')
    report = validate(ChangeSet(added=frozenset({quad("actor/ann", "note", text)})), world)
    (result,) = report.results
    assert result.value == str(text)
    graph = rdflib.Graph().parse(data=report.to_rdf(), format="nt")
    assert str(next(graph.objects(None, SH.value))) == text.value


def test_a_path_of_several_steps_is_left_out_of_the_rdf_report() -> None:
    inverse = Result("https://example.org/a", "no", path="^https://example.org/p")
    steps = Result("https://example.org/a", "no", path="https://example.org/p/https://example.org/q")
    graph = rdflib.Graph().parse(data=Report((inverse, steps)).to_rdf(), format="nt")
    assert len(list(graph.subjects(RDF.type, SH.ValidationResult))) == 2
    assert list(graph.objects(None, SH.resultPath)) == []


def test_results_name_the_graph_and_the_shape(report: Report) -> None:
    negative = next(result for result in report.results if result.focus.endswith("drones") and result.value)
    assert negative.source == GRAPH.value
    assert negative.shape == "https://w3id.org/onrecord/shapes#QuantityClaim"
    assert negative.severity == "Violation"


def test_the_same_change_has_the_same_report(world: ox.Store) -> None:
    change = ChangeSet(removed=about("actor/ann") | about("event/strike"))
    assert validate(change, world) == validate(change, world)


def test_ill_formed_values_leave_no_traceback_in_the_log(
    world: ox.Store, caplog: pytest.LogCaptureFixture
) -> None:
    date = ox.Literal("2025-02-30", datatype=ox.NamedNode(terms.PREFIXES["xsd"] + "date"))
    with caplog.at_level(logging.DEBUG, logger="rdflib"):
        report = validate(ChangeSet(added=frozenset({quad("statement/ann", "saidOn", date)})), world)
    assert not report.conforms
    assert [record for record in caplog.records if record.exc_info] == []
    assert logging.getLogger("rdflib.term").disabled is False


def test_of_many_alike_the_first_are_written_out_and_the_others_counted() -> None:
    """A report of an import that says one thing of a thousand rows would hide what else is wrong."""
    alike = [
        Result(f"urn:a:{number:04}", f"No number {number}.", REC + "p", shape="urn:s")
        for number in range(990)
    ]
    other = Result("urn:b", "Has no name.", "urn:q", shape="urn:s")
    report = Report.of([*alike, other])
    text = report.text()
    assert text.startswith("991 things to mend:\n")
    assert [line for line in text.split("\n") if "No number" in line] == [
        *(f"  - rec:p: No number {number}." for number in range(10)),
        "  - 980 more like this: rec:p: No number 0.",
    ]
    assert "Has no name." in text
    assert "urn:a:0010" not in text
    assert len(report.to_dict()["results"]) == 991
