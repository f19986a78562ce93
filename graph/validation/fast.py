"""A fast engine, shacl: which of some nodes are at fault? What is wrong with them is left to pyshacl to say.

It is asked of the shapes as pyshacl is, but compiled once: each shape is for the objects of a property of its own, and
the nodes to check are put beside the data as such objects.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import rdflib
from rdflib import SH

from onrecord.graph import terms
from onrecord.graph.validation.overlay import Overlay, Term, lexical
from onrecord.graph.validation.report import SHAPES
from onrecord.graph.validation.shapes import shapes

_FOCUS: Final = "urn:onrecord:focus"
_together: Final[dict[tuple[int, ...], int]] = {}
"""Shapes that are together those of many nodes, as Shapes.aims has them, each with its number."""
_MOST: Final = 500
_LARGE: Final = re.compile(r'"[+-]?[0-9]{19,}[0-9.]*"\^\^')
_OVERLAP, _FIT = SHAPES + "TenureOverlap", SHAPES + "ExcerptsFit"
_NOT_ITS: Final = frozenset({_OVERLAP, _FIT})
"""The shapes that only pyshacl is asked about, where is_beyond() says so: in the engine's SPARQL no xsd:date is before another, and it
joins all excerpts with all versions."""
_FROM, _UNTIL, _START, _END, _CHARACTERS, _EXACT = (
    f"<{terms.REC}{name}>" for name in ("from", "until", "start", "end", "characters", "exact")
)
_XSD: Final = re.escape(terms.PREFIXES["xsd"])
_DAY: Final = re.compile(rf'"[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}"\^\^<{_XSD}date>')
_INTEGER: Final = re.compile(rf'"(-?[0-9]{{1,18}})"\^\^<{_XSD}integer>')


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


def is_beyond(node: Term, beside: Collection[Term], view: Overlay) -> bool:
    """Whether pyshacl has to be asked about a node and those beside it: two tenures that may overlap, or a passage that may not fit."""
    if not beside:
        return False
    names = _left_out(shapes().aims(node, view))
    if _OVERLAP in names and not all(_apart(node, other, view) for other in beside):
        return True
    if _FIT not in names:
        return False
    lengths = [_whole(length) for length in view.values(node, _CHARACTERS)]
    return not all(_fits(excerpt, lengths, view) for excerpt in beside)


@cache
def _left_out(aims: tuple[int, ...]) -> frozenset[str]:
    return frozenset(str(shapes().targets[index].shape) for index in aims) & _NOT_ITS


def _apart(one: Term, other: Term, view: Overlay) -> bool:
    """Whether one of two tenures surely ended before the other began, or on that day."""
    return any(
        len(until) == len(begin) == 1
        and all(_DAY.fullmatch(day) for day in (*until, *begin))
        and until[0] <= begin[0]
        for until, begin in (
            (view.values(first, _UNTIL), view.values(second, _FROM))
            for first, second in ((one, other), (other, one))
        )
    )


def _fits(excerpt: Term, lengths: list[int | None], view: Overlay) -> bool:
    """Whether a passage surely is as long as its offsets say, and ends within a text of these lengths."""
    about = view.about(excerpt)
    for text in about.get(_END, ()):
        end = _whole(text)
        if end is None or not all(length is not None and end <= length for length in lengths):
            return False
        for begin in about.get(_START, ()):
            start = _whole(begin)
            exact = (len(lexical(words)) for words in about.get(_EXACT, ()) if words[0] == '"')
            if start is None or any(length != end - start for length in exact):
                return False
    return True


def _whole(literal: Term) -> int | None:
    found = _INTEGER.fullmatch(literal)
    return int(found[1]) if found else None


def at_fault(nodes: Iterable[Term], pieces: Iterable[str], view: Overlay) -> set[str]:
    """The IRIs of those of the nodes, which all have IRIs, that do not satisfy the shapes, read in pieces of N-Triples.

    What _NOT_ITS says is not among their faults. Raises OutOfRange, whatever the engine raises, and ValueError where it says
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


def prepare(nodes: Iterable[Term], view: Overlay, often: int = 100) -> None:
    """Have the engine know which shapes are together those of so many of these nodes: such a node is named once, not for each shape."""
    counts = Counter(shapes().aims(node, view) for node in nodes)
    for aims, count in counts.items():
        if count >= often and len(aims) > 1 and len(_together) < _MOST:
            _together.setdefault(aims, len(_together))


def _as_text(names: Iterable[Term], pieces: Iterable[str], view: Overlay) -> str:
    """The data as N-Triples: what is read, the class hierarchy, and each node as object of the properties of its shapes."""
    lines = [*pieces, _hierarchy()]
    for name in names:
        aims = shapes().aims(name, view)
        if (number := _together.get(aims)) is not None:
            lines.append(f"<{_FOCUS}> <{_FOCUS}:together:{number}> {name} .\n")
        else:
            lines += [f"<{_FOCUS}> <{_FOCUS}:{index}> {name} .\n" for index in aims]
    return "".join(lines)


@cache
def _module() -> Any:
    try:
        return importlib.import_module("shacl")
    except ImportError:
        return None


def _compiled() -> Any:
    return _compiled_with(tuple(_together))


@lru_cache(2)
def _compiled_with(together: tuple[tuple[int, ...], ...]) -> Any:
    """The shapes as the engine has them, each alone and with those that it is together with."""
    each: list[tuple[str, tuple[int, ...]]] = [
        (str(index), (index,)) for index in range(len(shapes().targets))
    ]
    each += [(f"together:{number}", aims) for number, aims in enumerate(together)]
    targets = [
        f"<{shapes().targets[index].shape}> <{SH.targetObjectsOf}> <{_FOCUS}:{name}> .\n"
        for name, aims in each
        for index in aims
        if str(shapes().targets[index].shape) not in _NOT_ITS
    ]
    return _module().Shapes.from_text("".join([_without_targets(), *targets]), "ntriples")


@cache
def _without_targets() -> str:
    graph = rdflib.Graph(bind_namespaces="none")
    graph += shapes().graph
    for shape, pattern in list(graph.subject_objects(SH.pattern)):
        graph.set((shape, SH.pattern, rdflib.Literal(_pattern(str(pattern)))))
    return graph.serialize(format="nt")


def _pattern(python: str) -> str:
    """A pattern as the engine reads one: $ is its end of the text, and U+001C to U+001F are no white space to it."""
    as_python = python.replace("[^\\s", "[^\\s\\x1c-\\x1f").replace("\\S", "[^\\s\\x1c-\\x1f]")
    return f"{as_python[:-2]}$" if as_python.endswith("\\Z") else as_python


@cache
def _hierarchy() -> str:
    return "".join(f"<{s}> <{p}> <{o}> .\n" for s, p, o in shapes().hierarchy)
