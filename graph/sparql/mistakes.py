"""Messages about syntax errors, for the person who wrote the query.

Oxigraph's parser names the farthest place it reached. It compares keywords by their length, so that place is often
too far by the length of a keyword, and what it says it expected is a list of character classes. The most common
mistakes, brackets and prefixes, are therefore found here, from the tokens; and for others the text is read again with the
tokens so far apart that the place it reached tells which of them it could not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from onrecord.graph import terms
from onrecord.graph.errors import QuerySyntax
from onrecord.graph.sparql.rewriting.rewrite import Rewritten
from onrecord.graph.sparql.tokens import Token, place, tokenize

PADDING: Final = " " * 32
"""Appended to a query, so that the parser can compare whole keywords at its end, and names the one it expected."""

_MESSAGE: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_CLASS: Final = re.compile(r"\[(?:'[^\n]'|'\\.'|'\\u\{\w+\}'|[^'\]])*\]")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SENTENCE: Final = re.compile(r"(?:^|, )([A-Z][a-z*A-Z]* [^,\[\"]+)")
_KEYWORD: Final = re.compile(r"\b[A-Za-z][A-Za-z0-9_]+\b")
_PLAINER: Final = {
    "Prefix not found": "a prefix is used that was not declared",
    "The SELECT contains a variable that is unbound": "SELECT asks for a variable that the pattern (or GROUP BY) does not give",
    "The SELECT contains an expression with a variable that is unbound": (
        "SELECT has an expression with a variable that the pattern (or GROUP BY) does not give"
    ),
    "The SELECT overrides an existing variable using an expression": (
        "AS gives a name here that the pattern, or SELECT itself, has given already"
    ),
    "SELECT * is not authorized with GROUP BY": "SELECT * does not go with GROUP BY: name the variables",
}
_NEAR: Final = 100
"""So many characters before the place that the parser reached, and behind it, may hold what it could not read."""
_SIGNS: Final = frozenset(["&&", "||", "!=", "<=", ">=", "^^"])
_OF_NUMBERS: Final = frozenset("+-")
_CLOSING: Final = {"{": "}", "(": ")", "[": "]"}


def explain(
    text: str, message: str, read: Rewritten | None = None, again: Callable[..., object] | None = None
) -> QuerySyntax:
    """The error to raise for a parser's message about a text: it names the place and, where possible, the mistake.

    `read` is what the parser read, where that is not the text itself. `again` has the parser read one more text like this one
    (Store.query or Store.update, of an empty store); without it the place is the parser's own.
    """
    tokens = list(tokenize(text, spaces=False))
    found = _bracket(tokens) or _prefix(tokens) or _misplaced(tokens)
    if found is None:
        position, why = _from_parser(Rewritten(text) if read is None else read, message)
        at = None if why or again is None else _unread(text, tokens, position, again)
        if at is None:
            at = next((token for token in tokens if token.start + len(token.text) > position), None)
        if at is None:
            found = (len(text.rstrip()), why or "the query ends too soon")
        else:
            found = (at.start, why or f"the query cannot be read on from `{at.text[:40]}`")
    line, column = place(text, found[0])
    return QuerySyntax(f"line {line}, column {column}: {found[1]}", line, column)


def _bracket(tokens: list[Token]) -> tuple[int, str] | None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close":
            if not opened:
                return token.start, f"this `{token.text}` closes nothing"
            last = opened.pop()
            if _CLOSING[last.text] != token.text:
                return (
                    token.start,
                    f"this should be `{_CLOSING[last.text]}`, for the `{last.text}` opened before it",
                )
    if opened:
        return opened[-1].start, f"the `{opened[-1].text}` opened here is never closed"
    return None


def _prefix(tokens: list[Token]) -> tuple[int, str] | None:
    declared = set(terms.PREFIXES)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if before is not None and before.text.upper() == "PREFIX":
                declared.add(prefix)
            elif before is not None and before.text == "<" and before.start + 1 == token.start:
                return (
                    before.start,
                    "the IRI that begins here holds a space or another character that no IRI has",
                )
            elif prefix not in declared:
                known = ", ".join(f"{name}:" for name in terms.PREFIXES)
                return token.start, (
                    f"the prefix `{prefix}:` is not declared; put PREFIX {prefix}: <…> at the top. "
                    f"Known without declaring: {known}"
                )
    return None


def _misplaced(tokens: list[Token]) -> tuple[int, str] | None:
    """A variable in DATA, a blank node in DELETE: the parser notices only at the end of the block."""
    depth, data, deletes = 0, False, False
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind == "word" and not depth:
            word = token.text.upper()
            data = word == "DATA"
            follows = before is not None and before.text.upper() == "DELETE"
            deletes = word == "DELETE" or (follows and word in {"DATA", "WHERE"})
        depth += (token.kind == "open") - (token.kind == "close")
        if data and token.kind == "var":
            return (
                token.start,
                f"the variable `{token.text}` does not go into DATA: write INSERT {{…}} WHERE {{…}} instead",
            )
        if deletes and depth and (token.kind == "blank" or token.text == "["):
            return (
                token.start,
                "a blank node does not go into DELETE, since it names nothing: use a variable, or the node's IRI",
            )
    return None


def _unread(text: str, tokens: list[Token], reached: int, again: Callable[..., object]) -> Token | None:
    """The token that the parser could not read, if it is one of those before the place that it reached in a text.

    These are put further apart than any keyword is long: then the parser gets beyond the spaces behind a token only if it has
    read it. What follows can be read by nothing, so that nothing is ever asked or done.
    """
    near = [token for token in tokens if reached - _NEAR <= token.start <= reached + _NEAR]
    if not near:
        return None
    starts, spread, done = [], "", 0
    for token in (token for token in tokens if token.kind == "name" and token.start < near[0].start):
        spread += text[done : token.start] + _short(token)
        done = token.start + len(token.text)
    spread += text[done : near[0].start]
    for before, token in zip([None, *near], near, strict=False):
        if before is None or not _one_with(before, token):
            spread += PADDING
        starts.append(len(spread))
        spread += _short(token)
    end = len(spread)
    spread += f"{PADDING}%{PADDING}"
    try:
        again(spread, prefixes=dict(terms.PREFIXES), base_iri=terms.DEFAULT_BASE)
    except SyntaxError as error:
        match = _MESSAGE.match(str(error))
        farthest = -1 if match is None else offset(spread, int(match[1]), int(match[2]))
    if farthest < starts[0] or farthest >= end + len(PADDING):
        return None
    at = max(place_ for place_, start in enumerate(starts) if start <= farthest)
    while at and _one_with(near[at - 1], near[at]):
        at -= 1
    return near[at]


def _short(token: Token) -> str:
    """A token, but for names: of these one with the same prefix that the parser surely reads as one, as it does not read v1.0.2."""
    if token.kind != "name":
        return token.text
    prefix, colon, local = token.text.partition(":")
    return prefix + colon + ("x" if local else "")


def _one_with(before: Token, token: Token) -> bool:
    """Whether two tokens may be one to the parser: a sign such as && or ^^, a number and its sign, a string and its language, a
    function and its brackets.
    """
    if before.start + len(before.text) != token.start:
        return False
    return (
        before.text + token.text in _SIGNS
        or (before.text in _OF_NUMBERS and token.kind == "number")
        or (before.kind == "string" and (token.kind == "tag" or token.text == "^"))
        or (before.text == "^" and token.kind in ("name", "iri"))
        or (before.kind == "word" and token.text == "(")
    )


def _from_parser(read: Rewritten, message: str) -> tuple[int, str]:
    match = _MESSAGE.match(message)
    if match is None:
        return 0, message
    reached = offset(read.text, int(match[1]), int(match[2]))
    expected = _CLASS.sub(" ", match[3])
    sentence = next((_PLAINER.get(s.strip(), s.strip()) for s in _SENTENCE.findall(expected)), "")
    expected = _SENTENCE.sub("", expected)
    if expected != match[3].strip() or _QUOTED.search(expected):
        return read.back(
            reached
        ), sentence  # something other than a keyword was looked for, so the place is right
    return read.back(max((reached - len(word) for word in _keywords(expected)), default=reached)), sentence


def _keywords(expected: str) -> Iterator[str]:
    return (word.group() for word in _KEYWORD.finditer(expected))


def offset(text: str, line: int, column: int) -> int:
    """The position of a line and column, both counted from 1."""
    begin = 0
    for _ in range(line - 1):
        begin = text.find("\n", begin) + 1
    return begin + column - 1
