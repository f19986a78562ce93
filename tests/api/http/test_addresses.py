"""Which host the service names in what is read away from it: the one of its settings, or the request's, and no other."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from onrecord.api import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import SettingError, Settings

PUBLIC = "https://record.example"
FORGED = "evil.example:99"
STATEMENT = "/statement/peskov-2025-08-28-negotiations"
NAMING = ["/feed.atom", "/sitemap.xml", "/robots.txt", "/.well-known/void", "/sparql"]
"""What may not stand without a host: their standards ask for whole addresses."""


@pytest.fixture(scope="module")
def public(seeded: Ledger) -> FlaskClient:
    """Asks the seeds as a service that knows its address."""
    return create_app(seeded, Settings(public_url=f"{PUBLIC}/")).test_client()


def get(client: FlaskClient, path: str, host: str = FORGED) -> str:
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("path", NAMING)
def test_a_service_that_knows_its_address_names_it_whatever_host_is_asked(
    public: FlaskClient, path: str
) -> None:
    text = get(public, path)
    assert f"{PUBLIC}/" in text
    assert f"{PUBLIC}//" not in text
    assert "evil.example" not in text


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/", "/"),
        (f"{STATEMENT}.html", f"{STATEMENT}.html"),
        ("/relation?a=actor/lavrov&b=actor/trump", "/relation?a=actor%2Flavrov&b=actor%2Ftrump"),
        ("/statements?speaker=actor/peskov", "/statements?speaker=actor%2Fpeskov"),
    ],
)
def test_a_page_says_its_address_to_previews_and_search_engines(
    public: FlaskClient, client: FlaskClient, path: str, address: str
) -> None:
    escaped = address.replace("&", "&amp;")
    text = get(public, path)
    assert f'<meta property="og:url" content="{PUBLIC}{escaped}">' in text
    assert f'<link rel="canonical" href="{PUBLIC}{escaped}">' in text
    assert f'<meta property="og:image" content="{PUBLIC}/static/card.png' in text
    text = get(client, path)
    assert "og:url" not in text
    assert f'<link rel="canonical" href="{escaped}">' in text
    assert '<meta property="og:image" content="/static/card.png' in text


def test_a_page_for_one_passage_of_a_version_is_the_page_of_the_version(public: FlaskClient) -> None:
    version = "/document/kyiv-independent-2025-08-28/76c3b9f7.html"
    found = re.search(r'rel="canonical" href="([^"]*)"', get(public, f"{version}?passage=c125-170"))
    assert found is not None
    assert found[1] == PUBLIC + version


def test_a_citation_leads_to_the_page_and_keeps_the_name(public: FlaskClient, client: FlaskClient) -> None:
    iri, page = f"https://w3id.org/onrecord{STATEMENT}", f"{PUBLIC}{STATEMENT}.html"
    assert f"{iri} ({page})" in get(public, f"{STATEMENT}.txt")
    assert f"url = {{{page}}}" in get(public, f"{STATEMENT}.bib")
    assert iri in get(public, f"{STATEMENT}.bib")
    item = json.loads(get(public, f"{STATEMENT}.csl.json"))[0]
    assert (item["URL"], iri in item["note"]) == (page, True)
    assert [line for line in get(public, f"{STATEMENT}.ris").split("\r\n") if line.startswith("UR")] == [
        f"UR  - {page}",
        f"UR  - {iri}",
    ]
    assert f"{iri} ({page})" in get(public, f"{STATEMENT}.html")
    for suffix in ("txt", "bib", "csl.json", "ris"):
        assert iri in get(client, f"{STATEMENT}.{suffix}")
        assert "evil.example" not in get(client, f"{STATEMENT}.{suffix}")


@pytest.mark.parametrize("path", NAMING)
def test_a_service_that_does_not_know_it_names_the_host_that_was_asked_for_that_request_alone(
    client: FlaskClient, path: str
) -> None:
    assert "http://one.example:81/" in get(client, path, "one.example:81")
    text = get(client, path, "[2001:db8::1]:8000")
    assert "http://[2001:db8::1]:8000/" in text
    assert "one.example" not in text


@pytest.mark.parametrize("path", NAMING)
@pytest.mark.parametrize("host", ["a b", 'x"y', "x/y", "x?y", "user@x", "<x>", "x:port", ""])
def test_what_is_no_host_stands_in_no_answer(client: FlaskClient, path: str, host: str) -> None:
    response = client.get(path, headers={"Host": host})
    if response.status_code != 200:
        assert response.status_code == 400
        assert "Host" in response.text
    elif host:
        assert f"//{host}" not in response.text


@pytest.mark.parametrize(
    "url", [PUBLIC, f"{PUBLIC}/", "http://127.0.0.1:8000", "https://[2001:db8::1]:8443/", "http://my_host"]
)
def test_an_address_is_taken(url: str) -> None:
    assert Settings.read({"public_url": url}, {}).public_url == url


@pytest.mark.parametrize(
    "url",
    [
        "record.example",
        "ftp://record.example",
        f"{PUBLIC}/below",
        f"{PUBLIC}?x=1",
        f"{PUBLIC}#x",
        "https://user:word@record.example",
        "https://",
        "https://a b",
        'https://x"y',
        f"{PUBLIC}:port",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_of_a_service_is_refused_by_name(url: str) -> None:
    with pytest.raises(SettingError, match=r"ONRECORD_PUBLIC_URL: .*such as https://onrecord\.example"):
        Settings.read({"public_url": url}, {})
