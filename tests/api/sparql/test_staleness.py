"""A read that begins after a write was acknowledged sees it: whatever is written how, and read how, in whatever order.

The real application over a real ledger, with all that it keeps, against a model of what each version holds. With
HYPOTHESIS_EXAMPLES=500 in the environment it is tried that many times over.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from tests.harness.fakes import ADMIN, with_tokens
from werkzeug.test import TestResponse

from onrecord.api import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "5"))
SNAPSHOTS = 4
DEFAULT = "https://w3id.org/onrecord/graph/default"
GRAPHS = (DEFAULT, "urn:g:1", "urn:g:2")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

Fact = tuple[str, int]
"""A graph and a number: `GRAPH <urn:g:1> { <urn:s> <urn:p> 3 }`."""
State = frozenset[Fact]
Seen = frozenset[object] | None
"""What an answer shows; None where there is nothing at the address."""


def numbers(facts: Iterable[Fact], graph: str | None = None) -> frozenset[int]:
    return frozenset(number for name, number in facts if graph in (None, name))


def of_rows(response: TestResponse) -> Seen:
    rows = response.get_json(force=True)["results"]["bindings"]
    return frozenset(
        int(row["v"]["value"]) if len(row) == 1 else (row["g"]["value"], int(row["v"]["value"]))
        for row in rows
    )


def of_csv(response: TestResponse) -> Seen:
    lines = [line.split(",") for line in response.text.split()[1:]]
    return frozenset((graph, int(number)) for graph, number in lines)


def of_page(response: TestResponse) -> Seen:
    return frozenset(int(number) for number in re.findall(r'class="value">(\d+)<', response.text))


def of_rdf(kind: RdfFormat, *, graphs: bool = False) -> Callable[[TestResponse], Seen]:
    def read(response: TestResponse) -> Seen:
        if response.status_code == 404:
            return None
        found = [quad for quad in parse(response.data, kind) if isinstance(quad.object, Literal)]
        return frozenset(
            (quad.graph_name.value, int(quad.object.value))
            if graphs and isinstance(quad.graph_name, NamedNode)
            else int(quad.object.value)
            for quad in found
        )

    return read


@dataclass(frozen=True)
class View:
    """A way to read: a request, what to make of the answer, and what it should be."""

    path: str
    read: Callable[[TestResponse], Seen]
    model: Callable[[State], Seen]
    given: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    post: bool = False

    def ask(self, client: FlaskClient, tag: str | None = None, **more: str) -> TestResponse:
        headers = {**(self.headers or {}), **({} if tag is None else {"If-None-Match": tag})}
        if self.post:
            return client.post(self.path, data=dict(self.given or {}), headers=headers)
        return client.get(self.path, query_string={**(self.given or {}), **more}, headers=headers)


ALL = {"query": "SELECT ?g ?v { GRAPH ?g { <urn:s> <urn:p> ?v } }"}
UNION = {"query": "SELECT ?v { <urn:s> <urn:p> ?v }"}
FICKLE = {"query": "SELECT ?v { <urn:s> <urn:p> ?v FILTER(YEAR(NOW()) > 2000) }"}
GRAPH = {"query": "CONSTRUCT WHERE { <urn:s> <urn:p> ?v }"}
JSON = {"Accept": "application/sparql-results+json"}
NT = {"Accept": "application/n-triples"}
of_nt, of_nq = of_rdf(RdfFormat.N_TRIPLES), of_rdf(RdfFormat.N_QUADS, graphs=True)


def stored(graph: str) -> Callable[[State], Seen]:
    """What a graph holds; one that holds nothing is not there, but for the default graph."""
    return lambda state: numbers(state, graph) or (numbers(state, graph) if graph == DEFAULT else None)


VIEWS = {
    "rows": View("/sparql", of_rows, lambda state: state, ALL, JSON),
    "rows without Accept": View("/sparql", of_rows, lambda state: state, ALL),
    "rows, zipped if long": View("/sparql", of_rows, numbers, UNION, {**JSON, "Accept-Encoding": "gzip"}),
    "rows as CSV": View("/sparql", of_csv, lambda state: state, {**ALL, "accept": "text/csv"}),
    "rows by POST": View("/sparql", of_rows, lambda state: state, ALL, JSON, post=True),
    "the union": View("/sparql", of_rows, numbers, UNION, JSON),
    "one graph of the protocol's": View(
        "/sparql", of_rows, lambda s: numbers(s, "urn:g:1"), {**UNION, "default-graph-uri": "urn:g:1"}, JSON
    ),
    "never the same query": View("/sparql", of_rows, numbers, FICKLE, JSON),
    "a graph made": View("/sparql", of_nt, numbers, GRAPH, NT),
    "the query page": View("/sparql", of_page, numbers, UNION, BROWSER),
    "the default graph": View("/store", of_nt, stored(DEFAULT), {"default": ""}, NT),
    "a stored graph": View("/store", of_nt, stored("urn:g:1"), {"graph": "urn:g:1"}, NT),
    "another stored graph": View("/store", of_nt, stored("urn:g:2"), {"graph": "urn:g:2"}, NT),
    "the export": View("/export.nq", of_nq, lambda state: state),
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    data = tmp_path_factory.mktemp("staleness")
    with Ledger.open(
        Settings(data=data, query_seconds=120, snapshots=SNAPSHOTS, cache_megabytes=8), _gate=False
    ) as opened:
        opened.update("INSERT DATA { <urn:s> <urn:p> 9 }", author="tester")  # so that there is a history
        yield opened


@pytest.fixture(scope="module")
def app(ledger: Ledger) -> Flask:
    return with_tokens(create_app(ledger, Settings(cache_megabytes=8)))


def emptied(client: FlaskClient) -> int:
    """Empty the store; the version that it then has."""
    told = client.post("/sparql", data={"update": "DROP ALL"}, headers=ADMIN)
    assert told.status_code == 200
    return int(told.headers["Onrecord-Version"])


graphs = st.sampled_from(GRAPHS)
some = st.frozensets(st.integers(0, 3), min_size=1, max_size=2)


class Reading(RuleBasedStateMachine):
    """Writes and reads by turns; `past` holds what each version holds, `held` the tags a client was given."""

    def __init__(self, app: Flask, ledger: Ledger) -> None:
        super().__init__()
        self.client, self.ledger = app.test_client(), ledger
        self.version = emptied(self.client)
        self.past: dict[int, State] = {self.version: frozenset()}
        self.held: dict[str, list[tuple[str | None, Seen]]] = {}
        self.last: tuple[str | None, Seen] = (None, None)

    @property
    def now(self) -> State:
        return self.past[self.version]

    def written(self, version: object, state: State) -> None:
        assert version == self.version + (state != self.now)
        self.version = int(str(version))
        self.past[self.version] = state

    def update(self, text: str, state: State) -> None:
        told = self.client.post("/sparql", data={"update": text}, headers=ADMIN)
        assert told.status_code == 200, told.text
        self.written(told.get_json()["version"], state)

    @rule(graph=graphs, wanted=some)
    def insert(self, graph: str, wanted: frozenset[int]) -> None:
        values = ", ".join(map(str, sorted(wanted)))
        self.update(
            f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:s> <urn:p> {values} }} }}",
            self.now | {(graph, number) for number in wanted},
        )

    @rule(graph=graphs, number=st.integers(0, 3))
    def delete(self, graph: str, number: int) -> None:
        self.update(
            f"DELETE DATA {{ GRAPH <{graph}> {{ <urn:s> <urn:p> {number} }} }}", self.now - {(graph, number)}
        )

    @rule(graph=graphs)
    def count_up(self, graph: str) -> None:
        raised = frozenset((name, (n + 1) % 4) for name, n in self.now if name == graph)
        rest = frozenset(fact for fact in self.now if fact[0] != graph)
        self.update(
            f"WITH <{graph}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p ?n }} WHERE {{ ?s ?p ?o BIND(IF(?o = 3, 0, ?o + 1) AS ?n) }}",
            rest | raised,
        )

    def store(self, method: str, graph: str, wanted: frozenset[int] = frozenset()) -> TestResponse:
        text = f"<urn:s> <urn:p> {', '.join(map(str, sorted(wanted)))} ." if wanted else None
        return self.client.open(
            "/store",
            method=method,
            query_string={"graph": graph},
            data=text,
            content_type="text/turtle",
            headers=ADMIN,
        )

    @rule(graph=graphs, wanted=some)
    def put(self, graph: str, wanted: frozenset[int]) -> None:
        told = self.store("PUT", graph, wanted)
        assert told.status_code in (201, 204), told.text
        rest = {fact for fact in self.now if fact[0] != graph}
        self.written(int(told.headers["Onrecord-Version"]), frozenset(rest | {(graph, n) for n in wanted}))

    @rule(graph=graphs, wanted=some)
    def post(self, graph: str, wanted: frozenset[int]) -> None:
        told = self.store("POST", graph, wanted)
        assert told.status_code in (201, 204), told.text
        self.written(int(told.headers["Onrecord-Version"]), self.now | {(graph, n) for n in wanted})

    @rule(graph=graphs)
    def remove(self, graph: str) -> None:
        told = self.store("DELETE", graph)
        if not numbers(self.now, graph) and told.status_code == 404:
            return
        assert told.status_code == 204, told.text
        rest = frozenset(fact for fact in self.now if fact[0] != graph)
        self.written(int(told.headers["Onrecord-Version"]), rest)

    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        known = [version for version in self.past if version - 1 in self.past]
        if not known:
            return
        version = data.draw(st.sampled_from(known))
        before, after = self.past[version - 1], self.past[version]
        commit = self.ledger.revert(version, author="tester")
        self.written(commit.version, (self.now - (after - before)) | (before - after))

    @rule(how=st.sampled_from(["syntax", "token", "turtle", "protected", "overtaken"]))
    def refused(self, how: str) -> None:
        insert = {"update": "INSERT DATA { GRAPH <urn:g:1> { <urn:s> <urn:p> 9 } }"}
        derived = "https://w3id.org/onrecord/graph/derived"
        told, status = {
            "syntax": lambda: (self.client.post("/sparql", data={"update": "INSERT {"}, headers=ADMIN), 400),
            "token": lambda: (self.client.post("/sparql", data=insert), 401),
            "turtle": lambda: (
                self.client.put(
                    "/store?graph=urn:g:1",
                    data="<urn:s> <urn:p> 9 . <",
                    content_type="text/turtle",
                    headers=ADMIN,
                ),
                400,
            ),
            "protected": lambda: (self.store("PUT", derived, frozenset({9})), 403),
            "overtaken": lambda: (
                self.client.post(
                    "/sparql", data=insert, headers={**ADMIN, "If-Match": f'"{self.version - 1}"'}
                ),
                412,
            ),
        }[how]()
        assert told.status_code == status, told.text

    @rule(name=st.sampled_from(sorted(VIEWS)), data=st.data())
    def read(self, name: str, data: st.DataObject) -> None:
        view, held = VIEWS[name], self.held.setdefault(name, [])
        tag, seen_then = data.draw(st.sampled_from([(None, None), *held[-3:]]))
        now = self.compare(view, tag, seen_then)
        if now[0] is not None:
            held.append(now)

    def compare(self, view: View, tag: str | None, seen_then: Seen) -> tuple[str | None, Seen]:
        """Read, given what the client holds; what it holds afterwards."""
        response = view.ask(self.client, tag)
        if response.status_code == 304:
            assert tag is not None
            assert seen_then == view.model(self.now)
            return tag, seen_then
        assert response.status_code in (200, 404)
        seen = view.read(response)
        assert seen == view.model(self.now)
        if response.status_code == 200 and view.headers != BROWSER:
            assert response.headers["Onrecord-Version"] == str(self.version)
        return (response.headers["ETag"], seen) if "ETag" in response.headers else (None, None)

    @rule(data=st.data(), name=st.sampled_from(["rows", "the union", "the export", "rows as CSV"]))
    def look_back(self, data: st.DataObject, name: str) -> None:
        version = data.draw(st.sampled_from(sorted(self.past)))
        response = VIEWS[name].ask(self.client, version=str(version))
        if version <= self.version - SNAPSHOTS:
            assert response.status_code in (200, 410)
        else:
            assert response.status_code == 200
        if response.status_code == 200:
            assert VIEWS[name].read(response) == VIEWS[name].model(self.past[version])

    @rule()
    def look_at_the_history(self) -> None:
        told = self.client.get("/history", headers={"Accept": "application/json"}).get_json()["commits"][0]
        assert told["version"] == self.version

    @invariant()
    def the_first_question_is_answered_as_things_stand(self) -> None:
        # Asked after each step, so that there is always something old to be answered with.
        assert of_rows(VIEWS["rows"].ask(self.client)) == self.now
        self.last = self.compare(VIEWS["the union"], *self.last)


def test_no_interleaving_of_writes_and_reads_shows_what_was_before(app: Flask, ledger: Ledger) -> None:
    run_state_machine_as_test(
        lambda: Reading(app, ledger),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


class Writing(threading.Thread):
    """Writes 1, 2, 3 … in the place of one another; each is acknowledged before the next is begun."""

    def __init__(self, app: Flask, start: int, most: int) -> None:
        super().__init__()
        self.client, self.first, self.most = app.test_client(), start, most
        self.acknowledged = start
        self.failures: list[str] = []

    def run(self) -> None:
        for number in range(1, self.most + 1):
            text = f"DELETE {{ GRAPH <urn:g:1> {{ <urn:s> <urn:p> ?o }} }} INSERT {{ GRAPH <urn:g:1> {{ <urn:s> <urn:p> {number} }} }} WHERE {{ OPTIONAL {{ GRAPH <urn:g:1> {{ <urn:s> <urn:p> ?o }} }} }}"
            told = self.client.post("/sparql", data={"update": text}, headers=ADMIN)
            version = self.first + number
            if told.status_code != 200 or told.get_json()["version"] != version:
                self.failures.append(told.text)
                return
            self.acknowledged = version


def watch(app: Flask, view: View, writing: Writing, wrong: list[str]) -> None:
    """Read over and over while somebody writes; note whatever is older than what was acknowledged, or of no version."""
    client = app.test_client()
    held: dict[str, Any] = {}
    last = False
    while not last:
        last = not writing.is_alive()
        acknowledged = writing.acknowledged
        response = view.ask(client, held.get("tag"))
        if response.status_code == 304:
            version, seen = held["version"], held["seen"]
        else:
            version, seen = int(response.headers["Onrecord-Version"]), view.read(response)
            if "ETag" in response.headers:
                held = {"tag": response.headers["ETag"], "version": version, "seen": seen}
        number = version - writing.first
        state: State = frozenset({("urn:g:1", number)} if number else ())
        if version < acknowledged or seen != view.model(state):
            wrong.append(
                f"{response.status_code} {view.given}: {seen} of {version}, {acknowledged} acknowledged"
            )


def test_readers_beside_a_writer_see_what_was_acknowledged_and_only_what_their_version_holds(
    app: Flask,
) -> None:
    names = ["rows", "rows as CSV", "rows by POST", "never the same query", "the export", "a graph made"]
    writing = Writing(app, emptied(app.test_client()), 4 * EXAMPLES)
    wrong: list[str] = []
    watching = [threading.Thread(target=watch, args=(app, VIEWS[name], writing, wrong)) for name in names]
    for thread in [writing, *watching]:
        thread.start()
    for thread in [writing, *watching]:
        thread.join(60 + EXAMPLES)
    assert not any(thread.is_alive() for thread in watching)
    assert writing.failures == []
    assert writing.acknowledged == writing.first + writing.most
    assert wrong == []
