"""A change held against shapes/ and the ontology before it is made.

Only what the change can have made wrong is looked at: the nodes it touches, the nodes whose shapes reach them, and of
each just the triples its shapes read. So the cost follows the change, not the store.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import rdflib
from rdflib import SH

from onrecord.graph import garbage, terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import circles, consistency, fast, voices, wellformed
from onrecord.graph.validation.explain import explain
from onrecord.graph.validation.fast import Engines
from onrecord.graph.validation.overlay import Overlay, Term
from onrecord.graph.validation.rdflib_terms import as_rdflib, rdflib_as_needed
from onrecord.graph.validation.report import Report, Result
from onrecord.graph.validation.shapes import Path, Step, shapes
from onrecord.graph.vocabulary import ontology

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query

__all__ = ["Report", "Result", "validate"]

log = logging.getLogger("onrecord.validation")

_BATCH: Final = 500
_FAST_BATCH: Final = 512
_SAMPLE: Final = 20
_CHARACTERS, _OF_VERSION, _HOLDER, _INSTITUTION = (
    f"<{terms.REC}{name}>" for name in ("characters", "ofVersion", "holder", "institution")
)


def validate(
    change: ChangeSet | bytes, before: ox.Store | None = None, engines: Engines | None = None
) -> Report:
    """What would be wrong after the change: the store as it is, less what is removed, plus what is added.

    The change may be given as its rows, which saves reading them. Without `engines`, pyshacl alone judges.
    """
    with garbage.seldom():
        return _validated(change, before, engines or Engines(fast=False))  # whose objects are gone by then


def _validated(change: ChangeSet | bytes, before: ox.Store | None, engines: Engines) -> Report:
    view = Overlay(change, before)
    return Report.of(_found(view, affected(view), engines))


@dataclass
class Scope:
    """The nodes to check, and with each the nodes whose descriptions its SPARQL constraints read beside its own."""

    focus: set[Term] = field(default_factory=set)
    beside: defaultdict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))
    included: set[Term] = field(default_factory=set)
    """Those of which it was looked up what else is to be in focus, or beside."""


def affected(view: Overlay) -> Scope:
    """The nodes a change can have made wrong."""
    scope = Scope()
    recounted = {row[0] for row in view.touched([_CHARACTERS])}
    for node in view.nodes():
        _include(node, view, scope, whole=node in recounted)
    for predicate, ways in shapes().reading.items():
        rows = list(view.touched([predicate]))
        for path, step in ways if rows else ():
            if not step and not path[step].inverse:
                continue  # the subject, which is included
            for start in {row[2 if path[step].inverse else 0] for row in rows}:
                if step and not view.is_known(start):
                    continue  # what leads there comes with the change, and that is looked at by itself
                for reached in _back_along(path[:step], start, view):
                    _include(reached, view, scope)
    for node in view.demoted():
        _include_referrers(node, view, scope)
        # Shapes ask of what kind the end of a path is where the path is one step, forth or back.
        for path in shapes().paths:
            if len(path) == 1:
                for reached in _back_along(path, node, view):
                    _include(reached, view, scope)
    return scope


def _include(node: Term, view: Overlay, scope: Scope, *, whole: bool = False) -> None:
    """Take a node into the scope; `whole`: with all its excerpts, if it is a version, not only the touched ones."""
    if node[0] == '"' or (node in scope.included and not whole):
        return
    scope.included.add(node)
    scope.focus.add(node)
    about = view.about(node)
    for version in about.get(_OF_VERSION, ()):
        if version[0] == "<":
            scope.focus.add(version)
            scope.beside[version].add(node)
    if whole:
        scope.beside[node].update(view.subjects(node, _OF_VERSION))
    for tenure in _tenures_like(node, view) if _HOLDER in about else ():
        scope.focus.add(tenure)
        scope.beside[node].add(tenure)
        scope.beside[tenure].add(node)


def _tenures_like(node: Term, view: Overlay) -> set[Term]:
    """The other tenures of the same person in the same institution, with which this one may overlap."""
    about = view.about(node)
    holders, found = set(about.get(_HOLDER, ())), set()
    for institution in about.get(_INSTITUTION, ()):
        for other in view.subjects(institution, _INSTITUTION):
            if other != node and not holders.isdisjoint(view.values(other, _HOLDER)):
                found.add(other)
    return found


def _include_referrers(node: Term, view: Overlay, scope: Scope) -> None:
    """Some of each kind of node that names this one by each property: what holds for them holds for all of the kind."""
    seen: defaultdict[tuple[str, frozenset[str]], set[Term]] = defaultdict(set)
    for referrer, predicate in view.referrers(node):
        alike = seen[predicate, view.types(referrer)]
        if len(alike) < _SAMPLE and referrer not in alike:
            alike.add(referrer)
            _include(referrer, view, scope)


def _found(view: Overlay, scope: Scope, engines: Engines) -> Iterator[Result]:
    yield from wellformed.worked_out(view)
    yield from circles.found(view, scope.focus)
    anothers = list(voices.found(view, scope.focus))
    yield from anothers
    names = sorted(scope.focus)
    values = view.look_over(names)
    dead = view.dead(values)
    if not dead:
        # What is not the claimant's to take back need not be said to be of another kind, too.
        said = {(result.focus, result.value) for result in anothers}
        yield from (r for r in consistency.found(view, scope.focus) if (r.focus, r.value) not in said)
    doubtful = wellformed.doubtful(values) | dead.keys()
    for node in names:
        if wellformed.may_be_wrong(node, view, doubtful):
            yield from wellformed.check(node, view, dead)
    if dead:
        return  # the shapes would compare what has no value
    known = ontology.subjects()
    data = [node for node in names if node[0] == "<" and node[1:-1] not in known]
    size = _BATCH
    if engines.fast:
        size = _FAST_BATCH
        fast.prepare(data, view)
    for begin in range(0, len(data), size):
        batch = data[begin : begin + size]
        pieces = extract(batch, view, scope.beside)
        if engines.fast:
            yield from _by_both(batch, pieces, view, scope, engines)
        else:
            yield from _by_pyshacl(batch, pieces, view).results


@dataclass(frozen=True, slots=True)
class _Judged:
    """What pyshacl says of some nodes: the IRIs of those at fault, and why."""

    at_fault: frozenset[str]
    results: tuple[Result, ...]


def _by_both(
    batch: list[Term], pieces: list[str], view: Overlay, scope: Scope, engines: Engines
) -> tuple[Result, ...]:
    """What pyshacl says of the nodes with which the fast engine finds fault; of all of them, where the two do not agree."""
    try:
        suspects = fast.at_fault(batch, pieces, view)
    except MemoryError:
        raise
    except fast.OutOfRange:
        return _by_pyshacl(batch, pieces, view).results
    except Exception:
        log.exception(
            "the fast engine failed over %d nodes from %s on: pyshacl checks them", len(batch), batch[0]
        )
        engines.failed += 1
        return _by_pyshacl(batch, pieces, view).results
    beyond = {node[1:-1] for node in batch if fast.is_beyond(node, scope.beside.get(node, ()), view)}
    if not suspects and not beyond:
        return ()
    asked = suspects | beyond
    judged = _by_pyshacl([node for node in batch if node[1:-1] in asked], pieces, view)
    if suspects <= judged.at_fault:
        return judged.results
    log.warning(
        "the fast engine finds fault with %s, pyshacl does not: pyshacl checks all of the batch",
        ", ".join(sorted(suspects - judged.at_fault)[:5]),
    )
    engines.disagreed += 1
    return _by_pyshacl(batch, pieces, view).results


def _by_pyshacl(batch: list[Term], pieces: list[str], view: Overlay) -> _Judged:
    """What pyshacl says of the nodes. Where it fails, it fails over one node, which is named."""
    try:
        with rdflib_as_needed():
            return _against_shapes(batch, pieces, view)
    except MemoryError:
        raise
    except Exception as error:
        if len(batch) > 1:
            half = len(batch) // 2
            one, other = (_by_pyshacl(part, pieces, view) for part in (batch[:half], batch[half:]))
            return _Judged(one.at_fault | other.at_fault, one.results + other.results)
        log.exception("the shapes could not be held against %s", batch[0])
        message = (
            f"The shapes could not be held against this ({type(error).__name__}: {error}), so it is not taken. Look for "
            "values of a kind that their properties are not meant for."
        )
        result = Result(batch[0][1:-1], message, source=view.source(batch[0]))
        return _Judged(frozenset({batch[0][1:-1]}), (result,))


class _Extract(rdflib.Graph):
    """A graph that parses each query once: pyshacl sends the text of a constraint again for every node."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        return super().query(
            _prepared(query_object) if isinstance(query_object, str) else query_object, *args, **kwargs
        )


