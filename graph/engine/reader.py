"""A reader: one child process that answers one query after another from a snapshot, and may be killed at any time."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, Final, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    serialize,
)

from onrecord.graph import exports, formats, terms
from onrecord.graph.engine import counting, opened
from onrecord.graph.engine.processes import frames, priority, sandbox
from onrecord.graph.errors import (
    EngineFailure,
    NotAcceptable,
    OnrecordError,
    QueryRefused,
    UnknownGraph,
    damaged,
)
from onrecord.graph.sparql import mistakes
from onrecord.graph.sparql.rewriting import Rewritten, rewrite
from onrecord.graph.sparql.screening import Bounds, screen

_TABLES: Final = formats.by_name(formats.TABLES)
_GRAPHS: Final = formats.by_name(formats.GRAPHS)
_EXPORTS: Final = formats.by_name(formats.EXPORTS)
_KINDS: Final = {"solutions": "a table", "boolean": "yes or no", "graph": "a graph"}
_NOT_AS_XML: Final = [name for name in _GRAPHS if name != formats.RDF_XML.name]
_XML_NAME: Final = re.compile(r"[^\W\d][\w.\-]*\Z")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PIECE: Final = 64 << 10


class _Pipe:
    """A file that sends what is written to it in frames. The rest, in `held`, goes with the reply if there is one."""

    def __init__(self, channel: frames.Channel) -> None:
        self._channel = channel
        self._count: Callable[[bytes | bytearray], None] | None = None
        self.held = bytearray()

    def count(self, rows: counting.Rows) -> None:
        """Count rows in what is written from now on."""
        self._count = rows.take

    def write(self, data: bytes) -> int:
        self.held += data
        if len(self.held) >= _PIECE:
            self.counted()
            frames.send(self._channel, {"more": True}, self.held)
            self.held = bytearray()
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces are sent when they are large enough."""

    def counted(self) -> None:
        """Count the rows in what is held; to be called before that is sent."""
        if self._count is not None:
            self._count(self.held)


def _failed(error: Exception, snapshot: str) -> OnrecordError:
    if isinstance(error, OSError) or "Corruption" in str(error):
        return damaged("the snapshot", snapshot, error)
    return QueryRefused(f"the query cannot be evaluated: {error}")


_OLDER: Final = 2
_snapshots: Final = opened.Snapshots(_OLDER)


def prepare(preload: str) -> None:
    """Open the snapshot that the first request will most likely need."""
    # If it cannot be opened, the request that needs it gets the error.
    with contextlib.suppress(OnrecordError):
        _open(json.loads(preload))


def _open(request: Mapping[str, Any]) -> Store:
    return _snapshots.open(
        request["snapshot"], request["megabytes"], quads=request["quads"], newest=request["newest"]
    )


def serve(channel: frames.Channel) -> None:
    """Answer requests until the front closes the channel."""
    time_slice = priority.TimeSlice()
    while True:
        request, body = frames.receive(channel)
        output = _Pipe(channel)
        try:
            store = _open(request)
            time_slice.begin()
            answer = _answer(store, request, body.decode(), output)
            rest = output.held
        except OnrecordError as error:
            answer, rest = error.to_dict(), bytearray()
        except (RuntimeError, ValueError, OSError) as error:
            answer, rest = _failed(error, request["snapshot"]).to_dict(), bytearray()
        if not time_slice.end():
            answer["spent"] = True
        frames.send(channel, answer, rest)


def _answer(store: Store, request: Mapping[str, Any], text: str, pipe: _Pipe) -> dict[str, Any]:
    output = cast("IO[bytes]", pipe)
    match request["do"]:
        case "query":
            return _query(store, request, text, pipe)
        case "export":
            graph = request["graph"]
            if graph is not None and not _has(store, graph):
                raise UnknownGraph(
                    f"there is no graph <{graph}>; GRAPH ?g {{}} in a query lists the graphs there are"
                )
            exports.write(store, output, request["format"], graph, without=request["without"])
            return {"kind": "export", "format": request["format"]}
        case "graph":
            _graph_store(store, request["graph"], request["format"], output)
            return {"kind": "graph", "format": request["format"]}
        case "graphs":
            return {"graphs": sorted(g.value for g in store.named_graphs())}
        case other:
            raise EngineFailure(f"a reader knows no request called {other!r}")


def _graph_store(store: Store, name: str | None, format_: str, output: IO[bytes]) -> None:
    if name is not None and not _has(store, name):
        raise UnknownGraph(f"there is no graph <{name}>")
    if format_ in _EXPORTS:
        exports.write(store, output, format_, DefaultGraph() if name is None else name)
        return
    graph = DefaultGraph() if name is None else NamedNode(name)
    triples: Iterable[Triple] = sorted(
        (quad.triple for quad in store.quads_for_pattern(None, None, None, graph)), key=str
    )
    _write_triples(triples, format_, output)


