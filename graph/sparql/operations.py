"""An update split into its operations by its tokens: what each inserts, deletes and matches, and the graphs it names.

The parser has accepted the text before, so its syntax is not checked here. The parser wants no spaces around keywords,
and the tokeniser does: where they differ this raises an error, and never guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from onrecord.graph.errors import UpdateRefused
from onrecord.graph.sparql.tokens import Token, place

_DECLARED: Final = {"PREFIX": ("name", "iri"), "BASE": ("iri",), "VERSION": ("string",)}
_PAIRS: Final = {"ADD", "MOVE", "COPY"}


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graph or graphs that CLEAR, COPY and similar operations act on. The name of "one" is as written."""

    kind: str  # "one", "default", "named", "all"
    name: str = ""


@dataclass(slots=True)
class Operation:
    """One operation. Texts in braces include the braces; names of graphs are as written, prefixed or relative."""

    verb: str  # "INSERT DATA", "DELETE DATA", "MODIFY", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"
    prologue: str
    silent: bool = False
    with_: str | None = None
    delete: str | None = None
    insert: str | None = None
    using: list[str] = field(default_factory=list)
    using_named: list[str] = field(default_factory=list)
    where: str | None = None
    source: Graphs | None = None
    target: Graphs | None = None

    @property
    def names_data_set(self) -> bool:
        """Whether the operation itself names the graphs that WHERE is matched against."""
        return self.with_ is not None or bool(self.using or self.using_named)


def parse_operations(text: str, tokens: list[Token]) -> Iterator[Operation]:
    """The operations of an update, in order; `tokens` are its tokens without spaces. UpdateRefused where in doubt."""
    return _Parser(text, tokens).operations()


def with_prologues_first(text: str, tokens: list[Token], behind: str) -> tuple[str, int, int]:
    """The text with all prologues at its top and `behind` after them; where these were inserted, and their length.

    SPARQL allows a prologue before each operation, the engine's parser only at the top. Spaces take the place of those
    that were moved, so that everything behind the insertion moves by its length exactly.
    """
    top, moved = 0, []
    depth, at_start, first = 0, True, True
    at = 0
    while at < len(tokens):
        kinds = _DECLARED.get(tokens[at].text.upper()) if at_start and tokens[at].kind == "word" else None
        last = at + len(kinds or ())
        if kinds and tuple(token.kind for token in tokens[at + 1 : last + 1]) == kinds:
            end = tokens[last].start + len(tokens[last].text)
            if first:
                top = end
            else:
                moved.append((tokens[at].start, end))
            at = last + 1
            continue
        depth += (tokens[at].kind == "open") - (tokens[at].kind == "close")
        at_start = depth == 0 and tokens[at].text == ";"
        first = False
        at += 1
    inserted = " " + " ".join([*(" ".join(text[b:e].split()) for b, e in moved), behind])
    pieces, reached = [text[:top], inserted], top
    for begin, end in moved:
        pieces += [text[reached:begin], re.sub(r"[^\n]", " ", text[begin:end])]
        reached = end
    return "".join([*pieces, text[reached:]]), top, len(inserted)


class _Parser:
    """Goes over the tokens once."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._at = 0
        self._prologue: list[str] = []

    def operations(self) -> Iterator[Operation]:
        while True:
            while self._word() in _DECLARED:
                self._declare()
            if self._at == len(self._tokens):
                return
            yield self._operation()
            if self._at < len(self._tokens):
                self._expect_symbol(";")

    def _declare(self) -> None:
        word = self._expect("word")
        for kind in _DECLARED[word.upper()]:
            word += " " + self._expect(kind)
        self._prologue.append(word + "\n")

    def _operation(self) -> Operation:
        operation = Operation("", "".join(self._prologue))
        word = self._expect("word").upper()
        if word in {"WITH", "INSERT", "DELETE"}:
            self._modify(operation, word)
            return operation
        operation.verb = word
        operation.silent = self._accept("SILENT")
        if word == "LOAD":
            self._expect("iri", "name")
            if self._accept("INTO"):
                self._graphs()
        elif word in {"CLEAR", "DROP", "CREATE"}:
            operation.target = self._graphs()
        elif word in _PAIRS:
            operation.source = self._graphs()
            if not self._accept("TO"):
                raise self._not_understood()
            operation.target = self._graphs()
        else:
            raise self._not_understood()
        return operation

    def _modify(self, operation: Operation, word: str) -> None:
        if word != "WITH" and self._accept("DATA"):
            operation.verb = f"{word} DATA"
            operation.insert = self._group()
            return
        operation.verb = "MODIFY"
        if word == "WITH":
            operation.with_ = self._expect("iri", "name")
            word = self._expect("word").upper()
        if word == "DELETE" and self._accept("WHERE"):
            operation.delete = operation.where = self._group()
            return
        if word == "DELETE":
            operation.delete = self._group()
            word = self._expect("word").upper() if self._word() == "INSERT" else ""
        if word == "INSERT":
            operation.insert = self._group()
        while self._accept("USING"):
            names = operation.using_named if self._accept("NAMED") else operation.using
            names.append(self._expect("iri", "name"))
        if not self._accept("WHERE"):
            raise self._not_understood()
        operation.where = self._group()

    def _graphs(self) -> Graphs:
        for word in ("DEFAULT", "NAMED", "ALL"):
            if self._accept(word):
                return Graphs(word.lower())
        self._accept("GRAPH")
        return Graphs("one", self._expect("iri", "name"))

    def _group(self) -> str:
        begin = self._at
        depth = 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if begin == self._at and token.text != "{":
                break
            self._at += 1
            depth += (token.kind == "open") - (token.kind == "close")
            if not depth:
                return self._text[self._tokens[begin].start : token.start + 1]
        raise self._not_understood()

    def _word(self) -> str | None:
        if self._at < len(self._tokens) and self._tokens[self._at].kind == "word":
            return self._tokens[self._at].text.upper()
        return None

    def _accept(self, word: str) -> bool:
        if self._word() != word:
            return False
        self._at += 1
        return True

    def _expect(self, *kinds: str) -> str:
        if self._at == len(self._tokens) or self._tokens[self._at].kind not in kinds:
            raise self._not_understood()
        self._at += 1
        return self._tokens[self._at - 1].text

    def _expect_symbol(self, symbol: str) -> None:
        if self._tokens[self._at].text != symbol:
            raise self._not_understood()
        self._at += 1

    def _not_understood(self) -> UpdateRefused:
        last = len(self._text.rstrip())
        token = self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "", last)
        line, column = place(self._text, token.start)
        return UpdateRefused(
            f"line {line}, column {column}: this cannot be told apart from what stands before it: put spaces between "
            "keywords and names"
        )
