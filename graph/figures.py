"""What this graph and its service are, in the vocabularies that machines look for: SPARQL-SD, VoID, DCAT, SHACL.

Everything counted is counted by queries like anybody's, once a version. Where they take longer than a query may, the
figures are left out: a description without counts is true, one with old counts is not.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from onrecord.graph import terms
from onrecord.graph.errors import OnrecordError, QueryMemory, QueryTimeout, ResultTooLarge
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.vocabulary import editors
from onrecord.graph.vocabulary.examples import examples

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
PREFIXES: Final = {
    **terms.PREFIXES,
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "formats": "http://www.w3.org/ns/formats/",
    "media": "https://www.iana.org/assignments/media-types/",
}

_RESULTS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)
_INPUTS: Final = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
_DUMPS: Final = {"ttl": "text/turtle", "trig": "application/trig", "nq": "application/n-quads"}
# A description is read whole: of more graphs than this, the rest are for a query to list.
_MOST_GRAPHS: Final = 1000
_TITLE: Final = "onrecord: actors, events and attributed statements"
_ABOUT: Final = (
    "Who did what, who said what, and on whose word: every figure is somebody's claim, made in a statement, rendered by "
    "a source and tied to the words it was read from."
)

_EVERYTHING: Final = "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"
_TOTALS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects) (COUNT(DISTINCT ?o) AS ?distinctObjects)
WHERE { ?s ?p ?o }
"""
_CLASSES: Final = (
    "SELECT ?part (COUNT(DISTINCT ?s) AS ?count) WHERE { ?s a ?part } GROUP BY ?part ORDER BY ?part"
)
_PROPERTIES: Final = "SELECT ?part (COUNT(*) AS ?count) WHERE { ?s ?part ?o } GROUP BY ?part ORDER BY ?part"
_GRAPHS: Final = (
    "SELECT ?part (COUNT(*) AS ?count) WHERE { GRAPH ?part { ?s ?p ?o } } GROUP BY ?part ORDER BY ?part"
)

_Count = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is of what, at one version; None where it could not be counted within a query's limits.

    `everything` is how many triples a query meets; what the service says of its own commits is not among the rest.
    """

    version: int
    everything: int | None
    totals: dict[str, int] | None
    classes: list[_Count] | None
    properties: list[_Count] | None
    graphs: list[_Count] | None


class Describer:
    """Describes one ledger; keeps the figures of the newest version."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings
        self._counting = threading.Lock()
        self._figures: Figures | None = None

    def figures(self) -> Figures:
        """The figures of the newest version; counted by one caller while others wait."""
        with self._counting:
            version = self._ledger.version
            if self._figures is None or self._figures.version != version:
                own = self._ledger.history_graph
                # As in the dumps, which leave it out.
                data = None if own is None else [name for name in self._ledger.graph_names() if name != own]
                totals = self._totals(_TOTALS, data)
                everything = totals if own is None else self._totals(_EVERYTHING)
                self._figures = Figures(
                    version,
                    None if everything is None else everything["triples"],
                    totals,
                    self._counts(_CLASSES, data),
                    self._counts(_PROPERTIES, data),
                    self._counts(_GRAPHS),
                )
            return self._figures

    def _totals(self, query: str, graphs: list[str] | None = None) -> dict[str, int] | None:
        rows = self._rows(query, graphs)
        return None if rows is None else {name: int(term.value) for name, term in rows[0].items()}

    def _rows(
        self, query: str, graphs: list[str] | None = None
    ) -> list[dict[str, NamedNode | Literal]] | None:
        try:
            rows = self._ledger.rows(query, default_graphs=graphs)
        except (QueryTimeout, QueryMemory, ResultTooLarge):
            return None
        return [
            {name: term for name, term in row.items() if isinstance(term, NamedNode | Literal)}
            for row in rows
        ]

    def _counts(self, query: str, graphs: list[str] | None = None) -> list[_Count] | None:
        rows = self._rows(query, graphs)
        if rows is None:
            return None
        # A graph or property may be a blank node in a store of somebody's own; it has no name to tell.
        return [(row["part"].value, int(row["count"].value)) for row in rows if "part" in row]

    def service(self, root: str) -> list[Triple]:
        """The service at /sparql under this address, and the data set it asks; for GET of it without a query."""
        return list(_Service(self.figures(), self._settings, root).triples())

    def dataset(self, root: str) -> list[Triple]:
        """The data set: what it is, how much there is of it, where to get it, how to ask it."""
        figures = self.figures()
        return list(_Dataset(figures, self._settings, root, self._modified(figures.version)).triples())

    def _modified(self, version: int) -> str | None:
        try:
            commit = next((commit for commit in self._ledger.history() if commit.version == version), None)
        except OnrecordError:
            return None
        return None if commit is None else commit.time.isoformat()


