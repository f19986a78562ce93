"""SPARQL Update: what it sees, what it changes, and where; graphs as wholes; blank nodes."""

from __future__ import annotations

import shutil

import pytest
from tests.harness.updating import BASE, DEFAULT, EX, do, triples, unchanged

from onrecord.graph import errors
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


@pytest.fixture
def ledger(emptied: Ledger) -> Ledger:
    return emptied


# What is written, and where


def test_what_is_written_to_no_graph_goes_to_the_default_graph_which_has_a_name(ledger: Ledger) -> None:
    assert do(ledger, "INSERT DATA { :a :p :b }") == (1, 0)
    assert triples(ledger, None) == triples(ledger, DEFAULT) == ["<:a> <:p> <:b>"]
    assert ledger.graph_names() == [DEFAULT, BASE + "graph/history"]


def test_in_a_plain_store_it_goes_to_the_default_graph_which_has_none(plain: Ledger) -> None:
    assert do(plain, "INSERT DATA { :a :p :b }") == (1, 0)
    assert triples(plain, None) == ["<:a> <:p> <:b>"]
    assert plain.graph_names() == []


def test_where_without_graph_sees_what_a_query_sees(ledger: Ledger, plain: Ledger) -> None:
    both = "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } } ; INSERT { GRAPH :seen { ?s :p ?o } } WHERE { ?s :p ?o }"
    do(ledger, both)
    do(plain, both)
    assert len(triples(ledger, EX + "seen")) == 2
    assert [line.split()[0] for line in triples(plain, EX + "seen")] == ["<:a>"]


def test_deleting_from_no_graph_leaves_the_other_graphs_alone(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :a :p 1 } }")
    assert do(ledger, "DELETE WHERE { ?s ?p ?o }") == (0, 1)
    assert len(triples(ledger, EX + "g")) == 1


@pytest.mark.parametrize(
    ("dataset", "found"),
    [
        ("USING :g", {"<:b>"}),
        ("USING :g USING :h", {"<:b>", "<:c>"}),
        ("USING NAMED :g", set()),
    ],
)
def test_using_replaces_what_where_sees(ledger: Ledger, dataset: str, found: set[str]) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } GRAPH :h { :c :p 3 } GRAPH :seen { :x :y :z } }")
    do(ledger, f"INSERT {{ GRAPH :seen {{ ?s :q ?o }} }} {dataset} WHERE {{ ?s :p ?o }}")
    assert {line.split()[0] for line in triples(ledger, EX + "seen")} == found | {"<:x>"}


def test_with_names_the_graph_that_is_matched_and_changed(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } }")
    assert do(ledger, "WITH :g DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o }") == (1, 1)
    assert [line.split()[:2] for line in triples(ledger, EX + "g")] == [["<:b>", "<:q>"]]


def test_the_request_may_name_the_data_set(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } GRAPH :h { :c :p 3 } }")
    do(ledger, "INSERT { GRAPH :one { ?s :q ?o } } WHERE { ?s :p ?o }", using_graphs=[EX + "g"])
    do(
        ledger, "INSERT { GRAPH :two { ?s :q ?o } } WHERE { GRAPH ?g { ?s :p ?o } }", using_named_graphs=[EX + "h"]
    )  # fmt: skip
    assert [triples(ledger, EX + name)[0].split()[0] for name in ("one", "two")] == ["<:b>", "<:c>"]


@pytest.mark.parametrize("text", ["WITH :g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "INSERT { :a :b :c } USING :g WHERE {}"])  # fmt: skip
def test_the_request_and_the_text_cannot_both_name_it(ledger: Ledger, text: str) -> None:
    with unchanged(ledger), pytest.raises(errors.UpdateRefused, match="leave one of them out"):
        do(ledger, f"INSERT DATA {{ :a :p 1 }} ; {text}", using_graphs=[EX + "g"])


def test_a_later_operation_sees_what_an_earlier_one_did(ledger: Ledger) -> None:
    do(
        ledger,
        "INSERT DATA { :a :n 1 } ; DELETE { ?s :n ?n } INSERT { ?s :n ?m } WHERE { ?s :n ?n BIND(?n + 1 AS ?m) }",
    )
    assert triples(ledger, None) == ['<:a> <:n> "2"^^<http://www.w3.org/2001/XMLSchema#integer>']


def test_what_comes_and_goes_within_one_update_is_no_change(ledger: Ledger) -> None:
    with unchanged(ledger):
        assert do(ledger, "INSERT DATA { :a :p 1 } ; DELETE DATA { :a :p 1 }") == (0, 0)


@pytest.mark.slow
def test_thousands_of_solutions_go_through_whole(ledger: Ledger) -> None:
    rows = " ".join(f"({n})" for n in range(12_345))
    assert do(ledger, f"INSERT {{ :a :n ?n }} WHERE {{ VALUES (?n) {{ {rows} }} }}") == (12_345, 0)  # noqa: S608  (SPARQL)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { :a :p :b } ; PREFIX x: <http://example.org/> INSERT DATA { x:a x:p x:c }",
        "BASE <http://example.org/> INSERT DATA { <a> <p> <b> } ;\n BASE <http://other/> INSERT DATA { <a> :p :c } ;",
        "# ; } {\nINSERT DATA { :a :p ';}' } ; INSERT DATA { :a :p '''};''' }",
        "INSERT{:a :p :b}WHERE{} ; INSERT { :a :p ?x } WHERE { { SELECT ('}' AS ?x) {} } }",
    ],
)
def test_operations_are_told_apart_whatever_stands_in_them(ledger: Ledger, text: str) -> None:
    assert do(ledger, text) == (2, 0)


