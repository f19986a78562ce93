"""Queries, taken apart as far as rewriting needs it.

A parser by recursive descent over tokens. It says what stands where; whether all of it is legal is for the engine to
say. What it cannot follow raises NotUnderstood. Brackets nest no deeper than screening allows, so recursion is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from onrecord.graph.sparql.rewriting.parsing.expressions import TERMS, Expressions
from onrecord.graph.sparql.rewriting.parsing.syntax import (
    Call,
    Group,
    NotUnderstood,
    Select,
    Span,
    Syntax,
    Triples,
    ZeroLengthPath,
)
from onrecord.graph.sparql.tokens import Token


def parse(tokens: Sequence[Token]) -> Syntax:
    """What a query holds, by its tokens without spaces. NotUnderstood where it is none that is known here."""
    parser = _Parser(tokens)
    try:
        parser.query()
    except RecursionError:
        raise NotUnderstood from None
    return parser.found


class _Parser(Expressions):
    """Goes over the tokens once."""

    # Whole texts

    def query(self) -> None:
        """A query, to its end."""
        while (word := self._word()) in {"PREFIX", "BASE", "VERSION"}:
            self._at += 3 if word == "PREFIX" else 2
        match self._word():
            case "SELECT":
                self._select()
            case "CONSTRUCT":
                self._at += 1
                if self._text() == "{":
                    self._skip_braces()
                self._where(None)
                self._modifiers({})
            case "ASK" | "DESCRIBE":
                self._at += 1
                while self._kind() in {"var", "iri", "name"} or self._text() == "*":
                    self._at += 1
                self._where(None)
                self._modifiers({})
            case _:
                raise NotUnderstood
        if self._kind() != "end":
            raise NotUnderstood

    def _select(self, graph: Span | None = None) -> tuple[Select, Group, bool]:
        """A SELECT with its pattern; whether its answer depends on all solutions together."""
        self._at += 1
        whole = self._accept("DISTINCT") or self._accept("REDUCED")
        aggregates, first = self._aggregates, len(self.found.expressions)
        select = Select(None, [])
        self.found.selects.append(select)
        if self._text() == "*":
            select.star = self._at
            self._at += 1
        while self._kind() == "var" or self._text() == "(":
            if self._kind() == "var":
                select.names.append(self._variable())
            else:
                self._at += 1
                self._expression()
                self._expect("AS")
                select.names.append(self._variable())
                self._expect(")")
        aggregated = self._aggregates > aggregates
        last = len(self.found.expressions)
        group = self._where(graph)
        if group is None:
            raise NotUnderstood
        select.variables = dict(group.variables)
        grouped = self._word() == "GROUP"
        aggregates = self._aggregates
        whole = self._modifiers(select.variables) or whole
        self._blanks(first, last, group.span)
        select.grouped = grouped or aggregated or self._aggregates > aggregates
        return select, group, whole or select.grouped

    def _where(self, graph: Span | None) -> Group | None:
        while self._word() == "FROM":
            begin = self._at
            self._at += 1
            self._accept("NAMED")
            self._expect_kind("iri", "name")
            self.found.data_set.append(Span(begin, self._at))
        self._accept("WHERE")
        return self._group(graph) if self._text() == "{" else None

    def _modifiers(self, variables: dict[str, None]) -> bool:
        """GROUP BY and what may follow; whether it is cut by LIMIT or OFFSET."""
        whole = False
        if self._accept("GROUP"):
            self._expect("BY")
            self._conditions()
        if self._accept("HAVING"):
            self._conditions()
        if self._accept("ORDER"):
            self._expect("BY")
            self._conditions()
        while self._word() in {"LIMIT", "OFFSET"}:
            whole = True
            self._at += 1
            self._expect_kind("number")
        if self._accept("VALUES"):
            self._data(variables)
        return whole

    def _conditions(self) -> None:
        while True:
            if self._word() in {"ASC", "DESC"}:
                self._at += 1
            if self._kind() == "var":
                self._at += 1
            elif self._text() == "(":
                self._at += 1
                self._expression()
                if self._accept("AS"):
                    self._variable()
                self._expect(")")
            elif (
                self._kind() in {"iri", "name"}
                or (self._kind() == "word" and self._tokens[self._at + 1].text == "(")
                or self._word() in {"NOT", "EXISTS"}
            ):
                self._operand()
            else:
                return

    # Patterns

    def _group(self, graph: Span | None) -> Group:
        begin = self._at
        self._expect("{")
        group = Group(Span(begin, begin), graph)
        self.found.groups.append(group)
        around, self._graph = self._graph, graph
        if self._word() == "SELECT":
            self._subquery(group, graph)
        else:
            self._parts(group, graph)
        self._expect("}")
        group.span.end = self._at
        self._graph = around
        return group

    def _subquery(self, group: Group, graph: Span | None) -> None:
        select, inner, whole = self._select(graph)
        names = select.variables if select.star is not None else dict.fromkeys(select.names)
        group.variables.update(names)
        if graph is None:
            return
        name = self._tokens[graph.begin].text
        projected = name[0] not in "?$" or name[1:] in names
        group.in_graph = inner.in_graph and projected and not whole
        group.anywhere = inner.anywhere or not projected or whole
        group.apart = inner.apart or whole or not projected

    def _parts(self, group: Group, graph: Span | None) -> None:
        waiting: list[Triples] = []
        while True:
            text, word = self._text(), self._word()
            if word != "FILTER" and (word not in {"", "TRUE", "FALSE"} or text in {"{", "}"}):
                group.triples += [(triples, self._at) for triples in waiting]
                waiting = []
            if text == "}":
                return
            if text == ".":
                self._at += 1
            elif text == "{":
                self._union(group, graph)
            elif word in {"", "TRUE", "FALSE"}:
                triples = self._triples(group)
                waiting.append(triples)
                group.in_graph = True
                if self._text() not in {".", "}"} and self._word() == "" and self._text() != "{":
                    raise NotUnderstood
            else:
                self._keyword(word, group, graph)

    def _keyword(self, word: str, group: Group, graph: Span | None) -> None:
        begin = self._at
        self._at += 1
        match word:
            case "FILTER":
                self._operand()
            case "BIND":
                self._expect("(")
                first = len(self.found.expressions)
                self._expression()
                place = Span(begin, begin) if group.bnode is None else group.bnode
                if self._blanks(first, len(self.found.expressions), place):
                    group.bnode = place
                self._expect("AS")
                group.variables[self._variable()] = None
                self._expect(")")
            case "VALUES":
                self._data(group.variables)
                group.anywhere = True
            case "OPTIONAL" | "LATERAL":
                self._merge(group, [self._group(graph)], optional=True)
            case "MINUS":
                taken = self._group(graph)
                shared = not group.variables.keys().isdisjoint(taken.variables)
                group.minus.append((Span(begin, self._at), shared))
                group.apart = group.apart or taken.apart
            case "GRAPH":
                name = Span(self._at, self._at + 1)
                variable = self._kind() == "var"
                if variable:
                    group.variables[self._variable()] = None
                else:
                    self._expect_kind("iri", "name")
                inner = self._group(name)
                group.variables.update(inner.variables)
                group.anywhere = True
                self.found.graphs.append((Span(begin, self._at), inner))
            case "SERVICE":
                self._accept("SILENT")
                self._expect_kind("iri", "name", "var")
                group.variables.update(self._group(None).variables)
                group.anywhere = True
            case _:
                raise NotUnderstood

    def _blanks(self, first: int, last: int, place: Span) -> bool:
        calls = [each for each in self.found.expressions[first:last] if isinstance(each, Call)]
        blanks = [(call, place) for call in calls if call.name == "BNODE" and call.arguments]
        self.found.blanks += blanks
        return bool(blanks)

    def _union(self, group: Group, graph: Span | None) -> None:
        branches = [self._group(graph)]
        while self._accept("UNION"):
            branches.append(self._group(graph))
        self._merge(group, branches)

    def _merge(self, group: Group, parts: Iterable[Group], *, optional: bool = False) -> None:
        parts = list(parts)
        for part in parts:
            group.variables.update(part.variables)
            group.apart = group.apart or part.apart
            if not optional:
                group.anywhere = group.anywhere or (part.anywhere and not part.in_graph)
        if not optional:
            group.in_graph = group.in_graph or all(part.in_graph for part in parts)

    def _data(self, variables: dict[str, None]) -> None:
        if self._text() == "(":
            self._at += 1
            while self._kind() == "var":
                variables[self._variable()] = None
            self._expect(")")
        else:
            variables[self._variable()] = None
        self._skip_braces()

    def _triples(self, group: Group) -> Triples:
        begin = self._at
        triples = Triples(Span(begin, begin), Span(begin, begin))
        constant = self._node(group, triples)
        triples.subject.end = self._at
        lists = self._tokens[begin].kind == "open"
        triples.rest = lists and self._at - begin > 2
        if not lists or self._begins_verb():
            self._properties(group, triples, triples.subject, constant=constant, top=True)
        triples.span.end = self._at
        return triples

    def _begins_verb(self) -> bool:
        return self._kind() in {"var", "iri", "name"} or self._text() in {"a", "^", "!", "("}

    def _properties(
        self, group: Group, triples: Triples, subject: Span, *, constant: bool, top: bool = False
    ) -> None:
        while True:
            begin = self._at
            matches = 0
            if self._kind() == "var":
                group.variables[self._variable()] = None
            else:
                matches = self._path()
            verb, objects = Span(begin, self._at), []
            while True:
                begin = self._at
                end_constant = self._node(group, triples)
                objects.append(Span(begin, self._at))
                if matches and (constant or end_constant):
                    triples.paths.append(ZeroLengthPath(subject, verb, objects[-1], matches if top else 0))
                if self._text() == "~" or (self._text() == "{" and self._tokens[self._at + 1].text == "|"):
                    raise NotUnderstood  # an annotation of SPARQL 1.2
                if self._text() != ",":
                    break
                self._at += 1
            if top:
                triples.verbs.append((verb, objects))
            else:
                triples.inner.append(verb)
            if self._text() != ";":
                return
            while self._text() == ";":
                self._at += 1
            if not self._begins_verb():
                return

    def _node(self, group: Group, triples: Triples) -> bool:
        """A term, a collection or a blank node with its properties; whether it is a constant."""
        kind, text = self._kind(), self._text()
        if kind == "var":
            group.variables[self._variable()] = None
            return False
        if kind in TERMS or text in {"+", "-"} or self._word() in {"TRUE", "FALSE"}:
            self._term()
            return kind != "blank"
        begin = self._at
        self._at += 1
        if text == "(":
            while self._text() != ")":
                self._node(group, triples)
        elif text == "[":
            if self._text() != "]":
                self._properties(group, triples, Span(begin, begin), constant=False)
        else:
            raise NotUnderstood
        self._expect(")" if text == "(" else "]")
        return False

    def _path(self) -> int:
        """A property path; in how many ways it has length zero."""
        total, product = 0, 1
        while True:
            product *= self._step()
            if self._text() == "/":
                self._at += 1
            elif self._text() == "|":
                self._at += 1
                total, product = total + product, 1
            else:
                return total + product

    def _step(self) -> int:
        if self._text() == "^":
            self._at += 1
        matches = 0
        if self._text() == "!":
            self._at += 1
            if self._text() == "(":
                while self._text() != ")":
                    self._at += 1
                    if self._kind() == "end":
                        raise NotUnderstood
                self._at += 1
            else:
                self._at += 2 if self._text() == "^" else 1
        elif self._text() == "(":
            self._at += 1
            matches = self._path()
            self._expect(")")
        elif self._text() == "a":
            self._at += 1
        else:
            self._expect_kind("iri", "name")
        if self._text() in {"*", "?", "+"}:
            matches = 1 if self._text() != "+" else min(matches, 1)
            self._at += 1
        return matches
