"""The pages over the real seeds: what they must say, and that they are sound HTML whose links lead somewhere."""

from __future__ import annotations

import re
import time
import zlib
from itertools import pairwise
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from tests.harness.pages import Page

from onrecord.api import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
STRIKE = "/event/2025-08-28-strike-on-ukraine.html"
PESKOV = "/statement/peskov-2025-08-28-negotiations.html"
ARTICLE = "/document/kyiv-independent-2025-08-28.html"
KINDS = [
    "/", "/actors", "/statements", "/events", "/documents", "/vocabulary", "/vocabulary/words", "/about", "/documents/moscow-times-2025-08-28/changes", "/sparql", "/event/2025-08-28-strike-on-kyiv.html", "/claims", "/claims?standing=superseded", "/disputes",
    "/actor/peskov.html", "/actor/russia.html", "/actor/kyiv-independent.html", "/actor/russian-state-media.html",
    PESKOV, "/statement/ukrainian-air-force-2025-08-28-launches.html", STRIKE, "/claim/peskov-2025-08-28-target.html",
    "/claim/ki-2025-08-28-killed.html", ARTICLE, "/document/kyiv-independent-2025-08-28/76c3b9f7.html",
    "/place/kyiv.html", "/tenure/peskov-press-secretary.html", "/weapon/kn-23.html", "/nowhere",
]  # fmt: skip


def read(client: FlaskClient, path: str) -> str:
    """A page's visible text, its white space made even."""
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200
    return " ".join(Page(response.text).text.split())


@pytest.mark.parametrize("path", KINDS)
def test_a_page_is_sound_html(client: FlaskClient, path: str) -> None:
    html = client.get(path, headers=BROWSER).text
    page = Page(html)
    assert page.unclosed == []
    assert page.values("lang", "html") == ["en"]
    assert (page.count("h1"), page.count("main"), page.count("title")) == (1, 1, 1)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert all("scope" in found for tag, found in page.elements if tag == "th")
    assert all(found.get("alt") is not None for tag, found in page.elements if tag == "img")
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", KINDS)
def test_a_page_needs_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = Page(client.get(path, headers=BROWSER).text)
    assert page.count("style") == page.count("iframe") == page.count("base") == 0
    assert page.strange_scripts == []
    assert not [
        name for _, found in page.elements for name in found if name == "style" or name.startswith("on")
    ]
    for address in page.values("src") + page.values("href", "link") + page.values("action"):
        assert address.startswith("/"), address


@pytest.mark.parametrize("path", KINDS)
def test_a_page_stays_within_twenty_kilobytes_packed(client: FlaskClient, path: str) -> None:
    import gzip  # noqa: PLC0415

    size = len(gzip.compress(client.get(path, headers=BROWSER).data))
    size += len(gzip.compress(client.get("/static/onrecord.css", buffered=True).data))
    size += len(gzip.compress(client.get("/static/mark.svg", buffered=True).data))
    assert size < 20_000


def is_data(path: str) -> bool:
    """Whether an address is a thing in one of a dozen formats, or a query about it: of three thousand, each eighth is opened."""
    return path.startswith("/sparql?query=") or PurePath(urlsplit(path).path).suffix not in {"", ".html"}


@pytest.mark.slow
def test_every_link_on_every_page_leads_somewhere(client: FlaskClient) -> None:
    pages: dict[str, set[str]] = {}
    fragments: list[tuple[str, str, str]] = []
    waiting = [("/", "the address bar")]
    while waiting:
        path, source = waiting.pop()
        if path in pages:
            continue
        if is_data(path) and zlib.crc32(path.encode()) % 8:
            client.application.url_map.bind("localhost").match(urlsplit(path).path)
            pages[path] = set()
            continue
        response = client.get(path, headers=BROWSER, buffered=True)
        assert response.status_code == 200, f"{path}, linked from {source}, answers {response.status_code}"
        html = response.mimetype == "text/html"
        page = Page(response.text) if html else None
        pages[path] = set(page.values("id")) if page else set()
        for address in page.values("href") if page else []:
            if address.startswith(("http://", "https://")):
                continue
            target, _, fragment = address.partition("#")
            target = target or path
            waiting.append((target, path))
            if fragment:
                fragments.append((target, unquote(fragment), path))
    assert len(pages) > 2000
    missing = {(target, name, source) for target, name, source in fragments if name not in pages[target]}
    assert not missing


