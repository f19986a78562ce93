"""The graph on another server: what it answers is what this machine would answer, and where it does not, this machine does."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, Store
from tests.harness.programs import sparql_servers

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import SettingError, Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
LONG = 120.0
XML = "application/sparql-results+xml"
FORMATS = {"solutions": "csv", "boolean": "json", "graph": "ntriples"}


def mirror(ledger: Ledger) -> dict[str, Any]:
    found: dict[str, Any] = ledger.about()["mirror"]
    return found


def until_level(ledger: Ledger) -> None:
    until = time.monotonic() + LONG
    while mirror(ledger)["level"] != ledger.version:
        assert time.monotonic() < until, mirror(ledger)
        time.sleep(0.02)


def lines(ledger: Ledger, text: str) -> list[bytes]:
    return sorted(ledger.query(text, formats=FORMATS).read().splitlines())


@pytest.fixture(scope="module", params=list(sparql_servers.SERVERS))
def mirrored(
    request: pytest.FixtureRequest,
    copy_of_built: Callable[[], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ledger]:
    """A ledger over the seeds whose queries go to a real server."""
    kind = sparql_servers.SERVERS[request.param]
    if missing := kind.missing():
        pytest.skip(missing)
    with kind.start(tmp_path_factory.mktemp(request.param) / "server") as server:
        settings = Settings(data=copy_of_built(), query_seconds=120, wall_factor=1, **server.settings)
        with Ledger.open(settings) as ledger:
            until_level(ledger)
            yield ledger


def test_what_has_some_words_is_found_by_the_index_of_this_machine(mirrored: Ledger) -> None:
    until_level(mirrored)
    found = lines(mirrored, 'SELECT ?s { ?s rec:matchesText "цели уничтожаются" ; a rec:Statement }')
    assert found == [b"https://w3id.org/onrecord/statement/peskov-2025-08-28-negotiations", b"s"]


@pytest.mark.parametrize(
    "text",
    [
        "ASK { <actor/peskov> a rec:Person }",
        "ASK { <actor/peskov> a rec:Place }",
        "SELECT ?l { <actor/peskov> rdfs:label ?l }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "SELECT ?s { GRAPH <graph/reference> { ?s a rec:Place } }",
        "SELECT ?s FROM <graph/reference> { ?s a rec:Place }",
        "BASE <https://w3id.org/onrecord/actor/> SELECT ?l { <peskov> rdfs:label ?l }",
        "PREFIX rec: <https://w3id.org/onrecord/ns#>\nSELECT ?s { ?s a rec:Strike ; rec:begin ?when FILTER(?when > '2025-08-01T00:00:00Z'^^xsd:dateTime) }",
        "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a rec:Person ; rdfs:label ?l }",
        "SELECT ?d ?b { ?c rec:atLeast ?d . OPTIONAL { ?c rec:estimate ?b } }",
        "SELECT ?x { VALUES ?x { true 1.5 1e6 'a'@en '2025-08-28'^^xsd:date } }",
    ],
)
def test_a_query_has_the_answer_that_this_machine_gives(mirrored: Ledger, seeded: Ledger, text: str) -> None:
    assert lines(mirrored, text) == lines(seeded, text)


def test_what_is_committed_is_what_is_asked_of_the_server_then(
    mirrored: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT ?note { <actor/peskov> rec:note ?note }"
    old = mirrored.version
    assert lines(mirrored, text) == [b"note"]
    commit = mirrored.update('INSERT DATA { <actor/peskov> rec:note "spokesman of the day"@en }', author="t")
    # At once, by this machine if the server is not level yet; and then by the server.
    assert lines(mirrored, text) == [b"note", b"spokesman of the day"]
    until_level(mirrored)
    service: Any = mirrored._engine._service  # type: ignore[attr-defined]
    asked: list[str] = []
    ask = service.query
    monkeypatch.setattr(service, "query", lambda sent, *more: asked.append(sent) or ask(sent, *more))
    fallen_back = mirror(mirrored)["fallen_back"]
    assert lines(mirrored, text) == [b"note", b"spokesman of the day"]
    # (The search index asks, too, when it comes to that.)
    assert sum(sent.endswith(text) for sent in asked) == 1
    assert mirror(mirrored)["fallen_back"] == fallen_back
    assert mirrored.query(text, version=old).read().count(b"spokesman") == 0
    mirrored.revert(commit.version, author="t")
    until_level(mirrored)
    assert lines(mirrored, text) == [b"note"]


def test_while_the_server_is_away_everything_goes_on_and_it_catches_up(
    copy_of_built: Callable[[], Path], tmp_path: Path
) -> None:
    port = sparql_servers.free_port()
    place = tmp_path / "server"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with sparql_servers.oxigraph(place, port) as server:
        settings = Settings(data=copy_of_built(), query_seconds=120, **server.settings)
        ledger = Ledger.open(settings)
        until_level(ledger)
    with ledger:
        before = lines(ledger, count)
        ledger.update('INSERT DATA { <actor/peskov> rec:note "away"@en }', author="t")
        assert lines(ledger, count) != before
        with sparql_servers.oxigraph(place, port):
            until_level(ledger)
            assert lines(ledger, count) != before


def test_a_server_that_comes_back_with_nothing_is_never_taken_for_level(
    copy_of_built: Callable[[], Path], tmp_path: Path
) -> None:
    port = sparql_servers.free_port()
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with sparql_servers.oxigraph(tmp_path / "first", port) as server:
        ledger = Ledger.open(Settings(data=copy_of_built(), query_seconds=120, **server.settings))
        until_level(ledger)
        right = lines(ledger, count)
        assert mirror(ledger)["answered"] == 1
    with ledger, sparql_servers.oxigraph(tmp_path / "second", port):
        # (This machine has committed nothing meanwhile, so there is nothing to bring there.)
        assert lines(ledger, count) == right
        until_level(ledger)
        assert lines(ledger, count) == right
        assert mirror(ledger)["answered"] == 2


def test_a_virtuoso_that_makes_other_numbers_is_refused_with_what_makes_it_so(
    copy_of_built: Callable[[], Path], tmp_path: Path
) -> None:
    if missing := sparql_servers.SERVERS["virtuoso"].missing():
        pytest.skip(missing)
    # (Debian's configuration has this line.)
    with (
        sparql_servers.virtuoso(tmp_path / "server", more="MaxQueryCostEstimationTime = 400") as server,
        Ledger.open(Settings(data=copy_of_built(), query_seconds=120, **server.settings)) as ledger,
    ):
        until = time.monotonic() + LONG
        while not (problem := mirror(ledger)["problem"]):
            assert time.monotonic() < until
            time.sleep(0.02)
        assert "does not keep literals as they are" in problem
        assert "MaxQueryCostEstimationTime" in problem
        assert lines(ledger, "ASK { <actor/peskov> a rec:Person }")
        assert mirror(ledger)["answered"] == 0


def test_of_two_with_the_same_history_the_one_that_fell_behind_is_told_and_goes_on_alone(
    copy_of_built: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.graph.engine.remote.mirror._LOOK", 0.05)
    text = "SELECT ?note { <actor/peskov> rec:note ?note }"
    with contextlib.ExitStack() as open_:
        server = open_.enter_context(sparql_servers.oxigraph(tmp_path / "server"))
        given = [Settings(data=copy_of_built(), query_seconds=120, **server.settings) for _ in range(2)]
        one, other = (open_.enter_context(Ledger.open(settings)) for settings in given)
        for ledger in (one, other):
            until_level(ledger)
        one.update('INSERT DATA { <actor/peskov> rec:note "of one"@en }', author="t")
        until_level(one)
        until = time.monotonic() + LONG
        while not (problem := mirror(other)["problem"]):
            assert time.monotonic() < until
            time.sleep(0.02)
        assert f"holds version {one.version} of another graph, or another service writes there" in problem
        assert lines(other, text) == [b"note"]
        # What it commits itself stays with it.
        other.update('INSERT DATA { <actor/peskov> rec:note "of the other"@en }', author="t")
        assert lines(other, text) == [b"note", b"of the other"]
        assert lines(one, text) == [b"note", b"of one"]
        assert mirror(one)["level"] == one.version


class Faulty:
    """A server that has the data and does one thing wrong with what it is asked for by the name of a fault."""

    def __init__(self) -> None:
        self.store = Store()
        self.fault = ""
        self.authorization: set[str] = set()
        faulty = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                faulty.authorization.add(self.headers.get("Authorization", ""))
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                faulty.answer(self, form, self.headers.get("Accept", ""))

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sparql"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def answer(self, handler: BaseHTTPRequestHandler, form: dict[str, list[str]], accept: str) -> None:
        update = form.get("update", form.get("query", []))[0]
        if update.startswith(("INSERT", "DELETE", "DROP")):
            self.store.update(update)
            handler.send_response(204)
            handler.end_headers()
            return
        found = self.store.query(form["query"][0], use_default_graph_as_union=True)
        is_graph = form["query"][0].endswith(GRAPH)
        table = QueryResultsFormat.XML if accept == XML else QueryResultsFormat.JSON
        written = RdfFormat.N_TRIPLES if is_graph else table
        body = found.serialize(format=written) or b""  # type: ignore[union-attr, arg-type]
        status, headers, length = 200, {}, len(body)
        match self.fault:
            case "a part, by time":
                headers = {"X-SQL-State": "S1TAT"}
            case "a part, by rows":
                headers = {"X-SPARQL-MaxRows": "1"}
            case "cut":
                body = body[: len(body) // 2]
            case "cut, and so is the length":
                body = body[: len(body) // 2]
                length = len(body)
            case "an error after the beginning":
                body = (
                    body[: len(body) // 2].rpartition(b"\n")[0] + b"\nThe SPARQL operation has been cancelled"
                )
                length = len(body)
            case "no length":
                length = -1
            case "another error" | "a page":
                status, body = (
                    (200, b"<html>Welcome</html>") if self.fault == "a page" else (500, b"SQL error")
                )
                length = len(body)
            case "elsewhere":
                status, headers = 302, {"Location": "http://192.0.2.1/"}
            case "never":
                time.sleep(3)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if length >= 0:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(body)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    # The mirror does not look there of its own accord and find the fault before the test does.
    monkeypatch.setattr("onrecord.graph.engine.remote.mirror._LOOK", LONG)
    server = Faulty()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def over_faulty(
    faulty: Faulty, settings: Settings, adding: Adding, request: pytest.FixtureRequest
) -> Iterator[Ledger]:
    given = replace(settings, store=faulty.url, store_password="of-tests", store_auth="bearer")
    given = replace(given, store_server=getattr(request, "param", ""))
    with Ledger.open(given, _gate=False) as ledger:
        ledger.commit(adding("a", 3), message="one", author="x")
        until_level(ledger)
        yield ledger


ALL = "SELECT ?s { ?s <http://example.org/p> ?o }"
GRAPH = "CONSTRUCT { ?s <http://example.org/p> ?o } WHERE { ?s <http://example.org/p> ?o }"
CUT = ["a part, by rows", "another error", "cut", "an error after the beginning", "a page", "elsewhere"]


@pytest.mark.parametrize(
    ("text", "fault", "over_faulty"),
    [
        *((ALL, fault, "") for fault in (*CUT, "cut, and so is the length")),
        # (which is asked in XML)
        *((ALL, fault, "virtuoso") for fault in (*CUT, "cut, and so is the length")),
        *((GRAPH, fault, "") for fault in (*CUT, "no length")),
    ],
    indirect=["over_faulty"],
)
def test_what_is_no_whole_answer_is_never_passed_on_and_this_machine_answers(
    over_faulty: Ledger, faulty: Faulty, text: str, fault: str
) -> None:
    right = lines(over_faulty, text)
    assert mirror(over_faulty)["answered"] == 1
    faulty.fault = fault
    assert lines(over_faulty, text) == right
    assert mirror(over_faulty)["fallen_back"] == 1
    assert faulty.authorization == {"Bearer of-tests"}


def test_a_server_that_stopped_at_its_time_limit_is_a_timeout(over_faulty: Ledger, faulty: Faulty) -> None:
    faulty.fault = "a part, by time"
    with pytest.raises(errors.QueryTimeout, match="time limit"):
        over_faulty.query(ALL)


def test_a_server_that_does_not_answer_in_time_is_a_timeout(
    faulty: Faulty, settings: Settings, adding: Adding
) -> None:
    given = replace(settings, store=faulty.url, query_seconds=0.5, wall_factor=1)
    with Ledger.open(given, _gate=False) as ledger:
        ledger.commit(adding("a", 3), message="one", author="x")
        until_level(ledger)
        faulty.fault = "never"
        with pytest.raises(errors.QueryTimeout, match="in time"):
            ledger.query(ALL)


def test_an_answer_of_no_known_version_is_not_given(
    over_faulty: Ledger, faulty: Faulty, adding: Adding, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Any = over_faulty._engine
    asked = engine._service.query

    def meanwhile(*arguments: Any) -> bytes:
        body: bytes = asked(*arguments)
        if threading.current_thread() is not threading.main_thread():
            # The mirror looks how far it is.
            return body
        monkeypatch.undo()
        over_faulty.commit(adding("later", 5), message="two", author="x")
        until_level(over_faulty)
        return body

    monkeypatch.setattr(engine._service, "query", meanwhile)
    answer = over_faulty.query(ALL)
    assert answer.version == 1
    assert len(json.loads(answer.read())["results"]["bindings"]) == 3


def test_a_plain_store_has_no_mirror(faulty: Faulty, settings: Settings) -> None:
    with pytest.raises(errors.WrongMode, match="ONRECORD_STORE"):
        Ledger.open(replace(settings, store=faulty.url, seeds=False, shapes=False))


@pytest.mark.parametrize("url", ["graph.example.org", "ftp://x/", "http://", "https://a:b@x/", "http://x/#f"])
def test_what_is_no_address_of_a_server_is_refused(url: str, settings: Settings) -> None:
    with pytest.raises(SettingError, match="ONRECORD_STORE"):
        Ledger.open(replace(settings, store=url))
