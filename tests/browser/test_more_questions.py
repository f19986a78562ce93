"""More of a stranger's questions, each answered from the start page in at most four clicks."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import LIMIT, PHONE

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)

KYIV = "Missile and drone strike on Kyiv, night to 28 August 2025"
MOST = 4


class Stranger:
    """Clicks, and counts its clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.get_by_role("main")
        self.clicks = 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        assert self.clicks <= MOST
        what.locator("visible=true").first.click()

    def menu(self, name: str) -> None:
        self.click(self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name))
        self.page.wait_for_load_state("networkidle")

    def link(self, name: str | re.Pattern[str]) -> None:
        self.click(self.main.get_by_role("link", name=name))

    def seek(self, words: str) -> None:
        field = self.page.get_by_role("searchbox").or_(self.page.get_by_role("combobox", name="Words")).first
        field.fill(words)
        field.press("Enter")
        self.page.wait_for_url("**/search?**")


@pytest.fixture
def stranger(visit: Visiting) -> Stranger:
    return Stranger(visit().go("/"))


def test_who_denied_or_doubted_what(stranger: Stranger) -> None:
    stranger.menu("Query")
    stranger.click(stranger.page.get_by_role("link", name=re.compile("What is denied or doubted")))
    # Lavrov doubted Zelensky's legitimacy.
    expect(stranger.page.locator("#answer")).to_contain_text("Sergey Lavrov")


def test_what_did_leavitt_say_of_trump(stranger: Stranger) -> None:
    stranger.seek("Leavitt")
    stranger.link("Karoline Leavitt")
    row = stranger.main.get_by_role("row").filter(has_text="Donald Trump").first
    stranger.click(row.get_by_role("link", name="all between them"))
    expect(stranger.main).to_contain_text("He was not happy about this news")


def test_which_claims_rest_on_one_source(stranger: Stranger) -> None:
    stranger.menu("Documents")
    stranger.link(re.compile("Kyiv Independent, 28 August 2025: the strike on Kyiv"))
    voice = stranger.main.locator("section").filter(
        has=stranger.page.get_by_role("heading", name=re.compile("In its own voice"))
    )
    expect(voice.get_by_role("link", name="At least 21 killed, in Kyiv")).to_be_visible()


def test_the_disputes_as_a_table(stranger: Stranger) -> None:
    stranger.link("What is disputed")
    address = stranger.main.get_by_role("link", name="CSV").get_attribute("href") or ""
    rows = list(
        csv.DictReader(
            io.StringIO(stranger.page.request.get(stranger.page.url.split("/disputes")[0] + address).text())
        )
    )
    assert {row["oneClaimantName"] for row in rows} | {row["otherClaimantName"] for row in rows} == {
        "Kyiv Independent",
        "Dmitry Peskov",
        "Russian Ministry of Defence",
    }


def test_the_claims_on_an_event_as_a_table(stranger: Stranger) -> None:
    stranger.menu("Events")
    stranger.link(KYIV)
    with stranger.page.expect_response(re.compile("/api/events/")) as answered:
        stranger.link("CSV")
    assert answered.value.headers["content-type"].startswith("text/csv")


def test_a_statement_by_a_word_in_another_script(stranger: Stranger) -> None:
    stranger.seek("операция")
    stranger.link("Dmitry Peskov on strikes and negotiations, 28 August 2025")
    expect(stranger.main).to_contain_text("Специальная военная операция продолжается")


def test_an_answer_is_cited_with_its_version(stranger: Stranger) -> None:
    stranger.menu("Query")
    stranger.click(stranger.page.get_by_role("button", name="Run query"))
    stranger.click(stranger.page.get_by_text("Cite this answer (version 1)"))
    expect(stranger.page.locator(".cite pre").first).to_contain_text("Version 1 of the graph")


def test_the_network_as_of_a_day(stranger: Stranger) -> None:
    stranger.menu("Network")
    every = stranger.page.get_by_role("status").inner_text()
    stranger.page.get_by_label("As of", exact=True).fill("2025-08-24")
    stranger.page.get_by_label("As of", exact=True).press("Enter")
    stranger.page.wait_for_url("**asOf=2025-08-24**")
    expect(stranger.page.get_by_role("status")).not_to_have_text(every)


def test_the_words_at_the_source(stranger: Stranger) -> None:
    stranger.link("Dmitry Peskov on strikes and negotiations, 28 August 2025")
    address = stranger.main.get_by_role("link", name="open at the source").first.get_attribute("href") or ""
    assert address.startswith("https://")


def test_what_changed_between_two_versions_of_an_article(stranger: Stranger) -> None:
    stranger.menu("Documents")
    stranger.link(re.compile("The Moscow Times, 28 August 2025"))
    stranger.link("What changed")
    expect(stranger.main).to_contain_text("At least 14 killed, in Kyiv")
    expect(stranger.main).to_contain_text("At least 18 killed, in Kyiv")


def test_what_changed_in_the_graph(stranger: Stranger) -> None:
    stranger.click(stranger.page.get_by_role("contentinfo").get_by_role("link", name="Data version 1"))
    stranger.click(stranger.main.get_by_role("button", name="Show what differs"))
    expect(stranger.main).to_contain_text("What differs between versions 0 and 1")


def test_how_many_and_by_whose_word_on_a_phone(visit: Visiting) -> None:
    stranger = Stranger(visit(viewport=PHONE).go("/"))
    stranger.menu("Events")
    stranger.link(KYIV)
    expect(stranger.main.get_by_text("said last by").first).to_contain_text(
        "State Emergency Service of Ukraine"
    )
    expect(stranger.main.get_by_text("said last by").first).to_contain_text("25")
