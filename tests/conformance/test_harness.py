"""That the harness would notice: each case can fail, and answers that differ are told apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conformance import service as services
from tests.conformance.comparison import MismatchError, isomorphic
from tests.conformance.earl import write_report
from tests.conformance.evaluation import RUN, run_query, run_update
from tests.conformance.protocols.description import check_schema, run_description
from tests.conformance.protocols.exchanges import run_graph_store, run_protocol
from tests.conformance.protocols.wire import Reply, Wire
from tests.conformance.results import CSV, JSON, TSV, XML, Table, read_results
from tests.conformance.suites.cases import ABSENT, cases, kind, present
from tests.conformance.suites.manifest import Case
from tests.conformance.target import Engine, HarnessError, Service
from tests.conformance.terms import XSD, Row, Term, blank, by_value, iri, literal

needs_suites = pytest.mark.skipif(not present(), reason=ABSENT)
A, B, C, D, E, F = (blank(letter) for letter in "abcdef")
P = iri("http://example/p")
OVER_HTTP: Mapping[str, Callable[[Service, Case], None]] = {
    **RUN,
    "protocol": run_protocol,
    "graph store": run_graph_store,
    "service description": run_description,
}


def _rows(*pairs: tuple[Term | None, Term | None]) -> list[Row]:
    return [(one, P, other) for one, other in pairs]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (_rows((A, B), (B, C)), _rows((F, D), (E, F)), True),
        (_rows((A, B), (A, B)), _rows((A, B)), False),
        (_rows((A, A)), _rows((A, B)), False),
        (_rows((A, B), (B, A)), _rows((A, B), (A, B)), False),
        (_rows((A, None)), _rows((A, B)), False),
        (_rows((A, literal("1"))), _rows((A, literal("1", XSD + "integer"))), False),
        (_rows((A, literal("x", "", "en-GB"))), _rows((B, literal("x", "", "en-gb"))), True),
        # One ring of six and two rings of three: each node has the same neighbourhood, and yet they differ.
        (
            _rows((A, B), (B, C), (C, D), (D, E), (E, F), (F, A)),
            _rows((A, B), (B, C), (C, A), (D, E), (E, F), (F, D)),
            False,
        ),
    ],
)
def test_answers_are_the_same_but_for_the_names_of_blank_nodes(
    left: list[Row], right: list[Row], same: bool
) -> None:
    assert isomorphic(left, right) is same
    assert isomorphic(right, left) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (literal("1.0", XSD + "decimal"), literal("1", XSD + "decimal"), True),
        (literal("3E4", XSD + "double"), literal("30000", XSD + "double"), True),
        (literal("0", XSD + "boolean"), literal("false", XSD + "boolean"), True),
        (literal("-0", XSD + "decimal"), literal("0.0", XSD + "decimal"), True),
        (literal("1.0", XSD + "decimal"), literal("1.01", XSD + "decimal"), False),
        (literal("1", XSD + "decimal"), literal("1", XSD + "integer"), False),
        (literal("1"), literal("1.0"), False),
    ],
)
def test_literals_of_one_datatype_are_compared_by_value_where_that_is_asked(
    one: Term, other: Term, same: bool
) -> None:
    assert (by_value(one) == by_value(other)) is same


TABLE = Table(
    ("x", "y"),
    (
        {"x": iri("http://e/é"), "y": literal('a\t"b"\n', "", "en")},
        {"x": blank("b"), "y": literal("-1.5", XSD + "decimal")},
        {"y": literal("z", "http://e/d")},
    ),
)
BODIES = {
    XML: """<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">
        <head><variable name="x"/><variable name="y"/></head><results>
        <result><binding name="x"><uri>http://e/é</uri></binding>
          <binding name="y"><literal xml:lang="en">a&#9;"b"&#10;</literal></binding></result>
        <result><binding name="x"><bnode>b</bnode></binding>
          <binding name="y"><literal datatype="http://www.w3.org/2001/XMLSchema#decimal">-1.5</literal></binding></result>
        <result><binding name="y"><literal datatype="http://e/d">z</literal></binding></result></results></sparql>""",
    JSON: r"""{"head": {"vars": ["x", "y"]}, "results": {"bindings": [
        {"x": {"type": "uri", "value": "http://e/é"}, "y": {"type": "literal", "value": "a\t\"b\"\n", "xml:lang": "en"}},
        {"x": {"type": "bnode", "value": "b"},
         "y": {"type": "literal", "value": "-1.5", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"}},
        {"y": {"type": "literal", "value": "z", "datatype": "http://e/d"}}]}}""",
    TSV: '?x\t?y\n<http://e/é>\t"a\\t\\"b\\"\\u000A"@en\n_:b\t-1.5\n\t"z"^^<http://e/d>\n',
}


@pytest.mark.parametrize("media_type", BODIES)
def test_one_table_is_read_alike_from_each_format(media_type: str) -> None:
    assert read_results(BODIES[media_type].encode(), media_type) == TABLE


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (XML, "<sparql/>"),
        (XML, BODIES[XML].replace("</results>", "")),
        (XML, BODIES[XML].replace('<variable name="x"/>', "")),
        (JSON, "[]"),
        (JSON, BODIES[JSON][:-1]),
        (JSON, '{"head": {}, "boolean": "true"}'),
        (TSV, "x\ty\n"),
        (TSV, "?x\thttp://e/bare\n"),
        (TSV, "?x\nhttp://e/bare\n"),
        (CSV, "x,y\n1\n"),
    ],
)
def test_what_is_not_well_formed_is_told(media_type: str, body: str) -> None:
    with pytest.raises(MismatchError, match="not well-formed"):
        read_results(body.encode(), media_type)


class Reversed(Engine):
    """Gives the solutions of a SELECT in CSV the wrong way round."""

    def query(self, text: str, accept: str, named: Sequence[str] | None = None) -> Reply:
        reply = super().query(text, accept, named)
        header, *lines = reply.body.splitlines(keepends=True)
        return Reply(reply.status, reply.headers, b"".join([header, *reversed(lines)]))


class Idle(Engine):
    """Says that an update was run, and runs none."""

    def update(self, text: str) -> Reply:  # noqa: ARG002  whatever it is
        return Reply(204, {}, b"")


class Deaf(Engine):
    """Keeps what is in named graphs only, as if the default graph had been left out."""

    def load(self, graph: str | None, body: bytes, media_type: str) -> None:
        if graph is not None:
            super().load(graph, body, media_type)


@needs_suites
@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Reversed, "csv-tsv-res/csv01"),
        (Idle, "add/add01"),
        (Idle, "drop/dawg-drop-named-01"),
        (Deaf, "aggregates/agg01"),
        (Deaf, "construct/constructwhere01"),
        (Deaf, "copy/copy01"),
    ],
)
def test_a_case_that_the_engine_passes_fails_where_the_engine_is_broken(
    target: Callable[[], Engine], name: str
) -> None:
    case = next(case for case in cases() if case.id == name)
    run = run_update if kind(case) == "update" else run_query
    run(Engine(), case)
    with pytest.raises(MismatchError):
        run(target(), case)


class Unset(Service):
    """A service that is neither emptied nor filled, since the server behind it does neither."""

    def fresh(self) -> None:
        pass

    def load(self, graph: str | None, body: bytes, media_type: str) -> None:
        pass

    def dump(self, graph: str | None) -> bytes:  # noqa: ARG002  they are all alike
        return self.wire.send("GET", self.store_url, {}).body

    def names(self) -> set[str]:
        return set()


@contextmanager
def _answering(status: int, headers: Mapping[str, str]) -> Iterator[Unset]:
    """A server that gives everyone the same answer, without a body."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  the names http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    wire = Wire(root)
    try:
        yield Unset("dumb", root, root, root, wire)
    finally:
        wire.close()
        server.shutdown()
        server.server_close()


def _passes(service: Service, case: Case) -> bool:
    try:
        OVER_HTTP[kind(case)](service, case)
    except (MismatchError, HarnessError):
        return False
    return True


@needs_suites
def test_no_case_passes_both_a_server_that_takes_everything_and_one_that_refuses_everything() -> None:
    with (
        _answering(200, {"Content-Type": "text/turtle"}) as yes,
        _answering(400, {"Content-Type": "text/plain"}) as no,
    ):
        both = [case.id for case in cases() if _passes(no, case) and _passes(yes, case)]
    assert both == []


PREFIX = (
    "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . <#s> a sd:Service ; sd:endpoint <> "
)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "; sd:supportedLanguage sd:SPARQL11Query ; sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [] ] .",
            None,
        ),
        ("; sd:availableGraphs [ a sd:Dataset ; sd:namedGraph [ a sd:NamedGraph ; sd:name <g> ] ] .", None),
        (", <other> .", "has 2 endpoints"),
        ("; sd:supportedLanguage sd:SPARQL12Query .", "sd:SPARQL12Query is not in the vocabulary"),
        ("; sd:graphs [] .", "sd:graphs is not in the vocabulary"),
        ('; sd:resultFormat "text/csv" .', "a literal can be no value"),
        ("; sd:feature sd:SPARQL11Query .", "where sd:Feature is needed"),
        ("; sd:defaultDataset [ a sd:Graph ] .", "where sd:Dataset is needed"),
        ("; sd:namedGraph [] .", "where sd:GraphCollection is needed"),
        ("; sd:availableGraphs [ sd:namedGraph [ sd:name [] ] ] .", "a blank node names nothing"),
    ],
)
def test_a_description_is_held_against_its_vocabulary(more: str, said: str | None) -> None:
    described = ox.Dataset(ox.parse(PREFIX + more, format=ox.RdfFormat.TURTLE, base_iri="http://e/sparql"))
    if said is None:
        check_schema(described)
    else:
        with pytest.raises(MismatchError, match=said):
            check_schema(described)


