"""Every page leads to the Turtle, the JSON-LD and the query of what it shows, and each answers."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from tests.browser.test_every_page import PAGES
from tests.harness.pages import Page

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith("/sparql")])
def test_a_page_leads_to_the_turtle_the_json_ld_and_the_query_of_what_it_shows(
    client: FlaskClient, path: str
) -> None:
    html = client.get(path, headers=BROWSER).text
    links = {
        Page(anchor).text.strip(): Page(anchor).values("href")[0]
        for anchor in re.findall(r'<a class="btn" href="[^"]*">[^<]*</a>', html)
    }
    turtle = client.get(links["Turtle"], headers=BROWSER)
    assert turtle.content_type.startswith("text/turtle")
    assert list(parse(turtle.data, RdfFormat.TURTLE))
    tree = client.get(links["JSON-LD"], headers=BROWSER)
    assert tree.content_type == "application/ld+json"
    assert list(parse(tree.data, RdfFormat.JSON_LD))
    query = client.get(links["SPARQL"], headers=BROWSER)
    assert query.status_code == 200
    assert "<textarea" in query.text


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("place", "&#39;near&#39; the larger place beside it."),
        ("latitude", "such as &#34;50.45&#34;."),
        ("WeaponType", "Say how the weapon flies"),
    ],
)
def test_the_vocabulary_says_what_the_shapes_ask_of_a_term_and_gives_an_example(
    client: FlaskClient, term: str, sentence: str
) -> None:
    html = client.get(f"/vocabulary/{term}", headers=BROWSER).text
    assert sentence in html
    assert "Nothing in the graph yet" not in html
    assert f'href="/vocabulary/{term}"' in client.get("/vocabulary", headers=BROWSER).text


def test_the_example_of_a_property_is_a_thing_that_has_it_with_its_value(client: FlaskClient) -> None:
    html = client.get("/vocabulary/latitude", headers=BROWSER).text
    place, value = re.search(
        r'<a href="/(place/[^"]*)\.html">.*?</a>: <span class="value">([^<]*)', html
    ).groups()  # type: ignore[union-attr]
    asked = f"ASK {{ <{place}> rec:latitude ?value FILTER (?value = {value}) }}"
    assert client.get("/sparql", query_string={"query": asked, "accept": "text/csv"}).text.strip() == "true"


def test_a_term_that_is_none_is_not_found(client: FlaskClient) -> None:
    assert client.get("/vocabulary/nonsense", headers=BROWSER).status_code == 404
