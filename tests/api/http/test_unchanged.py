"""A client that holds the answer already is told so without anything being asked of the graph."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Response
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

import onrecord
from onrecord.api import create_app
from onrecord.api.data import claims, exports, linkeddata, search
from onrecord.api.http import answers
from onrecord.api.sparql import endpoint as sparql
from onrecord.api.sparql import store
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.network.formats.network_formats import FORMATS
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JSON, TURTLE, PATCH = "application/json", "text/turtle", "application/rdf-patch"

# Endpoint -> the requests that have to be answered with an ETag: address and Accept.
TAGGED: dict[str, list[tuple[str, str]]] = {
    "description.home": [("/", PAGE), ("/", "*/*"), ("/", TURTLE), ("/", "application/ld+json")],
    "description.void": [("/.well-known/void", TURTLE), ("/.well-known/void", "application/rdf+xml")],
    "pages.actors": [("/actors", PAGE)],
    "pages.statements": [("/statements", PAGE), ("/statements?speaker=actor/peskov", PAGE)],
    "pages.events": [("/events", PAGE), ("/events?after=2025-08-28T00:00:00Z+event/a", PAGE)],
    "pages.claims": [("/claims", PAGE), ("/claims?standing=superseded&asOf=2025-08-28", PAGE)],
    "pages.disputes": [
        ("/disputes", PAGE),
        ("/disputes?standing=all&sort=latest&asOf=2025-08-29T12:00:00Z", PAGE),
    ],
    "discovery.feed": [("/feed.atom", "*/*")],
    "discovery.sitemap": [("/sitemap.xml", "*/*")],
    "pages.documents": [("/documents", PAGE)],
    "pages.term": [("/vocabulary/place", PAGE)],
    "pages.vocabulary": [("/vocabulary", PAGE)],
    "pages.words": [("/vocabulary/words", PAGE)],
    "pages.about": [("/about", PAGE)],
    "linkeddata.dereference": [
        *((f"/actor/peskov.{suffix}", "*/*") for suffix in ("html", "ttl", "nt", "rdf", "jsonld")),
        ("/ns.ttl", "*/*"),
    ],
    "exports.current": [
        *((f"/export/current.{suffix}", "*/*") for suffix in ("ttl", "nq", "trig")),
        ("/export/current.ttl?graph=https://w3id.org/onrecord/graph/reference&version=1", "*/*"),
    ],
    "exports.export": [
        *((f"/export.{suffix}", "*/*") for suffix in ("ttl", "nq", "trig")),
        ("/export.ttl?graph=https://w3id.org/onrecord/graph/reference", "*/*"),
        ("/export.nq?version=1", "*/*"),
    ],
    "claims.claims_on": [
        (f"/api/events/2025-08-28-strike-on-kyiv/claims{query}", accept)
        for query in ("", "?measure=killed&standing=all", "?asOf=2025-08-28T12:00:00Z&version=1")
        for accept in (JSON, "text/csv", "application/sparql-query")
    ],
    "claims.statements": [("/api/statements", JSON), ("/api/statements?speaker=actor/peskov", "text/csv")],
    "resolving.resolve": [
        ("/api/resolve?name=Зеленський", JSON),
        ("/api/resolve?name=kyiv&kind=place", JSON),
    ],
    "claims.changes": [
        ("/api/documents/moscow-times-2025-08-28/changes?from=14-killed&to=18-killed", accept)
        for accept in (JSON, "text/csv", "application/sparql-query")
    ],
    "pages.changes": [("/documents/moscow-times-2025-08-28/changes?from=14-killed&to=18-killed", PAGE)],
    "claims.disputes": [("/api/disputes", JSON), ("/api/disputes?standing=all", "application/ld+json")],
    "network_page.page": [("/network", PAGE), ("/network?ego=peskov&steps=2", PAGE)],
    "citations.cite": [
        (f"/statement/peskov-2025-08-28-negotiations.{suffix}", "*/*")
        for suffix in ("bib", "csl.json", "ris", "txt")
    ],
    "search.page": [("/search?q=peskov", PAGE)],
    "search.results": [("/api/search?q=peskov", JSON)],
    "events.events": [("/events.json", JSON), ("/events.json?from=2025-08-01", JSON)],
    "network.pair_as_json": [("/relation.json?a=actor/trump&b=actor/putin", JSON)],
    "pages.relation": [("/relation?a=actor/trump&b=actor/putin", PAGE)],
    "network.export": [(f"/network.{suffix}?ego=actor/peskov", "*/*") for suffix in FORMATS],
    "history.commits": [("/history", PAGE), ("/history", JSON), ("/history?page=2", JSON)],
    "history.commit": [("/history/1", accept) for accept in (PAGE, JSON, PATCH, TURTLE, "text/plain")],
    "exports.whole_table": [
        (f"/export/{table}.{suffix}", "*/*")
        for table in ("claims", "statements", "relations")
        for suffix in ("csv", "parquet")
    ],
    "differences.diff": [
        ("/history/diff?from=0", accept) for accept in (JSON, "text/csv", "application/atom+xml", PAGE)
    ],
    "history.patch": [("/history/1.patch", "*/*")],
    "store.read": [
        ("/store/graph/reference", TURTLE),
        ("/store?default", "application/n-triples"),
        ("/store?graph=https://w3id.org/onrecord/graph/reference", "application/ld+json"),
    ],
    "sparql.sparql": [
        ("/sparql", TURTLE),
        ("/sparql?query=ASK{}", JSON),
        ("/sparql?query=SELECT*{?s ?p ?o}LIMIT 1&accept=text/csv", PAGE),
        ("/sparql?query=ASK{}&version=1", JSON),
    ],
    "static": [("/static/onrecord.css", "*/*")],
}

# Endpoint -> why its answers have none.
UNTAGGED: dict[str, str] = {
    "health.health": "is asked to learn whether something answers now",
    "health.ready": "the same",
    "texts.text": "is named after its content, and whether it may be passed on is asked each time",
    "health.figures": "is another each time",
    "snapshots.newest": "is asked to learn whether there is something new, and small",
    "snapshots.files": "is asked once by each new replica",
    "snapshots.file": "the same; a transfer that broke off goes on from a byte that the replica names",
    "discovery.robots": "is kept for an hour instead",
    "openapi.openapi": "is kept for an hour instead",
}

CASES = [(endpoint, *case) for endpoint, cases in TAGGED.items() for case in cases]

# The other kinds of thing, with pages that ask other questions.
OF_OTHER_KINDS = [
    ("linkeddata.dereference", f"/{thing}", PAGE)
    for thing in (
        "statement/peskov-2025-08-28-negotiations.html",
        "event/2025-08-28-strike-on-kyiv.html",
        "event/2025-08-28-strike-on-kyiv.html?after=Z+claim/a",
        "claim/ki-2025-08-28-killed.html",
        "document/moscow-times-2025-08-28.html",
        "document/moscow-times-2025-08-28/18-killed.html",
        "place/kyiv.html",
    )
]


class Noting:
    """A ledger that notes which of its methods are called; its version is known without asking."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._ledger, name)
        if not callable(value):
            self.asked += [name] if name == "words" else []
            return value

        def noted(*args: Any, **given: Any) -> Any:
            # about() tells how the processes run, commit_id() what is kept in memory: neither asks the graph anything.
            self.asked += [name] if name not in ("about", "commit_id") else []
            return value(*args, **given)

        return noted


