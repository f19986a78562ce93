"""A reader: one child process that answers one query after another from a snapshot, and may be killed at any time."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any, Final, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from onrecord.graph import formats, scheduling, terms
from onrecord.graph.engine import opened
from onrecord.graph.engine.processes import frames, priority, sandbox
from onrecord.graph.engine.reading import conversion, requests, results
from onrecord.graph.errors import (
    NotAcceptable,
    OnrecordError,
    QueryRefused,
    StorageFull,
    UnknownGraph,
    damaged,
    is_corrupt,
    is_full,
)
from onrecord.graph.exports import serialization, tabular
from onrecord.graph.sparql import mistakes
from onrecord.graph.sparql.rewriting.needed import needed
from onrecord.graph.sparql.rewriting.rewrite import Rewritten, rewrite
from onrecord.graph.sparql.screening import Bounds, screen

_TABLES: Final = formats.by_name(formats.TABLES)
_ANSWERS: Final = formats.by_name(formats.ANSWERS)
_GRAPHS: Final = formats.by_name(formats.GRAPHS)
_EXPORTS: Final = formats.by_name(formats.EXPORTS)
_KINDS: Final = {"solutions": "a table", "boolean": "yes or no", "graph": "a graph"}


def _failed(error: Exception, snapshot: str) -> OnrecordError:
    if is_full(error):
        return StorageFull("there is no space left to sort what is exported; free some, or set TMPDIR")
    if isinstance(error, OSError) or is_corrupt(error):
        return damaged("the snapshot", snapshot, error)
    return QueryRefused(f"the query cannot be evaluated: {error}")


_OLDER: Final = 7
"""How many older versions stay open beside the newest: all that are kept by default, since opening one takes some 50 ms."""
_snapshots: Final = opened.Snapshots(_OLDER)


def prepare(preload: str) -> None:
    """Open the snapshot that the first request will most likely need."""
    # If it cannot be opened, the request that needs it gets the error.
    with contextlib.suppress(OnrecordError):
        _open(requests.Snapshot(*json.loads(preload)))


def _open(wanted: requests.Snapshot) -> Store:
    if not wanted.newest and wanted.path not in _snapshots:
        # That takes a hundred times as long as most queries of the newest version, which go first.
        priority.step_back()
    return _snapshots.open(wanted.path, wanted.megabytes, quads=wanted.quads, newest=wanted.newest)


def serve(channel: frames.Channel) -> None:
    """Answer requests until the front closes the channel."""
    own = priority.current()
    # Until it computes long (priority.lower); a thread after that one begins here again.
    scheduling.run_when_woken()
    while True:
        header, body = frames.receive(channel)
        request, snapshot, seconds = requests.read(header)
        output = results.Pipe(channel)
        try:
            store = _open(snapshot)
            with sandbox.limit_computing(seconds):
                answer = _answer(store, request, body, output)
            rest = output.held
        except OnrecordError as error:
            answer, rest = error.to_dict(), bytearray()
        except (RuntimeError, ValueError, OSError) as error:
            answer, rest = _failed(error, snapshot.path).to_dict(), bytearray()
        frames.send(channel, answer, rest)
        if priority.current() > own:
            raise sandbox.Renew


def _answer(store: Store, request: requests.Request, body: bytes, pipe: results.Pipe) -> dict[str, Any]:
    output = cast("IO[bytes]", pipe)
    match request:
        case requests.Evaluate():
            return _query(store, request, body.decode(), pipe)
        case requests.Prepare():
            return _prepared(request, body.decode())
        case requests.Convert():
            return _convert(request, body, pipe)
        case requests.GraphNames():
            return {"graphs": sorted(g.value for g in store.named_graphs())}
        case requests.Export():
            kind = "export"
            _export(store, request, output)
        case requests.Table(name, format_, fallen):
            kind = "table"
            tabular.write(store, output, name, format_, fallen=fallen)
        case requests.Graph(graph, format_):
            kind = "graph"
            _graph_store(store, graph, format_, output)
    return {"kind": kind, "format": request.format}


def _export(store: Store, request: requests.Export, output: IO[bytes]) -> None:
    graph = request.graph
    if graph is not None and not _has(store, graph):
        raise UnknownGraph(
            f"there is no graph <{graph}>; GRAPH ?g {{}} in a query lists the graphs there are"
        )
    serialization.write(
        store, output, request.format, graph, without=request.without, current=request.current
    )


def _graph_store(store: Store, name: str | None, format_: str, output: IO[bytes]) -> None:
    if name is not None and not _has(store, name):
        raise UnknownGraph(f"there is no graph <{name}>")
    if format_ in _EXPORTS:
        serialization.write(store, output, format_, DefaultGraph() if name is None else name)
        return
    graph = DefaultGraph() if name is None else NamedNode(name)
    triples: Iterable[Triple] = sorted(
        (quad.triple for quad in store.quads_for_pattern(None, None, None, graph)), key=str
    )
    results.write_graph(triples, format_, output)


def _has(store: Store, graph: str) -> bool:
    try:
        return store.contains_named_graph(NamedNode(graph))
    except ValueError:
        return False


def _query(store: Store, request: requests.Evaluate, text: str, pipe: results.Pipe) -> dict[str, Any]:
    context: dict[str, Any] = {"base_iri": request.base, "prefixes": dict(terms.PREFIXES)}
    rewritten = Rewritten(text)
    body = 0
    if request.bounds is None:
        context |= _dataset(request, union=request.union)
    else:
        screened = screen(text, Bounds(*request.bounds))
        body = screened.body
        # With the union as default graph, Oxigraph ignores FROM.
        context |= _dataset(request, union=request.union and not screened.has_dataset)
        matches = dict(request.matches) if request.union else None
        rewritten = rewrite(screened, lambda question: store.query(question, **context), matches)
    try:
        # The engine reads all prefixes that it is given, which takes longer than to see which may be used.
        used = rewritten.text[body:]
        context["prefixes"] = {p: iri for p, iri in terms.PREFIXES.items() if f"{p}:" in used}
        found = store.query(rewritten.text + mistakes.PADDING, **context, **rewritten.arguments)
    except SyntaxError as error:
        raise mistakes.explain(text, str(error), rewritten, Store().query) from None
    kind = _kind_of(found)
    format_ = _offered(kind, dict(request.formats))
    rows = results.write(found, format_, pipe, request.rows)
    return {"kind": kind, "format": format_, "rows": rows}


def _kind_of(found: object) -> str:
    if isinstance(found, QueryTriples):
        return "graph"
    return "solutions" if isinstance(found, QuerySolutions) else "boolean"


def _offered(kind: str, wanted: Mapping[str, str | None]) -> str:
    """The format in which a result of this kind is wanted; NotAcceptable where it is in none that there is."""
    format_ = wanted.get(kind)
    if format_ is None or format_ not in (_GRAPHS if kind == "graph" else _ANSWERS):
        offers = list(_GRAPHS if kind == "graph" else _TABLES)
        raise NotAcceptable(f"this query yields {_KINDS[kind]}; ask for {_or(offers)}", offers)
    return format_


def _prepared(request: requests.Prepare, text: str) -> dict[str, Any]:
    """What kind of result a query has, which is screened and parsed for that like one that is run here; and see needed()."""
    rewritten, has_dataset = Rewritten(text), False
    if request.bounds is not None:
        screened = screen(text, Bounds(*request.bounds))
        has_dataset = screened.has_dataset
        rewritten = rewrite(screened, lambda _question: Store().query("ASK {}"))
    context: dict[str, Any] = {"base_iri": request.base, "prefixes": dict(terms.PREFIXES)}
    try:
        found = Store().query(rewritten.text + mistakes.PADDING, **context, **rewritten.arguments)
    except SyntaxError as error:
        raise mistakes.explain(text, str(error), rewritten, Store().query) from None
    columns = [variable.value for variable in found.variables] if isinstance(found, QuerySolutions) else []
    names = needed(text)
    return {
        "kind": _kind_of(found),
        "data_set": has_dataset,
        "columns": columns,
        "needed": None if names is None else sorted(names),
    }


def _convert(request: requests.Convert, body: bytes, pipe: results.Pipe) -> dict[str, Any]:
    kind, format_ = request.kind, _offered(request.kind, dict(request.formats))
    sent = conversion.Sent(
        body,
        kind,
        columns=list(request.columns),
        table=request.table,
        template=request.template,
        rewritten=request.rewritten,
    )
    rows = conversion.convert(sent, format_, pipe, request.rows, request.base)
    return {"kind": kind, "format": format_, "rows": rows}


def _dataset(request: requests.Evaluate, *, union: bool) -> dict[str, Any]:
    default, named = request.default, request.named
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


def main(spawn: sandbox.Spawn) -> None:
    """Run this child."""
    sandbox.main(serve, spawn, prepare)
