"""The graph as files that are the same, byte for byte, whenever the graph is the same.

Everything is sorted: graphs, subjects, objects by their written form; within a subject rdf:type comes first,
then rdfs:label, then the other predicates by IRI, since that is the order in which people read. Only prefixes
that occur are declared. Nothing about a run (no date, no version) is written.

What is written is sorted as lines of text, in steady memory (graph/files/sorting.py): its size does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from onrecord.graph import formats, terms
from onrecord.graph.exports.current import Current
from onrecord.graph.files import sorting
from onrecord.graph.quoting import brief

_NEVER: Final = re.compile(r"(?!)")
_PLAIN: Final = {
    terms.PREFIXES["xsd"] + "string": re.compile(".*", re.DOTALL),
    terms.PREFIXES["rdf"] + "langString": re.compile(".*", re.DOTALL),
    terms.PREFIXES["xsd"] + "boolean": re.compile("true|false"),
    terms.PREFIXES["xsd"] + "integer": re.compile(r"[+-]?\d+"),
    terms.PREFIXES["xsd"] + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    terms.PREFIXES["xsd"] + "double": re.compile(r"[+-]?(\d+\.\d*|\.?\d+)[eE][+-]?\d+"),
}
_MARKS: Final = {terms.RDF_TYPE.encode(): b"\x01", (terms.PREFIXES["rdfs"] + "label").encode(): b"\x02"}
_MARKED: Final = {mark: predicate for predicate, mark in _MARKS.items()}
_CHUNK: Final = 10_000
_MOST_STEMS: Final = 100_000

GraphName = NamedNode | BlankNode | DefaultGraph


def write(  # noqa: PLR0913  (the options by name)
    store: Store,
    output: IO[bytes],
    format_: str,
    name: str | DefaultGraph | None = None,
    *,
    without: Iterable[str] = (),
    current: bool = False,
) -> None:
    """Write one graph of the store, or all of them but some; "turtle" merges them, the others keep them apart.

    With `current`, only what is current of it: see current.py. ValueError for another format.
    """
    graph = NamedNode(name) if isinstance(name, str) else name
    left_out = {NamedNode(one) for one in without}
    quads: Iterator[Quad] = store.quads_for_pattern(None, None, None, graph)
    if left_out:
        quads = (quad for quad in quads if quad.graph_name not in left_out)
    if current:
        quads = Current(store).of(quads)
    if format_ == formats.N_QUADS.name:
        for line in sorting.sorted_lines(_by_graph(quads)):
            output.write(line.partition(b"\x00")[2])
    elif format_ in (formats.TURTLE.name, formats.TRIG.name):
        _write_for_reading(quads, output, merged=format_ == formats.TURTLE.name)
    else:
        raise ValueError(
            f"no export format is called {brief(format_)}; there are {', '.join(formats.by_name(formats.EXPORTS))}"
        )


def _by_graph(quads: Iterator[Quad]) -> Iterator[bytes]:
    """N-Quads lines, each behind the name of its graph: nothing for the default one, which is the first."""
    for chunk, lines in _lines(quads):
        for quad, line in zip(chunk, lines, strict=True):
            yield _name(quad.graph_name) + b"\x00" + line + b"\n"


def _write_for_reading(quads: Iterator[Quad], output: IO[bytes], *, merged: bool) -> None:
    """Turtle, where two graphs are merged that may say the same, or TriG, in the order in which people read."""
    # Prefixes stand at the top; the sorting has read everything before it gives the first line.
    prefixes = _Prefixes()
    lines = sorting.sorted_lines(_in_reading_order(quads, prefixes, merged=merged))
    first = next(lines, None)
    in_order = _read(() if first is None else _chain(first, lines))
    if merged:
        serialize((quad.triple for quad in in_order), output, RdfFormat.TURTLE, prefixes=prefixes.used)
    else:
        serialize(in_order, output, RdfFormat.TRIG, prefixes=prefixes.used)


def _in_reading_order(quads: Iterator[Quad], prefixes: _Prefixes, *, merged: bool) -> Iterator[bytes]:
    """Lines of graph, subject, predicate and the rest, with zeros between, which are in order as bytes."""
    if merged:
        quads = (Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads)
    for chunk, lines in _lines(quads):
        for quad, line in zip(chunk, lines, strict=True):
            prefixes.note(quad)
            subject, predicate, rest = line.split(b" ", 2)
            predicate = _MARKS.get(predicate[1:-1], predicate[1:-1])
            yield b"\x00".join((_name(quad.graph_name), subject, predicate, rest)) + b"\n"


def _read(lines: Iterable[bytes]) -> Iterator[Quad]:
    lines = iter(lines)
    while chunk := list(islice(lines, _CHUNK)):
        text = bytearray()
        for line in chunk:
            _, subject, predicate, rest = line.split(b"\x00", 3)
            text += b"%b <%b> %b" % (subject, _MARKED.get(predicate, predicate), rest)
        yield from parse(bytes(text), RdfFormat.N_QUADS)


def _lines(quads: Iterator[Quad]) -> Iterator[tuple[list[Quad], list[bytes]]]:
    """The quads, thousands at a time, and the line of each in N-Quads."""
    while chunk := list(islice(quads, _CHUNK)):
        yield chunk, (serialize(chunk, format=RdfFormat.N_QUADS) or b"").split(b"\n")[:-1]


def _name(graph: GraphName) -> bytes:
    return b"" if isinstance(graph, DefaultGraph) else graph.value.encode()


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


class _Prefixes:
    """Finds the prefixes that some quads need, of those we declare."""

    def __init__(self) -> None:
        self.used: dict[str, str] = {}
        self._seen: set[str] = set()

    def note(self, quad: Quad) -> None:
        """Note what this one needs."""
        # What Turtle writes without an IRI (`a`, strings, plain numbers) needs no prefix.
        if quad.predicate.value != terms.RDF_TYPE:
            self._note(quad.predicate.value)
        for term in (quad.subject, quad.object, quad.graph_name):
            if isinstance(term, NamedNode):
                self._note(term.value)
            elif isinstance(term, Literal):
                datatype = term.datatype.value
                if not _PLAIN.get(datatype, _NEVER).fullmatch(term.value):
                    self._note(datatype)

    def _note(self, iri: str) -> None:
        # Each namespace ends like this; IRIs have few such beginnings.
        stem = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
        if stem in self._seen:
            return
        if len(self._seen) < _MOST_STEMS:
            self._seen.add(stem)
        self.used |= {name: space for name, space in terms.PREFIXES.items() if stem.startswith(space)}
