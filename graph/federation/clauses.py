"""SERVICE in the text of a query: found by its tokens, sent elsewhere as a query of its own, replaced by VALUES.

With the address in the text, SPARQL 1.1 Federated Query says that the pattern is matched there alone and the
solutions are joined here. That is what VALUES do, so the readers need no network. Nothing here judges the syntax:
with GRAPH in the place of SERVICE the query is parsed before anything is sent, since both may stand where the
other may. Where the tokens leave a doubt about what the parser would see, the query is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.errors import QueryRefused, QuerySyntax
from onrecord.graph.sparql.tokens import Token, place, tokenize

# What may stand right before the word; api/memory/cache.py knows queries that call elsewhere by the same characters.
_BEFORE: Final = frozenset(" \t\r\n{}.")
_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_STEP: Final = 7  # "SERVICE"


class NotResults(ValueError):  # noqa: N818  (what it says of the answer)
    """What came back is no table of SPARQL results in JSON, or one that cannot be taken in; the message says why."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One SERVICE clause: where it stands, where it leads, what is asked there."""

    start: int
    end: int
    pattern_start: int
    silent: int | None
    """Where SILENT stands."""
    address: str
    variables: tuple[str, ...]
    """Those that the pattern names; only these may get values from the answer."""
    prefixes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Federated:
    """A query with its SERVICE clauses, none of them answered yet."""

    text: str
    prologue: str
    declared: frozenset[str]
    clauses: tuple[Clause, ...]

    @property
    def local(self) -> str:
        """The query with GRAPH for SERVICE: as long, place by place, and right or wrong in the same places."""
        pieces, reached = [], 0
        for clause in self.clauses:
            pieces += [self.text[reached : clause.start], "GRAPH  "]
            reached = clause.start + _STEP
            if clause.silent is not None:
                pieces += [self.text[reached : clause.silent], "      "]
                reached = clause.silent + 6
        return "".join([*pieces, self.text[reached:]])

    def request(self, clause: Clause, base: str) -> str:
        """The query that is sent for a clause; what readers take for granted is declared in it."""
        taken = sorted((clause.prefixes & terms.PREFIXES.keys()) - self.declared)
        lines = [f"BASE <{base}>", *(f"PREFIX {name}: <{terms.PREFIXES[name]}>" for name in taken)]
        return "\n".join([*lines, self.prologue, f"SELECT * WHERE {self.pattern(clause)}"])

    def pattern(self, clause: Clause) -> str:
        """The pattern of a clause, in its braces."""
        return self.text[clause.pattern_start : clause.end]

    def answered(self, groups: Sequence[str]) -> str:
        """The query with a group, in its braces, for each clause."""
        pieces, reached = [], 0
        for clause, group in zip(self.clauses, groups, strict=True):
            pieces += [self.text[reached : clause.start], " ", group, " "]
            reached = clause.end
        return "".join([*pieces, self.text[reached:]])


def read(text: str, most: int) -> Federated | None:
    """The SERVICE clauses of a query, None where it has none that can be told for sure.

    QueryRefused where there are more than `most`, one within another, one whose address is a variable, or anything
    that a parser might read in another way; QuerySyntax where address or braces are missing.
    """
    said = list(tokenize(text))
    begins = [at for at, token in enumerate(said) if _is_service(text, token)]
    if not begins:
        return None
    _check_escapes(said)
    solid = [token for token in said if token.kind != "space"]
    prologue, prefixes = _prologue(text, solid)
    clauses: list[Clause] = []
    for at, token in enumerate(solid):
        if not _is_service(text, token):
            continue
        if clauses and token.start < clauses[-1].end:
            raise QueryRefused(
                f"{_where(text, token)}: a SERVICE within another is not sent on: ask both from the outside"
            )
        if len(clauses) == most:
            raise QueryRefused(f"the query holds more than {most} SERVICE clauses; ask it in parts")
        clauses.append(_clause(text, solid, at, prefixes))
    return Federated(text, prologue, frozenset(prefixes), tuple(clauses))


def _is_service(text: str, token: Token) -> bool:
    """Whether this is the keyword beyond doubt. What only looks like it is left to screening, which refuses it."""
    stands_alone = token.start == 0 or text[token.start - 1] in _BEFORE
    return token.kind == "word" and stands_alone and token.text.upper() == "SERVICE"


def _check_escapes(said: Iterable[Token]) -> None:
    rest = "".join(" " if token.kind == "string" else token.text for token in said)
    if "\\u" in rest or "\\U" in rest:
        raise QueryRefused(
            r"a query with SERVICE may hold \u escapes in strings alone: write the characters themselves"
        )


def _prologue(text: str, solid: Sequence[Token]) -> tuple[str, dict[str, str]]:
    """What stands before SELECT (or its like), and the prefixes declared there with their IRIs."""
    end = next((t.start for t in solid if t.kind == "word" and t.text.upper() in _FORMS), 0)
    prefixes: dict[str, str] = {}
    for word, name, iri in zip(solid, solid[1:], solid[2:], strict=False):
        if iri.start >= end:
            break
        if (word.text.upper(), name.kind, iri.kind) == ("PREFIX", "name", "iri"):
            prefixes[name.text.partition(":")[0]] = iri.text[1:-1]
    return text[:end], prefixes


