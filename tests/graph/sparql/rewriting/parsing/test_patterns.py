"""Paths of length zero and groups in GRAPH as the standard has them; every expected value is the standard's."""

from __future__ import annotations

import pytest
from tests.harness.asking import DATA, answer, rows

from onrecord.graph.errors import QueryRefused


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("ex:zz ex:p* ?x", ["zz"]),
        ("?x ex:p* ex:zz", ["zz"]),
        ("ex:zz ex:p? ?x", ["zz"]),
        ("?x (ex:p|ex:q)* ex:zz .", ["zz"]),
        ("ex:zz ^ex:p* ?x", ["zz"]),
        ("ex:zz (ex:p*)+ ?x", ["zz"]),
        ("ex:zz ex:p*/ex:q? ?x", ["zz"]),
        ("ex:zz ex:p*|ex:q* ?x", ["zz", "zz"]),
        ("ex:zz ex:p+ ?x", []),
        ("ex:zz ex:p*/ex:q ?x", []),
        ("?x ex:p* ex:zz ; ex:p* ex:yy", []),
        ("?x ex:p ?y ; ex:p* ex:zz", []),
        ("?x ex:p* ex:zz, ex:zz", ["zz"]),
        ("{ ?x ex:p* ex:zz } UNION { ?x ex:p ex:d }", ["b", "zz"]),
        ("?x ex:p* ex:zz FILTER(?x = ex:zz) OPTIONAL { ?x ex:p ?y }", ["zz"]),
        ("FILTER(?x = ex:zz) ?x ex:p* ex:zz", ["zz"]),
        ("BIND(ex:zz AS ?x) FILTER EXISTS { ex:zz ex:p* ex:zz }", ["zz"]),
        ("BIND(1 AS ?y) ?x ex:p* ex:v1.0.2", ["v1.0.2"]),
        ("ex:a ex:p* ?x", ["a", "b", "c", "d"]),
        ("?x ex:p? ex:d", ["b", "d"]),
        ("[] ex:p* ex:zz . BIND(ex:zz AS ?x)", ["zz"]),
        ("ex:zz ex:p? ex:zz . BIND(ex:zz AS ?x)", ["zz"]),
        ("ex:zz ex:p? ex:yy . BIND(ex:zz AS ?x)", []),
        ("GRAPH ex:g2 { ex:a ex:p* ?x }", ["a"]),
        ("GRAPH ex:nowhere { ex:a ex:p* ?x }", []),
        ("GRAPH ex:g2 { ?x ex:p ex:y FILTER EXISTS { ex:a ex:p* ex:a } }", ["x"]),
        ("GRAPH ex:g2 { ?x ex:p ex:y FILTER NOT EXISTS { ex:a ex:p* ex:a } }", []),
        ("GRAPH ?g { ex:x ex:p* ?x }", ["x", "x", "y"]),
    ],
)
def test_a_path_of_length_zero_matches_a_term_that_the_data_do_not_hold(
    pattern: str, expected: list[str]
) -> None:
    found = [row[0] for row in rows(f"SELECT ?x {{ {pattern} }} ORDER BY ?x", DATA)]
    assert found == [f"<http://example.org/{local}>" for local in expected]


@pytest.mark.parametrize("literal", ['"l"', '"l"@en', "5", "-5", "2.5", "true", '"1"^^ex:t'])
def test_the_end_of_a_path_of_length_zero_may_be_a_literal(literal: str) -> None:
    assert answer(f"ASK {{ ?x ex:p* {literal} FILTER(sameTerm(?x, {literal})) }}") is True


def test_the_data_set_decides_whether_a_term_is_held() -> None:
    assert rows("SELECT ?x FROM ex:g2 { ex:a ex:p* ?x }", DATA) == [("<http://example.org/a>",)]
    assert len(rows("SELECT ?x FROM ex:g1 { ex:a ex:p* ?x }", DATA)) == 2


def test_a_path_of_length_zero_from_a_blank_node_in_brackets_to_an_unknown_term_is_refused() -> None:
    with pytest.raises(QueryRefused, match="line 2, column 4"):
        answer("ASK {\n [ ex:p* ex:zz ] ex:q 1 }", DATA)
    assert answer("ASK { [ ex:p* ex:d ] ex:n 1 }", DATA) is True


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("VALUES ?x { 1 }", [("g1", "1"), ("g2", "1")]),
        ("SELECT (COUNT(*) AS ?x) { ?s ?p ?o }", [("g1", "2"), ("g2", "1")]),
        ("{ SELECT (COUNT(*) AS ?x) { ex:x ex:p ?o } }", [("g1", "0"), ("g2", "1")]),
        ("ex:x ?p ?o { SELECT (COUNT(*) AS ?x) { ?s ?p ?o } }", [("g2", "1")]),
        ("SELECT (1 AS ?x) { ?s ?p ?o } LIMIT 1", [("g1", "1"), ("g2", "1")]),
        ("SELECT DISTINCT (1 AS ?x) { ?s ?p ?o }", [("g1", "1"), ("g2", "1")]),
        (
            "{ VALUES ?x { 1 } } UNION { ex:x ex:p ex:y BIND(2 AS ?x) }",
            [("g1", "1"), ("g2", "1"), ("g2", "2")],
        ),
        ("ex:x ex:p ?o VALUES ?x { 1 }", [("g2", "1")]),
        ("ex:x ex:p ex:y BIND(1 AS ?x) MINUS { ex:x ?q ex:y }", [("g2", "1")]),
        ("BIND(1 AS ?x)", [("g1", "1"), ("g2", "1")]),
        ("{ ex:x ex:p ex:y BIND(1 AS ?x) MINUS { ex:x ?q ex:y } }", [("g2", "1")]),
        ("ex:x ex:p ?y BIND(1 AS ?x) MINUS { ex:x ex:p ?y }", []),
    ],
)
def test_graph_with_a_variable_goes_through_the_graphs_one_by_one(
    pattern: str, expected: list[tuple[str, str]]
) -> None:
    found = rows(f"SELECT ?g ?x {{ GRAPH ?g {{ {pattern} }} }} ORDER BY ?g ?x", DATA)
    assert found == [(f"<http://example.org/{graph}>", number) for graph, number in expected]


def test_nothing_is_true_in_a_graph_that_is_not_there() -> None:
    assert rows("SELECT * { GRAPH ex:nowhere { VALUES ?x { 1 } } }", DATA) == []
    assert rows("SELECT * { GRAPH ex:g1 { VALUES ?x { 1 } } }", DATA) == [("1",)]
    assert rows("SELECT * { GRAPH ex:nowhere { SELECT (COUNT(*) AS ?x) { ?s ?p ?o } } }", DATA) == []


def test_a_pattern_is_not_spread_out_over_very_many_graphs() -> None:
    data = "\n".join(f"GRAPH ex:g{number} {{ ex:a ex:p ex:b }}" for number in range(65))
    with pytest.raises(QueryRefused, match="65 graphs"):
        answer("SELECT * { GRAPH ?g { VALUES ?x { 1 } } }", data)
    assert len(rows("SELECT * { GRAPH ?g { ?x ?p ?o VALUES ?x { ex:a } } }", data)) == 65
