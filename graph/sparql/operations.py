"""An update taken apart into its operations, by its tokens: what each inserts, deletes, matches, names.

The parser has accepted the text before, so this need not judge it. Where it cannot follow all the same (words run
together that the parser pulls apart), it says so rather than guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from onrecord.graph.errors import UpdateRefused
from onrecord.graph.sparql import screening
from onrecord.graph.sparql.screening import Token

_DECLARED: Final = {"PREFIX": ("name", "iri"), "BASE": ("iri",), "VERSION": ("string",)}
_PAIRS: Final = {"ADD", "MOVE", "COPY"}


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graph, or the graphs, that CLEAR, COPY and their like are about: "one" has a name, as written."""

    kind: str  # "one", "default", "named", "all"
    name: str = ""


@dataclass(slots=True)
class Operation:
    """One operation. Texts in braces keep their braces; names of graphs are as written, prefixed or relative."""

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
        """Whether the text says itself what WHERE is matched against."""
        return self.with_ is not None or bool(self.using or self.using_named)


def words_of(text: str) -> list[Token]:
    """The tokens of an update without what is between them."""
    return [token for token in screening.tokens(text) if token.kind != "space"]


def take_apart(text: str, said: list[Token]) -> Iterator[Operation]:
    """The operations of an update, in order; `said` are its words."""
    return _Walk(text, said).operations()


def with_prologues_first(text: str, said: list[Token], behind: str) -> tuple[str, int, int]:
    """The text with all its prologues at the top and something put behind them; where that was put in, and its length.

    The parser takes a prologue at the top alone, where SPARQL allows one before each operation. Those further down
    leave blanks behind, so that every place after what was put in moves by its length and no more.
    """
    top, moved = 0, []
    depth, beginning, first = 0, True, True
    at = 0
    while at < len(said):
        kinds = _DECLARED.get(said[at].text.upper()) if beginning and said[at].kind == "word" else None
        last = at + len(kinds or ())
        if kinds and tuple(token.kind for token in said[at + 1 : last + 1]) == kinds:
            end = said[last].start + len(said[last].text)
            if first:
                top = end
            else:
                moved.append((said[at].start, end))
            at = last + 1
            continue
        depth += (said[at].kind == "open") - (said[at].kind == "close")
        beginning = depth == 0 and said[at].text == ";"
        first = False
        at += 1
    put_in = " " + " ".join([*(" ".join(text[b:e].split()) for b, e in moved), behind])
    pieces, reached = [text[:top], put_in], top
    for begin, end in moved:
        pieces += [text[reached:begin], re.sub(r"[^\n]", " ", text[begin:end])]
        reached = end
    return "".join([*pieces, text[reached:]]), top, len(put_in)


class _Walk:
    """Goes over the tokens once."""

    def __init__(self, text: str, said: list[Token]) -> None:
        self._text = text
        self._tokens = said
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
                self._symbol(";")

    def _declare(self) -> None:
        word = self._take("word")
        for kind in _DECLARED[word.upper()]:
            word += " " + self._take(kind)
        self._prologue.append(word + "\n")

    def _operation(self) -> Operation:
        operation = Operation("", "".join(self._prologue))
        word = self._take("word").upper()
        if word in {"WITH", "INSERT", "DELETE"}:
            self._modify(operation, word)
            return operation
        operation.verb = word
        operation.silent = self._said("SILENT")
        if word == "LOAD":
            self._take("iri", "name")
            if self._said("INTO"):
                self._graphs()
        elif word in {"CLEAR", "DROP", "CREATE"}:
            operation.target = self._graphs()
        elif word in _PAIRS:
            operation.source = self._graphs()
            if not self._said("TO"):
                raise self._lost()
            operation.target = self._graphs()
        else:
            raise self._lost()
        return operation

    def _modify(self, operation: Operation, word: str) -> None:
        if word != "WITH" and self._said("DATA"):
            operation.verb = f"{word} DATA"
            operation.insert = self._group()
            return
        operation.verb = "MODIFY"
        if word == "WITH":
            operation.with_ = self._take("iri", "name")
            word = self._take("word").upper()
        if word == "DELETE" and self._said("WHERE"):
            operation.delete = operation.where = self._group()
            return
        if word == "DELETE":
            operation.delete = self._group()
            word = self._take("word").upper() if self._word() == "INSERT" else ""
        if word == "INSERT":
            operation.insert = self._group()
        while self._said("USING"):
            names = operation.using_named if self._said("NAMED") else operation.using
            names.append(self._take("iri", "name"))
        if not self._said("WHERE"):
            raise self._lost()
        operation.where = self._group()

    def _graphs(self) -> Graphs:
        for word in ("DEFAULT", "NAMED", "ALL"):
            if self._said(word):
                return Graphs(word.lower())
        self._said("GRAPH")
        return Graphs("one", self._take("iri", "name"))

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
        raise self._lost()

    def _word(self) -> str | None:
        if self._at < len(self._tokens) and self._tokens[self._at].kind == "word":
            return self._tokens[self._at].text.upper()
        return None

    def _said(self, word: str) -> bool:
        if self._word() != word:
            return False
        self._at += 1
        return True

    def _take(self, *kinds: str) -> str:
        if self._at == len(self._tokens) or self._tokens[self._at].kind not in kinds:
            raise self._lost()
        self._at += 1
        return self._tokens[self._at - 1].text

    def _symbol(self, symbol: str) -> None:
        if self._tokens[self._at].text != symbol:
            raise self._lost()
        self._at += 1

    def _lost(self) -> UpdateRefused:
        last = len(self._text.rstrip())
        token = self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "", last)
        line, column = screening.place(self._text, token.start)
        return UpdateRefused(
            f"line {line}, column {column}: this cannot be told apart from what stands before it: put spaces between "
            "keywords and names"
        )
