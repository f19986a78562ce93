"""A change held against shapes/ and the ontology before it is made.

Only what the change can have made wrong is looked at: the nodes it touches, the nodes whose shapes reach them, and of
each just the triples its shapes read. So the cost follows the change, not the store.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import RDF, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import datatypes, wellformed
from onrecord.graph.validation.explain import explain
from onrecord.graph.validation.overlay import Node, Overlay, Term, type_
from onrecord.graph.validation.rdflib_terms import as_rdflib
from onrecord.graph.validation.report import Report, Result
from onrecord.graph.vocabulary import ontology

__all__ = ["Report", "Result", "validate", "validate_all"]

log = logging.getLogger("onrecord.validation")

_BATCH: Final = 500
_SAMPLE: Final = 20


def validate(change: ChangeSet, before: ox.Store | None = None) -> Report:
    """What would be wrong after the change: the store as it is, less what is removed, plus what is added."""
    view = Overlay(change, before)
    return Report.of(_found(view, affected(view)))


def validate_all(store: ox.Store) -> Report:
    """What is wrong in a whole store."""
    view = Overlay(ChangeSet(), store)
    scope = Scope()
    for node in {quad.subject for quad in store}:
        _include(node, view, scope, whole=True)
    return Report.of(_found(view, scope))


@dataclass
class Scope:
    """The nodes to check, and with each the nodes whose descriptions its SPARQL constraints read beside its own."""

    focus: set[Node] = field(default_factory=set)
    beside: defaultdict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))


def affected(view: Overlay) -> Scope:
    """The nodes a change can have made wrong."""
    scope = Scope()
    quads = view.change.removed | view.change.added
    touched = {quad.subject for quad in quads}
    recounted = {quad.subject for quad in quads if quad.predicate == _rec("characters")}
    for node in touched:
        _include(node, view, scope, whole=node in recounted)
    for quad in quads:
        for path, step in _shapes().reading.get(quad.predicate.value, ()):
            start: Term = quad.object if path[step].inverse else quad.subject
            for reached in _back_along(path[:step], start, view):
                _include(reached, view, scope)
    for node in view.demoted():
        _include_referrers(node, view, scope)
        # Shapes ask of what kind the end of a path is where the path is one step, forth or back.
        for path in _shapes().paths:
            if len(path) == 1:
                for reached in _back_along(path, node, view):
                    _include(reached, view, scope)
    return scope


def _include(node: Term, view: Overlay, scope: Scope, *, whole: bool = False) -> None:
    """Take a node into the scope; `whole`: with all its excerpts, if it is a version, not only the touched ones."""
    if not isinstance(node, ox.NamedNode | ox.BlankNode):
        return
    scope.focus.add(node)
    for version in view.values(node, _rec("ofVersion")):
        if isinstance(version, ox.NamedNode):
            scope.focus.add(version)
            scope.beside[version].add(node)
    if whole:
        scope.beside[node].update(excerpt for excerpt, _ in view.referrers(node, _rec("ofVersion")))
    for tenure in _tenures_like(node, view):
        scope.focus.add(tenure)
        scope.beside[node].add(tenure)
        scope.beside[tenure].add(node)


def _tenures_like(node: Term, view: Overlay) -> set[Node]:
    """The other tenures of the same person in the same institution, with which this one may overlap."""
    holders = view.values(node, _rec("holder"))
    found = set()
    for institution in view.values(node, _rec("institution")):
        for other, _ in view.referrers(institution, _rec("institution")):
            if other != node and view.values(other, _rec("holder")) & holders:
                found.add(other)
    return found


def _include_referrers(node: Node, view: Overlay, scope: Scope) -> None:
    """Some of each kind of node that names this one by each property: what holds for them holds for all of the kind."""
    seen: defaultdict[tuple[str, frozenset[str]], set[Node]] = defaultdict(set)
    for referrer, predicate in view.referrers(node):
        alike = seen[predicate.value, view.types(referrer)]
        if len(alike) < _SAMPLE and referrer not in alike:
            alike.add(referrer)
            _include(referrer, view, scope)


def _found(view: Overlay, scope: Scope) -> Iterator[Result]:
    yield from wellformed.worked_out(view)
    names = sorted((node for node in scope.focus), key=str)
    values = {value for node in names for _, value in view.about(node)}
    dead = datatypes.unreadable(value for value in values if isinstance(value, ox.Literal))
    for node in names:
        yield from wellformed.check(node, view, dead)
    if dead:
        return  # the shapes would compare what has no value
    vocabulary_names = ontology.subjects()
    data = [node for node in names if isinstance(node, ox.NamedNode) and node.value not in vocabulary_names]
    for begin in range(0, len(data), _BATCH):
        batch = data[begin : begin + _BATCH]
        with _rdflib_as_needed():
            judged = _judged(batch, view, scope)
        yield from judged


def _judged(batch: list[ox.NamedNode], view: Overlay, scope: Scope) -> list[Result]:
    """What the shapes say of the nodes. Where the processor of the shapes fails, it fails over one node, which is named."""
    try:
        return list(_against_shapes(batch, extract(batch, view, scope.beside), view))
    except MemoryError:
        raise
    except Exception as error:
        if len(batch) > 1:
            half = len(batch) // 2
            return _judged(batch[:half], view, scope) + _judged(batch[half:], view, scope)
        log.exception("the shapes could not be held against %s", batch[0])
        message = (
            f"The shapes could not be held against this ({type(error).__name__}: {error}), so it is not taken. Look for "
            "values of a kind that their properties are not meant for."
        )
        return [Result(batch[0].value, message, source=view.source(batch[0]))]


class _Extract(rdflib.Graph):
    """A graph that parses each query once: pyshacl sends the text of a constraint for every node anew."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        return super().query(
            _prepared(query_object) if isinstance(query_object, str) else query_object, *args, **kwargs
        )


