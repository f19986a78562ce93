"""What query editors ask an endpoint for, as triples: example queries, and which class has which properties.

Editors such as the SIB's look for sh:SPARQLExecutable (with sh:select, …) and for void:classPartition with queries of
their own, so both stand in graph/vocabulary. The prefixes they look for stand in the ontology, as sh:declare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from onrecord.graph import terms
from onrecord.graph.vocabulary.examples import Example, examples

ONTOLOGY: Final = terms.REC.removesuffix("#")
# Under the ontology's own name, as its terms are: the same in every store, whatever base its data has.
_EXAMPLES: Final = f"{ONTOLOGY}/example/"
_SCHEMA: Final = f"{ONTOLOGY}/schema"
_ABOUT: Final = "Any data written with the onrecord ontology: the classes it may use, and the properties that things of each may have."

_TYPE: Final = NamedNode(terms.RDF_TYPE)
_RDFS: Final = terms.PREFIXES["rdfs"]
_SH: Final = terms.PREFIXES["sh"]
_VOID: Final = "http://rdfs.org/ns/void#"


def triples(properties_of: Mapping[str, Iterable[str]]) -> Iterator[Triple]:
    """The examples, and the schema of data that has these properties on things of each class."""
    for example in examples():
        yield from executable(example, _EXAMPLES + example.name, ONTOLOGY)
    yield from _schema(properties_of)


def executable(example: Example, name: str, declaring: str) -> Iterator[Triple]:
    """An example query under this IRI, whose prefixes are those that another node declares."""
    node = NamedNode(name)
    yield Triple(node, _TYPE, NamedNode(f"{_SH}SPARQLExecutable"))
    yield Triple(node, _TYPE, NamedNode(f"{_SH}SPARQL{example.form.title()}Executable"))
    yield Triple(node, NamedNode(f"{_RDFS}comment"), Literal(example.title, language="en"))
    yield Triple(node, NamedNode(f"{_SH}{example.form.lower()}"), Literal(example.text))
    yield Triple(node, NamedNode(f"{_SH}prefixes"), NamedNode(declaring))


def _schema(properties_of: Mapping[str, Iterable[str]]) -> Iterator[Triple]:
    dataset = NamedNode(_SCHEMA)
    yield Triple(dataset, _TYPE, NamedNode(f"{_VOID}Dataset"))
    yield Triple(dataset, NamedNode(f"{_RDFS}comment"), Literal(_ABOUT, language="en"))
    for kind, properties in properties_of.items():
        part = NamedNode(f"{_SCHEMA}/{_local(kind)}")
        yield Triple(dataset, NamedNode(f"{_VOID}classPartition"), part)
        yield Triple(part, NamedNode(f"{_VOID}class"), NamedNode(kind))
        for name in properties:
            below = NamedNode(f"{part.value}/{_local(name)}")
            yield Triple(part, NamedNode(f"{_VOID}propertyPartition"), below)
            yield Triple(below, NamedNode(f"{_VOID}property"), NamedNode(name))


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