def test_a_page_the_browser_holds_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/actors", headers=BROWSER).headers["ETag"]
    assert client.get("/actors", headers={**BROWSER, "If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/statements", "/events", "/actors", "/documents", STRIKE])
@pytest.mark.parametrize(
    "asked",
    [
        *({"page": number} for number in ("0", "1", "x", "²", "9" * 5000)),
        *({"after": place} for place in ("", "x", "2025-08-28", "2025-08-28 a b<c")),
        {"after": "2025-08-28 statement/a", "before": "2025-08-28 statement/a"},
    ],
)
def test_what_is_no_place_in_a_list_is_refused(client: FlaskClient, path: str, asked: dict[str, str]) -> None:
    response = client.get(path, query_string=asked)
    assert response.status_code == 400
    assert response.get_json()["detail"]


@pytest.mark.parametrize("path", ["/statements", "/events", "/documents"])
@pytest.mark.parametrize("value", ["28 August", "2025-8-28", "x' || true"])
def test_what_a_list_is_not_sorted_by_is_no_place_in_it(client: FlaskClient, path: str, value: str) -> None:
    response = client.get(path, query_string={"after": f"{value} statement/a"})
    assert (response.status_code, response.get_json()["type"]) == (400, "/about#problem-unknown-place")


def test_a_page_past_the_end_of_a_list_is_empty_and_leads_back(client: FlaskClient) -> None:
    path = "/statements?after=+statement/zzz"
    assert "No statements on this page." in read(client, path)
    assert "/statements?" in Page(client.get(path, headers=BROWSER).text).values("href")


def test_statements_of_one_actor_are_a_list_of_their_own(client: FlaskClient) -> None:
    assert "Statements by Dmitry Peskov" in read(client, "/statements?speaker=actor/peskov")
    assert "Zelensky" in read(client, "/statements?about=actor/zelensky")
    assert "known through Russian state media" in read(client, "/statements?via=actor/russian-state-media")
    assert "No statements on this page." in read(client, "/statements?speaker=actor/nobody")
    for asked in ("speaker=%3Cx%3E", "speaker=a&about=b"):
        assert client.get(f"/statements?{asked}").status_code == 400


def test_a_page_that_takes_too_long_is_given_up_and_says_what_to_do(seeded: Ledger) -> None:
    class Slow:
        version = seeded.version

        def __getattr__(self, name: str) -> object:
            return getattr(seeded, name)

        def rows(self, text: str, **more: Any) -> Any:
            time.sleep(0.06)
            return seeded.rows(text, **more)

    slow: Any = Slow()
    client = create_app(slow, Settings(page_seconds=0.05)).test_client()
    response = client.get("/actor/peskov.html")
    assert (response.status_code, response.get_json()["type"]) == (503, "/about#problem-page-timeout")
    assert "ONRECORD_PAGE_SECONDS" in response.get_json()["detail"]


def test_health_names_the_version(client: FlaskClient) -> None:
    assert client.get("/health").text == "ok 1\n"


def test_an_actor_page_says_who_somebody_is(client: FlaskClient) -> None:
    page = read(client, "/actor/peskov.html")
    for expected in (
        "Russian side",
        "Дмитро Пєсков",
        "Дмитрий Песков",
        "Press secretary",
        "22 May 2012",
        "person",
    ):
        assert expected in page


