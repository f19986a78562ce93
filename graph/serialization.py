"""The graph as files that are the same, byte for byte, whenever the graph is the same.

Everything is sorted: graphs, subjects, objects by their written form; within a subject rdf:type comes first,
then rdfs:label, then the other predicates by IRI, since that is the order in which people read. Only prefixes
that occur are declared. Nothing about a run (no date, no version) is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from onrecord.graph import formats, terms
from onrecord.graph.current import Current

_NEVER: Final = re.compile(r"(?!)")
_PLAIN: Final = {
    terms.PREFIXES["xsd"] + "string": re.compile(".*", re.DOTALL),
    terms.PREFIXES["rdf"] + "langString": re.compile(".*", re.DOTALL),
    terms.PREFIXES["xsd"] + "boolean": re.compile("true|false"),
    terms.PREFIXES["xsd"] + "integer": re.compile(r"[+-]?\d+"),
    terms.PREFIXES["xsd"] + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    terms.PREFIXES["xsd"] + "double": re.compile(r"[+-]?(\d+\.\d*|\.?\d+)[eE][+-]?\d+"),
}
_FIRST: Final = {terms.RDF_TYPE: "\x00", terms.PREFIXES["rdfs"] + "label": "\x01"}


Graph = NamedNode | DefaultGraph
Quads = Callable[[Graph | None], Iterable[Quad]]
"""What there is to write of one graph, or of all of them."""


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

    With `current`, only what is current of it: see current.py.
    """
    graph = NamedNode(name) if isinstance(name, str) else name
    left_out = {NamedNode(one) for one in without}
    graphs = [one for one in _graphs(store, graph) if one not in left_out]
    quads = _reader(store, current=current)
    if format_ == formats.TURTLE.name:
        _write_turtle((quad for quad in quads(graph) if quad.graph_name not in left_out), output)
    elif format_ == formats.N_QUADS.name:
        for one in graphs:
            lines = (serialize(quads(one), format=RdfFormat.N_QUADS) or b"").split(b"\n")
            output.write(b"".join(line + b"\n" for line in sorted(lines) if line))
    elif format_ == formats.TRIG.name:
        _write_trig(quads, output, graphs)
    else:
        raise ValueError(
            f"no export format is called {format_!r}; there are {', '.join(formats.by_name(formats.EXPORTS))}"
        )


def _graphs(store: Store, graph: Graph | None) -> list[Graph]:
    if graph is not None:
        return [graph]
    named = (name for name in store.named_graphs() if isinstance(name, NamedNode))
    # Only a plain store has anything in the default graph; an empty one leaves no trace.
    return [DefaultGraph(), *sorted(named, key=lambda name: name.value)]


def _reader(store: Store, *, current: bool) -> Quads:
    if not current:
        return lambda graph: store.quads_for_pattern(None, None, None, graph)
    holds = Current(store).holds
    return lambda graph: filter(holds, store.quads_for_pattern(None, None, None, graph))


def _write_turtle(quads: Iterable[Quad], output: IO[bytes]) -> None:
    # Two sources may say the same triple; in the merged graph it stands once.
    triples = sorted({quad.triple for quad in quads}, key=_reading_order)
    serialize(triples, output, RdfFormat.TURTLE, prefixes=_used(triples))


def _write_trig(quads: Quads, output: IO[bytes], names: list[Graph]) -> None:
    # Prefixes stand at the top, before any graph is read: one pass to find them, one to write.
    prefixes = _used(quad.triple for name in names for quad in quads(name))
    prefixes |= _matching(name.value for name in names if isinstance(name, NamedNode))
    in_order = (
        quad for name in names for quad in sorted(quads(name), key=lambda q: _reading_order(q.triple))
    )
    serialize(in_order, output, RdfFormat.TRIG, prefixes=prefixes)


def _reading_order(triple: Triple) -> tuple[str, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), _FIRST.get(predicate, predicate), str(triple.object)


def _used(triples: Iterable[Triple]) -> dict[str, str]:
    return _matching({iri for triple in triples for iri in _iris(triple)})


def _iris(triple: Triple) -> Iterator[str]:
    # What Turtle writes without an IRI (`a`, strings, plain numbers) needs no prefix.
    if triple.predicate.value != terms.RDF_TYPE:
        yield triple.predicate.value
    for term in (triple.subject, triple.object):
        if isinstance(term, NamedNode):
            yield term.value
        elif isinstance(term, Literal) and not _PLAIN.get(term.datatype.value, _NEVER).fullmatch(term.value):
            yield term.datatype.value


def _matching(iris: Iterable[str]) -> dict[str, str]:
    missing = dict(terms.PREFIXES)
    used = {}
    for iri in iris:
        for prefix, namespace in missing.items():
            if iri.startswith(namespace):
                used[prefix] = missing.pop(prefix)
                break
        if not missing:
            break
    return used
