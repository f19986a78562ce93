"""The history over HTTP, one behaviour a test."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, parse
from tests.harness.fakes import UPDATER, with_tokens
from tests.harness.pages import Page

from onrecord.api import create_app
from onrecord.api.data.service_description import FORMATS
from onrecord.graph.changes import Commit
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

BROWSER = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
PATCH = b'H version "3" .\nTX .\nA <urn:s> <urn:p> "<script>" .\nTC .\n'


class Past:
    """A ledger of 150 commits."""

    version = 150

    def commit_id(self, version: int) -> str:
        return f"urn:uuid:{version}"

    def history(self, newest: int, limit: int) -> list[Commit]:
        first = Commit(1, "urn:uuid:1", datetime(2025, 8, 28, tzinfo=UTC), "ann", "because", 4, 2)
        return [
            replace(first, version=n, id=f"urn:uuid:{n}", time=first.time + timedelta(hours=n))
            for n in range(newest, max(0, newest - limit), -1)
        ]

    def patch_pieces(self, version: int, *, as_packed: bool) -> tuple[Iterator[bytes], int, bool]:
        text = PATCH * (5000 if version == 2 else 1)
        sent = gzip.compress(text) if as_packed else text
        return iter([sent]), len(sent), as_packed


@pytest.fixture
def past() -> FlaskClient:
    return create_app(cast(Any, Past()), Settings()).test_client()


def test_commits_are_told_the_newest_first(past: FlaskClient) -> None:
    told = past.get("/history").get_json()
    assert [commit["version"] for commit in told["commits"]] == list(range(150, 50, -1))
    assert told["commits"][0] == {
        "version": 150,
        "id": "urn:uuid:150",
        "time": "2025-09-03T06:00:00+00:00",
        "author": "ann",
        "message": "because",
        "added": 4,
        "removed": 2,
        "patch": "/history/150.patch",
    }


def test_what_does_not_fit_on_a_page_is_on_the_next(past: FlaskClient) -> None:
    following = past.get("/history").get_json()["next"]
    rest = past.get(following).get_json()
    assert [commit["version"] for commit in rest["commits"]] == list(range(50, 0, -1))
    assert rest["next"] is None


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "1000000"])
def test_a_page_that_is_no_number_is_refused(past: FlaskClient, page: str) -> None:
    assert past.get("/history", query_string={"page": page}).status_code == 400


def test_people_get_a_page_with_a_link_to_each_commit(past: FlaskClient) -> None:
    response = past.get("/history", headers=BROWSER)
    assert response.mimetype == "text/html"
    assert {"/history/150", "/history/51", "/history?page=2"} <= set(Page(response.text).values("href"))


def test_one_commit_is_told_as_json(past: FlaskClient) -> None:
    assert past.get("/history/3", headers=JSON).get_json()["id"] == "urn:uuid:3"


@pytest.mark.parametrize("accept", ["application/rdf-patch", "text/plain"])
def test_one_commit_is_told_as_its_patch(past: FlaskClient, accept: str) -> None:
    response = past.get("/history/3", headers={"Accept": accept})
    assert (response.mimetype, response.data) == (accept, PATCH)


def test_a_patch_is_a_file_at_its_own_address(past: FlaskClient) -> None:
    response = past.get("/history/3.patch")
    assert response.data == PATCH
    assert 'filename="onrecord-version-3.patch"' in response.headers["Content-Disposition"]


def test_one_commit_has_a_page_that_shows_its_patch_as_text(past: FlaskClient) -> None:
    page = Page(past.get("/history/3", headers=BROWSER).text)
    assert '"<script>"' in page.text
    assert page.strange_scripts == []


def test_a_page_shows_the_beginning_of_a_long_patch(past: FlaskClient) -> None:
    text = past.get("/history/2", headers=BROWSER).text
    assert "The beginning of the patch" in text
    assert len(text) < 200_000


@pytest.mark.parametrize("version", ["0", "151", "999999999999"])
@pytest.mark.parametrize("suffix", ["", ".patch"])
def test_a_commit_there_never_was_is_not_found(past: FlaskClient, version: str, suffix: str) -> None:
    assert past.get(f"/history/{version}{suffix}").status_code == 404


def test_a_client_whom_nothing_suits_is_told_what_there_is(past: FlaskClient) -> None:
    response = past.get("/history/3", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "application/rdf-patch" in response.get_json()["offers"]


@pytest.mark.parametrize("path", ["/history", "/history/3", "/history/3.patch"])
def test_what_the_client_holds_is_not_sent_again(past: FlaskClient, path: str) -> None:
    tag = past.get(path).headers["ETag"]
    assert past.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_the_history_of_the_seeds_is_told(client: FlaskClient) -> None:
    (commit,) = client.get("/history").get_json()["commits"]
    assert commit["version"] == 1
    assert commit["added"] > 1000


# The same in the graph

WHO_CHANGED = """
SELECT ?version ?commit ?time ?author ?message ?added ?removed WHERE {
  GRAPH <https://w3id.org/onrecord/graph/history> {
    ?commit a rec:Commit ; rec:version ?version ; rec:added ?added ; rec:removed ?removed ;
      prov:endedAtTime ?time ; prov:wasAssociatedWith/rdfs:label ?author .
    ?made prov:wasGeneratedBy ?commit
    OPTIONAL { ?commit rdfs:comment ?message }
    FILTER (STR(?made) = CONCAT("https://w3id.org/onrecord/history/", STR(?version)))
  }
} ORDER BY DESC(?version)
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A service over four commits: two by a token, one of them silent, one by a command, and a revert."""
    settings = Settings(data=tmp_path_factory.mktemp("lived"), query_seconds=120)
    with Ledger.open(settings, _gate=False) as ledger:
        client = with_tokens(create_app(ledger, settings)).test_client()
        ledger.update("INSERT DATA { <a> <b> 1 , 2 , 3 }", author="onrecord build", message="Seeds")
        text = "DELETE DATA { <a> <b> 1 } ; INSERT DATA { <a> <c> 1 , 2 }"
        assert client.post("/sparql", data={"update": text}, headers=UPDATER).status_code == 200
        ledger.revert(2, author="onrecord revert")
        said = {**UPDATER, "Onrecord-Message": "a mistake"}
        assert (
            client.post("/sparql", data={"update": "DELETE DATA { <a> <b> 3 }"}, headers=said).status_code
            < 300
        )
        yield client


def test_who_changed_what_and_when_is_in_the_graph_as_in_the_history(lived: FlaskClient) -> None:
    told = lived.get("/history").get_json()["commits"]
    rows = lived.get("/sparql", query_string={"query": WHO_CHANGED}).get_json()["results"]["bindings"]
    asked = [{name: cell["value"] for name, cell in row.items()} for row in rows]
    assert [(row["version"], row["added"], row["removed"]) for row in asked] == [
        ("4", "0", "1"),
        ("3", "1", "2"),
        ("2", "2", "1"),
        ("1", "3", "0"),
    ]
    assert [row["author"] for row in asked] == ["updater", "onrecord revert", "updater", "onrecord build"]
    assert [
        (
            int(row["version"]),
            row["commit"],
            datetime.fromisoformat(row["time"]),
            row["author"],
            row.get("message", ""),
            int(row["added"]),
            int(row["removed"]),
        )
        for row in asked
    ] == [
        (
            commit["version"],
            commit["id"],
            datetime.fromisoformat(commit["time"]),
            commit["author"],
            commit["message"],
            commit["added"],
            commit["removed"],
        )
        for commit in told
    ]


@pytest.mark.parametrize("media_type", sorted(FORMATS))
def test_one_commit_is_told_in_prov(lived: FlaskClient, media_type: str) -> None:
    response = lived.get("/history/3", headers={"Accept": media_type})
    assert response.mimetype == media_type
    told = {(quad.subject.value, quad.predicate.value): quad.object for quad in parse(response.data, FORMATS[media_type].engine)}  # fmt: skip
    made, prov = "https://w3id.org/onrecord/history/3", "http://www.w3.org/ns/prov#"
    act = lived.get("/history/3", headers=JSON).get_json()["id"]
    assert told[made, prov + "wasGeneratedBy"] == NamedNode(act)
    assert told[made, prov + "wasRevisionOf"] == NamedNode("https://w3id.org/onrecord/history/2")
    assert told[act, prov + "used"] == NamedNode("https://w3id.org/onrecord/history/2")


def test_names_in_it_lead_somewhere(lived: FlaskClient) -> None:
    (row,) = lived.get(
        "/sparql",
        query_string={"query": "SELECT ?author { ?c rec:version 3 ; prov:wasAssociatedWith ?author }"},
    ).get_json()["results"]["bindings"]
    address = row["author"]["value"].removeprefix("https://w3id.org/onrecord")
    page = lived.get(address, headers=BROWSER, follow_redirects=True)
    assert (page.status_code, "onrecord revert" in page.text) == (200, True)
    assert lived.get("/history/3.ttl").status_code == 200
    assert lived.get("/graph/history", follow_redirects=True).data.count(b"wasGeneratedBy") == 4


def test_the_service_lists_the_graph_and_the_export_leaves_it_out(lived: FlaskClient) -> None:
    graph = "https://w3id.org/onrecord/graph/history"
    assert graph in lived.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert graph in lived.get("/export.nq", query_string={"graph": graph}).text
    assert "graph/history" not in lived.get("/export.nq").text


def test_a_plain_store_tells_its_commits_in_json_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", seeds=False, shapes=False)
    with Ledger.open(settings) as ledger:
        ledger.update("INSERT DATA { <a> <b> 1 }", author="a")
        client = create_app(ledger, settings).test_client()
        assert client.get("/history/1", headers={"Accept": "text/turtle"}).status_code == 406
        assert client.get("/history/1", headers=JSON).get_json()["version"] == 1
