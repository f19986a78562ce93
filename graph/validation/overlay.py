"""The graph as it will be after a change, seen without copying the store.

The union of all graphs: the shapes do not care which graph says what. A triple that two graphs hold survives the
loss of one.

A term is a text here, as N-Triples writes it: a large change is checked in a fraction of the time that objects take.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
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

QuadRow = tuple[Term, Term, Term, str]
"""Subject, predicate, object and graph; the last is empty for the default graph."""

TYPE: Final = f"<{terms.RDF_TYPE}>"


class Overlay:
    """before - removed + added. Every look costs what it finds, never what the store holds."""

    def __init__(self, change: ChangeSet | bytes, before: ox.Store | None) -> None:
        self.change = change
        self._before = before
        rows = change if isinstance(change, bytes) else change.rows
        self.removed: list[QuadRow] = []
        self.added: list[QuadRow] = []
        self._by_predicate: dict[Term, list[QuadRow]] = {}
        self._from: dict[Term, dict[Term, list[Term]]] = {}
        self._to: dict[Term, dict[Term, list[Term]]] = {}
        self._graphs: dict[Term, str] = {}
        gone = self._read(rows.decode().split("\n"))
        self._index()
        self._gone = frozenset(ox.parse("\n".join(gone).encode(), ox.RdfFormat.N_QUADS))
        self._about: dict[Term, Mapping[Term, Sequence[Term]]] = {}
        self._values: dict[tuple[Term, Term], Sequence[Term]] = {}
        self._types: dict[Term, frozenset[str]] = {}
        self._typing: dict[Term, str] = {}
        self._descriptions: dict[Term, str] = {}
        self._named: dict[Term, bool] = {}
        self._alive: set[Term] = set()

    def _read(self, lines: Iterable[str]) -> list[str]:
        """Take the rows in, and give the quads that go, as N-Quads."""
        gone: list[str] = []
        for line in lines:
            if not line:
                continue
            # Neither IRIs nor blank nodes have spaces in them.
            mark, subject, predicate, rest = line.split(" ", 3)
            value, _, graph = rest[:-2].rpartition(" ")
            if not value or graph[0] not in "<_" or '"' in graph:
                value, graph = rest[:-2], ""
            if mark == "D":
                gone.append(line[2:])
                self.removed.append((subject, predicate, value, graph))
            else:
                self.added.append((subject, predicate, value, graph))
        return gone

    def _index(self) -> None:
        for row in self.added:
            subject, predicate, value, graph = row
            self._by_predicate.setdefault(predicate, []).append(row)
            if subject not in self._from:
                self._from[subject] = {}
                self._graphs[subject] = graph
            elif graph != (known := self._graphs[subject]) and _rank(graph) < _rank(known):
                self._graphs[subject] = graph
            values = self._from[subject].setdefault(predicate, [])
            if (
                not values or values[-1] != value
            ):  # rows are sorted: what two graphs say comes one after the other
                values.append(value)
            if value[0] != '"':
                self._to.setdefault(value, {}).setdefault(predicate, []).append(subject)

    def coming(self, predicates: Iterable[Term]) -> Iterable[QuadRow]:
        """The quads that come, of some properties."""
        return chain.from_iterable(self._by_predicate.get(predicate, ()) for predicate in predicates)

    def touched(self, predicates: Collection[Term]) -> Iterable[QuadRow]:
        """The quads that go, and those that come, of some properties."""
        return chain((row for row in self.removed if row[1] in predicates), self.coming(predicates))

    def nodes(self) -> set[Term]:
        """The subjects of the quads that go or come."""
        return {*self._from, *(row[0] for row in self.removed)}

    def about(self, node: Term) -> Mapping[Term, Sequence[Term]]:
        """The properties of a node, each with its values."""
        found = self._about.get(node)
        if found is None:
            said: dict[Term, Collection[Term]] = dict(self._from.get(node, {}))
            stored: dict[Term, dict[Term, None]] = {}
            for quad in self._stored(node, None, None):
                stored.setdefault(str(quad.predicate), {})[str(quad.object)] = None
            said.update((p, {**dict.fromkeys(said.get(p, ())), **values}) for p, values in stored.items())
            found = self._about[node] = {predicate: tuple(values) for predicate, values in said.items()}
        return found

    def values(self, node: Term, predicate: Term) -> Sequence[Term]:
        """The values of one property of a node."""
        about = self._about.get(node)
        if about is not None:
            return about.get(predicate, ())
        key = node, predicate
        found = self._values.get(key)
        if found is None:
            said = dict.fromkeys(self._from.get(node, {}).get(predicate, ()))
            said.update((str(quad.object), None) for quad in self._stored(node, predicate, None))
            found = self._values[key] = tuple(said)
        return found

    def subjects(self, node: Term, predicate: Term) -> Collection[Term]:
        """The nodes that name this one by a property, each once."""
        come: Collection[Term]
        if node[0] == '"':  # seldom asked for, and not kept
            come = {row[0] for row in self.added if row[2] == node and row[1] == predicate}
        else:
            come = self._to.get(node, {}).get(predicate, ())
        if not self._is_named(node):
            return come if len(come) < 2 else set(come)
        return {*come, *(str(quad.subject) for quad in self._stored(None, predicate, node))}

    def referrers(self, node: Term) -> Iterator[tuple[Term, Term]]:
        """The nodes that name this one, each with the property; some may come twice."""
        for predicate, subjects in self._to.get(node, {}).items():
            yield from ((subject, predicate) for subject in subjects)
        for quad in self._stored(None, None, node):
            yield str(quad.subject), str(quad.predicate)

    def _is_named(self, node: Term) -> bool:
        """Whether the store says anything with this as its object: looked up once, since of most that come it says nothing."""
        found = self._named.get(node)
        if found is None:
            found = self._named[node] = next(self._stored(None, None, node), None) is not None
        return found

    def types(self, node: Term) -> frozenset[str]:
        """The IRIs of what a node is said to be."""
        found = self._types.get(node)
        if found is None:
            kinds = self.values(node, TYPE)
            found = self._types[node] = frozenset(kind[1:-1] for kind in kinds if kind[0] == "<")
        return found

    def typing(self, node: Term) -> str:
        """What a node is said to be, as lines of N-Triples."""
        if node[0] != "<":
            return ""
        found = self._typing.get(node)
        if found is None:
            found = "".join([f"{node} {TYPE} <{kind}> .\n" for kind in self.types(node)])
            self._typing[node] = found
        return found

    def description(self, node: Term) -> str:
        """What is said of a node, but for literals that the store cannot read, and what it names is said to be: N-Triples."""
        found = self._descriptions.get(node)
        if found is None:
            about = self.about(node)
            dead = self.dead(value for values in about.values() for value in values)
            lines = [
                f"{node} {predicate} {value} .\n{self.typing(value)}"
                for predicate, values in about.items()
                for value in values
                if value not in dead
            ]
            found = self._descriptions[node] = "".join(lines)
        return found

    def demoted(self) -> set[Term]:
        """The nodes that were something before the change which they are no longer."""
        lost = ((subject, value) for subject, predicate, value, _ in self.removed if predicate == TYPE)
        return {node for node, kind in lost if kind not in self.values(node, TYPE)}

    def source(self, node: Term) -> str | None:
        """A graph that describes the node: a changed one if it does, and one in which people write before one that follows."""
        graphs = (
            [self._graphs[node]]
            if node in self._graphs
            else [f"<{getattr(quad.graph_name, 'value', '')}>" for quad in self._stored(node, None, None)]
        )
        return min(graphs, key=_rank, default="")[1:-1] or None

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
            None if predicate is None else _property(predicate),
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


def _rank(graph: str) -> tuple[bool, str]:
    """The graphs in which people write first, then by name, so that one change has one report."""
    return graph.endswith(("/graph/derived>", "/graph/names>")), graph


def read_terms(texts: Iterable[Term]) -> list[Read]:
    """The terms that texts write."""
    lines = "".join(f"<urn:x> <urn:x> {text} .\n" for text in texts)
    return [cast("Read", quad.object) for quad in ox.parse(lines.encode(), ox.RdfFormat.N_TRIPLES)]


def lexical(literal: Term) -> str:
    """The text of a literal."""
    text = literal[1 : literal.rindex('"')]
    return text if "\\" not in text else str(as_term(literal).value)


@lru_cache(1024)
def _property(text: Term) -> ox.NamedNode:
    return ox.NamedNode(text[1:-1])


def _node(text: Term) -> ox.NamedNode | ox.BlankNode:
    return ox.NamedNode(text[1:-1]) if text[0] == "<" else ox.BlankNode(text[2:])
