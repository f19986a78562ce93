"""Expressions, as far as rewriting is about them: calls, comparisons, and what may be a boolean."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Final

from onrecord.graph.sparql.rewriting.parsing.cursor import TokenCursor
from onrecord.graph.sparql.rewriting.parsing.syntax import (
    Call,
    Comparison,
    Division,
    Group,
    NotUnderstood,
    Span,
)

TERMS: Final = frozenset(["iri", "name", "blank", "number", "string"])
_CALLS: Final = frozenset(["REGEX", "REPLACE", "GROUP_CONCAT", "BNODE", "CAST"])
_AGGREGATES: Final = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_BOOLEAN: Final = re.compile(
    "IF|COALESCE|MIN|MAX|SAMPLE|BOUND|IS[A-Z]+|REGEX|CONTAINS|STRSTARTS|STRENDS|LANGMATCHES|SAMETERM|HAS[A-Z]+"
)
"""Functions whose result may be a boolean."""


class Expressions(TokenCursor, ABC):
    """The part of the parser that reads expressions."""

    _graph: Span | None = None
    """The name behind the innermost GRAPH around."""

    @abstractmethod
    def _group(self, graph: Span | None) -> Group:
        """A group in braces: EXISTS has one."""

    def _expression(self) -> bool:
        """An expression; whether it may be a boolean."""
        begin = term = self._at
        left, operator = None, ""
        maybe = self._operand()
        compared = boolean = False
        while True:
            text = self._text()
            if text in {"+", "-", "*", "/"}:
                self._at += 1
                second = self._at
                self._operand()
                maybe = False
                if text == "/":
                    self.found.expressions.append(Division(Span(term, second - 1), Span(second, self._at)))
                elif text != "*":
                    term = second
            elif (sign := self._relation()) is not None:
                left, operator, compared = (Span(begin, self._at) if maybe else None), sign, True
                self._at += len(sign)
                begin = term = self._at
                maybe = self._operand()
            elif self._word() == "IN" or (
                self._word() == "NOT" and self._tokens[self._at + 1].text.upper() == "IN"
            ):
                self._at += 1 if self._word() == "IN" else 2
                self._arguments()
                compared = True
            else:
                if left is not None and maybe and operator not in {"=", "!="}:
                    self.found.expressions.append(Comparison(left, operator, Span(begin, self._at)))
                boolean = boolean or compared
                if text not in {"&", "|"} or self._tokens[self._at + 1].text != text:
                    return boolean or maybe
                self._at += 2
                begin = term = self._at
                left, compared, boolean = None, False, True
                maybe = self._operand()

    def _relation(self) -> str | None:
        text = self._text()
        if self._kind() != "other" or text not in {"=", "!", "<", ">"}:
            return None
        followed = self._tokens[self._at + 1].text == "="
        if text == "=":
            return "="
        return f"{text}=" if followed else text if text != "!" else None

    def _operand(self) -> bool:
        """A primary expression with the signs before it; whether it may be a boolean."""
        signed = negated = False
        while self._text() in {"!", "-", "+"} and self._kind() == "other":
            signed = signed or self._text() != "!"
            negated = negated or self._text() == "!"
            self._at += 1
        maybe = self._primary()
        return negated or (maybe and not signed)

    def _primary(self) -> bool:
        kind, text, word = self._kind(), self._text(), self._word()
        if word in {"TRUE", "FALSE"} or kind in {"number", "string", "blank"}:
            return self._term()
        self._at += 1
        maybe = True
        if text == "(":
            maybe = self._expression()
            self._expect(")")
        elif kind in {"iri", "name"}:
            maybe = self._text() == "(" and (text == "xsd:boolean" or not text.startswith("xsd:"))
            if self._text() == "(":
                cast = text.startswith(("xsd:", "<http://www.w3.org/2001/XMLSchema#"))
                self._call("CAST") if cast else self._arguments()
        elif word in {"NOT", "EXISTS"}:
            if word == "NOT":
                self._expect("EXISTS")
            self._group(self._graph)
        elif kind == "word":
            self._call(word)
            maybe = _BOOLEAN.fullmatch(word) is not None
        elif kind != "var":
            raise NotUnderstood
        return maybe

    def _call(self, name: str) -> None:
        call = Call(name, self._at - 1, [], 0)
        self._aggregates += name in _AGGREGATES
        self._arguments(call)
        if name in _CALLS:
            self.found.expressions.append(call)

    def _arguments(self, call: Call | None = None) -> None:
        self._expect("(")
        distinct = self._accept("DISTINCT")
        if self._text() == "*":
            self._at += 1
        arguments = []
        while self._text() != ")":
            begin = self._at
            self._expression()
            arguments.append(Span(begin, self._at))
            if self._text() == ",":
                self._at += 1
            elif self._text() == ";" and call is not None:
                self._at += 1
                self._expect("SEPARATOR")
                self._expect("=")
                call.separator = self._at
                self._expect_kind("string")
            elif self._text() != ")":
                raise NotUnderstood
        if call is not None:
            call.arguments, call.close, call.distinct = arguments, self._at, distinct
        self._at += 1

    def _term(self) -> bool:
        """An RDF term or number; whether it may be a boolean."""
        if self._text() in {"+", "-"}:
            self._at += 1
            self._expect_kind("number")
            return False
        kind, word = self._kind(), self._word()
        self._at += 1
        if kind == "string":
            if self._kind() == "tag":
                self._at += 1
            elif self._text() == "^":
                self._at += 2
                datatype = self._text()
                self._expect_kind("iri", "name")
                return datatype.rstrip(">").endswith("boolean")
            return False
        if kind not in TERMS and word not in {"TRUE", "FALSE"}:
            raise NotUnderstood
        return kind == "word"