class Recorder(Wire):
    """Sends nothing and remembers the address."""

    url = ""

    def _exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:  # noqa: ARG002
        self.url = target
        return Reply(200, {}, b"")


def test_a_service_without_a_default_graph_is_told_what_the_data_set_is() -> None:
    wire = Recorder("http://e")
    service = Service("named", "http://e/q", "http://e/u", "http://e/s", wire, default_graph="urn:x:d")
    service.query("ASK {}", JSON, ("http://e/g?1",))
    assert wire.url == "/q?default-graph-uri=urn%3Ax%3Ad&named-graph-uri=http%3A%2F%2Fe%2Fg%3F1"
    service.query("ASK {}", JSON, None)
    assert wire.url == "/q"


def test_a_store_that_holds_something_is_not_emptied(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = "" if service.wire.token is None else f" token={service.wire.token}"
    addresses = f"query={service.query_url} update={service.update_url} store={service.store_url}{token}"
    monkeypatch.setenv(services.VARIABLE, addresses)
    service.load(None, b"<http://e/s> <http://e/p> <http://e/o> .", "application/n-triples")
    with pytest.raises(HarnessError, match="is not empty"), services.running(tmp_path):
        pass
    assert service.holds_anything()


def test_addresses_that_are_not_all_there_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(services.VARIABLE, "query=http://127.0.0.1:1/sparql")
    with pytest.raises(HarnessError, match="update, store is missing"), services.running(tmp_path):
        pass


def test_the_report_is_turtle_with_one_assertion_a_case(tmp_path: Path) -> None:
    path = tmp_path / "earl.ttl"
    write_report(path, "a service", {"http://e/m#one": "passed", "http://e/m#two": "failed"})
    outcomes = {
        quad.object.value.rpartition("#")[2]
        for quad in ox.parse(path=str(path), base_iri="http://e/")
        if quad.predicate.value == "http://www.w3.org/ns/earl#outcome"
    }
    assert outcomes == {"passed", "failed"}
