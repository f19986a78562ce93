"""The page of events in a browser: the kinds, the map, the list, the totals and the window over time follow each other."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.api.conftest import SCRIPT
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import LIMIT

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)

KYIV = "Missile and drone strike on Kyiv, night to 28 August 2025"
JULY = "Combined strike on Kyiv in July 2025 that the Kyiv Independent calls the deadliest of the year"


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def entries(page: Page) -> list[str]:
    return page.locator(".events-list .entry > div > a").all_inner_texts()


def numbers(page: Page) -> int:
    """How many events the marks on the map stand for."""
    marks = page.locator(".map path.leaflet-interactive[stroke-width='1.5']").count()
    clusters = [int(text) for text in page.locator(".map .cluster").all_inner_texts()]
    return sum(clusters) + marks - len(clusters)


def test_the_list_the_map_and_the_totals_follow_the_period_and_the_address_leads_back(
    visit: Visiting,
) -> None:
    tab = visit()
    page = tab.go("/events")
    assert len(entries(page)) == 8
    assert numbers(page) == 8
    stats = page.locator(".stats")
    expect(stats).to_contain_text("killed, per the Ukrainian side (1 event)")
    page.get_by_label("to", exact=True).fill("2025-08-01")
    tab.settled()
    assert len(entries(page)) == 3
    assert JULY in entries(page)
    assert numbers(page) == 3
    # Nobody gave a toll of these: nothing is said to be killed, not even none.
    expect(stats).not_to_contain_text("killed")
    assert parameters(page) == {"to": ["2025-08-01"]}
    page.get_by_role("button", name="missile").click()
    assert parameters(page)["off"] == ["missile"]
    page.go_back()
    page.go_back()
    tab.settled()
    assert parameters(page) == {}
    assert len(entries(page)) == 8
    page.go_forward()
    assert len(entries(page)) == 3
    assert tab.complaints == []


def test_a_window_is_dragged_open_or_moved_by_keys(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/events")
    page.locator(".brush").scroll_into_view_if_needed()
    box = page.locator(".brush").bounding_box()
    assert box is not None
    # From the middle to the right end: what happened in August.
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.98, box["y"] + 60)
    page.mouse.up()
    assert len(entries(page)) == 5
    assert KYIV in entries(page)
    page.locator(".brush").focus()
    page.keyboard.press("Escape")
    assert len(entries(page)) == 8
    page.keyboard.press("ArrowRight")
    # The first bar is the first day on which anything began.
    assert entries(page) == [JULY]


def test_a_shared_link_shows_the_same_period_and_kinds(visit: Visiting) -> None:
    page = visit().go("/events?from=2025-07-01&to=2025-07-31&off=drone%2Cmissile")
    assert entries(page) == [JULY]
    expect(page.get_by_role("button", name="drone")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_label("From")).to_have_value("2025-07-01")


def test_a_mark_opens_the_events_it_stands_for(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/events?from=2025-07-01&to=2025-07-02")
    page.locator(".map path.leaflet-interactive[stroke-width='1.5']").click()
    page.locator(".leaflet-popup").get_by_role("link", name=JULY).click()
    page.wait_for_url("**/event/**")
    expect(page.locator("#place-map path.leaflet-interactive[stroke-width='2']")).to_have_count(1)
    assert tab.faults() == []


def test_a_hostile_literal_stays_text(visit: Visiting, attacked: str) -> None:
    tab = visit(attacked)
    page = tab.go("/events")
    assert entries(page) == [SCRIPT]
    assert page.locator("main script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    page = tab.go("/event/e.html")
    assert page.locator("main script").count() == 0
    assert tab.complaints == []


def test_without_scripts_the_table_and_the_form_are_there(visit: Visiting) -> None:
    page = visit(java_script_enabled=False).go("/events")
    assert page.locator("tbody tr").count() == 8
    page.get_by_label("From").fill("2025-08-01")
    page.get_by_role("button", name="Show").click()
    assert page.locator("tbody tr").count() == 5


def test_all_that_the_page_brings_keeps_its_budget(visit: Visiting) -> None:
    tab = visit(fresh=True)
    brought: dict[str, int] = {}
    tab.on("response", lambda one: brought.setdefault(one.url, int(one.headers.get("content-length", 0))))
    page = tab.go("/events")
    expect(page.locator(".map path.leaflet-interactive").first).to_be_visible()
    assert any("leaflet" in url for url in brought)
    assert 0 < sum(brought.values()) <= 120 << 10
