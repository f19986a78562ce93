"""The formats of graphs and of query results, in one table: names, media types, suffixes and the IRIs W3C gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pyoxigraph import QueryResultsFormat, RdfFormat

W3C: Final = "http://www.w3.org/ns/formats/"
"""The namespace of the IRIs of formats."""

_Parser = TypeVar("_Parser", RdfFormat, QueryResultsFormat)


@dataclass(frozen=True, slots=True)
class Format(Generic[_Parser]):
    """One format: its name in this program, for people, in HTTP, of files, in the engine and at W3C."""

    name: str
    label: str
    media_type: str
    suffix: str
    engine: _Parser
    iri: str


RdfFormats = tuple[Format[RdfFormat], ...]
ResultFormats = tuple[Format[QueryResultsFormat], ...]

TURTLE: Final = Format("turtle", "Turtle", "text/turtle", "ttl", RdfFormat.TURTLE, W3C + "Turtle")
N_TRIPLES: Final = Format(
    "ntriples", "N-Triples", "application/n-triples", "nt", RdfFormat.N_TRIPLES, W3C + "N-Triples"
)
RDF_XML: Final = Format("rdfxml", "RDF/XML", "application/rdf+xml", "rdf", RdfFormat.RDF_XML, W3C + "RDF_XML")
JSON_LD: Final = Format(
    "jsonld", "JSON-LD", "application/ld+json", "jsonld", RdfFormat.JSON_LD, W3C + "JSON-LD"
)
N_QUADS: Final = Format("nquads", "N-Quads", "application/n-quads", "nq", RdfFormat.N_QUADS, W3C + "N-Quads")
TRIG: Final = Format("trig", "TriG", "application/trig", "trig", RdfFormat.TRIG, W3C + "TriG")

JSON: Final = Format(
    "json",
    "JSON",
    "application/sparql-results+json",
    "srj",
    QueryResultsFormat.JSON,
    W3C + "SPARQL_Results_JSON",
)
XML: Final = Format(
    "xml",
    "XML",
    "application/sparql-results+xml",
    "srx",
    QueryResultsFormat.XML,
    W3C + "SPARQL_Results_XML",
)
CSV: Final = Format("csv", "CSV", "text/csv", "csv", QueryResultsFormat.CSV, W3C + "SPARQL_Results_CSV")
TSV: Final = Format(
    "tsv",
    "TSV",
    "text/tab-separated-values",
    "tsv",
    QueryResultsFormat.TSV,
    W3C + "SPARQL_Results_TSV",
)
EXCEL: Final = Format(
    "excel",
    "CSV for Excel",
    "text/csv;dialect=excel",
    "csv",
    QueryResultsFormat.CSV,
    W3C + "SPARQL_Results_CSV",
)
"""CSV with a byte order mark, and with an apostrophe before what a spreadsheet would run; no standard has it."""

GRAPHS: Final[RdfFormats] = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD)
"""Formats of one graph, the one offered first at the front."""

DATASETS: Final[RdfFormats] = (N_QUADS, TRIG)
"""Formats of many graphs with their names."""

EXPORTS: Final[RdfFormats] = (TURTLE, N_QUADS, TRIG)
"""Formats whose bytes are the same whenever the graph is the same: see exports/serialization.py."""

TABLES: Final[ResultFormats] = (JSON, XML, CSV, TSV)
"""Formats of rows, and of yes or no, that are standards."""

ANSWERS: Final[ResultFormats] = (*TABLES, EXCEL)
"""All formats of rows, and of yes or no."""

_OLDER: Final[Mapping[str, tuple[Format[RdfFormat] | Format[QueryResultsFormat], ...]]] = {
    "application/json": (JSON, JSON_LD),
    "application/xml": (XML, RDF_XML),
    "text/xml": (XML, RDF_XML),
    "text/plain": (N_TRIPLES,),
}


def by_name(formats: Iterable[Format[_Parser]]) -> dict[str, Format[_Parser]]:
    """The formats by their names in this program."""
    return {one.name: one for one in formats}


def by_media_type(formats: Iterable[Format[_Parser]], *, older: bool = False) -> dict[str, Format[_Parser]]:
    """The formats by their media types; with `older`, behind these, by the general types that old clients ask for."""
    formats = list(formats)
    found = {one.media_type: one for one in formats}
    if older:
        found |= {name: one for name, meant in _OLDER.items() for one in formats if one in meant}
    return found
