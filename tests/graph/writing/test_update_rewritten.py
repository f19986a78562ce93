"""Updates that the engine alone would misread: what they change is what the standard says."""

from __future__ import annotations

import pytest
from tests.harness.updating import do, triples

from onrecord.graph import errors
from onrecord.graph.ledger import Ledger


@pytest.fixture(params=["with a name", "plain"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """A ledger with a default graph that has a name, and one whose default graph has none."""
    name = "plain" if request.param == "plain" else "emptied"
    found: Ledger = request.getfixturevalue(name)
    return found


@pytest.mark.parametrize(
    "delete",
    [
        "DELETE WHERE { :v1.0.2 :p ?o }",
        "DELETE DATA { :v1.0.2 :p 1 }",
        "DELETE { ?s :p 1 } WHERE { VALUES ?s { :v1.0.2 } ?s ?p ?o }",
        r"DELETE { ?s :p 1 } WHERE { VALUES ?s { :v1\.0.2 } }",
        r"DELETE { ?s :p 1 } WHERE { VALUES ?\u0073 { :v1.0.\u0032 } }",
        "PREFIX : <http://elsewhere.example/> DELETE DATA { :v1.0.2 :p 1 } ; PREFIX : <http://example.org/> "
        "DELETE DATA { :v1.0.2 :p 1 }",
    ],
)
def test_a_name_with_two_dots_deletes_the_triple_it_names(ledger: Ledger, delete: str) -> None:
    do(ledger, "INSERT DATA { :v1.0.2 :p 1 . :v1.0 :p 1 , 0.2 . :v1 :p 1 }")
    assert do(ledger, delete) == (0, 1)
    assert not [line for line in triples(ledger, None) if line.startswith("<:v1.0.2>")]


def test_a_name_with_two_dots_is_one_member_of_a_list(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p ( :v1.0.2 1 ) }")
    assert len([line for line in triples(ledger, None) if "first" in line]) == 2


def test_graphs_may_have_dots_in_their_names(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { GRAPH :g.1.2 { :a :p 1 } }")
    assert do(ledger, "WITH :g.1.2 DELETE { ?s :p 1 } INSERT { ?s :p 2 } WHERE { ?s :p 1 }") == (1, 1)
    assert do(ledger, "COPY :g.1.2 TO :g.3.4 ; DROP GRAPH :g.1.2") == (1, 1)
    assert do(ledger, "INSERT { :b :p ?o } USING :g.3.4 WHERE { ?s :p ?o }") == (1, 0)


@pytest.mark.parametrize(
    ("where", "objects"),
    [
        ("BIND(REPLACE('2025-08-28', '(.+)-(.+)-(.+)', '$3_$2_$1') AS ?o)", {'"28_08_2025"'}),
        ("{ SELECT (GROUP_CONCAT(?x; SEPARATOR=',') AS ?o) { VALUES ?x { 1 2 } } }", {'"1,2"'}),
        ("{ SELECT (GROUP_CONCAT(DISTINCT ?x) AS ?o) { VALUES ?x { 1 1 } } }", {'"1"'}),
        ("{ SELECT ?o ?o { VALUES ?o { 'x' } } }", {'"x"'}),
        ("VALUES ?o { 'x' } FILTER(false < TRUE)", {'"x"'}),
        (":nowhere :p* ?o", {"<:nowhere>"}),
        ("GRAPH ?g { VALUES ?o { 'x' } } FILTER(?g = :g)", {'"x"'}),
        ("VALUES ?o { 'x' } FILTER NOT EXISTS { ?x owl:unionOf (rec:Strike <http://www.w3.org/2002/07/owl#Thing>) }", {'"x"'}),
    ],
)  # fmt: skip
def test_what_an_update_matches_is_rewritten_like_a_query(
    ledger: Ledger, where: str, objects: set[str]
) -> None:
    do(ledger, "INSERT DATA { GRAPH :g { :a :p :b } }")
    do(ledger, f"INSERT {{ :new :q ?o }} WHERE {{ {where} }}")
    assert {
        line.split(maxsplit=2)[2] for line in triples(ledger, None) if line.startswith("<:new>")
    } == objects


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <http://example.org/> INSERT DATA { service:a service:p service:b }",
        "PREFIX service: <http://example.org/> INSERT { service:a :p ?o } WHERE { VALUES ?o { service:b } }",
        "INSERT DATA { :a owl:unionOf (rec:Strike <http://www.w3.org/2002/07/owl#Thing>) }",
        "INSERT DATA { :service :a.service.b 'service'@en-service }",
    ],
)
def test_what_is_legal_is_taken(ledger: Ledger, text: str) -> None:
    assert do(ledger, text)[0] >= 1


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { :a :p :v1.0.2 .\n :b :p ¦} ; CLEAR ALL",
        "INSERT DATA { :a :p \\u003Ca> } ;\nDELETE DATA { :a.b.c :p 1 . ¦?x :p 2 }",
    ],
)
def test_a_mistake_is_shown_where_it_stands_in_the_text_that_was_sent(ledger: Ledger, text: str) -> None:
    before, _, after = text.partition("¦")
    with pytest.raises(errors.UpdateSyntax) as caught:
        ledger.update(f"PREFIX : <http://example.org/> {before}{after}", author="test")
    assert (caught.value.line, caught.value.column) == (2, len(before) - before.index("\n"))
