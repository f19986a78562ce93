"""What a graph has to hold for a query to see it: the predicates of the query's patterns, and the classes that they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from onrecord.graph import terms
from onrecord.graph.sparql.rewriting.parsing.patterns import parse
from onrecord.graph.sparql.rewriting.parsing.syntax import NotUnderstood, Span, Triples
from onrecord.graph.sparql.tokens import Token, tokenize

_ANYTHING: Final = frozenset({"DESCRIBE", "GRAPH", "FROM", "BASE", "SERVICE"})
"""Words of queries that may see a graph in other ways, or whose names mean something else."""
_STEPS: Final = frozenset("/|^()")


def needed(text: str) -> frozenset[str] | None:
    """IRIs, of each pattern its predicates, or its class where the predicate is rdf:type: no solution comes from a graph that
    has none of them. None where a pattern has none that is known."""
    tokens = list(tokenize(text, spaces=False))
    if any(token.kind == "word" and token.text.upper() in _ANYTHING for token in tokens):
        return None
    prefixes = dict(terms.PREFIXES)
    for at, token in enumerate(tokens[:-2]):
        if token.kind == "word" and token.text.upper() == "PREFIX":
            prefixes[tokens[at + 1].text.removesuffix(":")] = tokens[at + 2].text[1:-1]
    try:
        found = [triples for group in parse(tokens).groups for triples, _ in group.triples]
        return frozenset(iri for triples in found for iri in _of(triples, tokens, prefixes))
    except (NotUnderstood, LookupError):
        return None


def _of(triples: Triples, tokens: Sequence[Token], prefixes: dict[str, str]) -> Iterator[str]:
    """Those of the triples of one subject; LookupError where one is not known."""
    ends = [triples.subject, *(end for _, objects in triples.verbs for end in objects)]
    if any(token.text == "(" for end in ends for token in _within(end, tokens)):
        raise LookupError("a collection, which is made of triples that are not written out")
    for verb, objects in [*triples.verbs, *((verb, []) for verb in triples.inner)]:
        steps = [token for token in _within(verb, tokens) if token.text not in _STEPS]
        if any(step.text != "a" and step.kind not in {"name", "iri"} for step in steps):
            raise LookupError("a variable, or a path that may have any length or leads along anything else")
        iris = [terms.RDF_TYPE if step.text == "a" else _iri(step, prefixes) for step in steps]
        if terms.RDF_TYPE not in iris:
            yield from iris
        elif len(_within(verb, tokens)) > 1 or not objects:
            raise LookupError("a class that stands elsewhere")
        else:
            yield from (_iri(_only(end, tokens), prefixes) for end in objects)


def _within(span: Span, tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[span.begin : span.end]


def _only(span: Span, tokens: Sequence[Token]) -> Token:
    if span.end - span.begin != 1:
        raise LookupError("no name")
    return tokens[span.begin]


def _iri(token: Token, prefixes: dict[str, str]) -> str:
    """The IRI that a token writes; LookupError where it is none, or a relative one."""
    prefix, colon, local = token.text.partition(":")
    if token.kind == "name" and "\\" not in local:
        return prefixes[prefix] + local
    if token.kind == "iri" and colon and "\\" not in token.text:
        return token.text[1:-1]
    raise LookupError(token.text)
