"""Search as pages and programs meet it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from tests.harness.pages import Page

from onrecord.api import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


def read(client: FlaskClient, asked: str) -> str:
    response = client.get("/search", query_string={"q": asked})
    assert response.status_code == 200
    return " ".join(Page(response.text).text.split())


def test_the_page_shows_what_was_found_with_the_words_marked(client: FlaskClient) -> None:
    response = client.get("/search", query_string={"q": "цели уничтожаются"})
    assert "/statement/peskov-2025-08-28-negotiations.html" in Page(response.text).values("href")
    assert "<mark>цели</mark>" in response.text
    assert "1 result" in read(client, "цели уничтожаются")


def test_every_page_has_a_field_that_leads_there(client: FlaskClient) -> None:
    for path in ("/", "/actor/peskov.html", "/sparql", "/about", "/nowhere"):
        page = Page(client.get(path, headers={"Accept": "text/html"}).text)
        assert page.values("action", "form").count("/search") == 1
    assert Page(client.get("/search").text).values("action", "form").count("/search") == 1


def test_nothing_found_and_nothing_asked_are_said(client: FlaskClient) -> None:
    assert "Nothing has all of these words" in read(client, "xyzzyqqq")
    assert "result" not in read(client, "").lower().replace("search", "")


def test_a_slip_is_put_right_and_said(client: FlaskClient) -> None:
    assert "Nothing has “peskof”; shown is what has peskov" in read(client, "peskof")


def test_programs_get_the_same(client: FlaskClient) -> None:
    response = client.get("/api/search", query_string={"q": "Песков", "kind": "actor", "limit": "5"})
    document = response.get_json()
    assert document["version"] == document["newest"] == 1
    assert [(one["id"], one["kind"], one["label"]) for one in document["results"]] == [
        ("https://w3id.org/onrecord/actor/peskov", "actor", "Dmitry Peskov")
    ]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 400),
        ("q=a&limit=0", 400),
        ("q=a&limit=51", 400),
        ("q=a&limit=x", 400),
        ("q=a&q=b", 400),
        ("q=a&kind=person", 400),
        (f"q={'x' * 201}", 400),
        ("q=%ff", 400),
        ("q=%22+OR+*", 200),
        ("q=%00", 200),
    ],
)
def test_what_is_wrong_is_named(client: FlaskClient, asked: str, status: int) -> None:
    response = client.get(f"/api/search?{asked}")
    assert response.status_code == status
    assert status == 200 or response.get_json()["detail"]


def test_hostile_literals_stay_text(hostile: Ledger) -> None:
    client = create_app(hostile, Settings()).test_client()
    response = client.get("/search", query_string={"q": "alert <script>"})
    page = Page(response.text)
    assert page.unclosed == []
    assert not [name for _, found in page.elements for name in found if name.startswith("on")]
    assert "<script>alert" not in response.text
    assert "results" in response.text