def test_an_actor_page_gives_each_statement_with_verb_chain_source_and_offsets(client: FlaskClient) -> None:
    page = read(client, "/actor/peskov.html")
    assert "Statements made (1)" in page
    assert "claimed, quoted in full · a translation of the wording in Kommersant" in page
    assert "shortened from the wording in TimesLIVE · via Russian state media" in page
    assert "has said, quoted in part" in page
    assert "the source names Russia as the speaker" in page
    assert "Kyiv Independent, 28 August 2025, characters 816–958" in page


def test_an_undated_statement_is_called_undated(client: FlaskClient) -> None:
    assert "undated in the source" in read(client, "/statement/zelensky-ready-to-meet.html")


def test_a_paraphrase_is_not_shown_as_a_quotation(client: FlaskClient) -> None:
    path = "/statement/zelensky-ready-to-meet.html"
    assert "No words of the speaker’s are quoted" in read(client, path)
    assert "<blockquote" not in client.get(path, headers=BROWSER).text


def test_attitudes_others_attribute_stand_under_according_to(client: FlaskClient) -> None:
    page = read(client, "/actor/putin.html")
    assert (
        "Attitudes others attribute to Vladimir Putin (1) According to Donald Trump: Vladimir Putin dislikes Volodymyr Zelensky"
        in page
    )


def test_what_a_source_ascribes_to_one_and_another_said_is_told_apart(client: FlaskClient) -> None:
    page = read(client, "/actor/russia.html")
    assert "Statements made (0)" in page
    assert "Ascribed by a source to Russia, said by another (1)" in page


def test_what_is_known_through_an_actor_is_listed(client: FlaskClient) -> None:
    assert "Known through Russian state media (1)" in read(client, "/actor/russian-state-media.html")


def test_an_actor_has_relations_that_lead_to_their_evidence(client: FlaskClient) -> None:
    page = read(client, "/actor/peskov.html")
    assert "holds post in →" in page
    assert (
        'href="/tenure/peskov-press-secretary.html"' in client.get("/actor/peskov.html", headers=BROWSER).text
    )


def test_posts_are_drawn_over_the_years_and_statements_stand_by_topic(client: FlaskClient) -> None:
    html = client.get("/actor/lavrov.html", headers=BROWSER).text
    # From 9 March 2004, with no end: 68 of the 366 days that are drawn.
    assert '<rect class=" unended" x="18.58%" width="81.42%"' in html
    assert "2004</text>" in html
    topics = html[html.index("<h2>By topic</h2>") : html.index("<h2>Statements made")]
    assert " ".join(Page(topics).text.split()).startswith(
        "By topic Legitimacy of Zelensky as president 22 August 2025 Principles on which peace talks would rest"
    )
    assert 'href="#lavrov-2025-08-22-meeting"' in topics
    assert 'id="lavrov-2025-08-22-meeting"' in html
    assert 'href="/network?ego=lavrov"' in html


def test_a_claim_that_no_longer_stands_is_never_shown_without_saying_so(client: FlaskClient) -> None:
    claim = "Combined strike on Kyiv in July 2025 that the Kyiv Independent calls the deadliest of the year happened on 29 July 2025"
    assert f"{claim} refuted" in read(client, ARTICLE)
    assert "refuted: By the Air Force's counts" in read(client, "/event/2025-07-29-strike-on-kyiv.html")
    page = read(client, "/claim/2025-07-29-date.html")
    assert "How it stands refuted: An assessment found it wrong." in page


def test_a_document_says_what_was_read_of_it(client: FlaskClient) -> None:
    assert "What was read: full text, as published on 28 August 2025; 2,662 characters." in read(
        client, ARTICLE
    )


def test_an_actor_on_no_side_is_given_none(client: FlaskClient) -> None:
    html = client.get("/actor/kyiv-independent.html", headers=BROWSER).text
    identity = html[html.index("<h2>Identity</h2>") : html.index("</dl>")]
    assert "<dt>Side</dt>" not in identity


