"""The W3C's suites of RDF 1.1 syntaxes and of JSON-LD 1.1 to RDF: their cases, and what is known to fail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from tests.conformance.suites import fetch

_MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_RDFT: Final = "http://www.w3.org/ns/rdftest#"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_FIRST: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
_BASE: Final = "https://w3c.github.io/rdf-tests/rdf/rdf11/"

# Suite -> number of cases that its manifest lists.
COUNTS: Final[Mapping[str, int]] = {
    "rdf-n-triples": 70,
    "rdf-n-quads": 87,
    "rdf-turtle": 313,
    "rdf-trig": 356,
    "rdf-xml": 166,
    "json-ld": 467,
}
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "ttl": "text/turtle",
    "trig": "application/trig",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
_RESULTS: Final = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A document, the IRI it stands for, and what it says; without a result, whether it may be read is all there is to it."""

    id: str
    document: Path
    base: str
    result: Path | None
    wrong: bool

    @property
    def media_type(self) -> str:
        """What the document is."""
        return MEDIA_TYPES[self.document.suffix[1:]]

    def expected(self) -> list[ox.Quad]:
        """What the document says; SyntaxError where that is no RDF (predicates that are blank nodes)."""
        assert self.result is not None
        base = (
            _BASE + self.result.relative_to(fetch.RDF.path).as_posix() if "json-ld" not in self.id else None
        )
        return list(ox.parse(self.result.read_bytes(), _RESULTS[self.result.suffix[1:]], base_iri=base))


def cases(suite: str) -> tuple[Case, ...]:
    """The cases that a suite's manifest lists."""
    return tuple(_json_ld() if suite == "json-ld" else _rdf(suite))


def _rdf(suite: str) -> Iterator[Case]:
    manifest = ox.Store()
    path = fetch.RDF.path / suite / "manifest.ttl"
    manifest.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=f"{_BASE}{suite}/manifest.ttl")

    def value(node: ox.NamedNode, name: str) -> str | None:
        found = manifest.quads_for_pattern(node, ox.NamedNode(_MF + name), None)
        return next((str(getattr(quad.object, "value", "")) for quad in found), None)

    def file(iri: str) -> Path:
        return fetch.RDF.path / iri.removeprefix(_BASE)

    for quad in manifest.quads_for_pattern(None, _FIRST, None):
        entry = quad.object
        assert isinstance(entry, ox.NamedNode)
        (kind,) = (q.object for q in manifest.quads_for_pattern(entry, _TYPE, None))
        action, result = value(entry, "action"), value(entry, "result")
        assert action is not None
        name = f"{suite}/{entry.value.rpartition('#')[2]}"
        yield Case(name, file(action), action, file(result) if result else None, "Negative" in str(kind))


def _json_ld() -> Iterator[Case]:
    folder = fetch.JSON_LD.path
    manifest = json.loads((folder / "toRdf-manifest.jsonld").read_text(encoding="utf-8"))
    for entry in manifest["sequence"]:
        base = entry.get("option", {}).get("base", manifest["baseIri"] + entry["input"])
        result = folder / entry["expect"] if "expect" in entry else None
        wrong = "jld:NegativeEvaluationTest" in entry["@type"]
        yield Case(f"json-ld/{entry['@id'][1:]}", folder / entry["input"], base, result, wrong)


_FETCHED: Final = "a context is to be fetched, and nothing is fetched here"
_OLD: Final = "of JSON-LD 1.0, and what is read here is 1.1"
_OPTION: Final = "asks for an option of a library, which a document that is sent cannot ask for"
_GENERALIZED: Final = "what is wanted has blank nodes as predicates, which is no RDF 1.1"
EXCLUSIONS: Final[Mapping[str, str]] = {
    "json-ld/tc013": "a fault of Oxigraph's: with a type map, the context of the type in the index does not outrank the outer one",
    "json-ld/te062": "a fault of Oxigraph's: //host/../a keeps its dot segments when it is resolved (RFC 3986, 5.2.2)",
    "json-ld/tli12": "a @base that is no IRI is refused, where the suite has what depends on it dropped",
    **dict.fromkeys((f"json-ld/t{name}" for name in ("0118", "e075")), _GENERALIZED),
    **dict.fromkeys((f"json-ld/t{name}" for name in ("di09", "di10", "di11", "di12", "e077")), _OPTION),
    **dict.fromkeys(
        (f"json-ld/t{n}" for n in ("c031", "c034", "e126", "e127", "e128", "so05", "so06", "so08", "so09", "so11")),
        _FETCHED,
    ),
    **dict.fromkeys(
        (
            f"json-ld/t{name}"
            for name in (
                *("c029", "e026", "e071", "e115", "e116", "ep02", "er21", "er24", "er32", "er42", "tn01"),
            )
        ),
        _OLD,
    ),
}  # fmt: skip
"""What is known to fail, each with its reason. A case listed here that passes fails the run."""
