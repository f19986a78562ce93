"""What holds of every page: light, dark and on a phone, nothing on the console, nothing asked elsewhere, axe finds nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import CHANGING, DESKTOP, PHONE

pytestmark = pytest.mark.slow

# One of each kind. A page that is added has to be added here.
PAGES = [
    "/",
    "/events",
    "/event/2025-08-28-strike-on-kyiv.html",
    "/event/2025-08-28-strike-on-ukraine.html",
    "/statements",
    "/statement/peskov-2025-08-28-negotiations.html",
    "/actors",
    "/actor/peskov.html",
    "/claims",
    "/claims?standing=superseded",
    "/disputes",
    "/claim/ki-2025-08-28-killed.html",
    "/documents",
    "/document/kyiv-independent-2025-08-28.html",
    "/vocabulary",
    "/vocabulary/latitude",
    "/vocabulary/killed",
    "/about",
    "/history",
    "/history/1",
    "/history/diff?from=0",
    "/document/moscow-times-2025-08-28/18-killed.html",
    "/documents/moscow-times-2025-08-28/changes?from=14-killed&to=18-killed",
    "/place/kyiv.html",
    "/network",
    "/network?ego=peskov",
    "/relation?a=actor/lavrov&b=actor/zelensky",
    "/search?q=peskov",
    "/sparql",
    "/sparql?query=SELECT+?s+?o+WHERE+{+?s+rdfs:label+?o+}+LIMIT+50",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_clean_in_light_and_dark_on_a_desk_and_on_a_phone(visit: Visiting, path: str) -> None:
    tab = visit(webgl=path.startswith("/network"))
    page = tab.go(path)
    assert page.locator("h1").count() == 1
    assert tab.faults() == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    tab.settled()
    assert tab.faults(*CHANGING) == []
    # Pictures that the server draws on white are inverted in the dark, and nothing else is.
    inverted = "(all) => all.filter((one) => getComputedStyle(one).filter.includes('invert')).map((one) => one.className)"
    assert page.locator("main :not(img)").evaluate_all(inverted) == []


@pytest.mark.parametrize("path", ["/actor/nobody.html", "/events?from=2025-13-45"])
def test_a_page_of_an_error_is_clean_too(visit: Visiting, path: str) -> None:
    reading = visit()
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        reading.page.emulate_media(color_scheme=scheme)
        reading.page.set_viewport_size(size)
        reading.go(path)
        # That the page has no status of success is noted by every browser.
        reading.complaints.clear()
        assert reading.faults() == []


def test_the_switch_between_light_and_dark_is_remembered(visit: Visiting) -> None:
    tab = visit(color_scheme="light")
    page = tab.go("/about")
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Light or dark").click()
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.evaluate(background) == dark
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(background) == light


def test_what_is_sought_is_found_as_one_types_and_chosen_with_the_keys(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/about")
    field = page.get_by_role("combobox", name="Search")
    field.press_sequentially("Песков")
    first = page.get_by_role("option", name="Dmitry Peskov").first
    expect(first).to_be_visible()
    assert tab.faults() == []
    place = first.evaluate("(one) => [...one.parentElement.children].indexOf(one)")
    for _ in range(place + 1):
        field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/actor/peskov.html")
    assert page.get_by_role("heading", level=1).inner_text() == "Dmitry Peskov"
