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

_PIECE: Final = 64 << 10
TYPE: Final = f"<{terms.RDF_TYPE}>"


class Overlay:
    """before - removed + added. Every look costs what it finds, never what the store holds."""

    def __init__(self, change: ChangeSet | bytes, before: ox.Store | None) -> None:
        self.change = change
        nothing = before is None or next(before.quads_for_pattern(None, None, None, None), None) is None
        self._before = None if nothing else before
        self.removed: list[QuadRow] = []
        # Of each quad that comes its subject, value and graph, one after the other: a tuple for each takes twice the time and memory.
        self._by_predicate: dict[Term, list[str]] = {}
        self._from: dict[Term, dict[Term, list[Term]]] = {}
        self._to: dict[Term, dict[Term, list[Term]]] = {}
        self._coming: set[Term] = set()  # values that were not looked over yet
        self._reflexive: set[Term] = set()
        gone = self._read(change if isinstance(change, bytes) else change.rows)
        self._gone = frozenset(ox.parse("\n".join(gone).encode(), ox.RdfFormat.N_QUADS))
        self.changes = bool(self._from or self.removed)
        """Whether anything goes or comes."""
        self._about: dict[Term, Mapping[Term, Sequence[Term]]] = {}
        self._values: dict[tuple[Term, Term], Sequence[Term]] = {}
        self._types: dict[Term, frozenset[str]] = {}
        self._forms: dict[Term, tuple[frozenset[str], tuple[Term, ...]]] = {}
        self._typing: dict[Term, str] = {}
        self._known: dict[Term, bool] = {}
        self._named: dict[Term, bool] = {}
        self._graphs: dict[Term, str] = {}
        self._dead: dict[Term, str] = {}
        self._looked_at: set[Term] = set()
        self._looked_over: set[Term] = set()
        self.aims: dict[Term, tuple[int, ...]] = {}
        """What shapes.py has found of the nodes that it was asked about."""

    @property
    def added(self) -> list[QuadRow]:
        """The quads that come."""
        return list(self.coming(self._by_predicate))

    def _read(self, rows: bytes) -> list[str]:
        """Take the rows in, and give the quads that go, as N-Quads."""
        gone: list[str] = []
        graphs: dict[str, str] = {}
        subject = predicate = value = graph = tail = ""
        about: dict[Term, list[Term]] = {}
        values: list[Term] = []
        alike: list[str] = []
        coming = self._coming
        names: dict[Term, Term] = {}
        for line in chain.from_iterable(piece.decode().split("\n") for piece in _pieces(rows)):
            if not line:
                continue
            # Neither IRIs nor blank nodes have spaces in them.
            mark, one, by, rest = line.split(" ", 3)
            if tail and rest.endswith(tail):  # the graph of the row before: of no other row is this the end
                other = rest[: -len(tail)]
            else:
                words = rest.rsplit(" ", 2)
                graph = words[-2]
                if len(words) == 3 and graph[0] in "<_" and '"' not in graph:
                    other, graph = words[0], graphs.setdefault(graph, graph)
                    tail = f" {graph} ."
                else:
                    other, graph, tail = rest[:-2], "", ""
            if mark == "D":
                gone.append(line[2:])
                self.removed.append((one, by, other, graph))
                continue
            # Rows are sorted: those of one thing come one after the other, and so do those of one property of it.
            if one != subject:
                subject, predicate = one, ""
                about = self._from.setdefault(one, {})
            if by != predicate:
                predicate, value = names.setdefault(by, by), ""  # few, and compared often
                values = about.setdefault(predicate, [])
                alike = self._by_predicate.setdefault(predicate, [])
            if other != value:  # else another graph says so, too
                value = other
                values.append(value)
                coming.add(value)
                if value == subject:
                    self._reflexive.add(subject)
            alike += (subject, value, graph)
        return gone

    def coming(self, predicates: Iterable[Term]) -> Iterable[QuadRow]:
        """The quads that come, of some properties."""
        for predicate in predicates:
            for subject, value, graph in _in_threes(self._by_predicate.get(predicate, ())):
                yield subject, predicate, value, graph

    def touched(self, predicates: Collection[Term]) -> Iterable[QuadRow]:
        """The quads that go, and those that come, of some properties."""
        return chain((row for row in self.removed if row[1] in predicates), self.coming(predicates))

    def nodes(self) -> set[Term]:
        """The subjects of the quads that go or come."""
        return {*self._from, *(row[0] for row in self.removed)}

    def is_known(self, node: Term) -> bool:
        """Whether the store says anything of a thing or names it: looked up once, since of most that come it does neither."""
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._before is not None and (
                next(self._stored(node, None, None), None) is not None or self._is_named(node)
            )
        return found

    def about(self, node: Term) -> Mapping[Term, Sequence[Term]]:
        """The properties of a node, each with its values."""
        found = self._about.get(node)
        if found is None:
            found = self._from.get(node, {})
            if self._before is None:
                self._about[node] = found
                return found
            stored: dict[Term, dict[Term, None]] = {}
            for quad in self._stored(node, None, None):
                stored.setdefault(str(quad.predicate), {})[str(quad.object)] = None
            if stored:
                said = ((p, {**dict.fromkeys(found.get(p, ())), **values}) for p, values in stored.items())
                found = {**found, **{predicate: list(values) for predicate, values in said}}
            self._about[node] = found
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
        naming = self._to.get(predicate)
        come = (self._naming(predicate) if naming is None else naming).get(node, ())
        if self._before is None or not self._is_named(node):
            return come
        return {*come, *(str(quad.subject) for quad in self._stored(None, predicate, node))}

    def referrers(self, node: Term) -> Iterator[tuple[Term, Term]]:
        """The nodes that name this one, each with the property; some may come twice."""
        for predicate in self._by_predicate:
            yield from ((subject, predicate) for subject in self._naming(predicate).get(node, ()))
        for quad in self._stored(None, None, node):
            yield str(quad.subject), str(quad.predicate)

    def _naming(self, predicate: Term) -> Mapping[Term, Sequence[Term]]:
        """By value, what comes with it as that of one property; made when first asked for, since of few properties anybody asks."""
        found = self._to.get(predicate)
        if found is None:
            found = self._to[predicate] = {}
            for subject, value, _ in _in_threes(self._by_predicate.get(predicate, ())):
                subjects = found.setdefault(value, [])
                if not subjects or subjects[-1] != subject:
                    subjects.append(subject)
        return found

    def _is_named(self, node: Term) -> bool:
        """Whether the store says anything with this as its object."""
        found = self._named.get(node)
        if found is None:
            found = self._named[node] = next(self._stored(None, None, node), None) is not None
        return found

    def form(self, node: Term) -> tuple[frozenset[str], tuple[Term, ...]]:
        """What a node is said to be (IRIs), and the properties that it has."""
        found = self._forms.get(node)
        if found is None:
            found = self._forms[node] = self.types(node), tuple(self.about(node))
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
        found = self._typing.get(node)
        if found is None:
            found = "".join([f"{node} {TYPE} <{kind}> .\n" for kind in self.types(node)])
            self._typing[node] = found
        return found

    def look_over(self, nodes: Iterable[Term]) -> set[Term]:
        """The values of some nodes, and all that come, unless they were looked over before; of their literals it is known then
        which the store cannot read.
        """
        nodes = set(nodes) - self._looked_over
        found, self._coming = self._coming, set()
        if self._before is not None:
            stored = (node for node in nodes if self.about(node) is not self._from.get(node))
            found.update(*chain.from_iterable(self.about(node).values() for node in stored))
        self.dead(found)
        self._looked_over |= nodes
        return found

    def is_reflexive(self, node: Term) -> bool:
        """Whether a node is among its own values."""
        about = self.about(node)
        return node in self._reflexive or (
            about is not self._from.get(node) and node in chain.from_iterable(about.values())
        )

    def descriptions(self, nodes: Collection[Term]) -> Iterator[str]:
        """What is said of each node, but for literals that the store cannot read, as lines of N-Triples."""
        if not self._looked_over.issuperset(nodes):
            self.look_over(nodes)
        dead = self._dead
        for node in nodes:
            lines = [
                f"{node} {predicate} {value} .\n"
                for predicate, values in self.about(node).items()
                for value in values
                if not dead or value not in dead
            ]
            yield "".join(lines)

    def demoted(self) -> set[Term]:
        """The nodes that were something before the change which they are no longer."""
        lost = ((subject, value) for subject, predicate, value, _ in self.removed if predicate == TYPE)
        return {node for node, kind in lost if kind not in self.values(node, TYPE)}

    def source(self, node: Term) -> str | None:
        """A graph that describes the node: a changed one if it does, and one in which people write before one that follows."""
        if not self._graphs:
            for subject, _, _, graph in self.added:
                self._graphs[subject] = min(graph, self._graphs.get(subject, graph), key=_rank)
        graphs = (
            [self._graphs[node]]
            if node in self._graphs
            else [f"<{getattr(quad.graph_name, 'value', '')}>" for quad in self._stored(node, None, None)]
        )
        return min(graphs, key=_rank, default="")[1:-1] or None

    def dead(self, values: Iterable[Term]) -> Mapping[Term, str]:
        """The literals that the store cannot read as their datatype, each with what is wrong (datatypes.unreadable)."""
        typed = {value for value in values if value[0] == '"' and value[-1] == ">"}
        unseen = [value for value in typed - self._looked_at if not datatypes.is_everyday(value)]
        if unseen:
            literals = dict(zip(read_terms(unseen), unseen, strict=True))
            found = datatypes.unreadable(term for term in literals if isinstance(term, ox.Literal))
            self._dead.update((literals[literal], why) for literal, why in found.items())
        self._looked_at |= typed
        return {value: self._dead[value] for value in typed & self._dead.keys()} if self._dead else {}

    def readable(self, values: Sequence[Term]) -> Sequence[Term]:
        """These values without the literals that the store cannot read."""
        if any(value[0] == '"' for value in values) and (dead := self.dead(values)):
            return [value for value in values if value not in dead]
        return values

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


def _in_threes(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    each = iter(texts)
    return zip(each, each, each, strict=True)


def _pieces(rows: bytes) -> Iterator[bytes]:
    """The rows in pieces of whole lines: a text takes as many bytes a character as its widest character needs."""
    begin = 0
    while begin < len(rows):
        end = rows.rfind(b"\n", begin, begin + _PIECE) + 1 or rows.find(b"\n", begin) + 1 or len(rows)
        yield rows[begin:end]
        begin = end


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