@cache
def _prepared(text: str) -> Query:
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415  (as pyshacl, below)

    return prepareQuery(text)


def extract(focus: Iterable[Term], view: Overlay, beside: Mapping[Term, Iterable[Term]]) -> list[str]:
    """What the shapes read of the given nodes: their triples, the types of what they name, and the ends of paths.

    As lines of N-Triples, one or more a piece; some may come twice.
    """
    nodes = set(focus)
    described = nodes.union(*(beside[node] for node in nodes & beside.keys()))
    pieces = list(view.descriptions(described))
    ends = set(chain.from_iterable(chain.from_iterable(view.about(node).values() for node in described)))
    alike: defaultdict[tuple[int, ...], set[Term]] = defaultdict(set)
    for node in nodes:
        alike[shapes().aims(node, view)].add(node)
    ways: defaultdict[Path, set[Term]] = defaultdict(set)
    for aims, those in alike.items():
        for path in shapes().paths_of(aims):
            ways[path] |= those
    for path, starts in ways.items():
        reached = starts
        for step in path:
            reached = _take(step, reached, view, pieces, described)
            ends |= reached
    pieces += [view.typing(end) for end in ends - described if end[0] == "<"]
    return pieces


def _take(
    step: Step, starts: Iterable[Term], view: Overlay, pieces: list[str], described: Collection[Term]
) -> set[Term]:
    """The nodes one step further; the triples stepped over go into the pieces, where no description has them."""
    predicate, found = step.predicate, set[Term]()
    for start in starts:
        if step.inverse:
            subjects = view.subjects(start, predicate)
            pieces += [f"{one} {predicate} {start} .\n" for one in subjects if one not in described]
            found.update(subjects)
        elif start[0] != '"' and (values := view.values(start, predicate)):
            # What the store cannot read has no value that a shape could compare.
            values = view.readable(values)
            if start not in described:
                pieces += [f"{start} {predicate} {value} .\n" for value in values]
            found.update(values)
    return found


