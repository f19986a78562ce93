"""The suites' manifests, read into cases. A case knows what it does, not how it is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from tests.conformance.suites.fetch import SPARQL

SUITES: Final = SPARQL.path
# Where the suites stand on the web: relative IRIs in manifests, data, queries and results are meant against it.
BASE: Final = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"

MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
HT: Final = "http://www.w3.org/2011/http#"
CNT: Final = "http://www.w3.org/2011/content#"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a suite, and the IRI it stands for."""

    iri: str

    @property
    def path(self) -> Path:
        """Where it lies here."""
        return SUITES / self.iri.removeprefix(BASE)

    def read(self) -> bytes:
        """What is in it."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Files that make up the default graph, and those of each named graph."""

    default: tuple[File, ...] = ()
    named: tuple[tuple[str, File], ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a protocol case, as the manifest writes it down, and what may come back."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: frozenset[str]
    format: str | None = None
    boolean: bool | None = None
    location: str | None = None
    media_type: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a suite; which fields hold something follows from its type."""

    iri: str
    suite: str
    type: str
    name: str
    text: File | None = None
    data: Dataset = Dataset()
    result: File | None = None
    after: Dataset = Dataset()
    exchanges: tuple[Exchange, ...] = ()

    @property
    def id(self) -> str:
        """How tests and exclusions name it, such as aggregates/agg01."""
        return f"{self.suite}/{self.iri.rpartition('#')[2]}"

    @property
    def of_update(self) -> bool:
        """Whether its text is an update: negative cases of updates are typed like those of queries."""
        return self.text is not None and self.text.iri.endswith(".ru")


class _Triples:
    """A manifest's triples, asked by subject and property."""

    def __init__(self, path: Path, base: str) -> None:
        self.base = base
        self._known = ox.Dataset(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=base))

    def every(self, subject: Any, name: str) -> list[Any]:
        wanted = ox.NamedNode(name)
        return [quad.object for quad in self._known.quads_for_subject(subject) if quad.predicate == wanted]

    def one(self, subject: Any, name: str) -> Any:
        found = self.every(subject, name)
        if len(found) != 1:
            raise LookupError(f"{self.base}: {subject} has {len(found)} values of {name}, not one")
        return found[0]

    def maybe(self, subject: Any, name: str) -> Any:
        return self.one(subject, name) if self.every(subject, name) else None

    def items(self, head: Any) -> Iterator[Any]:
        while head != ox.NamedNode(RDF + "nil"):
            yield self.one(head, RDF + "first")
            head = self.one(head, RDF + "rest")


def read_manifest(relative: str) -> tuple[Case, ...]:
    """The cases that a manifest lists, in its order; `relative` is its path below the suites, without manifests included."""
    triples = _Triples(SUITES / relative, BASE + relative)
    suite = relative.partition("/")[0]
    heads = triples.every(ox.NamedNode(BASE + relative), MF + "entries")
    return tuple(_case(triples, suite, entry) for head in heads for entry in triples.items(head))


def _case(triples: _Triples, suite: str, entry: Any) -> Case:
    type_ = triples.one(entry, RDF + "type").value.removeprefix(MF)
    name = triples.one(entry, MF + "name").value
    action = triples.maybe(entry, MF + "action")
    result = triples.maybe(entry, MF + "result")
    match type_:
        case "QueryEvaluationTest" | "CSVResultFormatTest":
            text = File(triples.one(action, QT + "query").value)
            data = _query_data(triples, action)
            return Case(entry.value, suite, type_, name, text, data, File(result.value))
        case "UpdateEvaluationTest":
            text = File(triples.one(action, UT + "request").value)
            before, after = _update_data(triples, action), _update_data(triples, result)
            return Case(entry.value, suite, type_, name, text, before, after=after)
        case "ProtocolTest" | "GraphStoreProtocolTest":
            requests = triples.items(triples.one(action, HT + "requests"))
            exchanges = tuple(_exchange(triples, request) for request in requests)
            data = _update_data(triples, entry)
            return Case(entry.value, suite, type_, name, data=data, exchanges=exchanges)
        case "ServiceDescriptionTest":
            return Case(entry.value, suite, type_, name)
    if type_.removesuffix("11").endswith("SyntaxTest"):
        return Case(entry.value, suite, type_, name, File(action.value))
    raise LookupError(f"{entry} is of type {type_}, which nothing here runs")


def _query_data(triples: _Triples, action: Any) -> Dataset:
    named = [graph.value for graph in triples.every(action, QT + "graphData")]
    return Dataset(
        tuple(File(data.value) for data in triples.every(action, QT + "data")),
        tuple((name, File(name)) for name in sorted(named)),
    )


def _update_data(triples: _Triples, state: Any) -> Dataset:
    named = [
        (triples.one(graph, RDFS + "label").value, File(triples.one(graph, UT + "graph").value))
        for graph in triples.every(state, UT + "graphData")
    ]
    default = tuple(File(data.value) for data in triples.every(state, UT + "data"))
    return Dataset(default, tuple(sorted(named, key=lambda pair: pair[0])))


def _exchange(triples: _Triples, request: Any) -> Exchange:
    response = triples.one(request, HT + "resp")
    boolean = triples.maybe(response, MF + "expectedBoolean")
    content = _body(triples, response)
    return Exchange(
        method=triples.one(request, HT + "methodName").value,
        path=triples.one(request, HT + "absolutePath").value,
        headers=tuple(_headers(triples, request)),
        body=_body(triples, request),
        statuses=frozenset(
            _status(status.value) for status in triples.every(response, MF + "expectedStatus")
        ),
        format=_value(triples.maybe(response, MF + "expectedFormat")),
        boolean=None if boolean is None else boolean.value == "true",
        location=_value(triples.maybe(response, MF + "expectedLocation")),
        media_type=dict(_headers(triples, response)).get("content-type"),
        content=None if content is None else content.decode(),
    )


def _headers(triples: _Triples, message: Any) -> Iterator[tuple[str, str]]:
    for head in triples.every(message, HT + "headers"):
        for header in triples.items(head):
            name = triples.one(header, HT + "fieldName").value
            yield name.lower(), triples.one(header, HT + "fieldValue").value


def _body(triples: _Triples, message: Any) -> bytes | None:
    body = triples.maybe(message, HT + "body")
    if body is None:
        return None
    encoding = triples.one(body, CNT + "characterEncoding").value
    chars: str = triples.one(body, CNT + "chars").value
    return chars.encode(encoding)


def _value(term: Any | None) -> str | None:
    return None if term is None else str(term.value)


def _status(iri: str) -> str:
    """`201` or, for a whole class of codes, `2xx`."""
    name = iri.rpartition("#")[2]
    known = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
    return known.get(name) or name.removeprefix("StatusCode")
