"""Queries put to a store as a reader puts them: screened, rewritten, and with mistakes explained."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import mistakes
from onrecord.graph.sparql.rewriting.rewrite import rewrite
from onrecord.graph.sparql.screening import screen

BASE = "http://example.org/"
PREFIXES = {**terms.PREFIXES, "ex": BASE}
_XSD = terms.PREFIXES["xsd"]
Rows = list[tuple[str | None, ...]]

DATA = """
ex:a ex:p ex:b, ex:c . ex:b ex:p ex:d . ex:a ex:n 1, 2.5, "x"@en, true, false .
GRAPH ex:g1 { ex:a ex:p ex:b . ex:c ex:p ex:d } GRAPH ex:g2 { ex:x ex:p ex:y }
"""
"""A few triples in the default graph, and in two others."""


def store(data: str = "") -> ox.Store:
    """A store that holds this TriG, in which ex: needs no declaring."""
    made = ox.Store()
    made.load(f"PREFIX ex: <{BASE}>\n{data}".encode(), ox.RdfFormat.TRIG, base_iri=BASE)
    return made


def answer(text: str, data: str | ox.Store = "") -> bool | tuple[list[str], Rows]:
    """The answer to a query: a boolean, or columns and rows (of a graph, its triples)."""
    asked = store(data) if isinstance(data, str) else data
    context: dict[str, Any] = {"base_iri": BASE, "prefixes": PREFIXES}
    rewritten = rewrite(screen(text, Settings()), lambda question: asked.query(question, **context))
    try:
        found = asked.query(rewritten.text + mistakes.PADDING, **context, **rewritten.arguments)
    except SyntaxError as error:
        raise mistakes.explain(text, str(error), rewritten) from None
    return read(found)


def raw(text: str, data: str | ox.Store = "") -> bool | tuple[list[str], Rows]:
    """What the engine alone makes of a query."""
    asked = store(data) if isinstance(data, str) else data
    return read(asked.query(text, base_iri=BASE, prefixes=PREFIXES))


def rows(text: str, data: str | ox.Store = "") -> Rows:
    """The rows of a SELECT."""
    found = answer(text, data)
    assert isinstance(found, tuple)
    return found[1]


def read(found: Any) -> bool | tuple[list[str], Rows]:
    """An answer of the engine's as plain values."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return [], [(str(triple),) for triple in found]
    names = [variable.value for variable in found.variables]
    return names, [tuple(_written(row[name]) for name in names) for row in found]


def _written(term: Any) -> str | None:
    """A term as SPARQL writes it; numbers and booleans short."""
    if isinstance(term, ox.Literal) and term.datatype.value in {
        _XSD + name for name in ("integer", "decimal", "boolean")
    }:
        return term.value
    return None if term is None else str(term)


def value(expression: str) -> str | None:
    """The value of one expression, as SPARQL writes it; None for an error."""
    return rows(f"SELECT ({expression} AS ?x) {{}}")[0][0]
