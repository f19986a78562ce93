"""One browser and one service for all tests in a browser; a test opens as many tabs as it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from tests.api.conftest import hostile
from tests.harness.programs.browser import DESKTOP, WEBGL, WITHOUT_GPU, Visit, launched, missing, serving, tab

from onrecord.api import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

__all__ = ["hostile"]

Visiting = Callable[..., Visit]
"""Opens a tab, in a browser with WebGL where asked for, `fresh` where nothing may be in its cache; takes what Browser.new_context
takes, such as color_scheme, viewport and java_script_enabled."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers; without one, or without scripts to run in it, the tests that need it are skipped."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser that most tests share. It has no WebGL."""
    with launched(playwright, WITHOUT_GPU) as found:
        yield found


@pytest.fixture(scope="session")
def chromium_with_webgl(playwright: Playwright) -> Iterator[Browser]:
    """The browser of tests that look at what is drawn with WebGL."""
    with launched(playwright, *WEBGL) as found:
        yield found


@pytest.fixture(scope="session")
def address(seeded: Ledger) -> Iterator[str]:
    """Where the seeds are served."""
    with serving(create_app(seeded, Settings())) as root:
        yield root


@pytest.fixture(scope="session")
def attacked(hostile: Ledger) -> Iterator[str]:
    """Where a graph is served whose every literal is an attempt at the page."""
    with serving(create_app(hostile, Settings())) as root:
        yield root


@pytest.fixture(scope="session")
def kept() -> dict[int, Page]:
    """A tab of each browser, by the id of the browser, for one test after another."""
    return {}


@pytest.fixture
def visit(request: pytest.FixtureRequest, address: str, kept: dict[int, Page]) -> Iterator[Visiting]:
    """Opens tabs on the seeds. The first of a test is the one that tests before it had: a new one, with a process that compiles
    all scripts for it, takes longer than most tests do in it."""
    again: dict[int, Visit] = {}
    new: list[Page] = []

    def opened(
        root: str = address,
        *,
        webgl: bool = False,
        fresh: bool = False,
        color_scheme: Any = "light",
        viewport: Any = DESKTOP,
        **options: Any,
    ) -> Visit:
        browser: Browser = request.getfixturevalue("chromium_with_webgl" if webgl else "chromium")
        key = id(browser)
        if fresh or options or key in again:
            new.append(tab(browser, color_scheme=color_scheme, viewport=viewport, **options))
            return Visit(new[-1], root)
        page = kept.pop(key, None) or tab(browser)
        page.emulate_media(color_scheme=color_scheme)
        page.set_viewport_size(viewport)
        again[key] = Visit(page, root)
        return again[key]

    yield opened
    for page in new:
        page.context.close()
    for key, found in again.items():
        if found.end():
            kept[key] = found.page
