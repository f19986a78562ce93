"""Pages in a real browser, which notes whatever no page of ours may do."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from werkzeug.serving import make_server

ROOT: Final = Path(__file__).resolve().parents[3]
CHROMIUM: Final = shutil.which("chromium")
SHELL: Final = shutil.which("chromium-headless-shell") or CHROMIUM
"""Chromium without a window's parts, a third cheaper, or half with WebGL."""
AXE: Final = ROOT / "api" / "scripts" / "node_modules" / "axe-core" / "axe.min.js"
MANIFEST: Final = ROOT / "api" / "static" / "dist" / "manifest.json"
LIMIT: Final = 90_000
_POLLING: Final = 50
_DRAWING: Final = 5_000
"""Milliseconds after which waiting for something is given up."""

DESKTOP: Final = {"width": 1360, "height": 860}
PHONE: Final = {"width": 360, "height": 740}
_FLAGS: Final = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page lives for a moment: to compile code for long use costs more than it gives, and so does it to have it interpreted.
    "--js-flags=--no-opt --always-sparkplug",
]
WITHOUT_GPU: Final = "--disable-gpu"
WEBGL: Final = ("--use-angle=swiftshader-webgl", "--enable-unsafe-swiftshader")
"""WebGL drawn by the processor, and nothing else by what imitates a graphics card: as everything, that would take three times as long."""
_BROWSERS_OWN: Final = "GPU stall due to ReadPixels"
"""What the browser says when it reads a drawing back from there to show it, which no page asks for."""
CHANGING: Final = ("color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block")
"""What may differ between two ways to show one page: the scheme of colours, the width."""
_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def missing() -> str | None:
    """Why no test can run in a browser here, if none can."""
    if CHROMIUM is None:
        return "there is no chromium here (apt-get install chromium)"
    if not (MANIFEST.exists() and AXE.exists()):
        return "the pages' scripts are not bundled here: `make scripts` needs npm and its registry"
    return None


@contextmanager
def launched(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """Chromium, without a window."""
    found = playwright.chromium.launch(executable_path=SHELL, args=[*_FLAGS, *flags])
    try:
        yield found
    finally:
        found.close()


def tab(browser: Browser, **options: Any) -> Page:
    """A new tab, which shares nothing with others; takes what Browser.new_context takes."""
    context: BrowserContext = browser.new_context(**{"viewport": DESKTOP, **options})
    context.set_default_timeout(LIMIT)
    return context.new_page()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application at an address of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visit:
    """One tab. `complaints` is what its pages said on the console, threw, or asked of another host."""

    def __init__(self, page: Page, root: str) -> None:
        self.root = root
        self.complaints: list[str] = []
        self.page = page
        self._heard_by: list[tuple[str, Callable[..., object]]] = []
        self.on("console", self._heard)
        self.on("pageerror", lambda error: self.complaints.append(f"threw {error}"))
        self.on("request", self._asked)

    def on(self, event: str, heard: Callable[..., object]) -> None:
        """Hear an event of the tab's until the visit ends."""
        listening: Any = self.page
        listening.on(event, heard)
        self._heard_by.append((event, heard))

    def end(self) -> bool:
        """Leave the tab as a new one is, for the next visit: nothing runs, nothing is remembered, nobody listens. Where that does
        not succeed, since the page crashed or is on its way to another, the tab is closed, and this is False."""
        try:
            if self.page.url.startswith(self.root):
                self.page.evaluate("() => localStorage.clear()")
            self.page.unroute_all(behavior="ignoreErrors")
            self.page.goto("about:blank")
        except PlaywrightError:
            self.page.context.close()
            return False
        listening: Any = self.page
        for event, heard in self._heard_by:
            listening.remove_listener(event, heard)
        return True

    def _heard(self, message: Any) -> None:
        # A query that is wrong is answered with 400, which the browser notes; what the page makes of it is what counts.
        expected = (
            "the server responded with a status of 400" in message.text or _BROWSERS_OWN in message.text
        )
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.root:
            self.complaints.append(f"asked {request.url}")

    def go(self, path: str) -> Page:
        """The page at this path, once its scripts have run."""
        self.page.goto(self.root + path)
        self.settled()
        return self.page

    def settled(self) -> None:
        """Wait until no part of the page says that it is being worked on."""
        # By the clock: asked at every frame, as by default, a page draws frames for the asking.
        self.page.wait_for_function("() => !document.querySelector('[aria-busy=true]')", polling=_POLLING)

    def faults(self, *rules: str) -> list[str]:
        """What is wrong with the page as it is shown: complaints, sideways scroll, and what axe finds (by all rules, or these)."""
        found = list(self.complaints)
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        with suppress(PlaywrightTimeout):
            # What is drawn for a width is drawn again a moment after that has changed.
            self.page.wait_for_function(f"() => {beyond} <= 0", timeout=_DRAWING, polling=_POLLING)
        wide = self.page.evaluate(f"() => {beyond}")
        if wide > 0:
            found.append(f"{wide} pixels too wide: {self._widest()}")
        return found + self.axe(*rules)

    def axe(self, *rules: str) -> list[str]:
        """Breaches of WCAG 2.2 A and AA, and of axe's own good practice, with the elements that commit them."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_axe())
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _TAGS}
        violations = self.page.evaluate(
            f"async () => (await axe.run({{runOnly: {json.dumps(only)}, resultTypes: ['violations'], preload: false}})).violations.map("
            "(one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html).join(' ')}`)"
        )
        return list(violations)

    def _widest(self) -> str:
        return str(
            self.page.evaluate(
                "() => [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
                ".slice(-3).map((one) => one.outerHTML.slice(0, 120)).join(' ')"
            )
        )


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
