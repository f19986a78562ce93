"""Readers: many at once, each with its limits, and none that harms another."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

EX = "http://example.org/"
DESCRIBED = 9 + 4 + 3  # what graph/history says of the first commit, of the version it made, of its author
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TABLE = {"solutions": "tsv", "boolean": "tsv", "graph": "ntriples"}

Adding = Callable[..., ChangeSet]


@contextmanager
def filled(data: Path, seconds: float) -> Iterator[Ledger]:
    """A ledger to read from, with this limit on a query: 300 triples, in the graphs g and h."""
    node = [NamedNode(f"{EX}{i}") for i in range(300)]
    graphs = [NamedNode(EX + "g"), NamedNode(EX + "h")]
    quads = frozenset(
        Quad(n, NamedNode(EX + "p"), Literal(str(i)), graphs[i % 2]) for i, n in enumerate(node)
    )
    settings = Settings(
        data=data,
        query_seconds=seconds,
        worker_megabytes=64,
        result_megabytes=2,
        queue=8,
    )
    with Ledger.open(settings, _gate=False) as opened:
        opened.commit(ChangeSet(added=quads), message="m", author="a")
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger to read from, whose limit no query meets."""
    with filled(tmp_path_factory.mktemp("shared"), 120) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The same with a short limit."""
    with filled(tmp_path_factory.mktemp("hasty"), 2) as ledger:
        yield ledger


def text(ledger: Ledger, query: str, **kwargs: Any) -> str:
    return ledger.query(query, formats=TABLE, **kwargs).read().decode()


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


# Limits


def test_a_query_past_its_time_is_stopped_and_told_the_limit(hasty: Ledger) -> None:
    with pytest.raises(errors.QueryTimeout, match=r"2 s \(ONRECORD_QUERY_SECONDS\)"):
        hasty.query(FOREVER)


def test_other_queries_do_not_notice_one_that_is_stopped(hasty: Ledger) -> None:
    failures: list[BaseException] = []
    stopped = threading.Event()

    def ask_for_ever() -> None:
        try:
            with pytest.raises(errors.QueryTimeout):
                hasty.query(FOREVER)
        finally:
            stopped.set()

    def ask() -> None:
        try:
            while not stopped.is_set():
                assert text(hasty, "ASK {}") == "true\n"
            assert text(hasty, "ASK {}") == "true\n"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask_for_ever), *(threading.Thread(target=ask) for _ in range(3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_query_short_of_memory_ends_alone(shared: Ledger) -> None:
    with pytest.raises(errors.QueryMemory, match=r"64 MiB of memory \(ONRECORD_WORKER_MEGABYTES\)"):
        shared.query(
            "SELECT (REPLACE(?x, 'a', ?y) AS ?z) { BIND(REPLACE('"
            + "a" * 2000
            + "', 'a', '"
            + "a" * 2000
            + "') AS ?x) BIND(?x AS ?y) }"
        )
    assert text(shared, "ASK {}") == "true\n"


def test_a_result_past_its_size_is_refused_whole(shared: Ledger) -> None:
    with pytest.raises(errors.ResultTooLarge, match=r"2 MiB \(ONRECORD_RESULT_MEGABYTES\)"):
        shared.query("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert text(shared, "ASK {}") == "true\n"


@pytest.mark.parametrize(
    "query", ["ASK " + "{" * 5000 + "}" * 5000, "ASK { FILTER(" + "!" * 60000 + "true) }"]
)
def test_depth_that_would_break_a_plain_stack_is_survived(settings: Settings, query: str) -> None:
    with Ledger.open(replace(settings, query_nesting=10**6), _gate=False) as ledger:
        assert text(ledger, query) == "true\n"


def test_readers_have_no_network_where_the_system_allows(shared: Ledger) -> None:
    text(shared, "ASK {}")
    networks = {reader["network"] for reader in shared.about()["readers"] if reader["network"]}
    if any(network.startswith("shared") for network in networks):
        pytest.skip(f"this system gives no network namespaces: {networks}")
    assert networks == {"none"}
    # (one that is starting still has the network of whoever starts it)
    for reader in (reader for reader in shared.about()["readers"] if reader["network"]):
        interfaces = Path(f"/proc/{reader['pid']}/net/dev").read_text().splitlines()[2:]
        assert {line.split(":")[0].strip() for line in interfaces} == {"lo"}


def test_readers_leave_no_core_and_have_their_memory_limited(shared: Ledger) -> None:
    text(shared, "ASK {}")
    limits = [Path(f"/proc/{reader['pid']}/limits").read_text() for reader in shared.about()["readers"]]
    assert all("Max core file size        0 " in limit for limit in limits)
    assert not all("Max data size             unlimited" in limit for limit in limits)


def test_too_many_waiting_queries_are_sent_away(settings: Settings, adding: Adding) -> None:
    narrow = replace(settings, readers=1, queue=1, query_seconds=0.6)
    with Ledger.open(narrow, _gate=False) as ledger:
        ledger.commit(adding("x", 300), message="m", author="a")
        assert text(ledger, "ASK {}") == "true\n"
        ends: list[type[BaseException]] = []
        retries: list[int] = []

        def ask() -> None:
            try:
                ledger.query(FOREVER)
            except errors.OnrecordError as error:
                ends.append(type(error))
                retries.append(getattr(error, "retry_after", 1))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors.Busy in ends
        assert errors.QueryTimeout in ends
        assert set(ends) == {errors.Busy, errors.QueryTimeout}
        assert min(retries) >= 1
        assert text(ledger, "ASK {}") == "true\n"


# Readers that die


def test_a_reader_killed_between_queries_is_replaced_unseen(shared: Ledger) -> None:
    for _ in range(4):
        pids = [reader["pid"] for reader in shared.about()["readers"]]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        _until_dead(pids)
        assert text(shared, "ASK {}") == "true\n"


def test_a_reader_killed_over_a_query_ends_that_query_with_an_error(
    settings: Settings, adding: Adding
) -> None:
    with Ledger.open(replace(settings, readers=1), _gate=False) as ledger:
        ledger.commit(adding("x", 300), message="m", author="a")
        text(ledger, "ASK {}")
        (reader,) = ledger.about()["readers"]
        threading.Timer(0.3, os.kill, (reader["pid"], signal.SIGKILL)).start()
        with pytest.raises(errors.QueryMemory, match="killed by the system"):
            ledger.query(FOREVER)
        assert text(ledger, "ASK {}") == "true\n"


def _until_dead(pids: list[int]) -> None:
    until = time.monotonic() + 60
    for pid in pids:
        while time.monotonic() < until and _state(pid) not in {"Z", ""}:
            time.sleep(0.005)


def _state(pid: int) -> str:
    """Z for a process all of whose threads have ended, and nothing for one that is gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        return state if len(list(Path(f"/proc/{pid}/task").iterdir())) <= 1 else "dying"
    except OSError:
        return ""


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