def test_the_vocabulary_says_what_changed_and_what_to_use_instead(client: FlaskClient) -> None:
    page = read(client, "/vocabulary")
    assert "in version 0.3.0" in page
    assert "rec:asOf is replaced by as of, from and as of, until. 0.2.0: replaced by two bounds" in page
    assert "rec:via is replaced by relay." in page
    assert "Desires it." not in page
    assert "Desires it." in read(client, "/vocabulary/words")


def test_an_event_page_dates_it_as_its_source_does_and_tells_the_bounds(client: FlaskClient) -> None:
    page = read(client, STRIKE)
    assert "When night to 28 August 2025" in page
    assert "27 August 2025, 12:00 UTC+03:00 to 28 August 2025, 12:00 UTC+03:00" in page


def test_a_contradiction_that_a_rule_found_names_the_rule(client: FlaskClient) -> None:
    for path in (PESKOV, "/claim/peskov-2025-08-28-target.html"):
        assert "found by the rule “military against civilian targets”" in read(client, path)


def test_a_doubt_is_not_shown_as_an_assertion(client: FlaskClient) -> None:
    assert "doubts Volodymyr Zelensky has legitimacy" in read(client, "/actor/lavrov.html")


def test_a_document_page_gives_the_headline_as_the_publishers_words(client: FlaskClient) -> None:
    html = client.get(ARTICLE, headers=BROWSER).text
    assert re.search(
        r'<q lang="en">After murdering 21 civilians in Kyiv, [^<]*</q><br><span class="muted">the wording of Kyiv',
        html,
    )
    assert "After murdering" not in " ".join(re.findall(r"<h[1-3].*?</h[1-3]>", html))


def test_a_document_page_lists_its_passages_in_the_order_of_the_text(client: FlaskClient) -> None:
    html = client.get("/document/kyiv-independent-2025-08-28/76c3b9f7.html", headers=BROWSER).text
    starts = [int(start) for start in re.findall(r"characters (\d+)–\d+", html)]
    assert starts == sorted(starts)
    assert len(starts) > 40
    assert starts[0] == 125


def test_a_document_page_tells_its_own_voice_from_whom_it_quotes(client: FlaskClient) -> None:
    page = read(client, ARTICLE)
    own = page[page.index("In its own voice") : page.index("Whom it quotes")]
    assert "Russian state media never show the effects of Russian attacks on Ukraine" in own
    assert "598 drones" not in own


def test_the_home_page_counts_and_shows_where_sources_disagree(client: FlaskClient) -> None:
    page = read(client, "/")
    for count in ("actors 53", "events 8", "statements 31", "documents 28"):
        assert count in page
    disagree = page[page.index("The sharpest open disputes") : page.index("Said last")]
    assert "Dmitry Peskov" in disagree
    assert "Kyiv Independent" in disagree


def test_about_lists_every_setting(client: FlaskClient) -> None:
    from onrecord.graph.settings import table  # noqa: PLC0415

    page = read(client, "/about")
    for name, default, help_ in table():
        assert " ".join(f"{name} {default} {help_}".split()) in page


def test_quotations_say_their_language(client: FlaskClient) -> None:
    for path in (PESKOV, ARTICLE):
        page = Page(client.get(path, headers=BROWSER).text)
        assert all("lang" in found for tag, found in page.elements if tag in ("blockquote", "q"))


def test_the_page_about_the_service_says_that_another_server_answers_and_what_it_does_not(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Another server (" not in client.get("/about").text
    about = Ledger.about
    mirror = {"server": "Virtuoso/07.20.3229 (Linux)", "url": "http://10.0.0.9/sparql"}
    monkeypatch.setattr(Ledger, "about", lambda self: about(self) | {"mirror": mirror})
    page = client.get("/about").text
    assert "Another server (Virtuoso) has a mirror of the graph" in page
    assert "What it cannot do is done here: older versions" in page
    # Where it stands is nobody's business.
    assert "10.0.0.9" not in page
