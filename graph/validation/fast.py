"""A fast engine, shacl: which of some nodes are at fault? What is wrong with them is left to pyshacl to say.

It is asked of the shapes as pyshacl is, but compiled once: each shape is for the objects of a property of its own, and
the nodes to check are put beside the data as such objects.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import rdflib
from rdflib import SH

from onrecord.graph.validation.overlay import Overlay, Term
from onrecord.graph.validation.report import SHAPES
from onrecord.graph.validation.shapes import shapes

_FOCUS: Final = "urn:onrecord:focus"
_LARGE: Final = re.compile(r'"[+-]?[0-9]{19,}[0-9.]*"\^\^')
_NOT_ITS: Final = SHAPES + "TenureOverlap"
"""A shape that only pyshacl is asked about: in the engine's SPARQL no xsd:date is before another."""


class OutOfRange(Exception):  # noqa: N818  (no fault of anybody's)
    """A number stands in the data with which the fast engine cannot reckon: it has 64 bits, and their sums may have more."""


@dataclass(slots=True)
class Engines:
    """Whether the fast engine is asked before pyshacl, and how often it had to be left aside."""

    fast: bool
    failed: int = 0
    """Batches of nodes over which it failed."""
    disagreed: int = 0
    """Batches of which pyshacl said something else."""

    def __post_init__(self) -> None:
        self.fast = self.fast and is_installed()


def is_installed() -> bool:
    """Whether the fast engine is installed: the extra `fast` of the package brings it."""
    return _module() is not None


def compares_days(node: Term, view: Overlay) -> bool:
    """Whether a node that others stand beside has a shape of which the fast engine says nothing."""
    return any(str(shapes().targets[index].shape) == _NOT_ITS for index in shapes().aims(node, view))


def at_fault(nodes: Iterable[Term], pieces: Iterable[str], view: Overlay) -> set[str]:
    """The IRIs of those of the nodes, which all have IRIs, that do not satisfy the shapes, read in pieces of N-Triples.

    Overlaps of tenures are not among their faults. Raises OutOfRange, whatever the engine raises, and ValueError where it says
    something of other nodes.
    """
    names = set(nodes)
    text = _as_text(names, pieces, view)
    if _LARGE.search(text):
        raise OutOfRange
    report = _compiled().validate_text(text, "ntriples")
    found = {result.focus_node for result in report.results}
    if not found <= names or bool(report) is bool(found):
        others = sorted(found - names)[:3]
        raise ValueError(f"the fast engine finds fault with {others}, which it was not asked about")
    return {name[1:-1] for name in found}


def _as_text(names: Iterable[Term], pieces: Iterable[str], view: Overlay) -> str:
    """The data as N-Triples: what is read, the class hierarchy, and each node as object of the properties of its shapes."""
    aims = (
        f"<{_FOCUS}> <{_FOCUS}:{index}> {name} .\n" for name in names for index in shapes().aims(name, view)
    )
    return "".join((*pieces, *aims, _hierarchy()))


@cache
def _module() -> Any:
    try:
        return importlib.import_module("shacl")
    except ImportError:
        return None


@cache
def _compiled() -> Any:
    graph = rdflib.Graph(bind_namespaces="none")
    graph += shapes().graph
    for index, target in enumerate(shapes().targets):
        if str(target.shape) != _NOT_ITS:
            graph.add((target.shape, SH.targetObjectsOf, rdflib.URIRef(f"{_FOCUS}:{index}")))
    for shape, pattern in list(graph.subject_objects(SH.pattern)):
        graph.set((shape, SH.pattern, rdflib.Literal(_pattern(str(pattern)))))
    return _module().Shapes.from_text(graph.serialize(format="nt"), "ntriples")


def _pattern(python: str) -> str:
    """A pattern as the engine reads one: $ is its end of the text, and U+001C to U+001F are no white space to it."""
    as_python = python.replace("[^\\s", "[^\\s\\x1c-\\x1f").replace("\\S", "[^\\s\\x1c-\\x1f]")
    return f"{as_python[:-2]}$" if as_python.endswith("\\Z") else as_python


@cache
def _hierarchy() -> str:
    return "".join(f"<{s}> <{p}> <{o}> .\n" for s, p, o in shapes().hierarchy)
