"""What the writer of a wrong query is told: the place in their own text, and the mistake."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
from pyoxigraph import Store

from onrecord.graph import terms
from onrecord.graph.errors import QuerySyntax
from onrecord.graph.ledger import Ledger
from onrecord.graph.sparql.mistakes import PADDING, explain
from onrecord.graph.sparql.tokens import tokenize
from onrecord.graph.vocabulary.examples import examples


def wrong(text: str) -> QuerySyntax:
    """The error a reader makes of this text."""
    with pytest.raises(SyntaxError) as caught:
        Store().query(text + PADDING, prefixes=dict(terms.PREFIXES), base_iri="http://example.org/")
    return explain(text, str(caught.value), again=Store().query)


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


def mistaken() -> Iterator[tuple[str, int]]:
    """The example queries, each with something that SPARQL has nowhere put between two of its tokens; and where it stands."""
    draw = random.Random(1)  # noqa: S311  (where mistakes stand is no secret)
    for example in examples():
        every = list(tokenize(example.text, spaces=False))
        between = [
            token.start
            for before, token in pairwise(every)
            # (Two of the first are one sign. What stands between a function and its brackets may be told as the function's fault.)
            if not before.kind == token.kind == "other" and not (before.kind == "word" and token.text == "(")
        ]
        for start in draw.sample(between, min(20, len(between))):
            wrong_ = draw.choice(["%", "zzzz", "€", "zz%zz", "\\"])
            yield f"{example.text[:start]} {wrong_} {example.text[start:]}", start + 1


def at(text: str, position: int) -> tuple[int, int]:
    lines = text[:position].split("\n")
    return len(lines), len(lines[-1]) + 1


def test_a_mistake_anywhere_is_told_at_its_place() -> None:
    told = [(text, position, wrong(text)) for text, position in mistaken()]
    assert len(told) > 250
    assert [
        (text, position, error.message)
        for text, position, error in told
        if (error.line, error.column) != at(text, position)
    ] == []


def test_a_mistake_is_told_at_its_place_in_what_was_sent_however_the_query_is_rewritten(
    seeded: Ledger,
) -> None:
    ahead = (
        "# \U0001f41f à\n\nASK { FILTER(REGEX('\\u0041', 'a', 'i') && 1/3 = 2) ?s rec:matchesText 'strik*' . "
    )
    for more in ("zzzz ?p ?o }", "?s ?p ?o }\n  zzzz", "?s (rdfs:label|^rdfs:label)* zzzz }"):
        with pytest.raises(QuerySyntax) as caught:
            seeded.query(ahead + more)
        place = (caught.value.line, caught.value.column)
        assert place == at(ahead + more, len(ahead) + more.index("zzzz")), caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 } ; LOAD <http://127.0.0.1:9/> zzzz",
        "LOAD <http://127.0.0.1:9/> zzzz ; CLEAR ALL",
        "DELETE WHERE { ?s ?p ?o } ; zzzz",
    ],
)
def test_a_mistake_in_an_update_is_told_at_its_place_and_nothing_of_it_is_done(text: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().update(text + PADDING)
    error = explain(text, str(caught.value), again=Store().update)
    assert (error.line, error.column) == at(text, text.index("zzzz"))


def test_no_message_shows_the_parsers_character_classes() -> None:
    for text in (
        "SELECT ?x { ?x foo:bar 1 }",
        "SELECT * { ?s ?p }",
        "SELECT",
        "ASK { ?s ?p 'a'@toolonglanguage }",
    ):
        assert "\\u{" not in wrong(text).message
        assert "['" not in wrong(text).message
