"""Checks of a query before a reader parses it: its size, its nesting, its triple patterns, its use of SERVICE.

The parser is recursive and its planner has no limits, so a short text can cost much. This looks at tokens only,
in linear time and without recursion, and in doubt it refuses. A query that passes may still be wrong.

Triple patterns are counted roughly: what stands between two of `.`, `;`, `,`, a bracket or a keyword is one, if
it can be one; so is each step of a property path and each item of a collection. Templates of CONSTRUCT and rows of
VALUES cost nothing to plan and are not counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from onrecord.graph.errors import QueryRefused, QuerySyntax, UpdateRefused
from onrecord.graph.settings import Settings
from onrecord.graph.sparql.bases import resolved
from onrecord.graph.sparql.edits import Moved, decode
from onrecord.graph.sparql.tokens import Token, place, tokenize

# Most queries begin with the same declarations, which cost nothing and hide nothing.
_PROLOGUE: Final = re.compile(
    r"""(?:[ \t\r\n]++ | \#[^\r\n]*+
      | PREFIX[ \t\r\n]++[A-Za-z0-9-]*+:[ \t\r\n]*+<[^<>"{}|^`\\\x00-\x20]*+> )*+""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# What makes rewriting look at a query: see docs/engine-faults.md.
_MISREAD: Final = frozenset(["REGEX", "REPLACE", "GROUP_CONCAT", "BNODE"])
_IN_GRAPH: Final = frozenset(["SELECT", "VALUES", "MINUS"])
_TERMS: Final = frozenset({"string", "iri", "blank", "name", "var", "number"})
_COUNTED: Final = frozenset(".;,/|")
_PAIRS: Final = {"}": "{", ")": "(", "]": "["}
_UPDATES: Final = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)


class Bounds(NamedTuple):
    """How large a query may be; the names are those of the settings."""

    query_kilobytes: int
    query_nesting: int
    query_patterns: int


class Screened(NamedTuple):
    """What screening found out about a query, for the reader that runs it."""

    has_dataset: bool
    """Whether it has a FROM clause, which replaces the union of all graphs."""
    decoded: Moved
    """The text without what the engine does not read: escapes, and IRIs relative to a base with dot segments."""
    tokens: list[Token]
    """Without spaces, from where the prologue ends or before."""
    suspect: bool
    """Whether it holds anything that the engine may misread."""
    before: tuple[Moved, ...] = ()
    """The steps to the text that was decoded last."""
    body: int = 0
    """Where in the decoded text its tokens begin: what stands before declares prefixes, and nothing else."""


def screen(text: str, bounds: Bounds | Settings) -> Screened:
    """Check a query. QueryRefused where it is too large or calls SERVICE; QuerySyntax where a string never ends."""
    check_size(text, "query", bounds.query_kilobytes)
    if not text.strip():
        raise QueryRefused("the query is empty: write one, such as SELECT * { ?s ?p ?o } LIMIT 10")
    counter = _Counter(bounds)
    unescaped = decode(text)
    decoded = resolved(unescaped.text)
    plain = decoded.text
    upper = plain.upper()
    start = 0
    if "SERVICE" not in upper and "FROM" not in upper:
        prologue = _PROLOGUE.match(plain)
        start = 0 if prologue is None else prologue.end()
    for token in tokenize(plain, start, spaces=False):
        if token.kind == "quote":
            raise _endless_string(text)
        counter.take(token)
    counter.finish()
    return Screened(counter.has_dataset, decoded, counter.tokens, counter.is_suspect(), (unescaped,), start)


def screen_update(text: str, settings: Settings) -> None:
    """Check an update before any parser reads it: its size, its nesting, its strings; what it may do comes later.

    QueryRefused or UpdateRefused where it is too large, QuerySyntax where a string never ends.
    """
    check_size(text, "update", settings.update_kilobytes)
    depth = 0
    for token in tokenize(text):
        if token.kind == "quote":
            raise _endless_string(text)
        if token.kind == "open":
            depth += 1
            if depth > settings.query_nesting:
                raise UpdateRefused(
                    f"the update nests more than {settings.query_nesting} brackets deep (ONRECORD_QUERY_NESTING)"
                )
        elif token.kind == "close":
            depth -= 1


def refuse_service(token: Token) -> None:
    """QueryRefused where the parser might read a word as a call of SERVICE."""
    # The parser wants no space around a keyword: `1SERVICE<x>` is a call. So it is searched for within words.
    if "SERVICE" in token.text.upper():
        raise QueryRefused(
            "SERVICE is not run here, since it would send requests elsewhere: ask that service itself, or federate from "
            "your side. Where an operator allows hosts (ONRECORD_SERVICE_HOSTS), a query may hold it, with white space or a "
            f"brace before it. If `{token.text[:60]}` is meant as a name, write it as an IRI in <>"
        )


def check_size(text: str, what: str, kilobytes: int) -> bytes:
    """The text in UTF-8; QueryRefused where it is longer than this, or holds half of a surrogate pair."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise QueryRefused(
            f"character {error.start + 1} of the {what} is half of a surrogate pair, no Unicode"
        ) from None
    if len(encoded) > kilobytes << 10:
        raise QueryRefused(
            f"the {what} is {len(encoded):,} bytes long; the limit is {kilobytes} KiB (ONRECORD_{what.upper()}_KILOBYTES)"
        )
    return encoded


def _endless_string(text: str) -> QuerySyntax:
    at = next((token.start for token in tokenize(text) if token.kind == "quote"), 0)
    line, column = place(text, at)
    return QuerySyntax(f"line {line}, column {column}: the string that begins here never ends", line, column)


@dataclass(slots=True)
class _Bracket:
    """An open bracket, and what was counted in it since the last separator."""

    mark: str
    kind: str  # "group", "list" (a collection or path), "data" (VALUES), "template" (CONSTRUCT), "plain"
    terms: int = 0
    least: int = 2


@dataclass(slots=True)
class _Counter:
    """Goes over the tokens once, with a stack of open brackets."""

    bounds: Bounds | Settings
    patterns: int = 0
    has_dataset: bool = False
    stack: list[_Bracket] = field(default_factory=list)
    before: Token = Token("start", "", 0)  # noqa: RUF009  (a tuple, and so no shared state)
    operator: str = ""
    graph: bool = False
    values: bool = False
    prologue: bool = True
    prefixes: set[str] = field(default_factory=set)
    suspect: bool = False
    tokens: list[Token] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    """The numbers of the tokens that let a step of a path be repeated, or left out."""
    earlier: Token = Token("start", "", 0)  # noqa: RUF009
    selected: set[str] | None = None

    def take(self, token: Token) -> None:
        if self.operator:
            self._second(token)
        if self.before.text == "^" and token.text.endswith(("boolean", "boolean>")):
            self.suspect = True
        match token.kind:
            case "open":
                self._open(token.text)
            case "close":
                self._close(token.text)
            case "word":
                refuse_service(token)
                self._word(token)
            case "name":
                self._name(token.text)
            case "iri" if "#" in token.text and self._may_be_less_than():
                raise QueryRefused(
                    f"`{token.text[:60]}` may be an IRI, or `<` and a comment: put a space after `<`, or use a prefixed name"
                )
            case "other":
                self._symbol(token.text)
            case "var":
                self._variable(token.text)
                self._term()
            case _:
                self._term()
        self.earlier, self.before = self.before, token
        self.tokens.append(token)

    def is_suspect(self) -> bool:
        """Whether rewriting has to look at the query; to be asked at its end."""
        return self.suspect or any(_may_reach_itself(self.tokens, at) for at in self.repeats)

    def finish(self) -> None:
        """Count what the end leaves open."""
        while self.stack:
            self._flush(self.stack.pop())

    def _open(self, mark: str) -> None:
        if len(self.stack) >= self.bounds.query_nesting:
            raise QueryRefused(
                f"the query nests more than {self.bounds.query_nesting} brackets deep (ONRECORD_QUERY_NESTING)"
            )
        outer = self.stack[-1].kind if self.stack else "plain"
        kind = "plain"
        if mark == "(" and self.before.text.startswith(("xsd:", "<http://www.w3.org/2001/XMLSchema#")):
            self.suspect = True
        if mark == "{":
            self.selected = None
            self._refuse_called_name()
            self._flush(self.stack[-1] if self.stack else None)
            kind = "data" if self.values or outer == "data" else "group"
            if self.before.kind == "word" and self.before.text.upper() == "CONSTRUCT":
                kind = "template"
            self.values = False
        elif outer in {"data", "template"}:
            kind = outer
        elif outer in {"group", "list"} and (mark == "[" or self._opens_list()):
            kind = "group" if mark == "[" else "list"
        self.stack.append(_Bracket(mark, kind))

    def _opens_list(self) -> bool:
        # FILTER (…) and FILTER ex:function(…) hold expressions; what else stands in a pattern is a collection or a path.
        called = self.before.kind in {"name", "iri"} and self.earlier.text.upper() == "FILTER"
        return self.before.kind != "word" and not called

    def _refuse_called_name(self) -> None:
        # With a prefix `:`, the parser reads `SERVICE:x {` as a call. A name stands before a brace after GRAPH alone.
        if self.stack and self.before.kind == "name" and self.earlier.text.upper() != "GRAPH":
            prefix = self.before.text.partition(":")[0]
            if prefix.upper().endswith(("SERVICE", "SERVICESILENT")):
                refuse_service(self.before)

    def _close(self, mark: str) -> None:
        # A bracket that closes nothing is reported by the parser.
        if self.stack and self.stack[-1].mark == _PAIRS[mark]:
            closed = self.stack.pop()
            self._flush(closed)
            if self.stack and mark != "}":
                self.stack[-1].terms += 1

    def _word(self, token: Token) -> None:
        word = token.text.upper()
        if word in {"A", "TRUE", "FALSE"}:
            self.suspect = self.suspect or (word != "A" and not token.text.islower())
            self._term()
            return
        if word in _MISREAD or (word in _IN_GRAPH and self.graph):
            self.suspect = True
        elif word == "GRAPH":
            self.graph = True
        if word == "SELECT":
            self.selected = set()
        elif word in {"WHERE", "FROM"}:
            self.selected = None
        self.values = word == "VALUES"
        if self.stack:
            if word in {"WHERE", "SELECT"}:
                self.stack[-1].terms = 0
            self._flush(self.stack[-1])
            return
        if self.prologue and word not in {"PREFIX", "BASE", "VERSION"}:
            self.prologue = False
            if word in _UPDATES:
                raise QueryRefused(
                    f"{word} changes the graph, and here only queries are answered: SELECT, ASK, CONSTRUCT, DESCRIBE"
                )
        self.has_dataset = self.has_dataset or "FROM" in word

    def _name(self, name: str) -> None:
        prefix = name.partition(":")[0].upper()
        self.suspect = self.suspect or name.count(".") > 1
        if self.before.kind == "word" and self.before.text.upper() == "PREFIX":
            self.prefixes.add(prefix)
        elif not self.stack and prefix.endswith("FROM") and prefix not in self.prefixes:
            # `FROM:g` is a clause, unless `FROM:` is a prefix.
            self.has_dataset = True
        self._term()

    def _sign(self, sign: str) -> None:
        expression = not self.stack or self.stack[-1].kind == "plain"
        if sign in "?*" and not expression:
            self.repeats.append(len(self.tokens))
        elif sign == "?" or (sign == "*" and self.before.kind == "word"):
            self.suspect = True
        elif (sign == "/" and expression) or (sign in "<>" and self.before.kind != "number"):
            self.operator = sign

    def _second(self, token: Token) -> None:
        """What is compared or divided by: with a number or string there is no boolean, by an integer no decimal."""
        if self.operator != "/" and token.text == "=":
            return
        constant = token.kind in {"number", "string"} or token.text == "-"
        if not constant or (self.operator == "/" and not token.text.isdecimal()):
            self.suspect = True
        self.operator = ""

    def _variable(self, name: str) -> None:
        if self.selected is not None:
            # Within brackets a variable may stand any number of times; that they are looked at again costs little.
            self.suspect = self.suspect or name[1:] in self.selected
            self.selected.add(name[1:])

    def _symbol(self, symbol: str) -> None:
        if symbol in "<>*?/":
            self._sign(symbol)
        if symbol in _COUNTED and self.stack and self.stack[-1].kind in {"group", "list"}:
            top = self.stack[-1]
            if symbol in {"/", "|"}:
                self._count(1)
            else:
                self._flush(top)
                # `; p o` and `, o` are triples whose other terms stand before.
                top.least = 2 if symbol == "." else 1

    def _term(self) -> None:
        if not self.stack:
            return
        top = self.stack[-1]
        if top.kind == "list":
            self._count(1)
        elif top.kind == "group":
            top.terms += 1

    def _may_be_less_than(self) -> bool:
        boolean = self.before.text.upper() in {"TRUE", "FALSE"}
        operand = boolean or self.before.kind in _TERMS or self.before.kind in {"close", "tag"}
        return operand and bool(self.stack) and self.stack[-1].mark == "(" and self.stack[-1].kind == "plain"

    def _flush(self, bracket: _Bracket | None) -> None:
        if bracket is not None and bracket.kind == "group":
            if bracket.terms >= bracket.least:
                # More than three terms are more than one pattern, with a separator that is not known here.
                self._count(max(1, bracket.terms // 3))
            bracket.terms, bracket.least = 0, 2

    def _count(self, patterns: int) -> None:
        self.patterns += patterns
        if self.patterns > self.bounds.query_patterns:
            raise QueryRefused(
                f"the query holds more than {self.bounds.query_patterns} triple patterns (ONRECORD_QUERY_PATTERNS); "
                "ask it in parts"
            )


def _may_reach_itself(tokens: list[Token], at: int) -> bool:
    """Whether the path with `*` or `?` at token `at` may have length zero at a constant, where the engine may miss it.

    In doubt, yes. Most have a step that is not left out beside it, as a/rdfs:subClassOf* has, or lead from variable to variable.
    """
    before, after = tokens[max(0, at - 4) : at], [*tokens[at + 1 : at + 5], *[Token("end", "", 0)] * 4]
    if not _is_step(before.pop()):
        return True
    if before[-1].text == "^":
        before.pop()
    if before[-1].text == "/" and _is_step(before[-2]):
        return False
    if after[0].text == "/":
        step, behind = after[2:4] if after[1].text == "^" else after[1:3]
        return not _is_step(step) or behind.text in {"*", "?"}
    return not (before[-1].kind == after[0].kind == "var" and after[1].text != ",")


def _is_step(token: Token) -> bool:
    return token.kind in {"name", "iri"} or token.text == "a"