def _has(store: Store, graph: str) -> bool:
    try:
        return store.contains_named_graph(NamedNode(graph))
    except ValueError:
        return False


def _query(store: Store, request: Mapping[str, Any], text: str, pipe: _Pipe) -> dict[str, Any]:
    context = {"base_iri": request["base"], "prefixes": dict(terms.PREFIXES)}
    rewritten = Rewritten(text)
    if request["bounds"] is None:
        context |= _dataset(request, union=request["union"])
    else:
        screened = screen(text, Bounds(*request["bounds"]))
        # With the union as default graph, Oxigraph ignores FROM.
        context |= _dataset(request, union=request["union"] and not screened.has_dataset)
        rewritten = rewrite(screened, lambda question: store.query(question, **context))
    try:
        results = store.query(rewritten.text + mistakes.PADDING, **context, **rewritten.arguments)
    except SyntaxError as error:
        raise mistakes.explain(text, str(error), rewritten) from None
    kind = "graph"
    if not isinstance(results, QueryTriples):
        kind = "solutions" if isinstance(results, QuerySolutions) else "boolean"
    format_ = request["formats"].get(kind)
    if format_ is None:
        offers = list(_GRAPHS if kind == "graph" else _TABLES)
        raise NotAcceptable(f"this query yields {_KINDS[kind]}; ask for {_or(offers)}", offers)
    rows = _write(results, format_, pipe, request["rows"])
    return {"kind": kind, "format": format_, "rows": rows}


def _dataset(request: Mapping[str, Any], *, union: bool) -> dict[str, Any]:
    default, named = request["default"], request["named"]
    if default is None and named is None:
        return {"use_default_graph_as_union": union}
    # Graphs named in the request are the whole data set, and outrank FROM in the text.
    return {
        "default_graph": [_graph(iri) for iri in default or ()],
        "named_graphs": [_graph(iri) for iri in named or ()],
    }


def _graph(iri: str) -> NamedNode | DefaultGraph:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryRefused(f"<{iri}> names no graph: {error}; give an absolute IRI") from None


def _or(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _write(
    results: QuerySolutions | QueryBoolean | QueryTriples, format_: str, pipe: _Pipe, most: int
) -> int:
    """Write a result out, and return how many rows or triples it has."""
    output = cast("IO[bytes]", pipe)
    if isinstance(results, QueryTriples):
        numbered = _Numbered(results, most)
        _write_triples(numbered, format_, output)
        return numbered.given
    if isinstance(results, QueryBoolean):
        if format_ in (formats.CSV.name, formats.TSV.name):
            # No standard defines this; one line is easy for scripts.
            output.write(b"true\n" if results else b"false\n")
        else:
            results.serialize(output, _TABLES[format_].engine)
        return 1
    rows = counting.Rows(format_, most)
    pipe.count(rows)
    results.serialize(output, _TABLES[format_].engine)
    pipe.counted()
    return rows.counted


class _Numbered:
    """Counts triples while they are written, and stops them when there are too many."""

    def __init__(self, triples: Iterable[Triple], most: int) -> None:
        self.given = 0
        self._triples = triples
        self._most = most

    def __iter__(self) -> Iterator[Triple]:
        for triple in self._triples:
            self.given += 1
            if self.given > self._most:
                raise counting.too_many(self._most)
            yield triple


def _write_triples(triples: Iterable[Triple], format_: str, output: IO[bytes]) -> None:
    if format_ == formats.RDF_XML.name:
        triples = map(_for_xml, triples)
    serialize(triples, output, _GRAPHS[format_].engine, prefixes=dict(terms.PREFIXES))


def _for_xml(triple: Triple) -> Triple:
    # For these the serialiser would write a file that no XML parser accepts.
    if not _XML_NAME.search(triple.predicate.value):
        raise NotAcceptable(
            f"{triple.predicate} ends in no XML name; ask for {_or(_NOT_AS_XML)}", _NOT_AS_XML
        )
    if _NOT_XML.search(getattr(triple.object, "value", "")):
        raise NotAcceptable(
            f"{triple.object} holds a character that XML cannot; ask for {_or(_NOT_AS_XML)}", _NOT_AS_XML
        )
    return triple


def main(spawn: sandbox.Spawn) -> None:
    """Run this child."""
    priority.listen()
    sandbox.main(serve, spawn, prepare)
