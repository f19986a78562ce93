"""The network of many actors in a browser: what matters is drawn, the rest is said to be left out, and nothing complains."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.conftest import Visiting
from tests.harness.graphs import talkers
from tests.harness.programs.browser import CHANGING, LIMIT, PHONE, serving

from onrecord.api import create_app
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)

# An eighth of what was measured by hand (docs/performance.md), so that it is made in a few seconds.
ACTORS: Final = 600
STATEMENTS: Final = 2400
DRAWN: Final = 100


@pytest.fixture(scope="module")
def chromium(chromium_with_webgl: Browser) -> Browser:
    return chromium_with_webgl


@pytest.fixture(scope="module")
def talking(
    once: Callable[[str, Callable[[Path], None]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    def fill(data: Path) -> None:
        with Ledger.open(Settings(data=data), _gate=False) as ledger:
            added = talkers.quads(ACTORS, STATEMENTS)
            ledger.commit(ChangeSet(added=added), message="talkers", author="tests", derive=True)

    data = shutil.copytree(once("talking", fill), tmp_path_factory.mktemp("copy") / "data")
    settings = Settings(data=data, query_seconds=60, page_seconds=90)
    with Ledger.open(settings, _gate=False) as ledger, serving(create_app(ledger, settings)) as root:
        yield root


def test_those_related_most_are_drawn_and_one_leads_on_to_what_is_around_them(
    visit: Visiting, talking: str
) -> None:
    tab = visit(talking)
    page = tab.go("/network")
    status = page.get_by_role("status")
    expect(status).to_contain_text("more actors are left out")
    drawn = int(status.inner_text().split()[0])
    assert DRAWN // 2 < drawn <= DRAWN
    page.get_by_label("Centre on").fill("Actor 7")
    page.get_by_label("Centre on").press("Enter")
    tab.settled()
    expect(page.locator("#because h2")).to_have_text("Actor 7")
    page.get_by_label("Steps from the centre").select_option("2")
    tab.settled()
    expect(status).to_contain_text("100 actors")
    expect(page.locator("#because summary").first).to_contain_text("spoke about")
    # A frame is painted while the drawing is moved: the page answers.
    box = page.locator("#graph .drawing").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.wheel(0, -400)
    assert page.evaluate("() => new Promise((settle) => requestAnimationFrame(() => settle(true)))")
    assert tab.faults() == []


def test_every_list_over_it_fits_a_phone(visit: Visiting, talking: str) -> None:
    tab = visit(talking, viewport=PHONE)
    busiest = tab.go("/actors").locator("main table a").first.get_attribute("href") or ""
    assert busiest.startswith("/actor/")
    for path in (
        "/",
        "/actors",
        busiest,
        "/statements",
        "/events",
        "/claims",
        "/disputes",
        "/documents",
        "/history",
    ):
        tab.go(path)
        assert tab.faults(*CHANGING) == [], path
