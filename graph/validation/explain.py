"""One result of a SHACL processor in words: what was found, then what the shape's author says to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib import SH, XSD

from onrecord.graph import terms
from onrecord.graph.validation.overlay import Overlay, read_terms
from onrecord.graph.validation.rdflib_terms import store_literal
from onrecord.graph.validation.report import SHAPES, Result
from onrecord.graph.validation.wellformed import either, label
from onrecord.graph.vocabulary import ontology

_ON_VALUE: Final = frozenset({SHAPES + "ExcerptsFit"})
"""Shapes asked of one node for many others: the result is about its value."""
_MISSING: Final = {SHAPES + "EventBegins": terms.REC + "begin", SHAPES + "EventEnds": terms.REC + "end"}
"""Shapes of what one property has to be there for, unless something else is."""


def explain(
    found: rdflib.Graph, node: rdflib.term.Node, owners: Mapping[rdflib.term.Node, str], view: Overlay
) -> Iterator[Result]:
    """The result `node` of a validation report; one for each property where several are at fault."""
    source_shape = found.value(node, SH.sourceShape)
    shape = owners.get(source_shape, str(source_shape)) if source_shape is not None else None
    focus, value = found.value(node, SH.focusNode), found.value(node, SH.value)
    component = str(found.value(node, SH.sourceConstraintComponent)).removeprefix(str(SH))
    component = component.removesuffix("ConstraintComponent")
    path = path_text(found, found.value(node, SH.resultPath))
    if path is None and shape in _MISSING:
        path, component = _MISSING[shape], "MinCount"
    advice = " ".join(sorted(str(message) for message in found.objects(node, SH.resultMessage)))
    if shape in _ON_VALUE and isinstance(value, rdflib.URIRef):
        focus, value = value, None
    if value == focus:
        value = None
    if (
        isinstance(value, rdflib.URIRef)
        and value.startswith(terms.REC)
        and str(value) not in ontology.declared()
    ):
        return  # wellformed.py says so, and which name may have been meant
    for name in _alternatives(path, str(focus), value, view):
        what = _what(component, str(focus), name, value, view)
        yield Result(
            focus=str(focus),
            message=f"{what} {advice}" if what else advice,
            path=name,
            value=_n3(value) if value is not None else None,
            shape=shape if shape and shape.startswith(SHAPES) else None,
            severity=str(found.value(node, SH.resultSeverity)).removeprefix(str(SH)),
            source=view.source(f"<{focus}>"),
        )


def _alternatives(
    path: str | None, focus: str, value: rdflib.term.Node | None, view: Overlay
) -> list[str | None]:
    """Of a path that gives several properties to choose from, those that have the value."""
    if path is None or "|" not in path:
        return [path]
    has = {name[1:-1] for name, values in view.about(f"<{focus}>").items() if value and _n3(value) in values}
    return [name for name in path.split("|") if name in has] or [path]


def path_text(graph: rdflib.Graph, path: rdflib.term.Node | None) -> str | None:
    """A property path as SPARQL writes it, its IRIs in full."""
    if path is None or isinstance(path, rdflib.URIRef):
        return str(path) if path is not None else None
    inverse = graph.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{path_text(graph, inverse)}"
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        return "|".join(str(path_text(graph, item)) for item in graph.items(alternatives))
    return "/".join(str(path_text(graph, item)) for item in graph.items(path))


def _what(component: str, focus: str, path: str | None, value: rdflib.term.Node | None, view: Overlay) -> str:
    """What was found: the part of the message that depends on the data."""
    if path is not None and re.fullmatch(r"https?:[^|^]*#\w+", path):
        name = path.rpartition("#")[2]
        if component == "MinCount":
            return f"'{name}' is missing." if name != "weaponOneOf" else "There is only one."
        if component == "MaxCount":
            if len(view.values(f"<{focus}>", f"<{path}>")) == 1:
                return f"'{name}' is given."
            return f"There is more than one '{name}'."
        if component == "UniqueLang":
            return f"'{name}' stands twice in {_twice(focus, path, view)}."
    if isinstance(value, rdflib.URIRef):
        return _of_node(value, view) if component != "In" else f"It is {terms.short(str(value))}."
    return f"It is {_shown(value)}." if isinstance(value, rdflib.Literal) else ""


def _twice(focus: str, path: str, view: Overlay) -> str:
    values = read_terms(view.values(f"<{focus}>", f"<{path}>"))
    tags = [value.language for value in values if isinstance(value, ox.Literal) and value.language]
    return ", ".join(f"'{tag}'" for tag in sorted({tag for tag in tags if tags.count(tag) > 1}))


def _of_node(value: rdflib.URIRef, view: Overlay) -> str:
    kinds = view.types(f"<{value}>") or ontology.members().get(str(value), frozenset())
    if not kinds:
        return f"{terms.short(str(value))} is described nowhere."
    return f"{terms.short(str(value))} is {either(label(kind) for kind in sorted(kinds))}."


def _shown(value: rdflib.Literal) -> str:
    """A literal as a reader would write it."""
    if value.language or value.datatype is None or value.datatype == XSD.string:
        return rdflib.Literal(str(value), lang=value.language).n3()
    if value.datatype in {XSD.integer, XSD.decimal, XSD.boolean}:
        return str(value)
    return f'"{value}"^^{terms.short(str(value.datatype))}'


def _n3(term: rdflib.term.Node) -> str:
    """The term as N-Triples writes it; rdflib's n3() would spread a text with line breaks over several lines."""
    if isinstance(term, rdflib.Literal):
        return str(store_literal(term))
    return f"<{term}>" if isinstance(term, rdflib.URIRef) else f"_:{term}"
