"""One query while it is rewritten: its tokens, the changes so far, and what the data say about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from onrecord.graph.sparql import tokens as lexical
from onrecord.graph.sparql.edits import Edits
from onrecord.graph.sparql.rewriting.parsing.syntax import Span
from onrecord.graph.sparql.rewriting.single_tokens import rewrite_single_tokens
from onrecord.graph.sparql.tokens import Token, unescaped

Ask = Callable[[str], Any]
"""Answers a query over the same data as the one that is rewritten."""


class Source:
    """The text of a query, by its tokens; `edits` collects the changes, `arguments` what Store.query needs beside."""

    def __init__(
        self, query: str, tokens: Sequence[Token], ask: Ask, prologue: str, data_set: Sequence[Span]
    ) -> None:
        self.query = query
        self.tokens = tokens
        self.edits = Edits(query)
        self.arguments: dict[str, Any] = {}
        self._ask = ask
        self._prologue = prologue
        self._data_set = " ".join(map(self.text, data_set))

    def holds(self, pattern: str) -> bool:
        """Whether the pattern has a solution in the data."""
        return bool(self._ask(f"{self._prologue}ASK {self._data_set} {{ {pattern} }}"))

    def graphs(self) -> list[Any]:
        """The named graphs of the data."""
        return [
            row[0] for row in self._ask(f"{self._prologue}SELECT ?g {self._data_set} {{ GRAPH ?g {{}} }}")
        ]

    def line_and_column(self, span: Span) -> str:
        """Where a span begins, for messages."""
        line, column = lexical.place(self.query, self.tokens[span.begin].start)
        return f"line {line}, column {column}"

    def place(self, span: Span) -> tuple[int, int]:
        """From where to where in the text a span reaches."""
        last = self.tokens[span.end - 1]
        return self.tokens[span.begin].start, last.start + len(last.text)

    def text(self, span: Span) -> str:
        """The text of a span, names written for the engine."""
        begin, end = self.place(span)
        edits = Edits(self.query[:end])
        rewrite_single_tokens(edits, self.tokens[span.begin : span.end])
        return edits.applied().text[begin:]

    def string(self, span: Span) -> str | None:
        """The value of an argument that is nothing but a plain string."""
        token = self.tokens[span.begin]
        return unescaped(token.text) if span.end - span.begin == 1 and token.kind == "string" else None

    def is_call(self, span: Span, name: str) -> bool:
        """Whether an expression is nothing but one call of this function."""
        if self.tokens[span.begin].text.upper() != name:
            return False
        depth = 0
        for at in range(span.begin + 1, span.end):
            kind = self.tokens[at].kind
            depth += (kind == "open") - (kind == "close")
            if not depth:
                return at == span.end - 1
        return False

    def follows(self, span: Span, text: str) -> bool:
        """Whether the next token after a span is this one."""
        return span.end < len(self.tokens) and self.tokens[span.end].text == text
