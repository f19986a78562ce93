"""Kept answers: exact, bounded, and never old."""

from __future__ import annotations

from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harness.fakes import Counting, answer

from onrecord.api import create_app
from onrecord.api.memory.cache import AnswerCache, is_steady, key
from onrecord.graph.settings import Settings


def test_an_answer_comes_back_as_it_was() -> None:
    cache = AnswerCache(100_000)
    first = cache.put(b"k", answer(3, b"body"))
    again = cache.get(3, b"k")
    assert again is not None
    assert (again.kind, again.format, again.version, again.length) == ("solutions", "json", 3, 4)
    assert (first.read(), again.read()) == (b"body", b"body")


def test_at_another_version_there_is_nothing() -> None:
    cache = AnswerCache(100_000)
    cache.put(b"k", answer(3, b"body"))
    assert cache.get(4, b"k") is None
    assert cache.get(2, b"k") is None


def test_an_answer_of_an_older_version_is_handed_on_and_not_kept() -> None:
    cache = AnswerCache(100_000)
    cache.put(b"new", answer(4, b"new"))
    assert cache.put(b"k", answer(3, b"old")).read() == b"old"
    assert cache.get(4, b"k") is None


def test_a_new_version_frees_the_room_of_the_old() -> None:
    cache = AnswerCache(100_000)
    cache.put(b"k", answer(3, b"x" * 1000))
    cache.put(b"k", answer(4, b"x"))
    assert cache.size < 1000


def test_the_room_is_never_exceeded_and_the_longest_unasked_goes_first() -> None:
    cache = AnswerCache(10_000)
    for number in range(4):
        cache.put(b"%d" % number, answer(1, b"x" * 700))
    cache.get(1, b"0")
    for number in range(4, 9):
        cache.put(b"%d" % number, answer(1, b"x" * 700))
        assert cache.size <= 10_000
    assert cache.get(1, b"0") is not None
    assert cache.get(1, b"1") is None


def test_one_large_answer_does_not_push_out_all_others() -> None:
    cache = AnswerCache(10_000)
    assert cache.put(b"k", answer(1, b"x" * 5000)).read() == b"x" * 5000
    assert cache.get(1, b"k") is None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (now ( ) AS ?x) {}",
        "SELECT (NOW#\n() AS ?x) {}",
        "ASK { FILTERRAND() }",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (BNODE() AS ?x) {}",
        "SELECT (\\u004EOW() AS ?x) {}",
        "SELECT (\\U0000004eOW() AS ?x) {}",
    ],
)
def test_what_differs_each_time_is_known(query: str) -> None:
    assert not is_steady(query)


@pytest.mark.parametrize("query", ["ASK { ?a foaf:knows ?b }", "SELECT ?brandy { ?s ?p ?brandy }"])
def test_what_only_looks_so_is_kept(query: str) -> None:
    assert is_steady(query)


def test_questions_with_the_same_words_in_other_places_are_told_apart() -> None:
    assert key("q", ("a", "b"), ()) != key("q", ("a",), ("b",))
    assert key("q", (), (), [("graph", None)]) != key("q", (), (), [("graph", "turtle")])


@pytest.fixture
def counting() -> tuple[Counting, FlaskClient]:
    ledger = Counting()
    return ledger, create_app(cast(Any, ledger), Settings()).test_client()


def ask(client: FlaskClient, query: str, **parameters: str) -> str:
    return client.get("/sparql", query_string={"query": query, **parameters}).text


def test_a_question_is_worked_out_once(counting: tuple[Counting, FlaskClient]) -> None:
    ledger, client = counting
    assert [ask(client, "ASK {}") for _ in range(3)] == ["1 ASK {}"] * 3
    assert ledger.asked == 1


@pytest.mark.parametrize(
    "other",
    [
        {"default-graph-uri": "urn:a"},
        {"named-graph-uri": "urn:a"},
        {"accept": "text/csv"},
        {"query": "ASK { }"},
    ],
)
def test_another_question_is_worked_out_anew(
    counting: tuple[Counting, FlaskClient], other: dict[str, str]
) -> None:
    ledger, client = counting
    ask(client, "ASK {}")
    client.get("/sparql", query_string={"query": "ASK {}", **other})
    assert ledger.asked == 2


def test_what_differs_each_time_is_worked_out_each_time(counting: tuple[Counting, FlaskClient]) -> None:
    ledger, client = counting
    for _ in range(3):
        ask(client, "SELECT (NOW() AS ?x) {}")
    assert ledger.asked == 3


def test_a_version_that_is_gone_is_gone_however_often_it_was_asked(
    counting: tuple[Counting, FlaskClient],
) -> None:
    ledger, client = counting
    ask(client, "ASK {}", version="1")
    ledger.version = 2
    gone = client.get("/sparql", query_string={"query": "ASK {}", "version": "1"})
    assert gone.status_code == 410


def test_no_room_keeps_nothing() -> None:
    ledger = Counting()
    client = create_app(cast(Any, ledger), Settings(cache_megabytes=0)).test_client()
    assert [ask(client, "ASK {}") for _ in range(2)] == ["1 ASK {}"] * 2
    assert ledger.asked == 2


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.one_of(st.just("write"), st.sampled_from(["ASK {1}", "ASK {2}", "ASK {3}"])), max_size=30))
def test_no_interleaving_of_writes_and_reads_gives_an_old_answer(steps: list[str]) -> None:
    ledger = Counting()
    client = create_app(cast(Any, ledger), Settings()).test_client()
    held: dict[str, str] = {}
    for step in steps:
        if step == "write":
            ledger.version += 1
            continue
        response = client.get(
            "/sparql", query_string={"query": step}, headers={"If-None-Match": held.get(step, '"none"')}
        )
        if response.status_code == 304:
            assert held[step].startswith(f'W/"{ledger.version}-')
        else:
            assert response.text == f"{ledger.version} {step}"
            held[step] = response.headers["ETag"]
