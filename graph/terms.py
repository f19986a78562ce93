"""Namespaces, the names of the graphs, and how IRIs are minted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pyoxigraph import NamedNode

import onrecord
from onrecord.graph.quoting import brief

REC: Final = "https://w3id.org/onrecord/ns#"
DEFAULT_BASE: Final = "https://w3id.org/onrecord/"
RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

PREFIXES: Final[Mapping[str, str]] = {
    "rec": REC,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sh": "http://www.w3.org/ns/shacl#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "wd": "http://www.wikidata.org/entity/",
}
"""The prefixes that exports declare and queries may use without declaring them."""

GRAPHS: Final = ("reference", "vocabulary", "assessments", "derived", "names", "default", "history")
PROTECTED: Final = ("vocabulary", "derived", "names", "history")
"""Graphs that are made, not written: from ontology/, by the rules of disputes/, from names, of the commits."""
FOLLOWING: Final = ("derived", "names")
"""Those of them that follow from the others with each commit: what is in them is not counted as added or removed."""
IMPORTS: Final = "graph/import/"
"""How the IRIs of the graphs of imports begin, after the base: each is one import's alone (graph/importers)."""
NOT_DATA: Final = ("names", "history")
"""Graphs that serve the service alone, and are left out of the dumps and of what is counted."""


@cache
def rec(name: str) -> NamedNode:
    """A term of the ontology, by its short name."""
    return NamedNode(REC + name)


def graph_iri(name: str, base: str = DEFAULT_BASE) -> str:
    """The IRI of one of the named graphs that are not a document's; "default" takes what is written to no graph. ValueError for another."""
    if name not in GRAPHS:
        raise ValueError(f"no graph is called {brief(name)}; there are {', '.join(GRAPHS)}")
    return f"{base}graph/{name}"


def not_data(base: str) -> list[str]:
    """The IRIs of the graphs of NOT_DATA."""
    return [graph_iri(name, base) for name in NOT_DATA]


def short(iri: str) -> str:
    """The IRI with its prefix where it has one (rec:Actor), else in angle brackets."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def mint(parent: str, key: str, content: Any) -> str:
    """An IRI for a node that was given none: the same content under the same parent gets the same name."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return f"{parent}/{key}-{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"


def user_agent() -> str:
    """How this program names itself to other services."""
    return f"onrecord/{onrecord.__version__} (+{DEFAULT_BASE})"