# Graphs as wholes


@pytest.mark.parametrize("make", ["ledger", "plain"])
def test_graphs_are_copied_moved_and_added_as_sparql_says(make: str, request: pytest.FixtureRequest) -> None:
    ledger = request.getfixturevalue(make)
    do(ledger, "INSERT DATA { :d :p 0 . GRAPH :g { :a :p 1 } GRAPH :h { :b :p 2 } }")
    do(ledger, "ADD :g TO :h")
    assert len(triples(ledger, EX + "h")) == 2
    do(ledger, "COPY DEFAULT TO :h")
    assert [line.split()[0] for line in triples(ledger, EX + "h")] == ["<:d>"]
    do(ledger, "MOVE GRAPH :g TO DEFAULT")
    assert [line.split()[0] for line in triples(ledger, None)] == ["<:a>"]
    assert not ledger.store_exists(EX + "g")
    do(ledger, "DROP NAMED")
    assert (len(triples(ledger, None)), ledger.store_exists(EX + "h")) == (1, False)
    do(ledger, "CLEAR ALL")
    assert triples(ledger, None) == []


@pytest.mark.parametrize("verb", ["DROP GRAPH :none", "CLEAR GRAPH :none", "COPY :none TO :g", "MOVE :none TO :g", "ADD :none TO :g", "CREATE GRAPH :g"])  # fmt: skip
def test_a_graph_that_is_not_there_fails_the_update_unless_silent(ledger: Ledger, verb: str) -> None:
    do(ledger, "INSERT DATA { GRAPH :g { :a :p 1 } }")
    with pytest.raises(errors.UpdateFailed, match="SILENT passes over this"):
        do(ledger, f"INSERT DATA {{ :a :p 2 }} ; {verb}")
    assert triples(ledger, None) == []
    first, _, rest = verb.partition(" ")
    assert do(ledger, f"{first} SILENT {rest}") == (0, 0)


def test_a_graph_that_was_created_is_there_for_the_rest_of_the_update(ledger: Ledger) -> None:
    do(ledger, "CREATE GRAPH :g ; INSERT { :g a :Empty } WHERE { GRAPH :g {} } ; DROP GRAPH :g")
    assert triples(ledger, None)[0].startswith("<:g>")
    with pytest.raises(errors.UpdateFailed):
        do(ledger, "DROP GRAPH :g")


def test_an_emptied_graph_is_gone_for_the_next_update(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { GRAPH :g { :a :p 1 } }")
    do(ledger, "DELETE DATA { GRAPH :g { :a :p 1 } }")
    do(ledger, "INSERT { :seen :g ?g } WHERE { GRAPH ?g {} }")
    assert triples(ledger, None) == [f"<:seen> <:g> <{BASE}graph/history>"]


# Blank nodes


def test_blank_nodes_get_names_and_the_same_content_the_same_names(ledger: Ledger) -> None:
    assert do(ledger, "INSERT DATA { [] :p [ :q 1 ] }") == (2, 0)
    assert do(ledger, "INSERT DATA { _:x :p _:y . _:y :q 1 }") == (0, 0)
    assert all(
        part.startswith(f"<{BASE}genid/") for part in (line.split()[0] for line in triples(ledger, None))
    )


def test_other_content_gets_other_names(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { [] :p 1 } ; INSERT DATA { [] :p 2 } ; INSERT DATA { GRAPH :g { [] :p 1 } }")
    subjects = {line.split()[0] for graph in (None, EX + "g") for line in triples(ledger, graph)}
    assert len(subjects) == 3


def test_a_plain_store_keeps_blank_nodes_apart_and_can_say_what_was_done_to_them(plain: Ledger) -> None:
    do(plain, "INSERT DATA { [] :p 1 } ; INSERT DATA { [] :p 1 }")
    assert len(triples(plain, None)) == 2
    do(plain, "INSERT { ?s :q :r } WHERE { ?s :p 1 }")
    assert len(triples(plain, None)) == 4
    assert do(plain, "DELETE { ?s ?p ?o } WHERE { ?s :q :r ; ?p ?o }") == (0, 4)


def test_in_a_plain_store_blank_nodes_survive_undoing_and_replaying(plain_settings: Settings) -> None:
    with Ledger.open(plain_settings) as ledger:
        do(ledger, "INSERT DATA { _:a :p _:b . GRAPH :g { _:b :q 1 } }")
        before = ledger.export("nquads").read()
        do(ledger, "DROP ALL")
        ledger.revert(2, author="t")
        assert ledger.export("nquads").read() == before
        assert before.count(b"_:") == 3
    for folder in ("store", "snapshots"):
        shutil.rmtree(plain_settings.data / folder)
    with Ledger.open(plain_settings) as again:
        assert again.export("nquads").read() == before


def test_a_variable_bound_to_a_blank_node_names_no_predicate_and_no_graph(plain: Ledger) -> None:
    do(plain, "INSERT DATA { [] :p 1 }")
    assert do(plain, "INSERT { :a ?s 1 . GRAPH ?s { :a :b :c } } WHERE { ?s :p 1 }") == (0, 0)
