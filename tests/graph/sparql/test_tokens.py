"""Tokens: nothing of a text is lost, and what is bound replaces variables alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onrecord.graph.sparql.tokens import bind, tokenize


@given(st.text(st.sampled_from("'\"#<>\n\\:.a1?{}() é@")))
def test_tokens_leave_nothing_out(text: str) -> None:
    assert "".join(token.text for token in tokenize(text)) == text


@given(st.text(st.sampled_from("'\"#<>\n\\:.a1?{}() é@")))
def test_without_spaces_all_other_tokens_are_the_same(text: str) -> None:
    assert list(tokenize(text, spaces=False)) == [token for token in tokenize(text) if token.kind != "space"]


def test_spaces_and_comments_at_the_end_are_passed_over_once() -> None:
    # (each tried from each of their characters would be 20 thousand million steps)
    assert list(tokenize("ASK " + " " * 100_000 + "#" * 100_000, spaces=False)) == [("word", "ASK", 0)]


def test_bound_names_are_replaced_where_they_are_variables() -> None:
    text = (
        "SELECT ?this (COUNT(?this) AS ?n) ?thisOther { ?this ?p '?this' . FILTER($this != <?this>) } # ?this"
    )
    assert bind(text, {"this": "<http://example.org/x>"}) == (
        "SELECT (<http://example.org/x> AS ?this) (COUNT(<http://example.org/x>) AS ?n) ?thisOther "
        "{ <http://example.org/x> ?p '?this' . FILTER(<http://example.org/x> != <?this>) } # ?this"
    )