@dataclass(frozen=True, slots=True)
class _Service:
    figures: Figures
    settings: Settings
    root: str

    def triples(self) -> Iterator[Triple]:
        endpoint = f"{self.root}sparql"
        service, dataset = f"{endpoint}#service", f"{endpoint}#dataset"
        yield _link(service, "rdf:type", "sd:Service")
        yield _link(service, "sd:endpoint", endpoint)
        for language in ("SPARQL11Query", "SPARQL11Update"):
            yield _link(service, "sd:supportedLanguage", f"sd:{language}")
        for name in _RESULTS:
            yield _link(service, "sd:resultFormat", f"formats:{name}")
        for name in _INPUTS:
            yield _link(service, "sd:inputFormat", f"formats:{name}")
        if not self.settings.plain:
            yield _link(service, "sd:feature", "sd:UnionDefaultGraph")
        if self.settings.service_hosts:
            yield _link(service, "sd:feature", "sd:BasicFederatedQuery")
        yield _link(service, "sd:defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple")
        yield _link(service, "sd:defaultDataset", dataset)
        yield _link(dataset, "rdf:type", "sd:Dataset")
        yield _link(dataset, "rdfs:seeAlso", f"{self.root}.well-known/void")
        yield _link(dataset, "sd:defaultGraph", f"{endpoint}#default")
        yield _link(f"{endpoint}#default", "rdf:type", "sd:Graph")
        if self.figures.everything is not None:
            yield _number(f"{endpoint}#default", "void:triples", self.figures.everything)
        for position, (name, count) in enumerate((self.figures.graphs or [])[:_MOST_GRAPHS], 1):
            node = f"{endpoint}#graph-{position}"
            yield _link(dataset, "sd:namedGraph", node)
            yield _link(node, "rdf:type", "sd:NamedGraph")
            yield _link(node, "sd:name", name)
            yield _link(node, "sd:graph", f"{node}-content")
            yield _link(f"{node}-content", "rdf:type", "sd:Graph")
            yield _number(f"{node}-content", "void:triples", count)
        yield from _help(dataset, endpoint, self.settings)


