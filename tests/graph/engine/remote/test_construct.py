"""A CONSTRUCT taken apart makes the graph that it makes whole."""

from __future__ import annotations

import pytest
from pyoxigraph import QuerySolutions, QueryTriples, RdfFormat, Store, Triple

from onrecord.graph.engine.remote.construct import as_rows

DATA = """
@prefix : <http://example.org/> .
:a :p :b , :c ; :label "a {braces} ?x" . :b :p :c ; :label "b" . :c :label "c"@en .
"""
PREFIX = "PREFIX : <http://example.org/>\n"


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.load(DATA.encode(), RdfFormat.TURTLE)
    return made


def triples(store: Store, query: str) -> set[Triple]:
    found = store.query(query)
    assert isinstance(found, QueryTriples)
    return set(found)


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o }",
        "construct{?s :q $o}where{$s :p ?o}",
        "CONSTRUCT { ?s :q ?o ; :label \"} WHERE {\" , ?l . :x :y ?s } { ?s :p ?o ; :label ?l FILTER (?l != '}') }",
        "CONSTRUCT WHERE { ?s :p ?o ; :label ?l }",
        "# CONSTRUCT { ?no }\nCONSTRUCT # { ?no\n { ?s :q ?o # ?no }\n } # ?no\nWHERE { ?s :p ?o } ORDER BY ?o LIMIT 2",
        "CONSTRUCT { ?s :q ?o . ?s :r ?never } WHERE { ?s :p ?o OPTIONAL { ?o :p ?s } }",
        "CONSTRUCT { ?s :q ?n } WHERE { { SELECT ?s (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?s } }",
        "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o } VALUES ?o { :c }",
        "CONSTRUCT { ?s :q (?o 1) } WHERE { ?s :p ?o FILTER (false) }",
    ],
)
def test_the_template_over_the_rows_makes_the_same_graph(store: Store, query: str) -> None:
    apart = as_rows(PREFIX + query)
    assert apart is not None
    rows = store.query(apart.query)
    assert isinstance(rows, QuerySolutions)
    assert tuple(variable.value for variable in rows.variables) == apart.columns
    names = " ".join(f"?{name}" for name in apart.columns)
    values = " ".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows)
    again = triples(store, f"{apart.template} WHERE {{ VALUES ({names}) {{ {values} }} }}")
    assert again == triples(store, PREFIX + query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s :p ?o }",
        "DESCRIBE ?s { ?s :p ?o }",
        "ASK {}",
        # no row can make these
        "CONSTRUCT { :a :p :b } WHERE { ?s :p ?o }",
        "CONSTRUCT { ?x :p ?x } WHERE { ?s :p ?o }",
        "CONSTRUCT {} WHERE { ?s ?p ?o }",
        # one value for each group
        "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o } GROUP BY ?s",
        "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o } GROUP BY ?s HAVING (COUNT(*) > 1)",
        "CONSTRUCT {",
        "",
    ],
)
def test_others_are_not_taken_apart(query: str) -> None:
    assert as_rows(PREFIX + query) is None
