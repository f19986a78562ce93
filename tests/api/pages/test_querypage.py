"""The query page, as a browser gets it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from onrecord.api.pages import querypage
from onrecord.graph.vocabulary.examples import Example, examples

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def ask(client: FlaskClient, query: str, status: int = 200) -> str:
    response = client.get("/sparql", query_string={"query": query}, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return response.text


def test_without_a_query_the_page_offers_one_to_run(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=BROWSER).text
    assert str(escape(examples()[0].text)) in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_every_example_is_linked_and_gives_something(client: FlaskClient, example: Example) -> None:
    assert str(escape(example.title)) in client.get("/sparql", headers=BROWSER).text
    page = ask(client, example.text)
    if example.form == "CONSTRUCT":
        assert "rec:claimant" in page
    else:
        assert int(re.search(r"(\d+) rows? in", page)[1]) > 0  # type: ignore[index]


def test_a_table_links_names_to_their_pages_and_tells_languages(client: FlaskClient) -> None:
    page = ask(
        client,
        "SELECT ?a ?l WHERE { VALUES ?a { <https://w3id.org/onrecord/actor/peskov> } ?a rdfs:label ?l }",
    )
    assert '<a href="/actor/peskov.html">actor/peskov</a>' in page
    assert '<span class="value" lang="uk">Дмитро Пєсков</span><span class="lang">uk</span>' in page
    assert "3 rows in" in page


def test_an_unbound_value_shows_as_a_dash(client: FlaskClient) -> None:
    assert '<td><span class="muted">–</span></td>' in ask(client, "SELECT ?x ?y WHERE { BIND (1 AS ?x) }")


def test_an_empty_table_says_so(client: FlaskClient) -> None:
    assert "No rows: nothing in the graph matches." in ask(client, "SELECT ?x WHERE { ?x a <urn:none> }")


def test_yes_and_no_are_said_in_words(client: FlaskClient) -> None:
    assert "<strong>Yes</strong>" in ask(client, "ASK { ?a a rec:Person }")
    assert "<strong>No</strong>" in ask(client, "ASK { ?a a <urn:none> }")


def test_a_graph_is_shown_as_turtle(client: FlaskClient) -> None:
    page = ask(client, "CONSTRUCT WHERE { <https://w3id.org/onrecord/actor/peskov> a ?class }")
    assert "&lt;https://w3id.org/onrecord/actor/peskov&gt; a rec:Person" in page


def test_the_downloads_lead_to_the_same_answer_in_each_format(client: FlaskClient) -> None:
    page = ask(client, 'SELECT ?x WHERE { BIND ("a&b" AS ?x) }')
    links = {
        name: address.replace("&amp;", "&")
        for address, name in re.findall(r'<a class="btn" href="([^"]+)">([^<]+)</a>', page)
    }
    assert set(links) == {"CSV", "CSV for Excel", "TSV", "JSON", "XML"}
    assert client.get(links["CSV"], headers=BROWSER).text == "x\r\na&b\r\n"
    for_excel = client.get(links["CSV for Excel"], headers=BROWSER)
    assert for_excel.data == b"\xef\xbb\xbfx\r\na&b\r\n"
    assert for_excel.content_type == "text/csv;dialect=excel; charset=utf-8"


def test_a_syntax_error_is_marked_in_the_text_and_the_query_is_kept(client: FlaskClient) -> None:
    page = ask(client, "SELECT ?x WHERE {\n  ?x a }\n", status=400)
    assert 'role="alert"' in page
    assert 'aria-invalid="true"' in page
    assert '<span class="at"><i>2</i>' in page
    assert "SELECT ?x WHERE {\n  ?x a }" in page


def test_a_request_gone_wrong_is_told_on_the_page_too(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"update": "CLEAR ALL"}, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (401, "text/html")
    assert "Writing needs a token" in response.text


def test_of_many_rows_the_first_thousand_are_shown_and_all_are_counted(client: FlaskClient) -> None:
    page = ask(client, "SELECT ?s WHERE { ?s ?p ?o }")
    assert page.count("<tr><td>") == querypage.MOST_ROWS
    assert re.search(r"The first 1,000 of \d{1,2},\d{3} rows are shown", page)


def test_a_result_too_large_to_show_is_offered_as_a_download(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querypage, "MOST_BYTES", 1000)
    page = ask(client, "SELECT ?s WHERE { ?s ?p ?o }")
    assert "more than a page can show well" in page
    assert "<tbody>" not in page


@pytest.mark.parametrize(
    ("line", "column", "marked"),
    [
        (2, 3, (2, "", "c")),
        (2, 4, (2, "c", " ")),
        (2, 99, (2, "c", " ")),
        (9, 1, (3, "", "e")),
        (0, None, (1, "ab", "")),
    ],
)
def test_the_place_of_an_error_stays_within_the_text(
    line: int, column: int | None, marked: tuple[int, str, str]
) -> None:
    shown = [entry for entry in querypage.place("ab\n  c\nef", line, column) if entry.at is not None]
    assert [(entry.number, entry.before.strip(), entry.at) for entry in shown] == [marked]
