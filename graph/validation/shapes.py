"""The shapes of shapes/, read once: their targets taken off, and what else is read off them."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Self

import rdflib
from rdflib import RDF, SH
from rdflib.term import Identifier

from onrecord.graph.validation.overlay import Overlay, Term
from onrecord.graph.vocabulary import ontology


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a property path."""

    predicate: str
    inverse: bool


Path = tuple[Step, ...]


@dataclass(frozen=True)
class Target:
    """What a shape is for: the instances of classes (IRIs), and the nodes that have properties (as the overlay writes them).

    And the paths of more than one step forth that it reads, with those of the shapes that it names.
    """

    shape: rdflib.URIRef
    classes: frozenset[str]
    properties: frozenset[str]
    paths: frozenset[Path]


class _Kept(rdflib.Graph):
    """A graph that pyshacl reads again and again, and that seldom changes: what it says of a node is kept until it changes."""

    def __init__(self) -> None:
        super().__init__(bind_namespaces="none")
        self._known: dict[Any, dict[Any, tuple[Any, ...]]] = {}

    def objects(self, subject: Any = None, predicate: Any = None, unique: bool = False) -> Any:
        if unique or not isinstance(subject, Identifier) or not isinstance(predicate, rdflib.URIRef):
            return super().objects(subject, predicate, unique)
        return self._keep(subject, predicate, super().objects)

    def predicate_objects(self, subject: Any = None, unique: bool = False) -> Any:
        if unique or not isinstance(subject, Identifier):
            return super().predicate_objects(subject, unique)
        return self._keep(subject, None, lambda node, _: super(_Kept, self).predicate_objects(node))

    def _keep(self, subject: Any, predicate: Any, look_up: Callable[[Any, Any], Iterable[Any]]) -> Any:
        known = self._known.get(subject, {})
        if predicate in known:
            return iter(known[predicate])
        found = tuple(look_up(subject, predicate))
        if found or known:  # not of the nodes that shapes are held against, which are without number
            self._known.setdefault(subject, {})[predicate] = found
        return iter(found)

    def add(self, triple: Any) -> Self:
        self._known.pop(triple[0], None)
        return super().add(triple)

    def addN(self, quads: Any) -> Self:  # noqa: N802  (rdflib's name)
        self._known.clear()
        return super().addN(quads)

    def remove(self, triple: Any) -> Self:
        for subject in set(self.subjects(*triple[1:])) if triple[0] is None else (triple[0],):
            self._known.pop(subject, None)
        return super().remove(triple)


@dataclass(frozen=True)
class Shapes:
    """The shapes, their targets taken off, and what else is read off them once."""

    graph: rdflib.Graph
    targets: tuple[Target, ...]
    hierarchy: tuple[tuple[rdflib.URIRef, rdflib.URIRef, rdflib.URIRef], ...]
    owners: Mapping[rdflib.term.Node, str]
    paths: tuple[Path, ...]
    reading: Mapping[str, tuple[tuple[Path, int], ...]]
    lock: threading.Lock

    def aims(self, node: Term, view: Overlay) -> tuple[int, ...]:
        """Which of the targets a node belongs to, as indices."""
        found = view.aims.get(node)
        if found is None:
            found = view.aims[node] = _aims(*view.form(node))
        return found

    def paths_of(self, aims: tuple[int, ...]) -> tuple[Path, ...]:
        """The paths of more than one step forth that the shapes read from a node that belongs to these targets."""
        return _paths_of(aims)

    @contextmanager
    def aimed_at(self, focus: Iterable[Term], view: Overlay) -> Iterator[rdflib.Graph]:
        """The shapes with just these nodes as their targets.

        pyshacl's own focus_nodes would also leave out the nodes that sh:node and sh:or lead to, and find nothing.
        """
        with self.lock:
            for node in focus:
                for index in self.aims(node, view):
                    self.graph.add((self.targets[index].shape, SH.targetNode, rdflib.URIRef(node[1:-1])))
            try:
                yield self.graph
            finally:
                self.graph.remove((None, SH.targetNode, None))


@lru_cache(4096)
def _aims(types: frozenset[str], properties: tuple[Term, ...]) -> tuple[int, ...]:
    above, none = ontology.superclasses(), frozenset[str]()
    # What calls itself a member of a closed list is refused as such (wellformed.py): nothing else to add.
    kinds = none.union(*(above.get(kind, none) for kind in types)) - ontology.closed_lists()
    return tuple(
        index
        for index, target in enumerate(shapes().targets)
        if target.classes & kinds or not target.properties.isdisjoint(properties)
    )


@lru_cache(1024)
def _paths_of(aims: tuple[int, ...]) -> tuple[Path, ...]:
    return tuple(
        path for path in shapes().paths if any(path in shapes().targets[index].paths for index in aims)
    )


@cache
def shapes() -> Shapes:
    """What shapes/ holds, read once."""
    graph = _Kept()
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
    beyond = sorted(_beyond(graph, set(graph.subjects(SH.path))), key=str)
    reading: defaultdict[str, list[tuple[Path, int]]] = defaultdict(list)
    for path in beyond:
        for index, step in enumerate(path):
            reading[step.predicate].append((path, index))
    targets = _take_targets(graph)
    by_predicate = {name: tuple(found) for name, found in reading.items()}
    return Shapes(graph, targets, _hierarchy(), owners, tuple(beyond), by_predicate, threading.Lock())


def _take_targets(graph: rdflib.Graph) -> tuple[Target, ...]:
    found: defaultdict[rdflib.URIRef, dict[str, set[str]]] = defaultdict(
        lambda: {"class": set(), "property": set()}
    )
    for kind, tie in (("class", SH.targetClass), ("property", SH.targetSubjectsOf)):
        for shape, value in list(graph.subject_objects(tie)):
            if isinstance(shape, rdflib.URIRef):
                found[shape][kind].add(str(value) if kind == "class" else f"<{value}>")
        graph.remove((None, tie, None))
    return tuple(
        Target(shape, frozenset(t["class"]), frozenset(t["property"]), _beyond(graph, _below(graph, shape)))
        for shape, t in sorted(found.items())
    )


def _below(graph: rdflib.Graph, shape: rdflib.term.Node) -> set[rdflib.term.Node]:
    """A shape and all that it leads to."""
    return {node for node in graph.transitive_objects(shape, None) if node is not None}


def _beyond(graph: rdflib.Graph, shapes: Iterable[rdflib.term.Node]) -> frozenset[Path]:
    """The paths of shapes that are more than one step forth."""
    paths = {_path(graph, node) for shape in shapes for node in graph.objects(shape, SH.path)}
    return frozenset(path for path in paths if len(path) > 1 or (path and path[0].inverse))


def _path(graph: rdflib.Graph, node: rdflib.term.Node) -> Path:
    """A path of the shapes as steps. Alternatives are single steps here, each read with the node itself."""
    if isinstance(node, rdflib.URIRef):
        return (Step(f"<{node}>", inverse=False),)
    inverse = graph.value(node, SH.inversePath)
    if isinstance(inverse, rdflib.URIRef):
        return (Step(f"<{inverse}>", inverse=True),)
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