def _clause(text: str, solid: Sequence[Token], at: int, prefixes: dict[str, str]) -> Clause:
    start = solid[at]
    rest = iter(solid[at + 1 :])
    end = Token("end", "", len(text.rstrip()))
    token = next(rest, end)
    silent = None
    if token.kind == "word" and token.text.upper() == "SILENT":
        silent, token = token.start, next(rest, end)
    address = _address(text, token, prefixes)
    token = next(rest, end)
    if token.text != "{":
        raise _wrong(text, token, "SERVICE and its address want a pattern in braces here")
    inner = list(_group(text, token, rest))
    last = inner[-1].start + 1 if inner else token.start + 1
    names = dict.fromkeys(each.text[1:] for each in inner if each.kind == "var")
    used = frozenset(each.text.partition(":")[0] for each in inner if each.kind == "name")
    return Clause(start.start, last, token.start, silent, address, tuple(names), used)


def _address(text: str, token: Token, prefixes: dict[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "var":
        raise QueryRefused(
            f"{_where(text, token)}: SERVICE is sent to an address that stands in the query, in <>, not to what "
            f"{token.text} stands for"
        )
    if token.kind != "name":
        raise _wrong(text, token, "SERVICE wants an address here, in <>")
    prefix, _, local = token.text.partition(":")
    namespace = prefixes.get(prefix, terms.PREFIXES.get(prefix))
    if namespace is None:
        raise _wrong(
            text, token, f"the prefix `{prefix}:` is not declared; put PREFIX {prefix}: <…> at the top"
        )
    if "\\" in local:
        raise QueryRefused(
            f"{_where(text, token)}: an address is not put together from escapes: write it in <>"
        )
    return namespace + local


def _group(text: str, opening: Token, rest: Iterator[Token]) -> Iterator[Token]:
    """The tokens behind an opening brace, up to the one that closes it."""
    depth = 1
    for token in rest:
        if token.kind == "other" and not token.text.isascii():
            raise QueryRefused(
                f"{_where(text, token)}: the character {token.text!r} is not sent on in a SERVICE: leave it out of names"
            )
        depth += (token.text == "{") - (token.text == "}")
        yield token
        if not depth:
            return
    raise _wrong(text, opening, "the `{` opened here is never closed")


def _wrong(text: str, token: Token, why: str) -> QuerySyntax:
    line, column = place(text, token.start)
    return QuerySyntax(f"line {line}, column {column}: {why}", line, column)


def _where(text: str, token: Token) -> str:
    line, column = place(text, token.start)
    return f"line {line}, column {column}"


# The answer


def as_values(body: bytes, variables: Sequence[str], blank: str, limit: int) -> str:
    """SPARQL results in JSON as a group of VALUES, at most so many characters long; NotResults where they are none.

    Columns for other variables are left out. VALUES take no blank nodes: each becomes an IRI that begins with `blank`,
    the same node the same IRI.
    """
    # Not pyoxigraph's parser: it recurses into triple terms, and an answer of 1 MiB can overflow its stack.
    try:
        told = json.loads(body.decode())
        given = frozenset(told["head"].get("vars", ()))
        found = told["results"]["bindings"]
        if not isinstance(found, list):
            raise NotResults("`bindings` is no list")  # noqa: TRY301  (told apart from what Python raises below)
    except NotResults:
        raise
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise NotResults(f"it holds no bindings ({type(error).__name__})") from None
    columns = [name for name in variables if name in given]
    names: dict[str, str] = {}

    def blank_node(label: str) -> str:
        # Numbered, since a label is the other side's to choose.
        return names.setdefault(label, f"<{blank}{len(names)}>")

    rows, size = [], 0
    for row in found:
        if not isinstance(row, dict):
            raise NotResults("a row is no object")
        rows.append(f"({' '.join(_cell(row, name, blank_node) for name in columns)})")
        size += len(rows[-1]) + 1
        if size > limit:
            raise NotResults(f"its rows take more than {limit >> 10} KiB when they are written out")
    heading = " ".join(f"?{name}" for name in columns)
    return f"{{ VALUES ({heading}) {{ {' '.join(rows)} }} }}"


def _cell(row: dict[str, Any], name: str, blank_node: Callable[[str], str]) -> str:
    cell = row.get(name)
    if cell is None:
        return "UNDEF"
    try:
        return _term(cell, blank_node)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = str(error) if isinstance(error, NotResults) else "no RDF term"
        raise NotResults(f"a value of ?{name} cannot be read: {why}") from None


def _term(cell: dict[str, Any], blank_node: Callable[[str], str]) -> str:
    kind, value = cell["type"], cell["value"]
    if kind == "triple":
        raise NotResults("triple terms are not taken over")
    if not isinstance(value, str):
        raise NotResults("its value is no string")
    if kind == "bnode":
        return blank_node(value)
    if kind == "uri":
        return str(NamedNode(value))
    if kind not in {"literal", "typed-literal"}:
        raise NotResults(f"there is no type {str(kind)[:40]!r}")
    if (language := cell.get("xml:lang")) is not None:
        return str(Literal(value, language=language))
    datatype = cell.get("datatype")
    return str(Literal(value) if datatype is None else Literal(value, datatype=NamedNode(datatype)))


def blank_prefix(token: str, number: int) -> str:
    """How the IRIs begin that stand for the blank nodes of one answer; `token` is the query's own."""
    return f"urn:onrecord:blank:{token}:{number}:"