@cache
def _prepared(text: str) -> Query:
    return prepareQuery(text)


def extract(focus: Iterable[Node], view: Overlay, beside: Mapping[Node, Iterable[Node]]) -> rdflib.Graph:
    """What the shapes read of the given nodes: their triples, the types of what they name, and the ends of paths."""
    triples: list[tuple[Term, ox.NamedNode, Term]] = []
    described: set[Term] = set()
    typed: set[Term] = set()

    def describe(node: Term) -> None:
        if node not in described:
            described.add(node)
            for predicate, value in view.about(node):
                triples.append((node, predicate, value))
                add_types(value)

    def add_types(node: Term) -> None:
        if node not in typed and isinstance(node, ox.NamedNode):
            typed.add(node)
            triples.extend((node, type_, kind) for kind in view.values(node, type_))

    for node in focus:
        describe(node)
        for other in beside.get(node, ()):
            describe(other)
        for path in _shapes().paths:
            reached: set[Term] = {node}
            for step in path:
                reached = {end for start in reached for end in _take(step, start, view, triples)}
                for end in reached:
                    add_types(end)
    # What the store cannot read has no value that a shape could compare. The nodes in focus have none of it, see _found.
    dead = datatypes.unreadable(value for _, _, value in triples if isinstance(value, ox.Literal))
    graph = _Extract(bind_namespaces="none")
    for triple in triples:
        if triple[2] not in dead:
            graph.add((as_rdflib(triple[0]), as_rdflib(triple[1]), as_rdflib(triple[2])))
    return graph


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a property path."""

    predicate: str
    inverse: bool


Path = tuple[Step, ...]


def _take(
    step: Step, start: Term, view: Overlay, triples: list[tuple[Term, ox.NamedNode, Term]]
) -> set[Term]:
    """The nodes one step further, the triples stepped over going into the list."""
    predicate = ox.NamedNode(step.predicate)
    if step.inverse:
        ends: set[Term] = {subject for subject, _ in view.referrers(start, predicate)}
    else:
        ends = view.values(start, predicate)
    for end in ends:
        subject, value = (end, start) if step.inverse else (start, end)
        triples.append((subject, predicate, value))
    return ends


def _back_along(path: Path, end: Term, view: Overlay) -> set[Term]:
    """The nodes from which the path leads to `end`."""
    reached: set[Term] = {end}
    for step in reversed(path):
        predicate = ox.NamedNode(step.predicate)
        if step.inverse:
            reached = {value for node in reached for value in view.values(node, predicate)}
        else:
            reached = {subject for node in reached for subject, _ in view.referrers(node, predicate)}
    return reached


def _against_shapes(focus: Iterable[ox.NamedNode], graph: rdflib.Graph, view: Overlay) -> Iterator[Result]:
    shapes = _shapes()
    for triple in shapes.hierarchy:
        graph.add(triple)
    with shapes.aimed_at(focus, view) as aimed:
        if (None, SH.targetNode, None) not in aimed:
            return  # a shape without targets finds nothing, and pyshacl takes its time to say so
        # Parsed graphs only, and nothing that would fetch, run or infer anything.
        conforms, found, _ = pyshacl.validate(
            graph, shacl_graph=aimed, inplace=True, do_owl_imports=False, js=False
        )
    if conforms or not isinstance(found, rdflib.Graph):
        return
    for node in found.objects(None, SH.result):
        yield from explain(found, node, shapes.owners, view)


@dataclass(frozen=True)
class _Target:
    """What a shape is for: the instances of classes, and the nodes that have properties."""

    shape: rdflib.URIRef
    classes: frozenset[str]
    properties: frozenset[str]


@dataclass(frozen=True)
class _Shapes:
    """The shapes, their targets taken off, and what else is read off them once."""

    graph: rdflib.Graph
    targets: tuple[_Target, ...]
    hierarchy: tuple[tuple[rdflib.URIRef, rdflib.URIRef, rdflib.URIRef], ...]
    owners: Mapping[rdflib.term.Node, str]
    paths: tuple[Path, ...]
    reading: Mapping[str, tuple[tuple[Path, int], ...]]
    lock: threading.Lock

    @contextmanager
    def aimed_at(self, focus: Iterable[ox.NamedNode], view: Overlay) -> Iterator[rdflib.Graph]:
        """The shapes with just these nodes as their targets.

        pyshacl's own focus_nodes would also leave out the nodes that sh:node and sh:or lead to, and find nothing.
        """
        above, none = ontology.superclasses(), frozenset[str]()
        with self.lock:
            for node in focus:
                # What calls itself a member of a closed list is refused as such (wellformed.py): nothing else to add.
                kinds = (
                    none.union(*(above.get(kind, none) for kind in view.types(node)))
                    - ontology.closed_lists()
                )
                properties = {predicate.value for predicate, _ in view.about(node)}
                for target in self.targets:
                    if target.classes & kinds or target.properties & properties:
                        self.graph.add((target.shape, SH.targetNode, rdflib.URIRef(node.value)))
            try:
                yield self.graph
            finally:
                self.graph.remove((None, SH.targetNode, None))


@cache
def _shapes() -> _Shapes:
    graph = rdflib.Graph(bind_namespaces="none")
    for entry in sorted(files("onrecord.shapes").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".ttl"):
            graph.parse(data=entry.read_text(encoding="utf-8"), format="turtle")
    for shape, value in list(graph.subject_objects(SH.pattern)):
        pattern = str(value)
        if pattern.endswith("$"):
            # In SPARQL's regular expressions $ is the end of the text, in Python's also the place before a last line break.
            graph.set((shape, SH.pattern, rdflib.Literal(f"{pattern[:-1]}\\Z")))
    owners = {
        inner: str(outer)
        for outer, inner in graph.subject_objects(SH.property)
        if isinstance(outer, rdflib.URIRef)
    }
    paths = {_path(graph, node) for node in graph.objects(None, SH.path)}
    beyond = sorted((p for p in paths if len(p) > 1 or (p and p[0].inverse)), key=str)
    reading: defaultdict[str, list[tuple[Path, int]]] = defaultdict(list)
    for path in beyond:
        for index, step in enumerate(path):
            reading[step.predicate].append((path, index))
    targets = _take_targets(graph)
    by_predicate = {name: tuple(found) for name, found in reading.items()}
    return _Shapes(graph, targets, _hierarchy(), owners, tuple(beyond), by_predicate, threading.Lock())


def _take_targets(graph: rdflib.Graph) -> tuple[_Target, ...]:
    found: defaultdict[rdflib.URIRef, dict[str, set[str]]] = defaultdict(
        lambda: {"class": set(), "property": set()}
    )
    for kind, tie in (("class", SH.targetClass), ("property", SH.targetSubjectsOf)):
        for shape, value in list(graph.subject_objects(tie)):
            if isinstance(shape, rdflib.URIRef):
                found[shape][kind].add(str(value))
        graph.remove((None, tie, None))
    return tuple(
        _Target(shape, frozenset(t["class"]), frozenset(t["property"])) for shape, t in sorted(found.items())
    )


def _path(graph: rdflib.Graph, node: rdflib.term.Node) -> Path:
    """A path of the shapes as steps. Alternatives are single steps here, each read with the node itself."""
    if isinstance(node, rdflib.URIRef):
        return (Step(str(node), inverse=False),)
    inverse = graph.value(node, SH.inversePath)
    if isinstance(inverse, rdflib.URIRef):
        return (Step(str(inverse), inverse=True),)
    if graph.value(node, SH.alternativePath) is not None:
        return ()
    steps = [_path(graph, item) for item in graph.items(node)]
    if not steps or not all(len(step) == 1 for step in steps):
        raise ValueError(
            "a path in shapes/ is of a kind whose nodes validation cannot collect: use predicates, ^ and /"
        )
    return tuple(step[0] for step in steps)


def _hierarchy() -> tuple[tuple[rdflib.URIRef, rdflib.URIRef, rdflib.URIRef], ...]:
    """The class hierarchy and the members of the closed lists, as the package has them whatever the store holds."""
    sub_class = rdflib.RDFS.subClassOf
    above = [
        (kind, sub_class, top)
        for kind, tops in ontology.superclasses().items()
        for top in tops
        if top != kind
    ]
    members = [(name, RDF.type, kind) for name, kinds in ontology.members().items() for kind in kinds]
    return tuple((rdflib.URIRef(s), p, rdflib.URIRef(o)) for s, p, o in above + members)


def _rec(name: str) -> ox.NamedNode:
    return ox.NamedNode(terms.REC + name)


@contextmanager
def _rdflib_as_needed() -> Iterator[None]:
    """Keep rdflib from logging a traceback for a value that it cannot read, and from rewriting those that pyshacl copies."""
    logger = logging.getLogger("rdflib.term")
    disabled, logger.disabled = logger.disabled, True
    normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        yield
    finally:
        logger.disabled, rdflib.NORMALIZE_LITERALS = disabled, normalize
