"""SPARQL as tokens: where strings, IRIs, names and comments begin and end.

This is no parser: it accepts any text, takes linear time and does not recurse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

# The characters of names, from the productions PN_CHARS_BASE to PN_CHARS of SPARQL 1.1. Python's \w is wider in some
# places and narrower in others.
_BASE: Final = (
    "AZ az \u00c0\u00d6 \u00d8\u00f6 \u00f8\u02ff \u0370\u037d \u037f\u1fff \u200c\u200d \u2070\u218f \u2c00\u2fef "
    "\u3001\ud7ff \uf900\ufdcf \ufdf0\ufffd \U00010000\U000effff"
)
_MORE: Final = "09 __ \u00b7\u00b7 \u0300\u036f \u203f\u2040"


def _one_of(ranges: str) -> str:
    """A character class of these ranges, each written as its two ends."""
    # As what it does not hold, which is a fifth of what it holds: re visits each character of a class when it compiles it,
    # and that took two thirds of the time in which a reader's modules load.
    gaps, at = [], 0
    for first, last in sorted((ord(ends[0]), ord(ends[1])) for ends in ranges.split()):
        if at < first:
            gaps.append(f"\\U{at:08X}-\\U{first - 1:08X}")
        at = last + 1
    return f"[^{''.join(gaps)}\\U{at:08X}-\\U0010FFFF]"


_START: Final = _one_of(f"{_BASE} __")
_LOCAL_START: Final = _one_of(f"{_BASE} __ 09 ::")
_BLANK_START: Final = _one_of(f"{_BASE} __ 09")
_IN_VAR: Final = _one_of(f"{_BASE} {_MORE}")
_IN_WORD: Final = _one_of(f"{_BASE} {_MORE} --")
_IN_LOCAL: Final = _one_of(f"{_BASE} {_MORE} -- ::")
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\."
# Quantifiers are possessive: what was taken is never given back, so no text makes this slow. A run of words and
# dots is one match for the same reason; `true.FILTER` is split afterwards.
_LOCAL: Final = (
    rf":(?:(?:{_LOCAL_START}|{_ESCAPED})(?:{_IN_LOCAL}++|{_ESCAPED}|\.++(?={_IN_LOCAL}|{_ESCAPED}))*+)?+"
)
_SPACE: Final = r"[ \t\r\n]++ | \#[^\r\n]*+"
_SOLID: Final = rf"""
      (?P<string>  \"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]++|\\.|'(?!''))*+'''
                 | "(?!"")(?:[^"\\\r\n]++|\\.)*+"         | '(?!'')(?:[^'\\\r\n]++|\\.)*+' )
    | (?P<quote>   ["'] )
    | (?P<iri>     <[^<>"{{}}|^`\\\x00-\x20]*+> )
    | (?P<blank>   _:(?:{_BLANK_START}(?:{_IN_WORD}++|\.++(?={_IN_WORD}))*+)?+ )
    | (?P<name>    {_LOCAL} )
    | (?P<run>     {_START}(?:{_IN_WORD}++|\.++(?={_IN_LOCAL}))*+ (?:{_LOCAL})?+ )
    | (?P<var>     [?$]{_IN_VAR}++ )
    | (?P<tag>     @[A-Za-z]++(?:-++[A-Za-z0-9]++)*+ )
    | (?P<number>  \d++(?:\.\d++)?+(?:[eE][+-]?+\d++)?+ | \.\d++(?:[eE][+-]?+\d++)?+ )
    | (?P<open>    [{{(\[] )
    | (?P<close>   [}})\]] )
    | (?P<other>   . )
"""
_TOKEN: Final = re.compile(rf"(?P<space> {_SPACE} ) | {_SOLID}", re.VERBOSE | re.DOTALL)
# The end is matched too: else spaces before it would be tried from each of them, and a comment from within.
_SOLID_TOKEN: Final = re.compile(rf"(?: {_SPACE} )*+ (?: {_SOLID} | \Z )", re.VERBOSE | re.DOTALL)

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


_SHORT = 20_000
"""Texts of fewer characters are kept cut at their variables, since ours are asked again and again."""


class Token(NamedTuple):
    """One token: its kind (the name of a group of the pattern above, or "word"), its text, where it begins."""

    kind: str
    text: str
    start: int


# (the constructor that NamedTuple writes is a Python function, and takes twice as long)
_token: Final = tuple.__new__


def tokenize(text: str, start: int = 0, *, spaces: bool = True) -> Iterator[Token]:
    """The tokens of a text from a position on. Comments are spaces; a string that never ends gives a "quote"."""
    for match in (_TOKEN if spaces else _SOLID_TOKEN).finditer(text, start):
        kind = match.lastgroup
        if kind is None:
            return  # the end
        found, at = match[kind], match.start(kind)
        if kind != "run":
            yield _token(Token, (kind, found, at))
        elif ":" in found:
            yield _token(Token, ("name", found, at))
        elif found.isalpha():
            yield _token(Token, ("word", found, at))
        else:
            yield from _split_run(found, at)


def _split_run(run: str, start: int) -> Iterator[Token]:
    """Words, numbers and dots that were matched as one."""
    for piece in re.finditer(r"\w+|.", run):
        word = piece.group()
        kind = "word" if word[0].isalpha() or word[0] == "_" else "number" if word[0].isalnum() else "other"
        yield Token(kind, word, start + piece.start())


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column, counted from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def unescaped(string: str) -> str:
    """The value of a string as it is written in a query, with its quotes."""
    quotes = 3 if string[:3] in {'"""', "'''"} and len(string) > 5 else 1
    return _ESCAPE.sub(_character, string[quotes:-quotes])


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _CHARACTERS.get(match[3], match[3])
    point = int(match[1] or match[2], 16)
    return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else match[0]


def bind(text: str, bindings: Mapping[str, str]) -> str:
    """The query with terms in the place of variables, for queries of our own.

    In a plain SELECT list the variable becomes `(term AS ?variable)`, so that the rows still have it.
    """
    if not bindings:
        return text
    taken = _cut(text) if len(text) < _SHORT else _cut.__wrapped__(text)
    pieces: list[str] = []
    for piece, variable, selected in taken:
        term = None if variable is None else bindings.get(variable)
        if term is None:
            pieces.append(piece)
        else:
            pieces.append(f"({term} AS ?{variable})" if selected else term)
    return "".join(pieces)


@lru_cache(256)
def _cut(text: str) -> tuple[tuple[str, str | None, bool], ...]:
    """A text cut at its variables: each piece, the variable that it is, and whether it stands in a plain SELECT list."""
    pieces: list[tuple[str, str | None, bool]] = []
    plain: list[str] = []
    depth, select_depth = 0, -1
    for token in tokenize(text):
        if token.kind == "var":
            pieces += [("".join(plain), None, False), (token.text, token.text[1:], depth == select_depth)]
            plain = []
            continue
        if token.kind == "word" and token.text.upper() in {"SELECT", "WHERE", "FROM"}:
            select_depth = depth if token.text.upper() == "SELECT" else -1
        elif token.kind == "open":
            select_depth = -1 if token.text == "{" else select_depth
            depth += 1
        elif token.kind == "close":
            depth -= 1
        plain.append(token.text)
    return (*pieces, ("".join(plain), None, False))
