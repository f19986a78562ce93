"""A fast engine, pyshacl-turbo: which of some nodes are at fault? What is wrong with them is left to pyshacl to say.

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
from onrecord.graph.validation.rdflib_terms import rdflib_as_needed
from onrecord.graph.validation.shapes import shapes

_FOCUS: Final = "urn:onrecord:focus"
_LARGE: Final = re.compile(r'"[+-]?[0-9]{19,}[0-9.]*"\^\^')


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
    return _turbo() is not None


def at_fault(nodes: Iterable[Term], triples: Iterable[tuple[Term, Term, Term]], view: Overlay) -> set[str]:
    """The IRIs of those of the nodes, which all have IRIs, that do not satisfy the shapes, read in the triples.

    Raises OutOfRange, whatever the engine raises, and ValueError where it says something of other nodes.
    """
    names = set(nodes)
    text = _as_text(names, triples, view)
    if _LARGE.search(text):
        raise OutOfRange
    # Neither text nor bytes of its own choosing: a text could be taken for an address, and bytes go through rdflib.
    data = _turbo().rdf.Input(text, "nt", None, {})
    with rdflib_as_needed():
        conforms, report, _ = _compiled().validate(data)
    if conforms:
        return set()
    found = foci(report)
    others = {name for name in found if f"<{name}>" not in names}
    if others or not found:
        raise ValueError(
            f"the fast engine finds fault with {sorted(others)[:3]}, which it was not asked about"
        )
    return found


def foci(report: rdflib.Graph) -> set[str]:
    """The IRIs of the nodes that a report is about. What its results have as details is about values of theirs."""
    return {str(report.value(result, SH.focusNode)) for result in report.objects(None, SH.result)}


def _as_text(names: Iterable[Term], triples: Iterable[tuple[Term, Term, Term]], view: Overlay) -> str:
    """The data as N-Triples: what is read, the class hierarchy, and each node as object of the properties of its shapes."""
    read = (f"{subject} {predicate} {value} .\n" for subject, predicate, value in triples)
    aims = (
        f"<{_FOCUS}> <{_FOCUS}:{index}> {name} .\n" for name in names for index in shapes().aims(name, view)
    )
    return "".join((*read, *aims, _hierarchy()))


@cache
def _turbo() -> Any:
    try:
        return importlib.import_module("pyshacl_turbo")
    except ImportError:
        return None


@cache
def _compiled() -> Any:
    graph = rdflib.Graph(bind_namespaces="none")
    graph += shapes().graph
    for index, target in enumerate(shapes().targets):
        graph.add((target.shape, SH.targetObjectsOf, rdflib.URIRef(f"{_FOCUS}:{index}")))
    return _turbo().compile_shapes(graph)


@cache
def _hierarchy() -> str:
    return "".join(f"<{s}> <{p}> <{o}> .\n" for s, p, o in shapes().hierarchy)
