"""The start page and the pages with lists, over the first day."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from tests.harness.pages import Page


def html(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200
    return response.text


def read(client: FlaskClient, path: str) -> str:
    return " ".join(Page(html(client, path)).text.split())


def test_totals_of_events_say_what_they_cover(client: FlaskClient) -> None:
    page = read(client, "/events")
    assert "killed, per the Ukrainian side (1 event) 25" in page
    assert "killed, per others (1 event) at least 25" in page
    assert "25, per the Ukrainian side" in page


def test_events_of_a_period_have_totals_of_their_own(client: FlaskClient) -> None:
    page = read(client, "/events?from=2025-07-01&to=2025-07-31")
    assert "Missile and drone strike on Ukraine, night to 31 July 2025" in page
    assert "28 August" not in page
    assert "killed, per" not in page


@pytest.mark.parametrize(
    ("period", "there"),
    [
        ("from=2025-08-26&to=2025-08-26", False),
        ("from=2025-08-27&to=2025-08-27", True),
        ("from=2025-08-28&to=2025-08-28", True),
        ("from=2025-08-28", True),
        ("from=2025-08-29", False),
        ("to=2025-08-27", True),
        ("to=2025-08-26", False),
    ],
)
def test_a_night_is_found_on_the_day_it_began_and_on_the_day_it_ended(
    client: FlaskClient, period: str, there: bool
) -> None:
    """The drones came from 27 August, 19:30, to 28 August, 9:00 in Kyiv."""
    name = "Missile and drone strike on Kyiv, night to 28 August 2025"
    assert (name in read(client, f"/events?{period}")) == there
    told = client.get(f"/events.json?{period}").get_json()["events"]
    assert (name in [event["label"] for event in told]) == there
    assert len(told) == len({event["id"] for event in told})


def test_disputes_are_explained_with_the_rule_that_found_them(client: FlaskClient) -> None:
    page = read(client, "/disputes")
    assert (
        "They do not agree on what was hit: residential building, says Kyiv Independent; military infrastructure, says Dmitry Peskov. "
        "Found by the rule “military against civilian targets”." in page
    )
    assert html(client, "/disputes").count('class="dispute card"') == 2


def test_claims_stand_under_their_standing_with_the_reason(client: FlaskClient) -> None:
    page = read(client, "/claims?standing=superseded")
    assert "A later claim brought each of these up to date." in page
    assert "Brought up to date by 25 killed, in Kyiv" in page
    assert html(client, "/claims?standing=superseded").count('data-label="Claim"') == 7
    assert (
        "Combined strike on Kyiv in July 2025 that the Kyiv Independent calls the deadliest of the year happened on 29 July 2025"
        in read(client, "/claims?standing=refuted")
    )


def test_claims_as_of_a_day_leave_out_what_speaks_of_later(client: FlaskClient) -> None:
    assert "23 killed, in Kyiv" in read(client, "/claims?standing=superseded&asOf=2025-08-29")
    assert "23 killed, in Kyiv" not in read(client, "/claims?standing=superseded&asOf=2025-08-28")
    assert "At least 8 killed, in Kyiv" in read(client, "/claims?standing=superseded&asOf=2025-08-28")


@pytest.mark.parametrize(
    "path",
    [
        "/claims?standing=x",
        "/claims?sort=x",
        "/claims?asOf=x",
        "/claims?asOf=2025-08-28&sort=name",
        "/claims?standing=a&standing=b",
        "/disputes?sort=x",
        "/disputes?standing=x",
        "/disputes?before=a+b",
        "/events?from=x",
        "/events?to=2025-02-31",
    ],
)
def test_what_a_list_cannot_be_asked_is_named(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, bool(response.get_json()["detail"])) == (400, True)


def test_the_start_page_shows_the_latest_and_the_sharpest_disputes_of_what_still_counts(
    client: FlaskClient,
) -> None:
    page = read(client, "/")
    assert page.index("The sharpest open disputes") < page.index(
        "Hit: residential building (Missile and drone strike on Kyiv"
    )
    assert "Karoline Leavitt on how Donald Trump took the news of the strike, 28 August 2025" in page
    # It was refuted, so nothing about it is open.
    assert "29 July" not in page
    assert {"/events", "/network", "/disputes", "/feed.atom"} <= set(Page(html(client, "/")).values("href"))


PAGES = [
    "/",
    "/events",
    "/statements",
    "/actors",
    "/documents",
    "/claims",
    "/disputes",
    "/event/2025-08-28-strike-on-kyiv.html",
]
PAGES += [
    "/actor/peskov.html",
    "/claim/ki-2025-08-28-killed.html",
    "/document/kyiv-independent-2025-08-28.html",
]
PAGES += [
    "/statement/peskov-2025-08-28-negotiations.html",
    "/document/kyiv-independent-2025-08-28/76c3b9f7.html",
    "/place/kyiv.html",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_leads_to_its_turtle_its_json_ld_and_its_sparql(client: FlaskClient, path: str) -> None:
    links = {
        text: unescape(address)
        for address, text in re.findall(
            r'<a class="btn" href="([^"]*)">(Turtle|JSON-LD|SPARQL)</a>', html(client, path)
        )
    }
    assert links.keys() == {"Turtle", "JSON-LD", "SPARQL"}
    turtle = client.get(links["Turtle"])
    assert (turtle.status_code, turtle.mimetype) == (200, "text/turtle")
    triples = set(parse(turtle.data, RdfFormat.TURTLE))
    assert len(triples) > 5
    assert client.get(links["JSON-LD"]).mimetype == "application/ld+json"
    # The query gives what the Turtle holds.
    (query,) = parse_qs(urlsplit(links["SPARQL"]).query)["query"]
    asked = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/turtle"})
    assert set(parse(asked.data, RdfFormat.TURTLE)) == triples


def test_pages_describe_themselves_to_search_engines(client: FlaskClient) -> None:
    page = Page(html(client, "/statement/peskov-2025-08-28-negotiations.html"))
    assert "https://schema.org/Quotation" in page.values("itemtype")
    assert "https://w3id.org/onrecord/statement/peskov-2025-08-28-negotiations" in page.values("itemid")
    properties = {
        found.get("property"): found["content"]
        for tag, found in page.elements
        if tag == "meta" and "property" in found
    }
    assert properties["og:title"] == "Dmitry Peskov on strikes and negotiations, 28 August 2025"


def test_disputes_are_shown_as_of_the_end_of_a_day_that_the_form_gives(client: FlaskClient) -> None:
    # The ministry spoke on 28 August.
    shown = {
        day: client.get(f"/disputes?asOf={day}", headers={"Accept": "text/html"}).text
        for day in ("2025-08-27", "2025-08-29")
    }
    assert "Defence-industry enterprises and air bases were hit" not in shown["2025-08-27"]
    assert "Defence-industry enterprises and air bases were hit" in shown["2025-08-29"]
    assert 'name="asOf" value="2025-08-29"' in shown["2025-08-29"]
    assert client.get("/disputes?asOf=2025-99-99").status_code == 400
