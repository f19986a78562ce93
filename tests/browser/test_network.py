"""The page of the network in a browser: what is drawn, why, as of when, and what is left without WebGL."""

from __future__ import annotations

import json
import math
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from tests.api.conftest import SCRIPT
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import LIMIT, Visit, launched
from tests.harness.programs.browser import tab as new_tab

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)

WORDS = "he doesn't like him"


@pytest.fixture(scope="module")
def chromium(chromium_with_webgl: Browser) -> Browser:
    return chromium_with_webgl


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def sweep(page: Page, away: float) -> None:
    """Click the first line or actor met on a circle around the middle of the drawing; `away` is a part of its width."""
    box = page.locator("#graph .drawing").bounding_box()
    assert box is not None
    for step in range(180):
        angle = step * math.pi / 90
        x = box["x"] + box["width"] * (0.5 + away * math.cos(angle))
        y = box["y"] + box["height"] / 2 + box["width"] * away * math.sin(angle)
        page.mouse.move(x, y)
        if page.evaluate(
            "() => new Promise((settle) => requestAnimationFrame(() => settle(!!document.querySelector('.pointing'))))"
        ):
            page.wait_for_timeout(
                350
            )  # a second click that follows at once would be a double click, which zooms
            page.mouse.click(x, y)
            return
    pytest.fail("nothing to click was met")


def test_the_form_the_panel_the_table_and_the_address_follow_each_other(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/network?ego=trump")
    expect(page.get_by_role("status")).to_have_text("7 actors, 16 relations")
    panel = page.locator("#because")
    expect(panel.get_by_role("heading", level=2)).to_have_text("Donald Trump")
    panel.locator("summary", has_text="attributes a view to → Vladimir Putin").click()
    expect(panel.locator("details[open] blockquote", has_text=WORDS)).to_be_visible()
    link = panel.get_by_role("link", name="Kyiv Independent").locator("visible=true").first
    assert "#:~:text=" in (link.get_attribute("href") or "")
    expect(page.locator("#relations")).to_contain_text(WORDS)

    page.get_by_label("attributes a view to").uncheck()
    tab.settled()
    expect(page.locator("#relations")).not_to_contain_text("attributes a view to")
    assert "attributes-a-view-to" in parameters(page)["off"][0].split(",")
    page.get_by_label("Steps from the centre").select_option("2")
    expect(page.get_by_role("status")).not_to_contain_text("7 actors")
    assert parameters(page)["steps"] == ["2"]
    page.go_back()
    tab.settled()
    assert "steps" not in parameters(page)
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("7 actors, 16 relations")
    expect(page.get_by_label("attributes a view to")).to_be_checked()
    page.go_forward()
    expect(page.get_by_label("attributes a view to")).not_to_be_checked()
    assert tab.complaints == []


def test_a_shared_link_shows_the_same(visit: Visiting) -> None:
    address = "/network?ego=zelensky&steps=2&off=struck%2Con-the-same-side&asOf=2025-08-24&colour=kind"
    first, second = visit(fresh=True).go(address), visit(fresh=True).go(address)
    for page in (first, second):
        expect(page.get_by_label("As of", exact=True)).to_have_value("2025-08-24")
        expect(page.get_by_label("Colour by")).to_have_value("kind")
        expect(page.get_by_label("struck")).not_to_be_checked()
    assert first.locator("#graph .drawing").screenshot() == second.locator("#graph .drawing").screenshot()


def test_as_of_a_day_only_what_had_been_said_is_drawn(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/network?ego=trump")
    slider = page.get_by_label("As of, as a slider")
    slider.focus()
    page.keyboard.press("Home")
    tab.settled()
    first = parameters(page)["asOf"][0]
    assert first < "2025-08-25"
    expect(page.locator("#relations")).not_to_contain_text(WORDS)
    page.get_by_role("button", name="All days").click()
    expect(page.locator("#relations")).to_contain_text(WORDS)
    assert "asOf" not in parameters(page)


def test_a_click_on_a_line_opens_the_words_it_rests_on_and_on_an_actor_what_is_around_it(
    visit: Visiting,
) -> None:
    tab = visit()
    page = tab.go("/network?ego=trump&off=on-the-same-side")
    sweep(page, 0.1)
    expect(page.locator("#because h2")).to_contain_text("–")
    expect(page.locator("#because .sentence").first).to_be_visible()
    line = page.locator("#because h2").inner_text()
    sweep(page, 0.001)
    expect(page.locator("#because h2")).to_have_text("Donald Trump")
    assert line.startswith("Donald Trump") or line.endswith("Donald Trump")
    tab.settled()
    assert tab.complaints == []


def test_it_can_be_taken_away_as_it_is_shown(visit: Visiting) -> None:
    page = visit().go("/network?ego=peskov&steps=1&off=struck")
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG of what is shown").click()
    drawing = saved.value.path().read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "Dmitry Peskov" in drawing
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG of what is shown").click()
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_text("More formats").click()
    address = page.get_by_role("link", name="JSON (node-link)").get_attribute("href") or ""
    assert parse_qs(urlsplit(address).query) == parameters(page)
    found = json.loads(page.request.get(page.url.partition("/network")[0] + address).text())
    assert all(edge["kind"] != "struck" for edge in found["edges"])


def test_a_hostile_literal_stays_text(visit: Visiting, attacked: str) -> None:
    tab = visit(attacked)
    page = tab.go("/network?ego=a&steps=1")
    expect(page.locator("#because h2")).to_have_text(SCRIPT)
    assert page.locator("main script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG of what is shown").click()
    assert "<script" not in saved.value.path().read_text(encoding="utf-8")
    assert tab.complaints == []


def test_without_webgl_the_same_is_drawn_as_svg_that_can_be_clicked(
    playwright: Playwright, address: str
) -> None:
    with launched(playwright, "--disable-3d-apis") as plain:
        tab = Visit(new_tab(plain), address)
        page = tab.go("/network?ego=trump")
        drawn = page.locator("#graph .drawing svg")
        expect(drawn.locator("text", has_text="Vladimir Putin")).to_be_visible()
        drawn.locator("g.clickable", has_text="Vladimir Putin").last.click()
        expect(page.locator("#because h2")).to_have_text("Vladimir Putin")
        tab.settled()
        # What is around him came into the drawing, and folds away again.
        assert parameters(page)["open"] == ["putin"]
        expect(drawn.locator("text", has_text="Sergey Lavrov")).to_be_visible()
        assert tab.faults() == []
        page.get_by_role("button", name="Fold").click()
        expect(drawn.locator("text", has_text="Sergey Lavrov")).to_have_count(0)
        page.go_back()
        expect(drawn.locator("text", has_text="Sergey Lavrov")).to_be_visible()


def test_two_actors_show_the_ways_from_one_to_the_other(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/network?ego=lavrov&to=trump")
    expect(page.get_by_role("status")).to_contain_text("ways of 2 steps")
    expect(page.locator("#because ol.way")).to_have_count(3)
    way = page.locator("#because ol.way").first
    expect(way.locator("a.ego")).to_have_count(3)
    expect(way.get_by_role("link", name="on whose word")).to_have_count(2)
    assert tab.complaints == []


def test_without_scripts_the_form_the_picture_and_the_table_are_there(visit: Visiting) -> None:
    page = visit(java_script_enabled=False).go("/network?ego=trump")
    assert page.locator("#graph img").evaluate("(picture) => picture.complete && picture.naturalWidth > 0")
    assert WORDS in page.locator("#relations").inner_text()
    page.get_by_label("says of").uncheck()
    page.get_by_role("button", name="Show").click()
    assert "says-of" in parameters(page)["off"][0]
