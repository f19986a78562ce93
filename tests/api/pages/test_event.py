"""The page on an event over the first day: figures and chart against the tables of that day."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from tests.harness.pages import Page

from onrecord.api.pages import charts
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import views

BASE = "https://w3id.org/onrecord/"
KYIV = "/event/2025-08-28-strike-on-kyiv.html"
UKRAINE = "/event/2025-08-28-strike-on-ukraine.html"


def section(client: FlaskClient, path: str, heading: str, tag: str = "section") -> str:
    """The HTML of the first part of a page with a heading."""
    html = client.get(path, headers={"Accept": "text/html"}).text
    return next(
        part
        for part in re.findall(rf"<{tag} class=\"(?:card|part)\">.*?</{tag}>", html, re.S)
        if re.search(rf"<h\d>{heading}</h\d>", part)
    )


def rows(html: str) -> list[list[str]]:
    """The cells of the rows of a table that are no headings, after the source under which they stand."""
    found, source = [], ""
    for row in re.findall(r"<tr.*?</tr>", html[html.index("<tbody>") :], re.S):
        cells = [
            " ".join(Page(cell).text.split()) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.S)
        ]
        if len(cells) == 1:
            source = cells[0]
        else:
            found.append([source, *cells])
    return found


def test_every_count_of_the_killed_stands_under_whose_word_it_is(client: FlaskClient) -> None:
    found = rows(section(client, KYIV, "Killed in Kyiv"))
    # 17 reports, of which two give the same figure on the word of the same officials.
    assert len(found) == 16
    service = [row[1:] for row in found if row[0] == "Ukrainian side State Emergency Service of Ukraine"]
    assert service == [
        ["25", "29 August 2025", "in a statement", "Apostrophe, 29 August 2025", "stands"],
        [
            "23",
            "29 August 2025",
            "in a statement",
            "Glavnoe, 29 August 2025",
            "superseded by 25 killed, in Kyiv",
        ],
    ]
    (own,) = (row[1:] for row in found if row[0] == "Kyiv Independent")
    assert own[:3] == ["at least 21", "28 August 2025", "in its own voice"]


def test_the_last_count_is_given_with_whose_it_is(client: FlaskClient) -> None:
    assert "25, said last by State Emergency Service of Ukraine, 29 August 2025" in " ".join(
        Page(section(client, KYIV, "Killed in Kyiv")).text.split()
    )


def test_each_mark_of_the_chart_leads_to_its_claim(client: FlaskClient) -> None:
    html = section(client, KYIV, "Killed in Kyiv")
    marks = re.findall(
        r'<a href="([^"]*)" aria-label="([^"]*)">\s*(?:<line[^>]*>\s*)?<svg class="mark ([^"]*)"', html
    )
    assert len(marks) == 16
    # At the same height on the same day, an exact count comes last.
    assert marks[-1] == (
        "/claim/apostrophe-2025-08-29-killed.html",
        "25, State Emergency Service of Ukraine, 29 August 2025",
        "ua",
    )
    assert ("/claim/mid-day-2025-08-28-killed.html", "ua open gone") in [(mark[0], mark[2]) for mark in marks]
    # The line rises where a count was the highest so far.
    heights = [int(value) for value in re.findall(r'class="value(?: crowded)?"[^>]*>(\d+)<', html)]
    assert heights == [4, 8, 10, 12, 14, 15, 18, 19, 21, 22, 23, 25]


def test_a_chart_places_counts_by_day_and_height(seeded: Ledger) -> None:
    account = views.event(seeded, f"{BASE}event/2025-08-28-strike-on-kyiv").accounts[0]
    chart = charts.steps(account.series[0])
    assert chart is not None
    places = [(mark.x, mark.y) for mark in chart.marks]
    assert places == sorted(places, key=lambda place: place[0])
    assert [day for _, _, day in chart.days] == ["28 Aug", "29 Aug"]
    second = chart.days[1][0]
    by_day = [mark.said.claim.at_least for mark in chart.marks if mark.x > second]
    assert sorted(number or 0 for number in by_day)[:3] == [23, 23, 23]
    assert {mark.y for mark in chart.marks if mark.said.claim.at_least == 25} == {charts.TOP}
    assert chart.ticks == [(charts.BASE, 0), (122.0, 10), (58.0, 20)]
    # On a phone those numbers stand that have room; the highest always does.
    roomy = [mark for mark in chart.marks if mark.rises and not mark.crowded]
    assert roomy[-1].said.claim.at_least == 25
    assert len(roomy) > 3
    assert all(later.x - earlier.x >= 8 for earlier, later in pairwise(roomy))


def test_weapons_are_bars_by_whose_count_they_are(client: FlaskClient) -> None:
    text = " ".join(Page(section(client, UKRAINE, "Weapons")).text.split())
    assert text.startswith(
        "Weapons Ukrainian side Ukrainian Air Force Drone launched 598 intercepted 563 Missile launched 31 intercepted 26"
    )
    widths = re.findall(r'class="least" width="([\d.]+)%"', section(client, UKRAINE, "Weapons"))
    # 563 of 598 is 94.15 per cent, 31 of 598 is 5.18.
    assert widths[:3] == ["100.0", "94.15", "5.18"]


def test_how_well_an_event_is_attested_is_shown_as_computed(client: FlaskClient) -> None:
    # Russia is held responsible by the article, and its ministry says so itself.
    text = " ".join(Page(client.get(UKRAINE).text).text.split())
    assert "How well attested acknowledged by the belligerent computed from the claims" in text


def test_bounds_and_alternatives_are_kept(client: FlaskClient) -> None:
    found = rows(section(client, UKRAINE, "Each of these counts", "details"))
    drones = next(row for row in found if row[1].startswith("598"))
    assert drones[1] == "598, including Decoy drone and Shahed attack drone"
    assert any(row[1] == "9 Iskander-M or KN-23; the source does not say which" for row in found)


def test_what_contradicts_a_claim_is_explained_and_linked(client: FlaskClient) -> None:
    html = section(client, UKRAINE, "What was hit or aimed at")
    text = " ".join(Page(html).text.split())
    assert "Russian side Dmitry Peskov for " in text
    assert (
        "They do not agree on what was hit: military infrastructure, it says here; residential building, says Kyiv Independent. The other claim"
        in text
    )
    assert 'href="/claim/ki-2025-08-28-residential-buildings.html"' in html


def test_parts_are_folded_with_their_newest_count(client: FlaskClient) -> None:
    html = client.get(UKRAINE, headers={"Accept": "text/html"}).text
    part = html[html.index('<details class="part"><summary><h3>Missile and drone strike on Kyiv') :]
    summary = " ".join(Page(part[: part.index("</summary>")]).text.split())
    assert summary.endswith("25 killed, said last by State Emergency Service of Ukraine")


def test_the_place_is_given_with_its_coordinates(client: FlaskClient) -> None:
    html = client.get(KYIV, headers={"Accept": "text/html"}).text
    assert "Kyiv (50.45, 30.5233)" in " ".join(Page(html).text.split())


@pytest.mark.parametrize(
    ("top", "expected"), [(1, [0, 1]), (25, [0, 10, 20]), (598, [0, 200, 400]), (3, [0, 1, 2, 3])]
)
def test_ticks_are_few_and_round(top: int, expected: list[int]) -> None:
    assert charts._ticks(top) == expected
