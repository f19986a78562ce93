"""Which claims contradict one another, by named rules.

A rule is a file, <name>.rq. Its first line says it in words, `# label: definition`; it selects the two claims of each
contradiction as ?a and ?b. The contradiction is stated in both directions, with the rule that found it, so that a
reader can ask on whose word two claims are said to be at odds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import queryfiles, terms
from onrecord.graph.sparql.tokens import tokenize

_GROUP: Final = re.compile(r"\?a a rec:")
"""How each group of a rule begins."""

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]

_RDF: Final = terms.PREFIXES["rdf"]
SUBJECT: Final = ox.NamedNode(_RDF + "subject")
PREDICATE: Final = ox.NamedNode(_RDF + "predicate")
OBJECT: Final = ox.NamedNode(_RDF + "object")
CONTRADICTS: Final = ox.NamedNode(terms.REC + "contradicts")
_TYPE: Final = ox.NamedNode(terms.RDF_TYPE)
_LABEL: Final = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")


def triples(store: ox.Store, base: str, claims: Iterable[ox.NamedNode] | None = None) -> Iterator[Triple]:
    """What the rules find, with themselves; given claims, only contradictions in which one of these has a part."""
    asked = None if claims is None else " ".join(sorted({str(claim) for claim in claims}))
    for file in queryfiles.in_package("onrecord.graph.disputes"):
        rule = ox.NamedNode(f"{base}rule/{file.name}")
        yield rule, _TYPE, _rec("Rule")
        yield rule, _LABEL, ox.Literal(file.label, language="en")
        yield rule, _rec("note"), ox.Literal(file.definition, language="en")
        for pair in _pairs(store, file.text, asked):
            for one, other in (pair, pair[::-1]):
                relation = ox.NamedNode(terms.mint(f"{base}relation", file.name, [one.value, other.value]))
                label = f"Contradiction found by the rule “{file.label}”"
                yield one, CONTRADICTS, other
                yield relation, _TYPE, _rec("ClaimRelation")
                yield relation, _LABEL, ox.Literal(label, language="en")
                yield relation, SUBJECT, one
                yield relation, PREDICATE, CONTRADICTS
                yield relation, OBJECT, other
                yield relation, _rec("derivedBy"), rule


def _pairs(store: ox.Store, text: str, asked: str | None) -> set[tuple[ox.NamedNode, ox.NamedNode]]:
    # In each of its groups: what stands outside of a UNION does not narrow what is looked for in it.
    texts = (
        [text]
        if asked is None
        else [_GROUP.sub(rf"VALUES {x} {{ {asked} }} \g<0>", text) for x in (r"?a", r"?b")]
    )
    found = set()
    for query in texts:
        solutions = store.query(query, prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True)
        for solution in cast("ox.QuerySolutions", solutions):
            found.add(cast("tuple[ox.NamedNode, ox.NamedNode]", (solution["a"], solution["b"])))
    return found


@cache
def predicates() -> frozenset[str]:
    """The predicates that the rules look at: each names in its text all of those it does."""
    named = {terms.RDF_TYPE}
    for file in queryfiles.in_package("onrecord.graph.disputes"):
        for token in tokenize(file.text):
            if token.kind == "name":
                prefix, _, local = token.text.partition(":")
                named.add(terms.PREFIXES[prefix] + local)
            elif token.kind == "iri":
                named.add(token.text[1:-1])
    return frozenset(named)


def _rec(name: str) -> ox.NamedNode:
    return ox.NamedNode(terms.REC + name)
