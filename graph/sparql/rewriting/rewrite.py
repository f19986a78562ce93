"""Queries that the engine misreads, rewritten to what it reads rightly; docs/engine-faults.md lists the faults.

Everything here works on tokens, and changes no more of a text than it has to. What cannot be rewritten is refused. A
text that is not understood here is left to the engine, which says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pyoxigraph import Literal

from onrecord.graph.errors import QueryRefused
from onrecord.graph.sparql.bases import resolved
from onrecord.graph.sparql.edits import Edits, Moved, Piece, decode
from onrecord.graph.sparql.rewriting import functions, regexes
from onrecord.graph.sparql.rewriting.patterns import parse
from onrecord.graph.sparql.rewriting.syntax import (
    Call,
    Comparison,
    Division,
    Group,
    NotUnderstood,
    Path,
    Select,
    Span,
    Triples,
)
from onrecord.graph.sparql.screening import Screened
from onrecord.graph.sparql.tokens import Token, place, tokenize

Ask = Callable[[str], Any]
"""Answers a query over the same data as the one that is rewritten."""

GRAPHS: Final = 64
"""Over how many graphs a pattern may be spread out that the engine does not try in each by itself."""

_FORMS: Final = frozenset(["SELECT", "CONSTRUCT", "ASK", "DESCRIBE"])
_DOT: Final = re.compile(r"\\.|\.", re.DOTALL)
_AROUND: Final = r"^[ \\t\\n\\r]+|[ \\t\\n\\r]+$"
_ROW: Final = "onrecord_row_"
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ARGUMENTS: Final = {"CAST": (1, 1), "REGEX": (2, 3), "REPLACE": (3, 4), "GROUP_CONCAT": (1, 1)}


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text for the engine, how it came about, and the functions it calls."""

    text: str
    steps: tuple[Moved, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """More arguments for Store.query."""

    def back(self, position: int) -> int:
        """Where this position of the text was in the text that the user sent."""
        for step in reversed(self.steps):
            position = step.back(position)
        return position


def rewrite(screened: Screened, ask: Ask) -> Rewritten:
    """A query as the engine reads it rightly. QueryRefused where there is no way to say it to the engine."""
    decoded = screened.decoded
    steps = (*screened.before, decoded)
    if not screened.suspect:
        return Rewritten(decoded.text, steps)
    rewriter = _Rewriter(decoded.text, screened.tokens, ask)
    try:
        rewriter.rewrite()
    except NotUnderstood:
        return _with_names(steps, screened.tokens)
    moved = rewriter.edits.applied()
    return Rewritten(moved.text, (*steps, moved), rewriter.arguments)


def rewrite_update(text: str) -> Rewritten:
    """An update with its names as the engine reads them rightly. Each WHERE is a query, and rewritten as one."""
    unescaped = decode(text)
    decoded = resolved(unescaped.text)
    return _with_names((unescaped, decoded), list(tokenize(decoded.text, spaces=False)))


def _with_names(steps: tuple[Moved, ...], tokens: Sequence[Token]) -> Rewritten:
    edits = Edits(steps[-1].text)
    _names(edits, tokens)
    moved = edits.applied()
    return Rewritten(moved.text, (*steps, moved))


def _names(edits: Edits, tokens: Sequence[Token]) -> None:
    """What can be told from single tokens: names that the engine ends too soon, TRUE in capitals, SELECT ?x ?x."""
    selected: set[str] | None = None
    depth, before = 0, ""
    for token in tokens:
        text, word = token.text, token.text.upper() if token.kind == "word" else ""
        new = text
        if token.kind == "name" and text.count(".") > 1:
            new = _with_dots_escaped(text)
        elif word in {"TRUE", "FALSE"}:
            new = text.lower()
        elif word == "SELECT":
            selected, depth = set(), 0
        elif text == "{" or word in {"WHERE", "FROM"}:
            selected = None
        elif selected is not None and token.kind in {"open", "close"}:
            depth += 1 if token.kind == "open" else -1
        elif selected is not None and token.kind == "var" and (depth == 0 or before == "AS"):
            new = "" if depth == 0 and text[1:] in selected else text
            selected.add(text[1:])
        if new != text:
            edits.replace(token.start, token.start + len(text), new)
        before = word


def _with_dots_escaped(name: str) -> str:
    """The same name: `ex:a.b.c` as `ex:a\\.b\\.c`, of which the engine takes any number."""
    prefix, colon, local = name.partition(":")
    if local.count(".") > 1:
        local = _DOT.sub(lambda dot: dot[0] if len(dot[0]) > 1 else r"\.", local)
    return prefix + colon + local


class _Rewriter:
    """Finds what has to be changed in one query."""

    def __init__(self, text: str, tokens: Sequence[Token], ask: Ask) -> None:
        self._text = text
        self._tokens = tokens
        self._ask = ask
        self._prologue = self._data_set = ""
        self._grouped = False
        self._rows: set[int] = set()
        self.edits = Edits(text)
        self.arguments: dict[str, Any] = {}

    def rewrite(self) -> None:
        """Enter all changes."""
        found = parse(self._tokens)
        _names(self.edits, self._tokens)
        form = next(t for t in self._tokens if t.kind == "word" and t.text.upper() in _FORMS)
        self._prologue = self._text[: form.start]
        self._data_set = " ".join(map(self._source, found.data_set))
        self._grouped = any(select.grouped for select in found.selects)
        for number, select in enumerate(found.selects):
            if found.blanks or (number == 0 and form.text.upper() == "SELECT"):
                self._star(select, always=bool(found.blanks))
        for expression in found.expressions:
            match expression:
                case Call():
                    self._call(expression)
                case Comparison():
                    self._comparison(expression)
                case Division():
                    self._division(expression)
        for call, place_ in found.blanks:
            self._blank(call, place_)
        for group in found.groups:
            for triples, behind in group.triples:
                self._triples(triples, behind, group)
            for minus, shared in group.minus:
                if not shared and group.graph is not None and self._tokens[group.graph.begin].kind == "var":
                    # Without a variable in common MINUS takes nothing away; the engine takes that of GRAPH for one.
                    self.edits.replace(*self._place(minus))
        for span, group in found.graphs:
            self._graph(span, group)

    # Clauses

    def _star(self, select: Select, *, always: bool) -> None:
        """SELECT * with its columns in the order of first mention; the engine sorts them."""
        names = list(select.variables)
        if select.star is not None and not select.grouped and names and (always or names != sorted(names)):
            self.edits.replace(
                *self._place(Span(select.star, select.star + 1)), " ".join(f"?{name}" for name in names)
            )

    # Expressions

    def _call(self, call: Call) -> None:
        least, most = _ARGUMENTS.get(call.name, (1, 0))
        if not least <= len(call.arguments) <= most:
            return
        if call.name == "GROUP_CONCAT":
            self._group_concat(call)
            return
        if call.name == "CAST":
            self._cast(call)
            return
        replaces = call.name == "REPLACE"
        pattern, *others = [self._string(argument) for argument in call.arguments[1:]]
        flags = others[replaces] if len(others) > replaces else ""
        replacement = others[0] if replaces else None
        if pattern is not None and flags is not None and not (replaces and replacement is None):
            native = regexes.native(pattern, flags, replacement)
            if native is not None:
                changed = [native.pattern, *([native.replacement] if replaces else []), native.flags]
                for argument, old, new in zip(call.arguments[1:], [pattern, *others], changed, strict=False):
                    if old != new:
                        self.edits.replace(*self._place(argument), str(Literal(new)))
                if len(call.arguments) == most - 1 and native.flags:
                    self.edits.put(self._tokens[call.close].start, f", {Literal(native.flags)}")
                return
        self.edits.replace(
            *self._place(Span(call.at, call.at + 1)), functions.REPLACE if replaces else functions.MATCHES
        )
        self.arguments["custom_functions"] = functions.FUNCTIONS

    def _group_concat(self, call: Call) -> None:
        (argument,) = call.arguments
        if self._is_call(argument, "STR"):
            return
        begin, end = self._place(argument)
        if not call.distinct:
            self.edits.wrap(begin, end, "STR(", ")")
            return
        separator = " "
        if call.separator is not None:
            separator = _unescaped(self._tokens[call.separator].text)
        name, aggregate = functions.group_concat(separator)
        self.arguments.setdefault("custom_aggregate_functions", {})[name] = aggregate
        self.edits.replace(self._tokens[call.at].start, begin, f"{name}(")
        self.edits.replace(end, self._tokens[call.close].start)

    def _cast(self, call: Call) -> None:
        # A string with white space around it is an error to the engine.
        (argument,) = call.arguments
        name = self._source(Span(call.at, call.at + 1))
        if not name.endswith(("string", "string>")) and self._tokens[argument.begin].kind != "number":
            begin, end = self._place(Span(call.at, call.close + 1))
            once_more = f", {name}(REPLACE(", self._place(argument), f', "{_AROUND}", "")))'
            self._instead_of_error(begin, end, *once_more)

    def _blank(self, call: Call, place: Span) -> None:
        """BNODE of a string: one node for each solution, which is told from others by a blank node of its own."""
        variable = f"?{_ROW}{place.begin}"
        bind = f" BIND(BNODE() AS {variable}) "
        if place.begin not in self._rows:
            self._rows.add(place.begin)
            if place.end > place.begin:
                self.edits.wrap(*self._place(place), "{ ", bind + "}")
            else:
                self.edits.put(self._tokens[place.begin].start, bind)
        self.edits.replace(*self._place(Span(call.at, call.at + 1)), functions.BNODE)
        self.edits.put(self._tokens[call.close].start, f", {variable}")
        self.arguments["custom_functions"] = functions.FUNCTIONS

    def _comparison(self, comparison: Comparison) -> None:
        # Two booleans are an error to the engine.
        self._otherwise(comparison.left, comparison.operator, comparison.right, functions.COMPARE)

    def _division(self, division: Division) -> None:
        # Zero divided by a decimal such as 0.5 is an error to the engine; divided by an integer it is not.
        last = self._tokens[division.right.end - 1]
        if division.right.end - division.right.begin > 1 or not last.text.isdecimal():
            self._otherwise(division.left, "/", division.right, functions.DIVIDE)

    def _otherwise(self, left: Span, operator: str, right: Span, function: str) -> None:
        """Have a function asked where an operation is an error."""
        one, other = self._place(left), self._place(right)
        self._instead_of_error(one[0], other[1], f", {function}(", one, f', "{operator}", ', other, "))")
        self.arguments["custom_functions"] = functions.FUNCTIONS

    def _instead_of_error(self, begin: int, end: int, *other: Piece) -> None:
        if self._grouped:
            # In COALESCE the engine does not see variables that GROUP BY has taken away.
            self.edits.wrap(begin, end, "IF(true, COALESCE(", *other, ", ", (begin, end), ")")
        else:
            self.edits.wrap(begin, end, "COALESCE(", *other)

    # Patterns

    def _triples(self, triples: Triples, behind: int, group: Group) -> None:
        """Paths of length zero from or to a term that the data do not hold: the engine passes over them."""
        missed = [path for path in triples.paths if self._misses(path, group.graph)]
        if not missed:
            return
        if any(not path.matches for path in missed):
            at = self._tokens[missed[0].verb.begin].start
            line, column = place(self._text, at)
            raise QueryRefused(
                f"line {line}, column {column}: a path that may have length zero, between a blank node in brackets and a "
                "term that the graph does not hold, cannot be evaluated here: use a variable in the place of the blank node"
            )
        pieces: list[Piece] = []
        for verb, objects in triples.verbs:
            kept = [self._place(o) for o in objects if not any(path.object is o for path in missed)]
            if kept:
                pieces += [" ; " if pieces else "", self._place(verb), " "]
                for number, piece in enumerate(kept):
                    pieces += [" , " if number else "", piece]
        if pieces or triples.rest:
            pieces = [self._place(triples.subject), " ", *pieces]
        elif self._follows(triples.span, "."):
            triples = Triples(Span(triples.span.begin, triples.span.end + 1), triples.subject)
        self.edits.replace(*self._place(triples.span), *pieces)
        begin = self._tokens[behind].start
        for path in missed:
            self.edits.put(begin, *self._zero_length(path, group.graph))

    def _misses(self, path: Path, graph: Span | None) -> bool:
        """Whether the path has a solution of length zero that the engine does not find."""
        term, other = self._ends(path)
        if term is None:
            return False
        if other is not None and not self._holds(
            f"FILTER(sameTerm({self._source(term)}, {self._source(other)}))"
        ):
            return False
        constant = self._source(term)
        inside = f"{{ {constant} ?p ?o }} UNION {{ ?s ?p {constant} }}"
        if graph is None:
            return not self._holds(inside)
        name = self._source(graph)
        if name[0] not in "?$":
            return not self._holds(f"GRAPH {name} {{ {inside} }}") and self._holds(f"GRAPH {name} {{}}")
        return self._holds(f"GRAPH ?g {{}} FILTER NOT EXISTS {{ GRAPH ?g {{ {inside} }} }}")

    def _zero_length(self, path: Path, graph: Span | None) -> tuple[str, ...]:
        term, _ = self._ends(path)
        constant = self._source(cast("Span", term))
        variable = next(
            (
                self._source(end)
                for end in (path.subject, path.object)
                if self._tokens[end.begin].kind == "var"
            ),
            None,
        )
        rows = " ".join([f"({constant if variable else ''})"] * path.matches)
        values = f"VALUES ({variable or ''}) {{ {rows} }}"
        if graph is None or self._tokens[graph.begin].kind != "var":
            return (f" {{ {values} }} ",)
        # Graph by graph, and what the engine finds itself in those that hold the term.
        name = self._source(graph)
        inside = f"{{ {constant} ?p ?o }} UNION {{ ?s ?p {constant} }}"
        found = " ".join(map(self._source, (path.subject, path.verb, path.object)))
        return (
            f" {{ {{ {found} }} UNION {{ GRAPH {name} {{}} {values} FILTER NOT EXISTS {{ GRAPH {name} {{ {inside} }} }} }} }} ",
        )

    def _ends(self, path: Path) -> tuple[Span | None, Span | None]:
        """The constant of a path, and the other one if both ends are constants."""
        constants = [
            end
            for end in (path.subject, path.object)
            if end.end > end.begin and self._tokens[end.begin].kind not in {"var", "blank", "open"}
        ]
        return (constants[0] if constants else None), (constants[1] if len(constants) > 1 else None)

    def _holds(self, pattern: str) -> bool:
        return bool(self._ask(f"{self._prologue}ASK {self._data_set} {{ {pattern} }}"))

    def _graph(self, span: Span, group: Group) -> None:
        """What the engine does not answer for each graph by itself is spread out over the graphs."""
        name = self._source(Span(span.begin + 1, span.begin + 2))
        loose = group.anywhere and not group.in_graph
        if name[0] not in "?$":
            if loose and not self._holds(f"GRAPH {name} {{}}"):
                self.edits.replace(
                    *self._place(span), "VALUES () {}"
                )  # nothing is true in a graph that is not there
            return
        if not group.apart and not loose:
            return
        graphs = [
            row[0] for row in self._ask(f"{self._prologue}SELECT ?g {self._data_set} {{ GRAPH ?g {{}} }}")
        ]
        if len(graphs) > GRAPHS:
            line, column = place(self._text, self._tokens[span.begin].start)
            raise QueryRefused(
                f"line {line}, column {column}: a subquery or VALUES in GRAPH {name} would have to be answered in each of "
                f"{len(graphs):,} graphs by itself, and that is done for up to {GRAPHS}: name the graph, or put it "
                f"outside of GRAPH {name}"
            )
        pieces: list[Piece] = ["{ "]
        for number, graph in enumerate(graphs):
            pieces += [" UNION " if number else "", f"{{ VALUES {name} {{ {graph} }} GRAPH {graph} "]
            pieces += [self._place(group.span), " }"]
        pieces.append(" }" if graphs else f" VALUES {name} {{}} }}")
        self.edits.replace(*self._place(span), *pieces)

    # Tokens

    def _place(self, span: Span) -> tuple[int, int]:
        last = self._tokens[span.end - 1]
        return self._tokens[span.begin].start, last.start + len(last.text)

    def _source(self, span: Span) -> str:
        """The text of a span, names written for the engine."""
        begin, end = self._place(span)
        edits = Edits(self._text[:end])
        _names(edits, self._tokens[span.begin : span.end])
        return edits.applied().text[begin:]

    def _string(self, span: Span) -> str | None:
        """The value of an argument that is nothing but a plain string."""
        token = self._tokens[span.begin]
        return _unescaped(token.text) if span.end - span.begin == 1 and token.kind == "string" else None

    def _is_call(self, span: Span, name: str) -> bool:
        """Whether an expression is nothing but one call of this function."""
        if self._tokens[span.begin].text.upper() != name:
            return False
        depth = 0
        for at in range(span.begin + 1, span.end):
            kind = self._tokens[at].kind
            depth += (kind == "open") - (kind == "close")
            if not depth:
                return at == span.end - 1
        return False

    def _follows(self, span: Span, text: str) -> bool:
        return span.end < len(self._tokens) and self._tokens[span.end].text == text


def _unescaped(string: str) -> str:
    quotes = 3 if string[:3] in {'"""', "'''"} and len(string) > 5 else 1
    return _ESCAPE.sub(_character, string[quotes:-quotes])


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _ESCAPED.get(match[3], match[3])
    point = int(match[1] or match[2], 16)
    return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else match[0]
