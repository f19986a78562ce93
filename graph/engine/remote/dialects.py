"""What servers do in their own way, by the name they give themselves: how they take a time limit, what is theirs in the graph,
and which queries they answer otherwise than SPARQL 1.1 has it. Such queries are answered by this machine (docs/engines.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from onrecord.graph.sparql.tokens import Token


def _nothing(_tokens: Sequence[Token]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server."""

    limit: Callable[[float], Mapping[str, str]] = lambda _seconds: {}
    """Seconds -> the parameters that tell it to stop a query then."""
    update_field: str = "update"
    """The field of a form that holds an update."""
    system: tuple[str, ...] = ()
    """How the names begin of graphs of its own, which a query would see."""
    otherwise: Callable[[Sequence[Token]], str] = _nothing
    """The tokens of a query -> what in it the server answers otherwise, "" for nothing that is known."""


def _of_virtuoso(tokens: Sequence[Token]) -> str:
    """As seen of 7.2.5: paths of any length find too little where their start is a variable, MIN and MAX pass over rows in
    which the expression has no value, a graph that is named is empty where graphs are left out by a pragma, and `SELECT *` has a
    column of Virtuoso's own where the query has no variable."""
    if not any(token.kind == "var" for token in tokens):
        return "no variable"
    for before, token in pairwise(tokens):
        word = token.text.upper()
        step = before.kind in {"name", "iri"} or before.text in {")", "a"}
        if token.text in {"*", "+", "?"} and step:
            return "a path of any length"
        if word in {"MIN", "MAX", "SAMPLE", "GROUP_CONCAT"} and token.kind == "word":
            return word
        if before.text.upper() == "GRAPH" and before.kind == "word" and token.kind != "var":
            return "a graph that is named"
    return ""


_STANDARD: Final = Dialect()
_DIALECTS: Final[Mapping[str, Dialect]] = {
    "virtuoso": Dialect(
        limit=lambda seconds: {"timeout": str(max(1000, round(seconds * 1000)))},
        update_field="query",
        system=("http://www.openlinksw.com/", "http://www.w3.org/ns/ldp#", "http://localuriqaserver/"),
        otherwise=_of_virtuoso,
    ),
    "fuseki": Dialect(limit=lambda seconds: {"timeout": f"{seconds:g}"}),
    "graphdb": Dialect(limit=lambda seconds: {"timeout": str(max(1, round(seconds)))}),
    "qlever": Dialect(limit=lambda seconds: {"timeout": f"{max(1, round(seconds))}s"}),
}


def of(server: str) -> Dialect:
    """The dialect of a server that calls itself so in its header Server."""
    return next((dialect for name, dialect in _DIALECTS.items() if name in server.lower()), _STANDARD)
