"""/api/resolve: who or what a name stands for."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from onrecord.api import create_app
from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


def resolved(client: FlaskClient, **given: str) -> list[tuple[str, str]]:
    response = client.get("/api/resolve", query_string=given)
    assert response.status_code == 200, response.text
    assert response.headers["Onrecord-Version"] == str(response.get_json()["version"])
    return [
        (one["id"].removeprefix(terms.DEFAULT_BASE), one["reason"]) for one in response.get_json()["matches"]
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Zelenskyi", [("actor/zelensky", "the same in Latin letters")]),
        ("Зеленський", [("actor/zelensky", "the same in Latin letters")]),
        ("Volodymyr Zelensky", [("actor/zelensky", "the same name")]),
        ("Wolodymyr Selenskyj", [("actor/zelensky", "spelt alike")]),
        ("X-47 Kinzhal", [("weapon/kh-47-kinzhal", "the same in Latin letters")]),
        ("Kh-47M2", [("weapon/kh-47-kinzhal", "a part of the name")]),
        ("Ukraine", [("actor/ukraine", "the same name"), ("place/ukraine", "the same name")]),
        ("Nobody", []),
        ("?!", []),
    ],
)
def test_a_name_is_resolved_with_the_reason(
    client: FlaskClient, name: str, found: list[tuple[str, str]]
) -> None:
    assert resolved(client, name=name) == found


def test_only_things_of_a_kind_are_given_where_one_is_asked_for(client: FlaskClient) -> None:
    assert resolved(client, name="Ukraine", kind="place") == [("place/ukraine", "the same name")]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Give a `name`"),
        ("?name=%20", "Give a `name`"),
        ("?name=" + "x" * 301, "1 to 300 characters"),
        ("?name=x&kind=claim", "There is no kind 'claim'"),
        ("?name=x&nam=y", "There is no parameter `nam`"),
        ("?name=x&name=y", "given 2 times"),
    ],
)
def test_what_cannot_be_resolved_is_refused_with_the_remedy(
    client: FlaskClient, query: str, said: str
) -> None:
    response = client.get(f"/api/resolve{query}")
    assert response.status_code == 400
    assert said in response.get_json()["detail"]


def test_a_graph_from_before_names_were_kept_says_what_brings_it_up_to_date(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path / "old")
    with Ledger.open(settings, _gate=False) as old:
        ada, label = NamedNode(terms.DEFAULT_BASE + "actor/ada"), NamedNode(terms.PREFIXES["rdfs"] + "label")
        quad = Quad(ada, label, Literal("Ada", language="en"), NamedNode(terms.graph_iri("reference")))
        old.commit(ChangeSet(added=frozenset({quad})), message="old", author="test")
        client = create_app(old, settings).test_client()
        document = client.get("/api/resolve?name=Ada").get_json()
        assert document["matches"] == []
        assert "`onrecord build` brings it up to date" in document["message"]
        missing = client.get("/actor/somebody-else.html", headers={"Accept": "text/html"})
        assert (missing.status_code, "onrecord build" in missing.text) == (404, True)
