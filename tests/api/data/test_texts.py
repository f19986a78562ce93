"""A text that is kept is served with its licence, and excerpts are shown in it, checked; one that nobody licensed is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.harness.importing import said

from onrecord.api.app import create_app
from onrecord.graph.changes import ChangeSet
from onrecord.graph.files.texts import Texts, digest
from onrecord.graph.importers.datasets.resistinua import IMPORTER
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

TEXT = "**Українці!**\n\n83-й день нашої оборони почався з ударів по Україні.\n\nМи це пам'ятаємо."
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


@pytest.fixture(scope="module")
def kept(copy_of_built: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A graph with one message, whose text is kept."""
    data, file = copy_of_built(), tmp_path_factory.mktemp("message") / "messages.jsonl"
    message = {
        "id": "HKFB5PFN2Wg",
        "date": "2022-05-17T23:48:46",
        "speaker": ["Володимир Зеленський"],
        "url": "https://www.youtube.com/watch?v=HKFB5PFN2Wg",
        "uk": {"name": "Ракетні обстріли", "text": TEXT},
    }
    file.write_text(json.dumps(message), encoding="utf-8")
    with Ledger.open(Settings(data=data), _gate=False) as ledger:
        known = {quad.subject for quad in ledger.quads("https://w3id.org/onrecord/graph/reference")}
        quads = {quad for quad in said(IMPORTER, [file]).quads if quad.subject not in known}
        ledger.commit(ChangeSet(added=frozenset(quads)), message="one message", author="tests")
        Texts(data).put(TEXT)
        Texts(data).put("nobody licensed this")
        yield ledger


@pytest.fixture
def client(kept: Ledger) -> FlaskClient:
    return create_app(kept, Settings()).test_client()


def page(client: FlaskClient, kept: Ledger, kind: str) -> str:
    (row,) = kept.rows(
        f'SELECT ?thing {{ ?thing a rec:{kind} FILTER(CONTAINS(STR(?thing), "/resistinua-")) }}'
    )
    address = row["thing"].value.removeprefix("https://w3id.org/onrecord")
    return client.get(f"{address}.html", headers={"Accept": "text/html"}).text


def test_a_text_is_served_to_the_byte_with_its_licence(client: FlaskClient) -> None:
    answer = client.get(f"/text/{digest(TEXT)}.txt")
    assert (answer.status_code, answer.data) == (200, TEXT.encode())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Link"] == f'<{CC0}>; rel="license"'


@pytest.mark.parametrize("name", [digest("nobody licensed this"), "0" * 64, "x", "..%2f..%2ftokens"])
def test_what_is_not_kept_under_a_licence_is_not_found(name: str, client: FlaskClient) -> None:
    assert client.get(f"/text/{name}.txt").status_code == 404


def test_an_excerpt_is_shown_in_its_text_and_checked(client: FlaskClient, kept: Ledger) -> None:
    html = page(client, kept, "Statement")
    words = "<mark>83-й день нашої оборони почався з ударів по Україні.</mark>"
    assert words in html
    before, _, after = html.partition(words)
    assert before.endswith("**Українці!**\n\n")
    assert after.startswith("\n\nМи це пам&#39;ятаємо.")
    assert (
        f'the same words stand in <a href="/text/{digest(TEXT)}.txt">the text that is kept here</a>' in html
    )
    assert f'href="{CC0}"' in html


def test_the_page_on_a_version_leads_to_its_text(client: FlaskClient, kept: Ledger) -> None:
    html = page(client, kept, "DocumentVersion")
    assert f'<a href="/text/{digest(TEXT)}.txt">kept here</a>' in html


def test_other_words_at_the_place_of_an_excerpt_are_said(client: FlaskClient, kept: Ledger) -> None:
    update = """DELETE { GRAPH ?g { ?e rec:start ?s ; rec:end ?t } } INSERT { GRAPH ?g { ?e rec:start 1 ; rec:end 53 } }
      WHERE { GRAPH ?g { ?e rec:start ?s ; rec:end ?t ; rec:ofVersion ?v . FILTER(CONTAINS(STR(?v), "/resistinua-")) } }"""
    kept.update(update, author="tests")
    assert "other words stand there in" in page(client, kept, "Statement")


def test_a_text_that_was_harmed_is_not_shown(client: FlaskClient, kept: Ledger) -> None:
    path = Texts(kept.directory).path(digest(TEXT))
    path.write_text("something else")
    try:
        assert client.get(f"/text/{digest(TEXT)}.txt").status_code >= 500
        assert "is kept here" not in page(client, kept, "Statement")
    finally:
        path.unlink()
        Texts(kept.directory).put(TEXT)