@dataclass(frozen=True, slots=True)
class _Dataset:
    figures: Figures
    settings: Settings
    root: str
    modified: str | None

    def triples(self) -> Iterator[Triple]:
        document, endpoint = f"{self.root}.well-known/void", f"{self.root}sparql"
        dataset = f"{document}#dataset"
        yield _link(document, "rdf:type", "void:DatasetDescription")
        yield _link(document, "foaf:primaryTopic", dataset)
        yield _link(dataset, "rdf:type", "void:Dataset")
        yield _link(dataset, "rdf:type", "dcat:Dataset")
        if not self.settings.plain:
            yield from self._ours(dataset)
        yield _text(dataset, "dcat:version", str(self.figures.version))
        if self.modified is not None:
            yield _typed(dataset, "dcterms:modified", self.modified, "xsd:dateTime")
        yield _link(dataset, "foaf:homepage", self.root)
        yield _link(dataset, "void:sparqlEndpoint", endpoint)
        yield _link(dataset, "dcat:accessService", f"{document}#service")
        yield _link(f"{document}#service", "rdf:type", "dcat:DataService")
        yield _link(f"{document}#service", "dcat:endpointURL", endpoint)
        yield _link(f"{document}#service", "dcat:endpointDescription", f"{self.root}openapi.json")
        yield _link(f"{document}#service", "dcat:servesDataset", dataset)
        yield from self._dumps(dataset, document)
        yield from self._figures(dataset, document)
        yield from _help(dataset, endpoint, self.settings)

    def _ours(self, dataset: str) -> Iterator[Triple]:
        """What holds of the data this is made for; not of what somebody loads into a store of their own."""
        yield _text(dataset, "dcterms:title", _TITLE, "en")
        yield _text(dataset, "dcterms:description", _ABOUT, "en")
        yield _link(dataset, "dcterms:license", LICENCE)
        yield _text(dataset, "dcterms:creator", "The onrecord contributors", "en")
        yield _link(dataset, "void:vocabulary", terms.REC)
        yield _typed(dataset, "void:uriSpace", self.settings.base, "xsd:string")

    def _dumps(self, dataset: str, document: str) -> Iterator[Triple]:
        for suffix, media_type in _DUMPS.items():
            node, file = f"{document}#{suffix}", f"{self.root}export.{suffix}"
            yield _link(dataset, "void:dataDump", file)
            yield _link(dataset, "dcat:distribution", node)
            yield _link(node, "rdf:type", "dcat:Distribution")
            yield _link(node, "dcat:downloadURL", file)
            yield _link(node, "dcat:accessURL", file)
            yield _link(node, "dcat:mediaType", f"media:{media_type}")
            if not self.settings.plain:
                yield _link(node, "dcterms:license", LICENCE)

    def _figures(self, dataset: str, document: str) -> Iterator[Triple]:
        for name, count in (self.figures.totals or {}).items():
            yield _number(dataset, f"void:{name}", count)
        for kind, parts, counted, many in (
            ("class", self.figures.classes, "entities", "classes"),
            ("property", self.figures.properties, "triples", "properties"),
        ):
            if parts is None:
                continue
            yield _number(dataset, f"void:{many}", len(parts))
            for position, (name, count) in enumerate(parts, 1):
                node = f"{document}#{kind}-{position}"
                yield _link(dataset, f"void:{kind}Partition", node)
                yield _link(node, f"void:{kind}", name)
                yield _number(node, f"void:{counted}", count)


def _help(dataset: str, endpoint: str, settings: Settings) -> Iterator[Triple]:
    """What an editor wants to offer: the prefixes that may be used, and queries worth starting from."""
    for prefix, namespace in terms.PREFIXES.items():
        node = f"{endpoint}#prefix-{prefix}"
        yield _link(dataset, "sh:declare", node)
        yield _link(node, "rdf:type", "sh:PrefixDeclaration")
        yield _text(node, "sh:prefix", prefix)
        yield _typed(node, "sh:namespace", namespace, "xsd:anyURI")
    for example in () if settings.plain else examples():
        node = f"{endpoint}#example-{example.name}"
        yield from editors.executable(example, node, dataset)
        yield _link(node, "schema:target", endpoint)


def _expand(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local if prefix in PREFIXES else name)


def _link(subject: str, predicate: str, thing: str) -> Triple:
    return Triple(NamedNode(subject), _expand(predicate), _expand(thing))


def _text(subject: str, predicate: str, text: str, language: str | None = None) -> Triple:
    value = Literal(text) if language is None else Literal(text, language=language)
    return Triple(NamedNode(subject), _expand(predicate), value)


def _typed(subject: str, predicate: str, text: str, datatype: str) -> Triple:
    return Triple(NamedNode(subject), _expand(predicate), Literal(text, datatype=_expand(datatype)))


def _number(subject: str, predicate: str, number: int) -> Triple:
    return Triple(NamedNode(subject), _expand(predicate), Literal(number))