def _back_along(path: Path, end: Term, view: Overlay) -> set[Term]:
    """The nodes from which the path leads to `end`."""
    reached: set[Term] = {end}
    for step in reversed(path):
        if step.inverse:
            reached = {value for node in reached for value in view.values(node, step.predicate)}
        else:
            reached = {subject for node in reached for subject in view.subjects(node, step.predicate)}
    return reached


def _against_shapes(focus: Iterable[Term], pieces: Iterable[str], view: Overlay) -> _Judged:
    from onrecord.graph.validation.processor import report  # noqa: PLC0415  (a tenth of a second: pyshacl)

    graph = _Extract(bind_namespaces="none")
    for quad in ox.parse("".join(pieces).encode(), ox.RdfFormat.N_TRIPLES):
        graph.add((as_rdflib(quad.subject), as_rdflib(quad.predicate), as_rdflib(quad.object)))
    for triple in shapes().hierarchy:
        graph.add(triple)
    with shapes().aimed_at(focus, view) as aimed:
        named = {shape for shape in aimed.subjects(SH.targetNode) if isinstance(shape, rdflib.URIRef)}
        found = report(graph, aimed, named)
    if found is None:
        return _Judged(frozenset(), ())
    nodes = found.objects(None, SH.result)
    return _Judged(
        frozenset(str(found.value(node, SH.focusNode)) for node in found.objects(None, SH.result)),
        tuple(result for node in nodes for result in explain(found, node, shapes().owners, view)),
    )
