"""The service description cases, which the suite gives in words only.

What the vocabulary says of its properties (SPARQL 1.1 Service Description, section 3) is the table below: whatever has the
property has to be of the first class, its value of the second. Both may be left to be inferred; a type of the vocabulary
that contradicts them may not be stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyoxigraph as ox
from tests.conformance.comparison import MismatchError, require
from tests.conformance.suites.manifest import RDF, Case
from tests.conformance.target import TURTLE, Service

SD: Final = "http://www.w3.org/ns/sparql-service-description#"

_PROPERTIES: Final[Mapping[str, tuple[str, str]]] = {
    "endpoint": ("Service", ""),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
_SUBCLASSES: Final = {("Dataset", "GraphCollection")}
_CLASSES: Final = {name for pair in _PROPERTIES.values() for name in pair if name}
_LANGUAGES: Final = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}
_FEATURES: Final = {
    "BasicFederatedQuery",
    "DereferencesURIs",
    "EmptyGraphs",
    "RequiresDataset",
    "UnionDefaultGraph",
}
# Properties whose value others have to be able to use, as an address or in a query: a blank node is of no use there.
_NAMES: Final = ("endpoint", "name")


def run_description(service: Service, case: Case) -> None:
    """The one of the three cases that is asked for."""
    described = _description(service)
    match case.id:
        case "service-description/returns-rdf":
            require(len(described), "the description is empty")
        case "service-description/has-endpoint-triple":
            endpoints = [quad.object for quad in described if quad.predicate == _sd("endpoint")]
            require(
                ox.NamedNode(service.query_url) in endpoints,
                f"sd:endpoint is {[str(endpoint) for endpoint in endpoints]}, not <{service.query_url}>",
            )
        case "service-description/conforms-to-schema":
            check_schema(described)
        case other:
            raise LookupError(f"{other} is a case that the suite did not have")


def check_schema(described: ox.Dataset) -> None:
    """Whether a description uses the vocabulary as the vocabulary says. Raises MismatchError where it does not."""
    services = {
        q.subject
        for q in described
        if q.predicate == ox.NamedNode(RDF + "type") and q.object == _sd("Service")
    }
    require(services, "nothing is an sd:Service")
    for each in services:
        found = [q for q in described.quads_for_subject(each) if q.predicate == _sd("endpoint")]
        require(len(found) == 1, f"{each} has {len(found)} endpoints, not one")
    for quad in described:
        for term in (quad.predicate, quad.object):
            _check_known(term)
        pair = _PROPERTIES.get(_local(quad.predicate) or "")
        if pair is not None:
            _check_class(described, quad.subject, pair[0], quad)
            require(not isinstance(quad.object, ox.Literal), f"a literal can be no value here: {quad}")
            _check_class(described, quad.object, pair[1], quad)
            usable = _local(quad.predicate) not in _NAMES or isinstance(quad.object, ox.NamedNode)
            require(usable, f"a blank node names nothing: {quad}")


def _check_known(term: Any) -> None:
    name = _local(term)
    known = {*_PROPERTIES, *_CLASSES, *_LANGUAGES, *_FEATURES}
    require(name is None or name in known, f"sd:{name} is not in the vocabulary")


def _check_class(described: ox.Dataset, node: Any, wanted: str, quad: ox.Quad) -> None:
    if not wanted or isinstance(node, ox.Literal):
        return
    stated = {
        _local(q.object)
        for q in described.quads_for_subject(node)
        if q.predicate == ox.NamedNode(RDF + "type") and _local(q.object) in _CLASSES
    }
    if node in {_sd(name) for name in _LANGUAGES}:
        stated.add("Language")
    if node in {_sd(name) for name in _FEATURES}:
        stated.add("Feature")
    fits = not stated or wanted in stated or any((name, wanted) in _SUBCLASSES for name in stated)
    require(fits, f"{node} is stated to be {sorted(map(str, stated))}, where sd:{wanted} is needed: {quad}")


def _description(service: Service) -> ox.Dataset:
    reply = service.send("GET", service.query_url, {"Accept": TURTLE})
    require(reply.ok, f"GET of the endpoint without a query was answered {reply}")
    require(reply.media_type == TURTLE, f"{TURTLE} was asked for, and came {reply}")
    try:
        return ox.Dataset(ox.parse(reply.body, format=ox.RdfFormat.TURTLE, base_iri=service.query_url))
    except SyntaxError as error:
        raise MismatchError(f"the description is not well-formed Turtle: {error}") from None


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _local(term: Any) -> str | None:
    value = term.value if isinstance(term, ox.NamedNode) else ""
    return value.removeprefix(SD) if value.startswith(SD) else None
