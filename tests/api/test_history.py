"""The history over HTTP, one behaviour a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from onrecord.api import create_app
from onrecord.graph.changes import Commit
from onrecord.graph.settings import Settings

from .pages import Page

BROWSER = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
PATCH = b'H version "3" .\nTX .\nA <urn:s> <urn:p> "<script>" .\nTC .\n'


class Past:
    """A ledger of 150 commits."""

    version = 150

    def history(self) -> list[Commit]:
        first = Commit(1, "urn:uuid:1", datetime(2025, 8, 28, tzinfo=UTC), "ann", "because", 4, 2)
        return [
            replace(first, version=n, id=f"urn:uuid:{n}", time=first.time + timedelta(hours=n))
            for n in range(self.version, 0, -1)
        ]

    def patch(self, version: int) -> bytes:
        return PATCH * (5000 if version == 2 else 1)


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
    assert page.count("script") == 0


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
