"""The ontology and its closed lists, read from ontology/ once a process.

Worker processes import this module, so it parses with pyoxigraph: rdflib would double the time of a respawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.vocabulary import editors

_RDFS: Final = terms.PREFIXES["rdfs"]
_OWL: Final = terms.PREFIXES["owl"]
_SKOS: Final = terms.PREFIXES["skos"]
_CLASS: Final = _OWL + "Class"
_CONCEPT: Final = _SKOS + "Concept"
_ABSTRACT: Final = terms.REC + "abstract"
_PROPERTY_KINDS: Final = frozenset(
    _OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)


@dataclass(frozen=True, slots=True)
class Property:
    """What the ontology says of one property; domain and range are None where it states none."""

    iri: str
    label: str
    domain: str | None
    range: str | None
    is_object: bool


def ontology_files() -> list[Traversable]:
    """The Turtle files of ontology/: the ontology, its alignments and the vocabularies, by name."""
    room = files("onrecord.ontology")
    found = [entry for entry in room.iterdir() if entry.name.endswith(".ttl")]
    found += [entry for entry in room.joinpath("vocab").iterdir() if entry.name.endswith(".ttl")]
    return sorted(found, key=lambda entry: entry.name)


@cache
def vocabulary_triples() -> frozenset[ox.Triple]:
    """Every triple of ontology/, and what query editors look for beside it."""
    return _stated().union(editors.triples(properties_of()))


@cache
def _stated() -> frozenset[ox.Triple]:
    return frozenset(
        ox.Triple(quad.subject, quad.predicate, quad.object)
        for entry in ontology_files()
        for quad in ox.parse(entry.read_bytes(), format=ox.RdfFormat.TURTLE)
    )


@cache
def vocabulary_quads(base: str = terms.DEFAULT_BASE) -> tuple[ox.Quad, ...]:
    """The content of graph/vocabulary, sorted: the ontology, vocabularies and alignments, and what editors look for."""
    graph = ox.NamedNode(terms.graph_iri("vocabulary", base))
    quads = [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in vocabulary_triples()
    ]
    return tuple(sorted(quads, key=str))


@cache
def classes() -> frozenset[str]:
    """Every class the ontology declares, foreign ones such as skos:Concept included."""
    return frozenset(_typed(_CLASS))


@cache
def abstract_classes() -> frozenset[str]:
    """The classes no node is of alone: rec:Actor, rec:Claim and those that only give properties a domain."""
    return frozenset(_iri(t.subject) for t in _with(_ABSTRACT) if getattr(t.object, "value", "") == "true")


@cache
def superclasses() -> Mapping[str, frozenset[str]]:
    """For each class: itself and every class of the ontology above it."""
    direct: dict[str, set[str]] = {}
    for triple in _with(_RDFS + "subClassOf"):
        direct.setdefault(_iri(triple.subject), set()).add(_iri(triple.object))

    def above(name: str, seen: frozenset[str]) -> frozenset[str]:
        parents = direct.get(name, set()) - seen
        return seen.union(*(above(parent, seen | {parent}) for parent in parents)) if parents else seen

    return {name: above(name, frozenset({name})) & classes() for name in classes()}


@cache
def below(name: str) -> frozenset[str]:
    """A class and every class of the ontology below it."""
    return frozenset(one for one, above in superclasses().items() if name in above)


@cache
def closed_lists() -> frozenset[str]:
    """The classes whose members the vocabularies list: rec:Mode, rec:Measure …"""
    return frozenset[str]().union(*members().values())


@cache
def disjoint(one: str, other: str) -> bool:
    """Whether the ontology says that nothing is of both classes, of them or of classes above them."""
    pairs = {(_iri(t.subject), _iri(t.object)) for t in _with(_OWL + "disjointWith")}
    above_one, above_other = superclasses()[one], superclasses()[other]
    return any((a, b) in pairs or (b, a) in pairs for a in above_one for b in above_other)


@cache
def members() -> Mapping[str, frozenset[str]]:
    """Every member of a closed list, with the classes it is of: rec:Direct -> {rec:Mode}."""
    found: dict[str, set[str]] = {name: set() for name in _typed(_CONCEPT)}
    for triple in _with(terms.RDF_TYPE):
        if _iri(triple.subject) in found and _iri(triple.object) != _CONCEPT:
            found[_iri(triple.subject)].add(_iri(triple.object))
    return {name: frozenset(kinds) for name, kinds in found.items()}


@cache
def schemes() -> frozenset[str]:
    """The closed lists themselves: rec:modes, rec:measures …"""
    return frozenset(_typed(_SKOS + "ConceptScheme"))


@cache
def labels_in() -> Mapping[str, Mapping[str, str]]:
    """Term -> language -> its label."""
    found: dict[str, dict[str, str]] = {}
    for triple in _with(_RDFS + "label"):
        language = getattr(triple.object, "language", None) or ""
        found.setdefault(_iri(triple.subject), {})[language] = _text(triple.object)
    return found


@cache
def labels() -> Mapping[str, str]:
    """Term -> its English label."""
    return {term: found["en"] for term, found in labels_in().items() if "en" in found}


def called(name: str) -> list[str]:
    """The terms that have this label in some language, in any case: загиблі -> rec:killed."""
    triples = _with(_SKOS + "prefLabel")
    return sorted(
        {_iri(triple.subject) for triple in triples if _text(triple.object).casefold() == name.casefold()}
    )


@cache
def properties() -> Mapping[str, Property]:
    """Every property the ontology declares, foreign ones such as rdfs:label included."""
    domains = {_iri(t.subject): _iri(t.object) for t in _with(_RDFS + "domain")}
    ranges_ = {_iri(t.subject): _iri(t.object) for t in _with(_RDFS + "range")}
    objects = set(_typed(_OWL + "ObjectProperty"))
    names = {name for kind in _PROPERTY_KINDS for name in _typed(kind)}
    return {
        name: Property(
            name, labels().get(name, terms.short(name)), domains.get(name), ranges_.get(name), name in objects
        )
        for name in names
    }


@cache
def properties_of() -> Mapping[str, tuple[str, ...]]:
    """For each of our classes that a node can be of: the properties such a node may have by their domains, sorted."""
    ours = (name for name in classes() - abstract_classes() if name.startswith(terms.REC))
    anything = _OWL + "Thing"
    free = (_RDFS + "label", *(p.iri for p in properties().values() if p.domain == anything))
    return {
        kind: tuple(
            sorted({*free, *(p.iri for p in properties().values() if p.domain in superclasses()[kind])})
        )
        for kind in sorted(ours)
    }


@cache
def ranges() -> Mapping[str, str]:
    """Property -> class, where the range is one class that a node can be of as it stands."""
    open_ = abstract_classes() | {_OWL + "Thing"}
    kinds = classes() - open_
    return {
        p.iri: p.range
        for p in properties().values()
        if p.is_object and p.range in kinds and p.range is not None
    }


@cache
def subjects() -> frozenset[str]:
    """Everything ontology/ describes: its terms, and what stands beside them, such as the ontology itself."""
    return frozenset(_iri(triple.subject) for triple in vocabulary_triples())


@cache
def replaced() -> Mapping[str, tuple[str, ...]]:
    """Each property of an earlier version of the ontology, with the names of those to use instead, sorted."""
    instead = _with(terms.PREFIXES["dcterms"] + "isReplacedBy")
    return {
        old: tuple(sorted(_iri(triple.object) for triple in instead if _iri(triple.subject) == old))
        for old in _typed(_OWL + "DeprecatedProperty")
    }


@cache
def declared() -> frozenset[str]:
    """Every IRI in the rec: namespace that the ontology or a vocabulary describes, but for terms that were replaced."""
    return frozenset(name for name in subjects() if name.startswith(terms.REC)) - replaced().keys()


@cache
def _by_predicate() -> Mapping[str, tuple[ox.Triple, ...]]:
    grouped: dict[str, list[ox.Triple]] = {}
    for triple in _stated():
        grouped.setdefault(_iri(triple.predicate), []).append(triple)
    return {name: tuple(triples) for name, triples in grouped.items()}


def _with(predicate: str) -> tuple[ox.Triple, ...]:
    return _by_predicate().get(predicate, ())


def _typed(kind: str) -> Iterator[str]:
    return (_iri(triple.subject) for triple in _with(terms.RDF_TYPE) if _iri(triple.object) == kind)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else ""


def _iri(term: object) -> str:
    return str(getattr(term, "value", term))
