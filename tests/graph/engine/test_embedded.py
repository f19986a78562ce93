"""The engine on this machine: answers in every format, over the data set and the version that are asked for."""

from __future__ import annotations

import csv
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from tests.harness.graphs.readable import EX, FOREVER, filled, text

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

DESCRIBED = 9 + 4 + 3  # what graph/history says of the first commit, of the version it made, of its author
Adding = Callable[..., ChangeSet]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger to read from, whose limit no query meets."""
    with filled(tmp_path_factory.mktemp("shared"), 120) as ledger:
        yield ledger


# Formats


def test_solutions_come_in_every_format(shared: Ledger) -> None:
    query = f"SELECT ?o ?none {{ <{EX}7> ?p ?o }}"

    def had(format_: str) -> str:
        return shared.query(query, formats={"solutions": format_}).read().decode()

    assert json.loads(had("json"))["results"]["bindings"] == [{"o": {"type": "literal", "value": "7"}}]
    namespace = "{http://www.w3.org/2005/sparql-results#}"
    assert [e.text for e in ElementTree.fromstring(had("xml")).iter(f"{namespace}literal")] == ["7"]  # noqa: S314
    assert list(csv.reader(had("csv").splitlines())) == [["o", "none"], ["7", ""]]
    assert had("tsv") == '?o\t?none\n"7"\t\n'


def test_yes_and_no_come_in_every_format(shared: Ledger) -> None:
    def had(format_: str, query: str) -> str:
        return shared.query(query, formats={"boolean": format_}).read().decode()

    assert json.loads(had("json", "ASK {}"))["boolean"] is True
    assert "<boolean>false</boolean>" in had("xml", "ASK { FILTER(false) }")
    assert (had("csv", "ASK {}"), had("tsv", "ASK { FILTER(false) }")) == ("true\n", "false\n")


@pytest.mark.parametrize(
    ("name", "parser"),
    [
        ("turtle", RdfFormat.TURTLE),
        ("ntriples", RdfFormat.N_TRIPLES),
        ("rdfxml", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
    ],
)
def test_graphs_come_in_every_format(shared: Ledger, name: str, parser: RdfFormat) -> None:
    answer = shared.query(f"DESCRIBE <{EX}7>", formats={"graph": name})
    assert (answer.kind, answer.format) == ("graph", name)
    expected = Quad(NamedNode(EX + "7"), NamedNode(EX + "p"), Literal("7"))
    assert {q.triple for q in parse(answer.read(), parser)} == {expected.triple}


def test_the_turtle_of_a_result_uses_our_prefixes(shared: Ledger) -> None:
    answer = shared.query("CONSTRUCT { <http://e/a> a rec:Actor } {}")
    assert b"rec:Actor" in answer.read()


def test_a_kind_nobody_accepts_is_refused_with_what_there_is(shared: Ledger) -> None:
    with pytest.raises(errors.NotAcceptable) as caught:
        shared.query("ASK {}", formats={"solutions": "json", "boolean": None})
    assert caught.value.offers == ["json", "xml", "csv", "tsv"]
    with pytest.raises(errors.NotAcceptable) as caught:
        shared.query("CONSTRUCT WHERE { ?s ?p ?o }", formats={"solutions": "json"})
    assert caught.value.offers == ["turtle", "ntriples", "rdfxml", "jsonld"]


@pytest.mark.parametrize("triple", ["<http://e/s> <http://e/p/1> 1", '<http://e/s> <http://e/p> "\\u0001"'])
def test_what_xml_cannot_say_is_refused_rather_than_broken(shared: Ledger, triple: str) -> None:
    query = f"CONSTRUCT {{ {triple} }} {{}}"
    assert len(shared.query(query, formats={"graph": "ntriples"}).read().splitlines()) == 1
    with pytest.raises(errors.NotAcceptable, match="turtle"):
        shared.query(query, formats={"graph": "rdfxml"})


def test_an_answer_knows_its_length_and_version(shared: Ledger) -> None:
    answer = shared.query("SELECT * { ?s ?p ?o }")
    body = b"".join(answer.chunks())
    assert (answer.length, answer.version, answer.kind, answer.format) == (len(body), 1, "solutions", "json")
    assert len(json.loads(body)["results"]["bindings"]) == 300 + DESCRIBED


# The data set


@pytest.mark.parametrize(
    ("query", "dataset", "found"),
    [
        ("{ ?s ?p ?o }", {}, 300 + DESCRIBED),
        ("{ GRAPH ?g { ?s ?p ?o } }", {}, 300 + DESCRIBED),
        (f"FROM <{EX}g> {{ ?s ?p ?o }}", {}, 150),
        (f"FROM <{EX}g> {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}, 0),
        (f"FROM NAMED <{EX}g> {{ ?s ?p ?o }}", {}, 0),
        (f"FROM NAMED <{EX}g> {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}, 150),
        ("{ ?s ?p ?o }", {"default_graphs": [EX + "g"]}, 150),
        ("{ ?s ?p ?o }", {"default_graphs": [EX + "g", EX + "h"]}, 300),
        ("{ GRAPH ?g { ?s ?p ?o } }", {"default_graphs": [EX + "g"]}, 0),
        ("{ ?s ?p ?o }", {"named_graphs": [EX + "g"]}, 0),
        ("{ GRAPH ?g { ?s ?p ?o } }", {"named_graphs": [EX + "h"]}, 150),
        (f"FROM <{EX}none> {{ ?s ?p ?o }}", {"default_graphs": [EX + "g"]}, 150),
        (f"FROM NAMED <{EX}g> {{ GRAPH ?g {{ ?s ?p ?o }} }}", {"default_graphs": [EX + "g"]}, 0),
    ],
)
def test_the_data_set_is_the_one_asked_for(
    shared: Ledger, query: str, dataset: dict[str, list[str]], found: int
) -> None:
    assert text(shared, f"SELECT (COUNT(*) AS ?n) {query}", **dataset).splitlines()[1] == str(found)


def test_a_graph_name_that_is_no_iri_is_refused(shared: Ledger) -> None:
    with pytest.raises(errors.QueryRefused, match="absolute IRI"):
        shared.query("ASK {}", default_graphs=["not an iri"])


def test_our_prefixes_need_no_declaring_and_can_be_declared_otherwise(shared: Ledger) -> None:
    assert "onrecord/ns#x" in text(shared, "SELECT (rec:x AS ?x) {}")
    assert "<http://example.org/x>" in text(shared, f"PREFIX rec: <{EX}> SELECT (rec:x AS ?x) {{}}")


def test_relative_iris_are_the_datas(shared: Ledger) -> None:
    assert "<https://w3id.org/onrecord/actor/peskov>" in text(shared, "SELECT (<actor/peskov> AS ?x) {}")


def test_a_syntax_error_names_line_and_column_of_the_text_as_sent(shared: Ledger) -> None:
    with pytest.raises(errors.QuerySyntax, match="line 2, column 5") as caught:
        shared.query("SELECT * {\n   }}")
    assert (caught.value.line, caught.value.column) == (2, 5)


# Versions


def test_versions_that_are_kept_can_be_asked_and_others_are_named(settings: Settings, adding: Adding) -> None:
    with Ledger.open(replace(settings, snapshots=3), _gate=False) as ledger:
        for n in range(5):
            ledger.commit(adding(f"x{n}"), message="m", author="a")
        counts = [
            text(ledger, f"SELECT (COUNT(*) AS ?n) {{ ?s <{EX}p> ?o }}", version=v).split()[1]
            for v in (3, 4, 5)
        ]
        assert counts == ["3", "4", "5"]
        for gone in (0, 2, 6, -1):
            with pytest.raises(errors.UnknownVersion, match="there are 3, 4, 5"):
                text(ledger, "ASK {}", version=gone)
        assert sorted(p.name for p in (settings.data / "snapshots").iterdir()) == ["3", "4", "5"]


def test_a_version_is_kept_while_it_is_read(settings: Settings, adding: Adding) -> None:
    with Ledger.open(replace(settings, snapshots=1, query_seconds=1.5), _gate=False) as ledger:
        ledger.commit(adding("x", 300), message="m", author="a")

        def ask() -> None:
            with pytest.raises(errors.QueryTimeout):
                ledger.query(FOREVER)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        ledger.commit(adding("y"), message="m", author="a")
        assert (settings.data / "snapshots" / "1").is_dir()
        thread.join()
        ledger.commit(adding("z"), message="m", author="a")
        assert [p.name for p in (settings.data / "snapshots").iterdir()] == ["3"]


def test_nobody_waits_for_a_process_that_a_closed_engine_does_not_start() -> None:
    launcher = Launcher()
    launcher.close()
    with pytest.raises(errors.EngineFailure, match="closed"):
        launcher.start("reader", "", ())


def test_a_long_answer_is_kept_in_a_file_and_closed(shared: Ledger) -> None:
    answer = shared.query("SELECT ?a ?c ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 25000", formats={"solutions": "csv"})
    assert answer.length > 1 << 20
    assert sum(len(piece) for piece in answer.chunks()) == answer.length
    answer.close()


def test_what_the_engine_cannot_sort_is_told_as_such_and_the_next_query_is_answered(ledger: Ledger) -> None:
    some = random.Random(0)  # noqa: S311
    times = (
        f'"2025-08-{some.randint(1, 28):02}T{some.randint(0, 23):02}:00:00{some.choice(["", "Z", "+14:00", "-11:00"])}"'
        for _ in range(600)
    )
    query = f"SELECT ?t {{ VALUES ?t {{ {'^^xsd:dateTime '.join(times)}^^xsd:dateTime }} }} ORDER BY "
    with pytest.raises(errors.Unsortable, match=r"ORDER BY STR\(\?x\)"):
        ledger.query(query + "?t")
    with ledger.query(query + "STR(?t)") as answer:
        assert answer.rows == 600
