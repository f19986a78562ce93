"""Errors as they reach a client: the status of each kind, three dresses, and never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from onrecord.api.http.problems import PROBLEM_TYPES
from onrecord.graph import errors
from onrecord.graph.validation.report import Rejected

Over = Callable[[Exception], FlaskClient]
QUERY = {"query": "ASK {}"}


def every_kind() -> list[type[errors.OnrecordError]]:
    found = [value for value in vars(errors).values() if isinstance(value, type)] + [Rejected]
    # (Whoever asks is told of a store that is corrupt what is told of any that is damaged.)
    not_own = {errors.OnrecordError, errors.StoreCorrupt}
    return [kind for kind in found if issubclass(kind, errors.OnrecordError) and kind not in not_own]


def make(kind: type[errors.OnrecordError]) -> errors.OnrecordError:
    if kind is Rejected:
        return Rejected("what is wrong and what helps", cast(Any, None))
    return kind("what is wrong and what helps")


def test_every_error_of_the_library_has_a_status() -> None:
    assert len(every_kind()) >= 14
    assert set(every_kind()) == set(PROBLEM_TYPES)


@pytest.mark.parametrize("kind", every_kind())
def test_an_error_keeps_its_message_and_gets_its_status(
    failing: Over, kind: type[errors.OnrecordError]
) -> None:
    response = failing(make(kind)).get("/sparql", query_string=QUERY)
    assert response.status_code == PROBLEM_TYPES[kind].status
    assert response.content_type == "application/problem+json"
    body = response.get_json()
    assert body["status"] == response.status_code
    assert body["title"] == PROBLEM_TYPES[kind].title
    assert body["detail"] == "what is wrong and what helps"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.QuerySyntax, 400),
        (errors.QueryTimeout, 504),
        (errors.Busy, 503),
        (errors.NotAcceptable, 406),
        (errors.UnknownGraph, 404),
        (errors.UnknownVersion, 410),
        (Rejected, 422),
    ],
)
def test_the_statuses_clients_rely_on(kind: type[errors.OnrecordError], status: int) -> None:
    assert PROBLEM_TYPES[kind].status == status


def test_each_kind_is_explained_where_its_type_leads(client: FlaskClient) -> None:
    page = client.get("/about").text
    for kind in PROBLEM_TYPES.values():
        assert f'id="problem-{kind.slug}"' in page


def test_who_comes_too_often_is_told_when_to_come_again(failing: Over) -> None:
    response = failing(errors.Busy("all readers are busy", retry_after=3)).get("/sparql", query_string=QUERY)
    assert response.headers["Retry-After"] == "3"


def test_what_is_on_offer_is_told_to_whom_nothing_suits(failing: Over) -> None:
    error = errors.NotAcceptable("nothing suits", ["text/csv", "application/json"])
    response = failing(error).get("/sparql", query_string=QUERY)
    assert response.get_json()["offers"] == ["text/csv", "application/json"]


def test_plain_text_is_had_for_the_asking(failing: Over) -> None:
    response = failing(errors.QuerySyntax("no such word", 2, 5)).get(
        "/sparql", query_string=QUERY, headers={"Accept": "text/plain"}
    )
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text == "400 The query is not SPARQL 1.1\nno such word\nline: 2\ncolumn: 5\n"


@pytest.mark.parametrize("accept", [None, "*/*", "text/csv", "application/json", "application/problem+json"])
def test_programs_get_problem_details(failing: Over, accept: str | None) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = failing(errors.QueryTimeout("10 s are over")).get(
        "/sparql", query_string=QUERY, headers=headers
    )
    assert response.content_type == "application/problem+json"


def test_people_get_a_page(client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert "<h1>Not Found</h1>" in response.text


def test_what_nobody_foresaw_is_logged_under_a_number_and_not_shown(
    failing: Over, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "onrecord.api"):
        response = failing(ZeroDivisionError("secret detail")).get("/sparql", query_string=QUERY)
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert "Traceback" not in response.text
    number = response.get_json()["request"]
    assert number in caplog.text
    assert "ZeroDivisionError: secret detail" in caplog.text


def test_the_page_of_an_unforeseen_error_shows_no_more(failing: Over) -> None:
    for path in ("/", "/actors", "/sparql?query=x"):
        response = failing(ZeroDivisionError("secret detail")).get(path, headers={"Accept": "text/html"})
        assert response.status_code == 500
        assert "secret detail" not in response.text


def test_errors_are_not_kept_by_caches(client: FlaskClient) -> None:
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_a_page_of_an_error_says_when_to_try_again_and_what_it_means(failing: Over) -> None:
    busy = failing(errors.Busy("all readers are busy", retry_after=3))
    page = busy.get("/export.ttl?graph=graph/reference", headers={"Accept": "text/html"}).text
    assert "Try again in 3 seconds" in page
    assert 'href="/export.ttl?graph=graph%2Freference"' in page
    assert 'href="/about#problem-busy"' in page


def test_a_page_that_is_not_there_offers_to_search_for_its_name(client: FlaskClient) -> None:
    page = client.get("/actor/nobody-here.html", headers={"Accept": "text/html"}).text
    assert 'href="/search?q=nobody+here"' in page


LONG = {"a word": "x" * 3000, "words": "x%20y%20" * 600, "escapes": "%D0%B6" * 1500, "a path": "x/" * 1500}


@pytest.mark.parametrize("what", LONG)
@pytest.mark.parametrize(
    "path",
    [
        *("/{}", "/actor/{}", "/actor/{}.html", "/actor/{}.ttl", "/statement/{}.bib", "/history/{}", "/text/{}.txt"),
        *("/export/{}.ttl", "/api/{}", "/static/{}", "/snapshots/1/{}", "/graph/{}", "/sparql?query={}"),
        *("/sparql?query=ASK%7B%7D&default-graph-uri={}", "/sparql?query=ASK%7B%7D&accept={}", "/store?graph={}"),
        *("/store?graph=https://w3id.org/{}", "/store?default={}", "/api/search?q=a&kind={}", "/events?from={}"),
        *("/export/graph.ttl?graph={}", "/history/diff?from={}&to=1", "/api/claims?event={}", "/network?from={}"),
    ],
)  # fmt: skip
def test_what_is_refused_is_not_said_back_whole(client: FlaskClient, path: str, what: str) -> None:
    answer = client.get(path.format(LONG[what]), headers={"Accept": "application/problem+json, */*;q=0.1"})
    assert answer.status_code < 500
    assert answer.status_code < 400 or len(answer.get_json()["detail"]) < 3100
    assert answer.status_code < 400 or len(answer.get_data()) < 20_000


@pytest.mark.parametrize("name", ["Content-Type", "Content-Encoding"])
def test_a_long_header_that_is_refused_is_not_said_back_whole(client: FlaskClient, name: str) -> None:
    headers = {"Content-Type": "application/sparql-query", name: "x" * 3000}
    answer = client.post("/sparql", data=b"ASK {}", headers=headers)
    assert answer.status_code == 415
    assert len(answer.get_data()) < 2000
