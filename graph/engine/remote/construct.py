"""A CONSTRUCT asked as the rows that its graph is made of, for servers that cut off graphs without a word, and rows with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from onrecord.graph.sparql.tokens import Token, tokenize

_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_GROUPED: Final = frozenset({"GROUP", "HAVING"})
_QUERIES: Final = 1_000
"""So many queries are kept as they were taken apart."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The query for the rows, their columns, and the beginning of the CONSTRUCT, with its template: what a graph is made by of them."""

    query: str
    columns: tuple[str, ...]
    template: str


@lru_cache(_QUERIES)
def as_rows(text: str) -> Rows | None:
    """A CONSTRUCT taken apart, as a query that was parsed; None where its graph cannot be made of rows."""
    tokens = list(tokenize(text, spaces=False))
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    form = next((at for at, word in enumerate(words) if word in _FORMS), None)
    if form is None or words[form] != "CONSTRUCT":
        return None
    # Without a template of its own (`CONSTRUCT WHERE {…}`) its pattern is one.
    opens = next((at for at in range(form, len(tokens)) if tokens[at].text == "{"), len(tokens))
    closes = _closing(tokens, opens)
    if closes is None:
        return None
    own = opens == form + 1
    first = closes + 1 if own else form + 1
    depth = 0
    for at in range(first, len(tokens)):
        depth += (tokens[at].text == "{") - (tokens[at].text == "}")
        if not depth and words[at] in _GROUPED:
            # Of which variables there is one value for each group, a template does not say.
            return None
    sought = {token.text[1:] for token in tokens[first:] if token.kind == "var"}
    wanted = [token.text[1:] for token in tokens[opens:closes] if token.kind == "var"]
    columns = tuple(dict.fromkeys(name for name in wanted if name in sought))
    if not columns:
        return None
    rest = text[tokens[first].start :]
    return Rows(
        f"{text[: tokens[form].start]}SELECT {' '.join(f'?{name}' for name in columns)} {rest}",
        columns,
        f"{text[: tokens[form].start]}CONSTRUCT {text[tokens[opens].start : tokens[closes].start + 1]}",
    )


def _closing(tokens: Sequence[Token], opens: int) -> int | None:
    depth = 0
    for at in range(opens, len(tokens)):
        depth += (tokens[at].text == "{") - (tokens[at].text == "}")
        if not depth:
            return at
    return None
