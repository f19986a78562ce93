"""The service and the data set described for machines: at /sparql without a query, /.well-known/void, and / by Accept.

The vocabularies are SPARQL-SD, VoID, DCAT and SHACL. What is counted comes from graph/figures.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from flask import Blueprint, Response, current_app, request
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from onrecord.api.http import addresses
from onrecord.api.http.answers import conditional, content_type, etag
from onrecord.api.http.context import accept_header, ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import PAGE, choose, negotiate
from onrecord.api.pages import routes
from onrecord.graph import formats, terms
from onrecord.graph.errors import OnrecordError
from onrecord.graph.exports import tabular
from onrecord.graph.figures import Counter, Figures
from onrecord.graph.formats import by_media_type
from onrecord.graph.importers.catalogue import Imported, imported, terms_of
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import lookups
from onrecord.graph.vocabulary import editors
from onrecord.graph.vocabulary.examples import examples

blueprint = Blueprint("description", __name__)
blueprint.after_request(allow_any_origin)

_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_PREFIXES: Final = {
    **terms.PREFIXES,
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "formats": formats.W3C,
    "media": "https://www.iana.org/assignments/media-types/",
}

_TITLE: Final = "onrecord: actors, events and attributed statements"
_ABOUT: Final = (
    "Who did what, who said what, and on whose word: every figure is somebody's claim, made in a statement, rendered by "
    "a source and tied to the words it was read from."
)

_MIXED: Final = f"The curated data is under <{_LICENCE}>; each import comes under its own terms:"
_DOWNLOADS: Final = (
    ("export/current", "What is current: without claims that were refuted, retracted or superseded"),
    ("export", "Everything, also what no longer stands"),
)
"""The files of the data: address without suffix, and title."""

FORMATS: Final = by_media_type(formats.GRAPHS)
_KEY: Final = "onrecord.figures"


@blueprint.get("/")
def home() -> Response:
    """The start page; for programs that ask for RDF, the data set described."""
    if choose(accept_header(), [PAGE, *FORMATS]) in FORMATS:
        return dataset()
    return routes.home()


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The data set, where the VoID note says to look for it."""
    return dataset()


def dataset() -> Response:
    """What the data set is, how much there is of it, where to get it."""
    # In a link, `accept=` stands in for the header, as at /sparql.
    return _answer("dataset", request.args.get("accept") or accept_header())


def service(liked: str | None) -> Response:
    """What the SPARQL service is and can do."""
    return _answer("service", liked)


def _answer(what: str, liked: str | None) -> Response:
    media_type = negotiate(liked, list(FORMATS), "The description")
    root = addresses.root() + "/"
    tag = etag(ledger().version, what, media_type, root)
    return conditional(tag, lambda: _described(what, media_type, root))


def _described(what: str, media_type: str, root: str) -> Response:
    figures = _counter().figures()
    version = figures.version
    if what == "dataset":
        imports = [] if settings().plain else imported(ledger(), settings().base)
        triples = dataset_triples(figures, settings(), root, _modified(version), imports)
    else:
        triples = service_triples(figures, settings(), root)
    response = Response(
        _serialized(triples, FORMATS[media_type].engine), content_type=content_type(media_type)
    )
    response.headers["Onrecord-Version"] = str(version)
    return response


def _serialized(triples: Sequence[Triple], format_: RdfFormat) -> bytes:
    used = " ".join(f"{t.predicate.value} {t.object}" for t in triples)
    prefixes = {name: namespace for name, namespace in _PREFIXES.items() if namespace in used}
    return serialize(triples, format=format_, prefixes=prefixes) or b""


def _counter() -> Counter:
    found = current_app.extensions.setdefault(_KEY, Counter(ledger()))
    return cast("Counter", found)


def _modified(version: int) -> str | None:
    try:
        commit = next(iter(ledger().history(version, 1)), None)
    except OnrecordError:
        return None
    return None if commit is None else commit.time.isoformat()


def service_triples(figures: Figures, settings: Settings, root: str) -> list[Triple]:
    """The service at /sparql under this address, and the data set it asks; for GET of it without a query."""
    return list(_Service(figures, settings, root).triples())


