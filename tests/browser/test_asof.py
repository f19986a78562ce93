"""Claims and disputes as of a day: the slider, the field and the address follow each other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import LIMIT

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)


@pytest.mark.parametrize(
    ("path", "fewer"),
    # Both disputes of the first day are over what was hit, and of no moment: they stay.
    [("/claims?standing=superseded", True), ("/disputes?standing=all&sort=latest", False)],
)
def test_the_list_the_field_and_the_address_follow_the_slider_and_going_back(
    visit: Visiting, path: str, fewer: bool
) -> None:
    tab = visit()
    page = tab.go(path)
    slider = page.get_by_role("slider", name="As of")
    expect(slider).to_be_enabled()
    assert page.get_by_role("button", name="All days").count() == 0
    listed = page.locator("main :is(tr, article)")
    every = listed.count()
    # The first day of which any claim speaks.
    slider.press("Home")
    page.wait_for_url(re.compile("asOf=20"))
    expect(page.get_by_role("status")).to_contain_text("As of")
    tab.settled()
    assert (listed.count() < every) == fewer
    day = page.locator("input[name=asOf]").input_value()
    assert f"asOf={day}" in page.url
    assert slider.get_attribute("aria-valuetext") == day
    shown = listed.all_inner_texts()
    assert slider.evaluate("(one) => one === document.activeElement")
    assert tab.faults() == []
    # Its link shows the same to somebody else, and without scripts.
    again = visit(java_script_enabled=False).page
    again.goto(page.url)
    assert again.locator("main :is(tr, article)").all_inner_texts() == shown
    page.go_back()
    expect(listed).to_have_count(every)
    page.go_forward()
    expect(listed).to_have_count(len(shown))
    page.get_by_role("button", name="All days").click()
    page.wait_for_url(lambda url: "asOf" not in url)
    expect(listed).to_have_count(every)
    assert tab.complaints == []
