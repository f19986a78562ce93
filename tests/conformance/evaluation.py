"""Query, update and syntax cases: what they set up, what they send, what has to come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Final

import pyoxigraph as ox
from tests.conformance.comparison import MismatchError, describe, fail, isomorphic, require
from tests.conformance.results import CSV, JSON, TSV, XML, Result, Table, read_result_set, read_results
from tests.conformance.suites.manifest import BASE, Case, Dataset, File
from tests.conformance.target import NTRIPLES, TURTLE, Target
from tests.conformance.terms import Row, by_value, rows_of

_MEDIA_TYPES: Final = {
    ".ttl": TURTLE,
    ".nt": NTRIPLES,
    ".rdf": "application/rdf+xml",
    ".srx": XML,
    ".srj": JSON,
    ".csv": CSV,
    ".tsv": TSV,
}
_RDF: Final = {
    TURTLE: ox.RdfFormat.TURTLE,
    NTRIPLES: ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
# Strings, IRIs and comments, in which a keyword or a brace means nothing.
_OPAQUE: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r'|<[^<>"{}|^`\\\x00-\x20]*>|\#[^\n]*',
    re.DOTALL,
)
# What a service may understand and yet refuse to run: it fetches nothing; the graph is not there; nobody has the function.
_MAY_BE_REFUSED: Final = re.compile(r"\b(LOAD|CREATE|CLEAR|DROP|ADD|MOVE|COPY)\b|:function\(", re.IGNORECASE)


def run_query(target: Target, case: Case, *, values: bool = False) -> None:
    """Load the data, ask the query in the format of the expected result, and compare: terms, or no more than values."""
    query, expected = _text(case), _file(case.result)
    text = query.read().decode()
    bare = _OPAQUE.sub(" ", text)
    named: tuple[str, ...] | None = tuple(name for name, _ in case.data.named)
    if re.search(r"\bFROM\b", bare, re.IGNORECASE):
        # FROM names documents: each is a graph of its own name, and the query says what the data set is made of.
        files = {file.iri: file for file in (*case.data.default, *(f for _, f in case.data.named))}
        _set_up(target, Dataset(named=tuple(files.items())))
        named = None
    else:
        _set_up(target, case.data)
    table = _expected_table(expected)
    media_type = _media_type(expected) if expected.path.suffix != ".ttl" or table is None else XML
    reply = target.query(f"BASE <{query.iri}>\n{text}", media_type, named)
    require(reply.ok, f"the query was refused: {reply}")
    require(reply.media_type == media_type, f"{media_type} was asked for, and came {reply}")
    if table is None:
        _same_graph(_triples(expected), rows_of(_parse(reply.body, media_type, query.iri)))
    else:
        _same_results(table, read_results(reply.body, media_type), ordered=_is_ordered(bare), values=values)


def run_update(target: Target, case: Case) -> None:
    """Load the state before, run the update, and compare the default graph and every named one."""
    request = _text(case)
    _set_up(target, case.data)
    reply = target.update(f"BASE <{request.iri}>\n{request.read().decode()}")
    require(reply.ok, f"the update was refused: {reply}")
    _same_graph(
        [row for file in case.after.default for row in _triples(file)],
        _dumped(target, None),
        "the default graph",
    )
    # A store need not keep a graph that is empty: one that holds nothing counts as not there.
    wanted = {name: _triples(file) for name, file in case.after.named}
    wanted = {name: triples for name, triples in wanted.items() if triples}
    require(
        target.names() == set(wanted),
        f"the named graphs are {sorted(target.names())}, not {sorted(wanted)}",
    )
    for name, triples in wanted.items():
        _same_graph(triples, _dumped(target, name), f"<{name}>")


def run_syntax(target: Target, case: Case) -> None:
    """Send the text over an empty store: it is taken, or refused as not being SPARQL and nothing comes of it."""
    text = _text(case).read().decode()
    target.fresh()
    reply = target.update(text) if case.of_update else target.query(text, f"{XML}, {TURTLE}")
    if case.type.startswith("Negative"):
        require(
            reply.is_syntax_error, f"it is not SPARQL and has to be refused with 400; it was answered {reply}"
        )
        changed = case.of_update and (target.names() or target.dump(None))
        require(not changed, "an update refused for its syntax has changed the store")
        return
    require(not reply.is_syntax_error, f"it is SPARQL, and was refused as not being it: {reply}")
    if not _MAY_BE_REFUSED.search(_OPAQUE.sub(" ", text)):
        require(reply.ok, f"it is SPARQL, and was answered {reply}")


def _set_up(target: Target, data: Dataset) -> None:
    files: list[tuple[str | None, File]] = [*((None, file) for file in data.default), *data.named]
    target.hold([(name, _document(file), _media_type(file)) for name, file in files])


def _document(file: File) -> bytes:
    """The file with its base IRI written into it: a store would take the address of the request for one."""
    match _media_type(file):
        case "text/turtle":
            return f"@base <{file.iri}> .\n".encode() + file.read()
        case "application/rdf+xml":
            return file.read().replace(b"<rdf:RDF", f'<rdf:RDF xml:base="{file.iri}"'.encode(), 1)
    return file.read()


def _dumped(target: Target, graph: str | None) -> list[Row]:
    return rows_of(_parse(target.dump(graph), NTRIPLES, BASE))


def _triples(file: File) -> list[Row]:
    return rows_of(_parse(file.read(), _media_type(file), file.iri))


def _parse(body: bytes, media_type: str, base: str) -> ox.Dataset:
    """Triples of a document, each once."""
    try:
        return ox.Dataset(ox.parse(body, format=_RDF[media_type], base_iri=base))
    except SyntaxError as error:
        raise MismatchError(f"not well-formed {media_type}: {error}\n{body[:500]!r}") from None


def _expected_table(file: File) -> Result | None:
    """The expected results; None where a graph is expected."""
    media_type = _media_type(file)
    if media_type in _RDF:
        return read_result_set(_parse(file.read(), media_type, file.iri))
    return read_results(file.read(), media_type)


def _same_results(expected: Result, got: Result, *, ordered: bool, values: bool) -> None:
    if not isinstance(expected, Table) or not isinstance(got, Table):
        require(expected == got, f"{expected} was expected, and came {got}")
        return
    require(
        set(expected.variables) == set(got.variables),
        f"the variables are {got.variables}, not {expected.variables}",
    )
    wanted, found = expected.rows(ordered=ordered), got.rows(ordered=ordered)
    if values:
        wanted, found = _by_value(wanted), _by_value(found)
    if not isomorphic(wanted, found):
        fail("the solutions differ:" + describe(wanted, found))


def _by_value(rows: list[Row]) -> list[Row]:
    return [tuple(None if term is None else by_value(term) for term in row) for row in rows]


def _same_graph(expected: list[Row], got: list[Row], where: str = "the graph") -> None:
    if not isomorphic(expected, got):
        fail(f"{where} differs:" + describe(expected, got))


def _is_ordered(bare: str) -> bool:
    """Whether the query as a whole is ordered, rather than a subquery of it; `bare` has no strings or comments."""
    outside, depth = [], 0
    for character in bare:
        depth += (character == "{") - (character == "}")
        if depth == 0:
            outside.append(character)
    return re.search(r"\bORDER\s+BY\b", "".join(outside), re.IGNORECASE) is not None


def _media_type(file: File) -> str:
    return _MEDIA_TYPES[PurePosixPath(file.iri).suffix]


def _text(case: Case) -> File:
    return _file(case.text)


def _file(file: File | None) -> File:
    if file is None:
        raise LookupError("the manifest names no file where one is needed")
    return file


# How a case of each kind is run, over HTTP or in the bare engine.
RUN: Final[Mapping[str, Callable[[Target, Case], None]]] = {
    "query": run_query,
    "query results in CSV, TSV and JSON": run_query,
    "update": run_update,
    "query syntax": run_syntax,
    "update syntax": run_syntax,
}
