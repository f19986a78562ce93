"""The feed, the sitemap and robots.txt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from onrecord.api import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import news
from onrecord.graph.settings import Settings

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://w3id.org/onrecord/"


def entries(client: FlaskClient) -> list[tuple[str, str]]:
    """The entries' titles and addresses."""
    response = client.get("/feed.atom")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)  # noqa: S314
    assert feed.findtext(f"{ATOM}updated")
    found = []
    for entry in feed.findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert entry.findtext(f"{ATOM}id")
        assert entry.findtext(f"{ATOM}updated")
        found.append((entry.findtext(f"{ATOM}title") or "", link.get("href") or ""))
    return found


def test_the_feed_has_every_statement_of_the_first_commit(client: FlaskClient) -> None:
    found = entries(client)
    assert len(found) == 31
    title = "Dmitry Peskov on strikes and negotiations, 28 August 2025"
    assert (title, "http://localhost/statement/peskov-2025-08-28-negotiations.html") in found


@pytest.mark.slow
def test_the_feed_tells_what_is_new_from_what_was_corrected_and_reads_each_commit_once(
    copy_of_built: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    patches: list[str] = []
    read = news.from_patch
    monkeypatch.setattr(news, "from_patch", lambda text, name: (patches.append(name), read(text, name))[1])
    with Ledger.open(Settings(data=copy_of_built(), query_seconds=120), _gate=False) as ledger:
        client = create_app(ledger, Settings()).test_client()
        worded = f"<{BASE}rendering/kommersant-2025-08-28-peskov> rec:text"
        ledger.update(
            f'DELETE {{ GRAPH ?g {{ {worded} ?t }} }} INSERT {{ GRAPH ?g {{ {worded} "Успешные"@ru }} }} WHERE {{ GRAPH ?g {{ {worded} ?t }} }}',
            author="test",
        )
        assert entries(client)[0][0] == "Corrected: Dmitry Peskov on strikes and negotiations, 28 August 2025"
        ledger.update(
            f'INSERT DATA {{ GRAPH <{BASE}document/x/1> {{ <{BASE}statement/new> a rec:Statement ; rdfs:label "A new one"@en ; '
            f"rec:speaker <{BASE}actor/peskov> }} }}",
            author="test",
        )
        found = entries(client)
        assert found[0] == ("A new one", "http://localhost/statement/new.html")
        assert len(found) == len({address for _, address in found}) == 32
        ledger.revert(ledger.version, author="test")
        assert "A new one" not in [title for title, _ in entries(client)]
    # (the first one is that of other tests' graphs as well)
    assert [name for name in patches if not name.endswith(" 1")] == [
        f"the patch of version {version}" for version in (2, 3, 4)
    ]


@pytest.mark.slow
def test_the_sitemap_names_pages_that_are_there(client: FlaskClient) -> None:
    sitemap = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314
    found = [one.text or "" for one in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(found) == len(set(found)) > 100
    for address in found[::9]:
        assert (
            client.get(address.removeprefix("http://localhost"), headers={"Accept": "text/html"}).status_code
            == 200
        )


def test_robots_learn_where_the_sitemap_is(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml\n" in text
    assert "Disallow: /sparql?" in text


def test_hostile_literals_keep_the_feed_sound(hostile: Ledger) -> None:
    client = create_app(hostile, Settings()).test_client()
    assert len(entries(client)) == 1
    assert client.get("/sitemap.xml").status_code == 200
