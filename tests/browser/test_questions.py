"""A stranger's questions about the first day, answered from the start page with the mouse alone."""

from __future__ import annotations

import re

import networkx as nx
import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import LIMIT

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)

NIGHT = "Missile and drone strike on Ukraine, night to 28 August 2025"
KYIV = "Missile and drone strike on Kyiv, night to 28 August 2025"


@pytest.fixture
def start(visit: Visiting) -> Page:
    return visit().go("/")


def event(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Events").click()
    # The list that the server sends is hidden once the page's own stands in its place.
    page.wait_for_load_state("networkidle")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_what_did_each_side_say_about_the_night(start: Page) -> None:
    event(start, NIGHT)
    main = start.get_by_role("main")
    # Ukraine's Air Force counted 598 drones; Russia's ministry said what it had aimed at and hit.
    expect(main.get_by_role("link", name="598 launched")).to_be_visible()
    said = (
        main.get_by_role("listitem")
        .filter(has_text="Russian Ministry of Defence")
        .filter(has_text="air bases were hit")
    )
    expect(said.get_by_role("link", name="The other claim")).to_be_visible()


def test_how_did_the_toll_rise_and_who_said_so(start: Page) -> None:
    event(start, KYIV)
    steps = start.locator("main svg a")
    assert steps.count() > 5
    step = steps.first
    name = step.get_attribute("aria-label") or ""
    assert "2025" in name
    step.click()
    start.wait_for_url("**/claim/**")
    expect(start.get_by_role("main")).to_contain_text("28 August 2025")


def test_what_is_contradicted(start: Page) -> None:
    start.get_by_role("link", name="All disputes").click()
    main = start.get_by_role("main")
    expect(main).to_contain_text("military infrastructure, says Dmitry Peskov")
    main.get_by_role(
        "link", name="Hit: military infrastructure (Missile and drone strike on Ukraine"
    ).first.click()
    start.wait_for_url("**/claim/**")


def test_how_to_cite_peskovs_sentence(start: Page) -> None:
    start.get_by_role("link", name="Dmitry Peskov on strikes and negotiations, 28 August 2025").click()
    start.get_by_role("link", name="BibTeX").click()
    expect(start.locator("body")).to_contain_text("Удары успешные, цели уничтожаются")


def test_how_is_lavrov_linked_to_trump_and_on_whose_word(start: Page) -> None:
    start.get_by_role("navigation", name="Main").get_by_role("link", name="Network").click()
    start.get_by_label("Centre on").fill("Lavrov")
    start.get_by_label("Path to").fill("Trump")
    start.get_by_label("Path to").press("Enter")
    panel = start.locator("#because")
    expect(panel.get_by_role("heading", level=2)).to_have_text("Sergey Lavrov")
    way = panel.locator("ol.way").first
    expect(way.get_by_role("link").first).to_have_text("Sergey Lavrov")
    expect(way.get_by_role("link").last).to_have_text("Donald Trump")
    panel.locator("summary").first.click()
    expect(panel.locator("details[open] .sentence").first).to_contain_text("Lavrov")


def test_what_is_written_while_a_network_is_still_on_its_way_stays(start: Page) -> None:
    first: list[Route] = []
    start.route("**/network.json*", lambda route: route.continue_() if first else first.append(route))
    with start.expect_request("**/network.json*"):
        start.get_by_role("navigation", name="Main").get_by_role("link", name="Network").click()
    start.get_by_label("Centre on").fill("Lavrov")
    start.get_by_label("Path to").fill("Trump")
    while not first:
        start.wait_for_timeout(10)
    first[0].continue_()
    expect(start.locator("#graph [role=status]")).to_contain_text("actors")
    # As it was written, or in full once the network around him is there: leaving the field asked for that.
    expect(start.get_by_label("Centre on")).to_have_value(re.compile("^(Sergey )?Lavrov$"))
    start.get_by_label("Path to").press("Enter")
    expect(start.locator("#because").get_by_role("heading", level=2)).to_have_text("Sergey Lavrov")
    expect(start.locator("#because ol.way").first).to_contain_text("Donald Trump")


def test_a_network_drawn_late_undoes_nothing_that_was_asked_since(start: Page) -> None:
    # The first network is there and not drawn yet, for want of the worker that places its actors; the network around Lavrov is
    # asked for and on its way when the first could be drawn.
    worker: list[Route] = []
    around: list[Route] = []
    # Playwright hangs names on what it calls, which no method of a list lets it do.
    start.route("**/layout.worker-*.js", lambda route: worker.append(route))  # noqa: PLW0108
    start.route("**/network.json?ego=lavrov", lambda route: around.append(route))  # noqa: PLW0108
    with start.expect_response("**/network.json*"):
        start.get_by_role("navigation", name="Main").get_by_role("link", name="Network").click()
    start.get_by_label("Centre on").fill("Lavrov")
    start.get_by_label("Path to").fill("Trump")
    while not (worker and around):
        start.wait_for_timeout(10)
    with start.expect_response("**/layout.worker-*.js"):
        worker[0].continue_()
    start.wait_for_timeout(500)
    assert start.get_by_label("Centre on").input_value() == "Lavrov"
    start.get_by_label("Path to").press("Enter")
    panel = start.locator("#because")
    expect(panel.locator("ol.way").first).to_contain_text("Donald Trump")
    # The answer that was overtaken comes now, and is not drawn.
    around[0].continue_()
    start.wait_for_timeout(500)
    expect(panel.locator("ol.way").first).to_contain_text("Donald Trump")
    assert "to=trump" in start.url


def test_how_lavrov_is_linked_to_trump_is_found_without_a_key(start: Page) -> None:
    start.get_by_role("navigation", name="Main").get_by_role("link", name="Network").click()
    panel = start.locator("#because")
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    start.locator("#relations").get_by_role("link", name="Sergey Lavrov", exact=True).first.click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("Sergey Lavrov")
    start.get_by_label("Steps from the centre").select_option("2")
    topic = panel.locator("details").filter(has=start.locator("summary", has_text="Donald Trump"))
    topic.locator("summary").first.click()
    topic.get_by_role("link", name="All ways there").first.click()
    way = panel.locator("ol.way").filter(has_text="Vladimir Putin")
    # Each step says by which relations, and leads to the words.
    expect(way).to_contain_text("says of →")
    way.get_by_role("link", name="on whose word").last.click()
    expect(start.get_by_role("main")).to_contain_text("“he doesn't like him”")
    expect(start.get_by_role("main")).to_contain_text("On the word of Donald Trump")


def test_the_network_goes_into_gephi_with_its_evidence(start: Page) -> None:
    start.get_by_role("navigation", name="Main").get_by_role("link", name="Network").click()
    with start.expect_download() as saved:
        start.get_by_role("link", name="GEXF").click()
    graph = nx.read_gexf(saved.value.path())
    assert graph.number_of_edges() > 50
    assert "he doesn't like him" in saved.value.path().read_text(encoding="utf-8")
