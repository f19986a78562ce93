"""What a graph has to hold for a query to see it."""

from __future__ import annotations

import pytest

from onrecord.graph import terms
from onrecord.graph.sparql.rewriting.needed import needed

REC = terms.REC


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT * { ?s rec:about ?x ; rec:speaker ?y , ?z }", {REC + "about", REC + "speaker"}),
        ("SELECT * { ?s a rec:Claim ; rec:claimant/rec:side ?x }", {REC + "Claim", REC + "claimant", REC + "side"}),
        ("PREFIX p: <urn:p:> ASK { ?s <urn:q>|^p:r ?x }", {"urn:q", "urn:p:r"}),
        ("PREFIX rec: <urn:p:> ASK { ?s rec:r ?x }", {"urn:p:r"}),
        ("SELECT * { ?s rec:about [ rec:place ?p ] OPTIONAL { ?s rec:by ?b } }", {REC + "about", REC + "place", REC + "by"}),
        ("SELECT * { ?s rec:about ?x FILTER NOT EXISTS { ?s rec:by ?b } MINUS { ?s rec:place ?p } }", {REC + "about", REC + "by", REC + "place"}),
        ("SELECT * { { SELECT ?s { ?s rec:about ?x } LIMIT 1 } UNION { ?s rec:by ?x } }", {REC + "about", REC + "by"}),
        ("CONSTRUCT { ?s ?p ?x } WHERE { ?s rec:about ?x . VALUES ?p { rec:by } }", {REC + "about"}),
        ("SELECT (1 AS ?x) {}", set()),
    ],
)  # fmt: skip
def test_the_predicates_of_patterns_and_the_classes_that_they_ask_for(query: str, names: set[str]) -> None:
    assert needed(query) == names


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s rec:about ?x . ?x a ?kind }",
        "SELECT * { ?s rec:about [ a rec:Event ] }",
        "SELECT * { ?s rec:about [ ?p ?o ] }",
        "SELECT * { ?s rec:about/a rec:Event }",
        "SELECT * { ?s rdf:type ?kind }",
        "SELECT * { ?s rec:about (1 2) }",
        "SELECT * { ?s !rec:about ?o }",
        "SELECT * { ?s rec:partOf* ?o }",
        "SELECT * { ?s rec:about ?x FILTER EXISTS { ?x ?p ?o } }",
        "SELECT * { ?s rec:about ?x MINUS { ?x ?p ?o } }",
        "SELECT * { ?s nobody:knows ?x }",
        "BASE <urn:x> SELECT * { ?s <about> ?x }",
        "SELECT * { ?s <about> ?x }",
        "SELECT * { ?s rec:ab\\-out ?x }",
        "SELECT * { GRAPH ?g { ?s rec:about ?x } }",
        "SELECT * FROM <urn:g> { ?s rec:about ?x }",
        "DESCRIBE rec:Claim",
        "SELECT * { ?s rec:about ",
    ],
)
def test_nothing_is_known_of_a_query_with_a_pattern_that_may_match_anywhere(query: str) -> None:
    assert needed(query) is None
