"""What servers do in their own way, by the name they give themselves or an operator gives them: how they take a time limit and
say that it is past, what is theirs in the graph, and which queries they answer otherwise than SPARQL 1.1 has it. Such queries are
answered by this machine (docs/engines.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pyoxigraph import QueryResultsFormat

from onrecord.graph import formats
from onrecord.graph.formats import Format
from onrecord.graph.sparql.tokens import Token, tokenize


def _nothing(_tokens: Sequence[Token]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server."""

    limit: Callable[[float], Mapping[str, str]] = lambda _seconds: {}
    """Seconds -> the parameters that tell it to stop a query then."""
    limited: Callable[[str, float], str] = lambda text, _seconds: text
    """A query and seconds -> the query that says so itself."""
    stopped: tuple[int, str] = (504, "")
    """The status, and words of the body, by which it says that it stopped a query then; 408 and 504 are understood of all."""
    update_field: str = "update"
    """The field of a form that holds an update."""
    system: re.Pattern[str] = re.compile("(?!)")
    """The names of graphs of its own, which a query would see."""
    tables: Format[QueryResultsFormat] = formats.JSON
    """The format in which it is asked for tables: it writes that fastest, of those from which we read them as they are."""
    cuts_graphs: bool = False
    """Whether it may send a part of a graph, and not say so; of tables it does."""
    makes_others: str = ""
    """What in its configuration has it make other literals of those that it is given, as a sentence that says what to do."""
    otherwise: Callable[[Sequence[Token]], str] = _nothing
    """The tokens of a query -> what in it the server answers otherwise, "" for nothing that is known."""


_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_HINT: Final = "<http://aws.amazon.com/neptune/vocab/v01/QueryHints#"


def _for_neptune(text: str, seconds: float) -> str:
    """With the limit as the first triple pattern, in the braces of WHERE: Neptune takes no parameter for it. A query whose WHERE is
    its template too, or that has none, stays as it is."""
    tokens = list(tokenize(text, spaces=False))
    words = [token.text.upper() for token in tokens]
    form = next((number for number, word in enumerate(words) if word in _FORMS), len(words))
    braces = parentheses = 0
    template = words[form : form + 2] == ["CONSTRUCT", "{"]
    if words[form : form + 1] == ["CONSTRUCT"] and not template:
        return text
    for token in tokens[form:]:
        parentheses += (token.text == "(") - (token.text == ")")
        if token.text == "{" and not (braces or parentheses or template):
            end = token.start + 1
            hint = f" {_HINT}Query> {_HINT}queryTimeout> {max(1, round(seconds * 1000))} . "
            return text[:end] + hint + text[end:]
        braces += (token.text == "{") - (token.text == "}")
        template = template and (braces > 0 or token.text != "}")
    return text


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
        # (It takes several times as long to write JSON, mostly longer than to find what it writes.)
        tables=formats.XML,
        cuts_graphs=True,
        makes_others=(
            "Virtuoso does so where virtuoso.ini sets MaxQueryCostEstimationTime, as Debian's does: take that line out, and start it again"
        ),
        # (Two have the name of its DefaultHost in theirs, or another where there is none.)
        system=re.compile(
            r"http://(?:www\.openlinksw\.com/.*|www\.w3\.org/ns/ldp#|localuriqaserver/.*|[^/]+/(?:sparql|DAV/))"
        ),
        otherwise=_of_virtuoso,
    ),
    "fuseki": Dialect(limit=lambda seconds: {"timeout": f"{seconds:g}"}, stopped=(503, "")),
    # (What it infers of its own would be in its answers.)
    "graphdb": Dialect(
        limit=lambda seconds: {"timeout": str(max(1, round(seconds))), "infer": "false"}, stopped=(503, "")
    ),
    "neptune": Dialect(limited=_for_neptune, stopped=(500, "TimeLimitExceeded")),
    "qlever": Dialect(limit=lambda seconds: {"timeout": f"{max(1, round(seconds))}s"}, stopped=(429, "")),
    # Its limit is an option of its own (--timeout-s), for all queries alike.
    "oxigraph": _STANDARD,
}


def of(server: str) -> Dialect:
    """The dialect of a server of that name: by its header Server, or as an operator says."""
    return next((dialect for name, dialect in _DIALECTS.items() if name in server.lower()), _STANDARD)