@pytest.fixture(scope="module")
def noting(seeded: Ledger) -> Noting:
    return Noting(seeded)


@pytest.fixture(scope="module")
def asking(noting: Noting) -> FlaskClient:
    # Without a cache, whatever is not told by its ETag has to be asked for.
    return create_app(cast(Any, noting), Settings(cache_megabytes=0)).test_client()


@pytest.fixture(scope="module")
def restored(copy_of_built: Callable[[], Path]) -> Iterator[list[FlaskClient]]:
    """Two applications over graphs that went on from the same version, each with a commit of its own."""
    ledgers = []
    for text in ("one", "other"):
        ledger = Ledger.open(Settings(data=copy_of_built(), query_seconds=120), _gate=False)
        node = NamedNode("https://w3id.org/onrecord/graph/x")
        change = ChangeSet(added=frozenset([Quad(node, node, Literal(text), node)]))
        assert ledger.commit(change, message="", author="tests").version == 2
        ledgers.append(ledger)
    yield [create_app(ledger, Settings()).test_client() for ledger in ledgers]
    for ledger in ledgers:
        ledger.close()


def test_every_route_that_is_read_is_among_the_cases(asking: FlaskClient) -> None:
    read = {
        rule.endpoint for rule in asking.application.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    assert read == TAGGED.keys() | UNTAGGED.keys()
    adapter = asking.application.url_map.bind("localhost")
    for endpoint, address, _ in CASES:
        assert adapter.match(address.partition("?")[0])[0] == endpoint, address


@pytest.mark.parametrize(("endpoint", "address", "accept"), CASES + OF_OTHER_KINDS)
def test_a_304_asks_the_graph_nothing(
    asking: FlaskClient, noting: Noting, endpoint: str, address: str, accept: str
) -> None:
    noting.asked.clear()
    first = asking.get(address, headers={"Accept": accept, "If-None-Match": '"another"'}, buffered=True)
    assert first.status_code == 200
    # The test would pass as well if nothing were ever asked. (What a description counts is kept.)
    if endpoint not in ("pages.about", "static") and address != "/sparql":
        assert noting.asked
    noting.asked.clear()
    again = asking.get(
        address, headers={"Accept": accept, "If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data, noting.asked) == (304, b"", [])
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert ("accept" in again.vary) == ("accept" in first.vary)


@pytest.fixture(scope="module")
def variants(seeded: Ledger) -> list[FlaskClient]:
    """Applications over one graph: as it is, with another setting that shows, with others that do not, of another version."""
    ours = Settings(cache_megabytes=0)
    settings = [ours, replace(ours, service_hosts="data.example.org"), replace(ours, port=1, threads=7)]
    made = [create_app(seeded, each) for each in settings]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(onrecord, "__version__", "another")
        made.append(create_app(seeded, ours))
    return [app.test_client() for app in made]


def tag_of(client: FlaskClient, address: str, accept: str) -> str:
    """The tag of an answer, got as by a client that holds the answer: without the work that one takes.

    That both have the same tag is held above, for each of these answers.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (answers, claims, sparql, exports, linkeddata, search, store):
            patch.setattr(module, "not_modified", lambda tag: answers._cached(Response(status=304), tag))
        # (What is answered without Flask is answered whole.)
        return client.get(address, headers={"Accept": accept}, buffered=True).headers["ETag"]


@pytest.mark.parametrize(("endpoint", "address", "accept"), CASES)
def test_a_tag_names_the_program_and_what_shows_of_its_settings(
    variants: list[FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    endpoint: str,
    address: str,
    accept: str,
) -> None:
    if endpoint == "static":
        return

    *ours, another = variants
    tags = [tag_of(client, address, accept) for client in ours]
    assert tags[2] in tags[:2]
    monkeypatch.setattr(onrecord, "__version__", "another")
    assert len({*tags, tag_of(another, address, accept)}) == 3


def test_a_page_is_another_after_a_commit_and_in_another_list_position(asking: FlaskClient) -> None:
    tags = [
        asking.get(address).headers["ETag"]
        for address in ("/events", "/events?after=2025-08-28T00:00:00Z+event/a", "/statements")
    ]
    assert len(set(tags)) == 3
    assert all(tag.startswith('W/"') for tag in tags)


@pytest.mark.parametrize(("endpoint", "address", "accept"), CASES)
def test_another_graph_at_the_same_version_is_never_taken_for_the_one_the_client_holds(
    restored: list[FlaskClient], endpoint: str, address: str, accept: str
) -> None:
    if endpoint == "static":
        return
    one, other = restored
    held = tag_of(one, address, accept)
    asked = {"Accept": accept, "If-None-Match": held}
    assert one.get(address, headers=asked, buffered=True).status_code == 304
    # What both backups have in common is the same in both.
    same = held.removeprefix("W/").startswith('"1-')
    found = other.get(address, headers=asked, buffered=True)
    assert (found.status_code == 304, held == found.headers["ETag"]) == (same, same)


def test_the_id_of_a_commit_is_read_once(copy_of_built: Callable[[], Path]) -> None:
    data = copy_of_built()
    with Ledger.open(Settings(data=data)) as ledger:
        (commit,) = ledger.history()
        shutil.rmtree(data / "history")
        assert [ledger.commit_id(version) for version in range(3)] == ["", commit.id, ""]
