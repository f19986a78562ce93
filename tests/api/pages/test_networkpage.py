"""The page of the network, as it is without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad
from tests.harness.pages import Page

from onrecord.api import create_app
from onrecord.api.pages import networks
from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.network.formats.network_formats import FORMATS
from onrecord.graph.questions.network.shown import SHOWN
from onrecord.graph.settings import Settings

B = terms.DEFAULT_BASE
BROWSER = {"Accept": "text/html"}


def test_the_table_says_each_relation_with_the_words_it_rests_on_and_where_they_stand(
    client: FlaskClient,
) -> None:
    page = client.get("/network?ego=trump", headers=BROWSER).text
    assert "Donald Trump said on 25 August 2025 that Vladimir Putin dislikes Volodymyr Zelensky" in page
    assert '<q lang="en">he doesn&#39;t like him</q>' in page
    assert '#:~:text=he%20doesn%27t%20like%20him" rel="noopener noreferrer">Kyiv Independent</a>' in page


def test_the_form_leads_to_an_address_that_names_what_is_left_out(client: FlaskClient) -> None:
    shown = [
        value for value in Page(client.get("/network").text).values("value", "input") if value == "says-of"
    ]
    assert shown == ["says-of"]
    sent = client.get(
        "/network?kinds=shown&ego=trump&to=&steps=1&from=&kind=says-of&kind=denies", headers=BROWSER
    )
    assert sent.status_code == 303
    left_out = sent.headers["Location"].partition("off=")[2].partition("&")[0].split("%2C")
    assert "says-of" not in left_out
    assert {"struck", "spoke-about", "on-the-same-side"} <= set(left_out)
    page = client.get(sent.headers["Location"], headers=BROWSER).text
    assert "Donald Trump said" in page


def test_a_form_that_leaves_everything_as_it_was_leads_to_a_short_address(client: FlaskClient) -> None:
    page = Page(client.get("/network?ego=trump").text)
    checked = [
        found["value"]
        for name, found in page.elements
        if name == "input" and found.get("name") == "kind" and "checked" in found
    ]
    sent = client.get("/network", query_string={"kinds": "shown", "ego": "trump", "kind": checked})
    assert sent.headers["Location"] == "/network?ego=trump"


@pytest.mark.parametrize(
    "name", ["Dmitry Peskov", "Песков", "actor/peskov", "https://w3id.org/onrecord/actor/peskov"]
)
def test_an_actor_may_be_called_by_any_name(client: FlaskClient, name: str) -> None:
    sent = client.get("/network", query_string={"ego": name, "steps": "2"}, headers=BROWSER)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/network?ego=peskov&steps=2")


def test_what_was_opened_in_the_drawing_stays_in_the_address(client: FlaskClient) -> None:
    sent = client.get("/network", query_string={"ego": "Peskov", "open": "trump"}, headers=BROWSER)
    assert sent.headers["Location"] == "/network?ego=peskov&open=trump"
    assert client.get(sent.headers["Location"], headers=BROWSER).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("ego=nobody-at-all", 404, "nobody-at-all"),
        ("steps=99", 400, "steps=99"),
        ("off=nonsense", 400, "nonsense"),
        ("colour=red", 400, "red"),
        ("asOf=yesterday", 400, "asOf"),
        ("ego=a%3Cb", 404, "a&lt;b"),
        ("surprise=1", 400, "surprise"),
        ("to=trump", 400, "ego"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told(client: FlaskClient, query: str, status: int, words: str) -> None:
    response = client.get(f"/network?{query}", headers=BROWSER)
    assert response.status_code == status
    assert words in response.text


def test_a_graph_that_keeps_no_relations_yet_says_what_to_do(tmp_path: Path) -> None:
    # As data directories were before relations were kept: an actor, and nothing that follows from it.
    actor = Quad(
        NamedNode(B + "actor/a"),
        NamedNode(terms.RDF_TYPE),
        NamedNode(terms.REC + "Person"),
        NamedNode(B + "document/d"),
    )
    settings = Settings(data=tmp_path)
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(ChangeSet(added=frozenset({actor})), message="old", author="test")
        old = create_app(ledger, settings).test_client()
        for path in ("/network", "/network?ego=a", "/network?ego=Peskov"):
            assert "`onrecord build` brings it up to date" in old.get(path, headers=BROWSER).text
        assert "onrecord build" in old.get("/network.json?ego=a").json["messages"][0]


def test_a_network_is_worked_out_once_for_its_page_and_all_its_formats_until_there_is_a_new_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    work_out = networks.network

    def counted(*given: object, **named: object) -> object:
        asked.append(named["evidence"])
        return work_out(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(networks, "network", counted)
    settings = Settings(data=tmp_path, cache_megabytes=0)
    with Ledger.open(settings, _gate=False) as ledger:
        spoken = (
            "INSERT DATA {{ GRAPH <urn:g> {{ rec:Person rdfs:subClassOf rec:Actor . <{b}actor/a> a rec:Person . <{b}actor/b> a rec:Person . "
            "<{b}statement/{n}> a rec:Statement ; rec:speaker <{b}actor/a> ; rec:about <{b}actor/b> }} }}"
        )
        ledger.update(spoken.format(b=B, n=1), author="tests")
        client = create_app(ledger, settings).test_client()

        def all_of() -> dict[str, bytes]:
            addresses = [f"/network.{suffix}?ego=a" for suffix in FORMATS]
            return {
                address: client.get(address).data for address in [*addresses, "/network?ego=a&colour=kind"]
            }

        first = all_of()
        # With all evidence, with none (the picture), and with some (the page and what its script reads).
        assert sorted(asked, key=str) == sorted([None, 0, SHOWN], key=str)
        assert all_of() == first
        assert len(asked) == 3
        ledger.update(spoken.format(b=B, n=2), author="tests")
        assert b'"count": 1' in first["/network.json?ego=a"]
        assert b'"count": 2' in all_of()["/network.json?ego=a"]
        assert len(asked) == 6
