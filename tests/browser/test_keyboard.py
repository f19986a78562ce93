"""Every kind of page by the keyboard alone: each stop is seen and named, none holds the focus, and what opens also closes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import LIMIT

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)

PAGES = [
    "/",
    "/event/2025-08-28-strike-on-kyiv.html",
    "/statement/peskov-2025-08-28-negotiations.html",
    "/actor/peskov.html",
    "/events",
    "/claims",
    "/disputes",
    "/search?q=peskov",
    "/network?ego=peskov",
    "/sparql?query=SELECT+?s+?o+WHERE+{+?s+rdfs:label+?o+}+LIMIT+5",
    "/history/diff?from=0",
    "/vocabulary/killed",
]
STOP = """() => {
  let at = document.activeElement;
  if (!at || at === document.body) return null;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const ringed = (one) => { const style = getComputedStyle(one); return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0; };
  const shown = [at, ...at.querySelectorAll("*")].some(ringed) || !!at.closest(".cm-editor")
    || [...at.querySelectorAll(".mark > *")].some((one) => parseFloat(getComputedStyle(one).strokeWidth) >= 4);
  const box = at.getBoundingClientRect();
  const labels = [...(at.labels ?? [])].map((one) => one.textContent).join(" ");
  const pictured = [...at.querySelectorAll("img[alt]")].map((one) => one.alt).join(" ");
  const name = [at.getAttribute("aria-label"), labels, at.textContent, pictured, at.title].filter(Boolean).join(" ").trim();
  // A field for a date has a stop for each of its parts.
  const parts = at.type === "date";
  return { skip: at.classList.contains("skip"), shown, name, parts, inside: box.bottom > 0 && box.top < innerHeight && box.width > 0, html: at.outerHTML.slice(0, 120) };
}"""
STOPS = (
    "() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]"
    ".filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility()).length"
)
MOST = 130


@pytest.mark.parametrize("path", PAGES)
def test_tab_leads_through_a_page_and_out_of_it(visit: Visiting, path: str) -> None:
    tab = visit()
    page = tab.go(path)
    stops = page.evaluate(STOPS)
    page.keyboard.press("Tab")
    first = page.evaluate(STOP)
    assert first["skip"]
    faults, held, before = [], 0, ""
    for _ in range(min(stops + 20, MOST)):
        page.keyboard.press("Tab")
        at = page.evaluate(STOP)
        if at is None or at["skip"]:
            break
        if not (at["shown"] and at["name"] and at["inside"]):
            faults.append(at)
        held, before = (held + 1 if at["html"] == before else 0), at["html"]
        assert held < 6 or not at["parts"], f"{path} holds the focus in {at['html']}"
    else:
        assert stops > MOST - 20, f"{path} was not left after {stops} stops"
    assert faults == []


def test_the_first_stop_leads_past_the_head(visit: Visiting) -> None:
    page = visit().go("/actors")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('main')")


def test_the_network_is_read_and_moved_through_time_without_a_mouse(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/network?ego=trump")
    slider = page.get_by_role("slider", name="As of")
    expect(slider).to_be_enabled()
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_url("**asOf=**")
    tab.settled()
    page.get_by_role("button", name="All days").press("Enter")
    page.wait_for_url(lambda url: "asOf" not in url)
    tab.settled()
    panel = page.locator("#because")
    panel.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(panel.locator("details[open]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(panel.locator("details[open]")).to_have_count(0)


def test_suggestions_close_with_escape_and_the_formats_open_with_enter(visit: Visiting) -> None:
    page = visit().go("/network")
    field = page.get_by_role("combobox", name="Search")
    field.press_sequentially("Lav")
    suggested = page.locator(".seek [role=listbox]")
    expect(suggested.get_by_role("option").first).to_be_visible()
    field.press("Escape")
    expect(suggested).to_be_hidden()
    more = page.locator("summary", has_text="More formats")
    more.press("Enter")
    expect(page.get_by_role("link", name="GraphML")).to_be_visible()


def test_the_views_of_an_answer_are_chosen_with_the_arrows(visit: Visiting) -> None:
    page = visit().go('/sparql?query=SELECT+?d+?n+WHERE+{+VALUES+(?d+?n)+{+("a"+1)+("b"+2)+}+}')
    page.get_by_role("tab", name="Table").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Bars")).to_have_attribute("aria-selected", "true")
    expect(page.locator("figure.chart rect")).to_have_count(2)
