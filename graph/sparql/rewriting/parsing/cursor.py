"""A place among the tokens of a text, and the questions a parser asks there."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.graph.sparql.rewriting.parsing.syntax import NotUnderstood, Syntax
from onrecord.graph.sparql.tokens import Token


class TokenCursor:
    """Goes over tokens, and keeps what is found on the way."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        end = Token("end", "", tokens[-1].start + len(tokens[-1].text) if tokens else 0)
        self._tokens = [*tokens, end, end, end]
        self._at = 0
        self._aggregates = 0
        self.found = Syntax()

    def _kind(self) -> str:
        return self._tokens[self._at].kind

    def _text(self) -> str:
        token = self._tokens[self._at]
        return token.text if token.kind not in {"string", "word"} or token.text == "a" else ""

    def _word(self) -> str:
        """The word here in capitals; nothing where there is none. `a` is no word."""
        token = self._tokens[self._at]
        return token.text.upper() if token.kind == "word" and token.text != "a" else ""

    def _variable(self) -> str:
        name = self._tokens[self._at].text[1:]
        self._expect_kind("var")
        return name

    def _accept(self, word: str) -> bool:
        if self._word() != word:
            return False
        self._at += 1
        return True

    def _expect(self, text: str) -> None:
        if self._word() != text and self._text() != text:
            raise NotUnderstood
        self._at += 1

    def _expect_kind(self, *kinds: str) -> None:
        if self._kind() not in kinds:
            raise NotUnderstood
        self._at += 1

    def _skip_braces(self) -> None:
        self._expect("{")
        depth = 1
        while depth:
            text = self._text()
            if self._kind() == "end":
                raise NotUnderstood
            depth += (text == "{") - (text == "}")
            self._at += 1
