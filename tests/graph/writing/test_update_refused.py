"""SPARQL Update: what is refused, and that nothing is changed then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.harness.updating import BASE, EX, do, unchanged

from onrecord.graph import errors
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def ledger(emptied: Ledger) -> Ledger:
    return emptied


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("INSERT DATA {\n  <a> <b> nothing:c }", 2, 11),
        ("INSERT DATA { <a> <b> <c> ", 1, 13),
        ("SELECT * { ?s ?p ?o }", 1, 1),
        ("PREFIX q: <http://q/> INSERT DATA { <a> <b> <c>> }", 1, 48),
        ("INSERT DATA { <a> <b> <c> } ;\nPREFIX r: <http://r/> DELTE DATA { r:a <b> <c> }", 2, 23),
        ("INSERT DATA { <a> <b> <c> } ;\n\n  INSERT DATA { <a> ?x <c> }", 3, 21),
        ("DELETE WHERE { <a> <b> _:x }", 1, 24),
        ("INSERT DATA { <a> <b> _:x } ; DELETE { ?s <b> [] } WHERE { ?s <b> [] }", 1, 47),
        # What would be refused is told only once it is SPARQL.
        ("INSERT { <a> <b> <c> } WHERE { SERVICE <x> { ?a ?b ?c }", 1, 30),
        ("LOAD <x> ; INSERT DATA { <a> <b> <c>", 1, 24),
    ],
)
def test_a_syntax_error_names_its_place_in_the_text_as_sent(
    ledger: Ledger, text: str, line: int, column: int
) -> None:
    with (
        unchanged(ledger),
        pytest.raises(errors.UpdateSyntax, match=f"^line {line}, column {column}: ") as caught,
    ):
        ledger.update(text, author="tester")
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:9/>",
        "LOAD <http://127.0.0.1:9/> INTO GRAPH :g",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT ?x { ?s ?p ?o } }",
        "INSERT { :a :b :c } WHERE { FILTER EXISTS { SERVICE<http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "INSERT DATA { :a :b 1 } ; INSERT { ?s ?p ?o } WHERE { SELECT * { SERVICE :x { ?s ?p ?o } } }",
    ],
)
def test_nothing_that_reaches_elsewhere_is_run(ledger: Ledger, text: str) -> None:
    with unchanged(ledger), pytest.raises(errors.QueryRefused, match="is not run here"):
        do(ledger, text)


def test_loading_silently_succeeds_and_does_nothing(ledger: Ledger) -> None:
    assert do(ledger, "LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH :g ; INSERT DATA { :a :p 1 }") == (1, 0)
    assert not ledger.store_exists(EX + "g")


def test_too_much_of_anything_is_refused_with_the_setting_that_says_so(settings: Settings) -> None:
    tight = replace(settings, update_kilobytes=1, query_nesting=5, query_patterns=3)
    with Ledger.open(tight, _gate=False) as ledger:
        for text, setting in (
            ("INSERT DATA { :a :b '" + "x" * 1024 + "' }", "UPDATE_KILOBYTES"),
            ("INSERT { :a :b :c } WHERE {{{{{{}}}}}}", "QUERY_NESTING"),
            ("INSERT { :a :b :c } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "QUERY_PATTERNS"),
        ):
            with pytest.raises(errors.QueryRefused, match=f"ONRECORD_{setting}"):
                do(ledger, text)
        assert do(ledger, "INSERT DATA { :a :b 1, 2, 3, 4, 5, 6, 7 }") == (7, 0)


def test_an_update_past_its_time_is_stopped_and_changes_nothing(settings: Settings) -> None:
    with Ledger.open(replace(settings, update_seconds=1), _gate=False) as ledger:
        do(ledger, "INSERT DATA { " + " ".join(f":a{n} :p {n} ." for n in range(300)) + " }")
        with pytest.raises(errors.UpdateTimeout, match="ONRECORD_UPDATE_SECONDS"):
            do(ledger, "DELETE { ?a ?b ?c } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        assert ledger.version == 1
        assert do(ledger, "INSERT DATA { :a :p 1 }") == (1, 0)


def test_an_update_short_of_memory_ends_alone(settings: Settings) -> None:
    with Ledger.open(replace(settings, worker_megabytes=64), _gate=False) as ledger:
        long = "a" * 2000
        with pytest.raises(errors.UpdateMemory, match="64 MiB"):
            do(
                ledger,
                f"INSERT {{ :a :b ?z }} WHERE {{ BIND(REPLACE('{long}', 'a', '{long}') AS ?x) BIND(REPLACE(?x, 'a', ?x) AS ?z) }}",
            )
        assert do(ledger, "INSERT DATA { :a :p 1 }") == (1, 0)


def test_a_change_past_its_size_is_refused(settings: Settings) -> None:
    with Ledger.open(replace(settings, change_megabytes=1), _gate=False) as ledger:
        do(ledger, "INSERT DATA { " + " ".join(f":a{n} :p '{'x' * 100}' ." for n in range(100)) + " }")
        with pytest.raises(errors.ResultTooLarge, match="ONRECORD_CHANGE_MEGABYTES"):
            do(ledger, "INSERT { GRAPH ?s { ?t :p ?o } } WHERE { ?s :p ?o . ?t :p ?r }")
        assert ledger.version == 1


def test_a_version_that_is_not_the_present_one_stops_a_write(ledger: Ledger) -> None:
    version = ledger.version
    do(ledger, "INSERT DATA { :a :p 1 }", if_version=version)
    with pytest.raises(errors.PreconditionFailed, match=f"at version {version + 1}") as caught:
        do(ledger, "INSERT DATA { :a :p 2 }", if_version=version)
    assert caught.value.version == version + 1


@pytest.mark.parametrize("name", ["vocabulary", "derived", "history"])
def test_graphs_that_are_made_and_not_written_are_protected(ledger: Ledger, name: str) -> None:
    with unchanged(ledger), pytest.raises(errors.Protected, match=f"graph/{name}"):
        do(ledger, f"INSERT DATA {{ GRAPH <{BASE}graph/{name}> {{ :a :p 1 }} }}")


def test_a_plain_store_protects_nothing(plain: Ledger) -> None:
    assert do(plain, f"INSERT DATA {{ GRAPH <{BASE}graph/derived> {{ :a :p 1 }} }}") == (1, 0)