def dataset_triples(
    figures: Figures, settings: Settings, root: str, modified: str | None, imports: Sequence[Imported] = ()
) -> list[Triple]:
    """The data set: what it is, how much there is of it, when it was last changed, where to get it, how to ask it.

    Each import in it is a data set of its own, with its own licence.
    """
    return list(_Dataset(figures, settings, root, modified, imports).triples())


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
        for table in formats.TABLES:
            yield _link(service, "sd:resultFormat", table.iri)
        for graph in formats.GRAPHS:
            yield _link(service, "sd:resultFormat", graph.iri)
        for written in (*formats.GRAPHS, *formats.DATASETS):
            yield _link(service, "sd:inputFormat", written.iri)
        if not self.settings.plain:
            yield _link(service, "sd:feature", "sd:UnionDefaultGraph")
            yield _link(service, "sd:propertyFeature", lookups.PREDICATE)
            yield _link(lookups.PREDICATE, "rdf:type", "sd:Feature")
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
        for position, (name, count) in enumerate(self.figures.graphs or [], 1):
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
    imports: Sequence[Imported]

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
        yield from self._imports(dataset, document)
        yield from self._figures(dataset, document)
        yield from _help(dataset, endpoint, self.settings)

    def _ours(self, dataset: str) -> Iterator[Triple]:
        """What holds of the data this is made for; not of what somebody loads into a store of their own."""
        yield _text(dataset, "dcterms:title", _TITLE, "en")
        yield _text(dataset, "dcterms:description", _ABOUT, "en")
        yield _link(dataset, "dcterms:license", _LICENCE)
        yield _text(dataset, "dcterms:creator", "The onrecord contributors", "en")
        yield _link(dataset, "void:vocabulary", terms.REC)
        yield _typed(dataset, "void:uriSpace", self.settings.base, "xsd:string")

    def _dumps(self, dataset: str, document: str) -> Iterator[Triple]:
        """The files of the data, each with its title; what is current comes first, as the one to take without reading on."""
        # Nothing works out standings in a plain store.
        kinds = _DOWNLOADS[1:] if self.settings.plain else _DOWNLOADS
        for address, title, one in ((*kind, one) for kind in kinds for one in formats.EXPORTS):
            file = f"{address}.{one.suffix}"
            # VoID's dumps are RDF.
            yield _link(dataset, "void:dataDump", f"{self.root}{file}")
            yield from self._distribution(dataset, document, file, title, one.media_type)
        for table in () if self.settings.plain else tabular.TABLES:
            for suffix, media_type in tabular.FORMATS.items():
                title = f"All {table}, a row each" + (
                    ", that stand or are contested" if table == "claims" else ""
                )
                yield from self._distribution(
                    dataset, document, f"export/{table}.{suffix}", title, media_type
                )

    def _distribution(
        self, dataset: str, document: str, address: str, title: str, media_type: str
    ) -> Iterator[Triple]:
        node, file = f"{document}#{address.replace('/', '-')}", f"{self.root}{address}"
        yield _link(dataset, "dcat:distribution", node)
        yield _link(node, "rdf:type", "dcat:Distribution")
        yield _text(node, "dcterms:title", title, "en")
        yield _link(node, "dcat:downloadURL", file)
        yield _link(node, "dcat:accessURL", file)
        yield _link(node, "dcat:mediaType", f"media:{media_type}")
        if self.imports:
            yield _text(node, "dcterms:rights", f"{_MIXED}\n{terms_of(list(self.imports))}", "en")
        elif not self.settings.plain:
            yield _link(node, "dcterms:license", _LICENCE)

    def _imports(self, dataset: str, document: str) -> Iterator[Triple]:
        """Each import: what it is, under whose terms, and the file that holds it alone."""
        for position, one in enumerate(self.imports, 1):
            file, node = f"{self.root}export.ttl?graph={one.graph}", f"{document}#import-{position}"
            yield _link(dataset, "void:subset", one.graph)
            yield _link(one.graph, "rdf:type", "void:Dataset")
            yield _link(one.graph, "rdf:type", "dcat:Dataset")
            yield _text(one.graph, "dcterms:title", one.title, "en")
            yield _text(one.graph, "dcterms:rights", one.rights, "en")
            if one.source is not None:
                yield _link(one.graph, "dcterms:source", one.source)
            yield _link(one.graph, "void:dataDump", file)
            yield _link(one.graph, "dcat:distribution", node)
            yield _link(node, "rdf:type", "dcat:Distribution")
            yield _link(node, "dcat:downloadURL", file)
            yield _link(node, "dcat:accessURL", file)
            yield _link(node, "dcat:mediaType", f"media:{formats.TURTLE.media_type}")
            if one.licence is not None:
                yield _link(one.graph, "dcterms:license", one.licence)
                yield _link(node, "dcterms:license", one.licence)

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
    return NamedNode(_PREFIXES[prefix] + local if prefix in _PREFIXES else name)


def _link(subject: str, predicate: str, thing: str) -> Triple:
    return Triple(NamedNode(subject), _expand(predicate), _expand(thing))


def _text(subject: str, predicate: str, text: str, language: str | None = None) -> Triple:
    value = Literal(text) if language is None else Literal(text, language=language)
    return Triple(NamedNode(subject), _expand(predicate), value)


def _typed(subject: str, predicate: str, text: str, datatype: str) -> Triple:
    return Triple(NamedNode(subject), _expand(predicate), Literal(text, datatype=_expand(datatype)))


def _number(subject: str, predicate: str, number: int) -> Triple:
    return Triple(NamedNode(subject), _expand(predicate), Literal(number))
