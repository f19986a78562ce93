"""Queries as people write them: each is answered as the engine alone answers it, column order aside, and none is refused."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.harness.asking import Rows, answer, raw, store

DATA = store(
    """
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    ex:kyiv a ex:City ; rdfs:label "Kyiv"@en , "Київ"@uk ; ex:population 2952301 ; ex:in ex:ukraine ; ex:founded "0482-01-01"^^xsd:date .
    ex:lviv a ex:City ; rdfs:label "Lviv"@en ; ex:population 717273 ; ex:in ex:lvivska ; ex:area 182.01 .
    ex:lvivska a ex:Region ; rdfs:label "Lviv Oblast"@en ; ex:in ex:ukraine . ex:ukraine a ex:State ; rdfs:label "Ukraine"@en .
    ex:City rdfs:subClassOf ex:Place . ex:Region rdfs:subClassOf ex:Place . ex:Place rdfs:subClassOf ex:Thing .
    ex:a ex:when "2025-08-28T01:00:00Z"^^xsd:dateTime ; ex:until "2025-08-28T03:00:00Z"^^xsd:dateTime ; ex:place ex:kyiv .
    ex:list ex:items ( ex:kyiv ex:lviv ) .
    GRAPH ex:g1 { ex:kyiv ex:twin ex:lviv ; ex:score 3 } GRAPH ex:g2 { ex:lviv ex:score 4 }
    """
)
QUERIES = [
    "SELECT * WHERE { ?s ?p ?o } LIMIT 100",
    "SELECT DISTINCT ?type (COUNT(?s) AS ?n) WHERE { ?s a ?type } GROUP BY ?type ORDER BY DESC(?n) ?type",
    "SELECT ?city ?label WHERE { ?city a ex:City ; rdfs:label ?label . FILTER(LANGMATCHES(LANG(?label), 'en')) }",
    "SELECT ?city ?population WHERE { ?city ex:population ?population FILTER(?population > 1000000) }",
    "SELECT ?x WHERE { ?x a/rdfs:subClassOf* ex:Place } ORDER BY ?x",
    "SELECT ?x WHERE { ?x ex:in+ ex:ukraine . MINUS { ?x a ex:Region } }",
    "SELECT ?item WHERE { ex:list ex:items/rdf:rest*/rdf:first ?item }",
    "SELECT ?l WHERE { ?x rdfs:label ?l FILTER(REGEX(?l, '^(Ky|Lv)', 'i') && !CONTAINS(STR(?l), 'Oblast')) }",
    "SELECT ?l WHERE { ?x rdfs:label ?l FILTER REGEX(STR(?l), \"\\\\bOblast\\\\b\") }",
    "SELECT (REPLACE(STR(?x), 'http://example.org/', 'ex:') AS ?short) WHERE { ?x a ex:City } ORDER BY ?short",
    "SELECT (REPLACE(STR(?x), '^.*[/#]', '') AS ?local) WHERE { ?x a ex:City } ORDER BY ?local",
    "SELECT ?x (GROUP_CONCAT(DISTINCT STR(?l); SEPARATOR=' / ') AS ?all) WHERE { ?x a ex:Region ; rdfs:label ?l } GROUP BY ?x",
    "SELECT ?a WHERE { ?a ex:when ?from ; ex:until ?to . FILTER(?from < ?to && ?to <= '2025-08-29T00:00:00Z'^^xsd:dateTime) }",
    "SELECT ?d WHERE { ?x ex:founded ?d FILTER(?d < '1000-01-01'^^xsd:date && YEAR(?d) < 500) }",
    "SELECT ?g (SUM(?n) AS ?sum) (AVG(?n) AS ?mean) WHERE { GRAPH ?g { ?s ex:score ?n } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?g ?s ?l WHERE { GRAPH ?g { ?s ex:score ?n } OPTIONAL { ?s rdfs:label ?l FILTER(LANG(?l) = 'uk') } }",
    "SELECT ?g ?s WHERE { GRAPH ?g { VALUES ?s { ex:kyiv } ?s ?p ?o } }",
    "SELECT ?s ?n FROM ex:g1 FROM ex:g2 WHERE { ?s ex:score ?n }",
    "SELECT ?x ?density WHERE { ?x ex:population ?p ; ex:area ?a BIND(xsd:integer(ROUND(?p / ?a)) AS ?density) }",
    "SELECT ?x (?p * 100 / 2 AS ?half) WHERE { ?x ex:population ?p } ORDER BY DESC(?half)",
    "SELECT ?x WHERE { ?x ex:population ?p . { SELECT (MAX(?q) AS ?most) { ?y ex:population ?q } } FILTER(?p >= ?most) }",
    "SELECT ?x (IF(?p > 1000000, 'large', 'small') AS ?size) (COALESCE(?a, 0) AS ?area) { ?x ex:population ?p OPTIONAL { ?x ex:area ?a } }",
    "SELECT ?x WHERE { VALUES (?x ?t) { (ex:kyiv ex:City) (ex:lviv UNDEF) } ?x a ?t FILTER EXISTS { ?x ex:in ?y } }",
    "ASK { ex:kyiv ex:in? ex:ukraine }",
    "CONSTRUCT { ?x rdfs:label ?l ; a ex:Shown } WHERE { ?x a ex:City ; rdfs:label ?l }",
    "DESCRIBE ?x WHERE { ?x a ex:State }",
    "select ?x where{?x a ex:City .filter not exists{?x ex:area ?a}}order by ?x limit 5 offset 0",
    "# a comment with SELECT * and ex:a.b.c\nSELECT ?x # another\nWHERE { ?x a ex:City } # 'the end'",
    "PREFIX : <http://example.org/> BASE <http://example.org/> SELECT ?p { :kyiv ?p <ukraine> }",
    "SELECT ?s { ?s !(rdf:type|rdfs:label|^ex:in) ex:ukraine }",
    "SELECT (COUNT(*) AS ?n) { { ?x a ex:City } UNION { ?x a ex:Region } FILTER(ISIRI(?x) && STRSTARTS(STR(?x), 'http')) }",
    "SELECT ?x { ?x rdfs:label ?l FILTER(?l IN ('Kyiv'@en, 'Lviv'@en)) } ORDER BY STRLEN(?l) DESC(?x)",
    "SELECT (SAMPLE(?l) AS ?one) (MIN(?p) AS ?least) { ex:lviv rdfs:label ?l ; ex:population ?p } HAVING (COUNT(*) > 0)",
    "SELECT (STRDT(STR(?p), xsd:string) AS ?s) (CONCAT(UCASE(STR(?l)), '!') AS ?t) { ex:lviv ex:population ?p ; rdfs:label ?l }",
]  # fmt: skip


def _sorted(found: bool | tuple[list[str], Rows]) -> object:
    if isinstance(found, bool):
        return found
    names, rows = found
    if not names:
        return sorted(rows)  # triples
    return Counter(frozenset(zip(names, row, strict=True)) for row in rows)


@pytest.mark.parametrize("text", QUERIES)
def test_what_worked_works(text: str) -> None:
    text = "PREFIX ex: <http://example.org/> " + text
    assert _sorted(answer(text, DATA)) == _sorted(raw(text, DATA))
    assert _sorted(raw(text, DATA)), "a query that finds nothing shows nothing"
