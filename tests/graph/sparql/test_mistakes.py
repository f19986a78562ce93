"""What the writer of a wrong query is told: the place in their own text, and the mistake."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from onrecord.graph import terms
from onrecord.graph.errors import QuerySyntax
from onrecord.graph.sparql.mistakes import PADDING, explain


def wrong(text: str) -> QuerySyntax:
    """The error a reader makes of this text."""
    with pytest.raises(SyntaxError) as caught:
        Store().query(text + PADDING, prefixes=dict(terms.PREFIXES), base_iri="http://example.org/")
    return explain(text, str(caught.value))


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("SELECT * {\n  ?s ?p ?o .\n  ?s rdfs:label ?o ¦FILTR(?o > 3)\n}", "FILTR"),
        ("¦SELEC ?x { ?x a ?y }", "SELEC"),
        ("SELECT ?x { ?x a ?y } ORDER ¦?x", "?x"),
        ("SELECT ?x { ?x a ?y } LIMIT ¦x", "x"),
        ("SELECT ?x { ?x a ?y . FILTER(?y = ¦) }", ")"),
        ("SELECT ?x {\n ?x ¦foo:bar ?y }", "prefix `foo:` is not declared"),
        ("PREFIX é: <http://e/> SELECT ?x { ?x é:bar ?y ; ¦x:y 1 }", "prefix `x:` is not declared"),
        ("SELECT * ¦{\n ?s ?p ?o", "`{` opened here is never closed"),
        ("SELECT * { ?s ?p ?o }\n¦}", "`}` closes nothing"),
        ("SELECT * { ?s ?p (1 2 ¦}", "should be `)`"),
        ("SELECT * { ?s a ¦<http://example.org/ b> }", "IRI that begins here"),
        ("SELECT ?x { ?x a ?y } GROUP BY ?y¦", "SELECT asks for a variable"),
        ("DESCRIBE¦", "ends too soon"),
    ],
)
def test_the_place_is_that_of_the_writers_own_text(marked: str, words: str) -> None:
    before, _, after = marked.partition("¦")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    error = wrong(before + after)
    assert (error.line, error.column) == (line, column)
    assert words in error.message
    assert error.message.startswith(f"line {line}, column {column}: ")


def test_no_message_shows_the_parsers_character_classes() -> None:
    for text in (
        "SELECT ?x { ?x foo:bar 1 }",
        "SELECT * { ?s ?p }",
        "SELECT",
        "ASK { ?s ?p 'a'@toolonglanguage }",
    ):
        assert "\\u{" not in wrong(text).message
        assert "['" not in wrong(text).message
