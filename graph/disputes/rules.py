"""What follows from the claims by a named rule: which contradict one another. Rebuilt, never edited.

A rule is a file, <name>.rq. Its first line says it in words, `# label: definition`; it selects the two claims of each
contradiction as ?a and ?b. The contradiction is stated in both directions, with the rule that found it, so that a
reader can ask on whose word two claims are said to be at odds. A count that rises as days pass is not a contradiction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import cast

import pyoxigraph as ox

from onrecord.graph import queryfiles, terms
from onrecord.graph.sparql.tokens import tokenize

_RDF = terms.PREFIXES["rdf"]
_LABEL = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")
_NOTE = ox.NamedNode(terms.REC + "note")


def derive(store: ox.Store, base: str = terms.DEFAULT_BASE) -> frozenset[ox.Quad]:
    """All quads of graph/derived that the rules find in what the store holds."""
    graph = ox.NamedNode(terms.graph_iri("derived", base))
    return frozenset(ox.Quad(*triple, graph) for triple in _triples(store, base))


def concerned(quads: Iterable[ox.Quad]) -> bool:
    """Whether a change of these quads may change what the rules find.

    A rule sees a triple only by its predicate, and names in its text each predicate it looks at.
    """
    return any(quad.predicate.value in _predicates() for quad in quads)


@cache
def _predicates() -> frozenset[str]:
    named = {terms.RDF_TYPE}
    for file in queryfiles.in_package("onrecord.graph.disputes"):
        for token in tokenize(file.text):
            if token.kind == "name":
                prefix, _, local = token.text.partition(":")
                named.add(terms.PREFIXES[prefix] + local)
            elif token.kind == "iri":
                named.add(token.text[1:-1])
    return frozenset(named)


def _triples(
    store: ox.Store, base: str
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    rec, kind = _rec, ox.NamedNode(terms.RDF_TYPE)
    for file in queryfiles.in_package("onrecord.graph.disputes"):
        rule = ox.NamedNode(f"{base}rule/{file.name}")
        yield rule, kind, rec("Rule")
        yield rule, _LABEL, ox.Literal(file.label, language="en")
        yield rule, _NOTE, ox.Literal(file.definition, language="en")
        found = store.query(file.text, prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True)
        for solution in cast("ox.QuerySolutions", found):
            pair = cast("tuple[ox.NamedNode, ox.NamedNode]", (solution["a"], solution["b"]))
            for one, other in (pair, pair[::-1]):
                relation = ox.NamedNode(terms.mint(f"{base}relation", file.name, [one.value, other.value]))
                yield one, rec("contradicts"), other
                yield relation, kind, rec("ClaimRelation")
                yield (
                    relation,
                    _LABEL,
                    ox.Literal(f"Contradiction found by the rule “{file.label}”", language="en"),
                )
                yield relation, ox.NamedNode(_RDF + "subject"), one
                yield relation, ox.NamedNode(_RDF + "predicate"), rec("contradicts")
                yield relation, ox.NamedNode(_RDF + "object"), other
                yield relation, rec("derivedBy"), rule


def _rec(name: str) -> ox.NamedNode:
    return ox.NamedNode(terms.REC + name)
