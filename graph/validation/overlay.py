"""The graph as it will be after a change, seen without copying the store.

The union of all graphs: the shapes do not care which graph says what. A triple that two graphs hold survives the
loss of one.

A term is a text here, as N-Triples writes it: a large change is checked in a fraction of the time that objects take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import datatypes

Term = str
"""An IRI in angle brackets, a literal in quotes with its datatype or language, or a blank node."""

Read = ox.NamedNode | ox.BlankNode | ox.Literal
"""What a text is read as: no change brings triple terms in."""

Row = tuple[Term, Term, Term, str]
"""Subject, predicate, object and graph; the last is empty for the default graph."""

TYPE: Final = f"<{terms.RDF_TYPE}>"


class Overlay:
    """before - removed + added. Every look costs what it finds, never what the store holds."""

    def __init__(self, change: ChangeSet | bytes, before: ox.Store | None) -> None:
        self.change = change
        self._before = before
        rows = change if isinstance(change, bytes) else change.rows
        lines = rows.decode().split("\n")
        gone = [line for line in lines if line[:1] == "D"]
        self._gone = frozenset(ox.parse("\n".join(line[2:] for line in gone).encode(), ox.RdfFormat.N_QUADS))
        self.removed: list[Row] = [_row(line) for line in gone]
        self.added: list[Row] = [_row(line) for line in lines if line[:1] == "A"]
        self._from: defaultdict[Term, list[tuple[Term, Term]]] = defaultdict(list)
        self._to: defaultdict[Term, list[tuple[Term, Term]]] = defaultdict(list)
        self._graphs: dict[Term, str] = {}
        for subject, predicate, value, graph in self.added:
            self._from[subject].append((predicate, value))
            self._to[value].append((subject, predicate))
            # The first by name, so that one change has one report.
            known = self._graphs.get(subject)
            if known is None or graph < known:
                self._graphs[subject] = graph
        self._about: dict[Term, Mapping[Term, Sequence[Term]]] = {}
        self._types: dict[Term, frozenset[str]] = {}
        self._alive: set[Term] = set()

    def touched(self) -> Iterable[Row]:
        """The quads that go, and those that come."""
        return chain(self.removed, self.added)

    def about(self, node: Term) -> Mapping[Term, Sequence[Term]]:
        """The properties of a node, each with its values."""
        found = self._about.get(node)
        if found is None:
            made: dict[Term, dict[Term, None]] = {}
            for predicate, value in self._from.get(node, ()):
                made.setdefault(predicate, {})[value] = None
            for quad in self._stored(node, None, None):
                made.setdefault(str(quad.predicate), {})[str(quad.object)] = None
            found = self._about[node] = {predicate: tuple(values) for predicate, values in made.items()}
        return found

    def values(self, node: Term, predicate: Term) -> Sequence[Term]:
        """The values of one property of a node."""
        about = self._about.get(node)
        if about is not None:
            return about.get(predicate, ())
        found = dict.fromkeys(value for name, value in self._from.get(node, ()) if name == predicate)
        found.update((str(quad.object), None) for quad in self._stored(node, predicate, None))
        return tuple(found)

    def referrers(self, node: Term, predicate: Term | None = None) -> Iterator[tuple[Term, Term]]:
        """The nodes that name this one, each with the property; some may come twice."""
        for subject, name in self._to.get(node, ()):
            if predicate is None or name == predicate:
                yield subject, name
        for quad in self._stored(None, predicate, node):
            yield str(quad.subject), str(quad.predicate)

    def types(self, node: Term) -> frozenset[str]:
        """The IRIs of what a node is said to be."""
        found = self._types.get(node)
        if found is None:
            kinds = self.values(node, TYPE)
            found = self._types[node] = frozenset(kind[1:-1] for kind in kinds if kind[0] == "<")
        return found

    def demoted(self) -> set[Term]:
        """The nodes that were something before the change which they are no longer."""
        lost = ((subject, value) for subject, predicate, value, _ in self.removed if predicate == TYPE)
        return {node for node, kind in lost if kind not in self.values(node, TYPE)}

    def source(self, node: Term) -> str | None:
        """A graph that describes the node: the changed one if it does."""
        if node in self._graphs:
            return self._graphs[node][1:-1]
        for quad in self._stored(node, None, None):
            return str(getattr(quad.graph_name, "value", "")) or None
        return None

    def dead(self, values: Iterable[Term]) -> Mapping[Term, str]:
        """The literals that the store cannot read as their datatype, each with what is wrong (datatypes.unreadable)."""
        typed = {value for value in values if value[0] == '"' and value[-1] == ">"} - self._alive
        if not typed:
            return {}
        written = list(typed)
        literals = dict(zip(read_terms(written), written, strict=True))
        found = datatypes.unreadable(term for term in literals if isinstance(term, ox.Literal))
        self._alive |= typed
        dead = {literals[literal]: why for literal, why in found.items()}
        self._alive -= dead.keys()
        return dead

    def _stored(self, subject: Term | None, predicate: Term | None, value: Term | None) -> Iterator[ox.Quad]:
        """The quads of the store that stay."""
        if self._before is None or (subject is not None and subject[0] not in "<_"):
            return
        pattern = (
            None if subject is None else _node(subject),
            None if predicate is None else ox.NamedNode(predicate[1:-1]),
            None if value is None else as_term(value),
        )
        for quad in self._before.quads_for_pattern(*pattern, None):
            if not self._gone or quad not in self._gone:
                yield quad


def as_term(text: Term) -> Read:
    """The term that a text writes."""
    if text[0] in "<_":
        return _node(text)
    return read_terms([text])[0]


def read_terms(texts: Iterable[Term]) -> list[Read]:
    """The terms that texts write."""
    lines = "".join(f"<urn:x> <urn:x> {text} .\n" for text in texts)
    return [cast("Read", quad.object) for quad in ox.parse(lines.encode(), ox.RdfFormat.N_TRIPLES)]


def _node(text: Term) -> ox.NamedNode | ox.BlankNode:
    return ox.NamedNode(text[1:-1]) if text[0] == "<" else ox.BlankNode(text[2:])


def _row(line: str) -> Row:
    """One row of a change; neither IRIs nor blank nodes have spaces in them."""
    _, subject, predicate, rest = line.split(" ", 3)
    value, _, graph = rest[:-2].rpartition(" ")
    if not value or graph[0] not in "<_" or '"' in graph:
        return subject, predicate, rest[:-2], ""
    return subject, predicate, value, graph
