"""rec:matchesText in the text of a query: for which words it looks.

The index that knows what has the words is asked by the front, which parses nothing. So this goes by the tokens alone,
and finds rather too many: rewriting/lookups.py, in a reader, tells what is a pattern.
"""

from __future__ import annotations

from typing import Final

from onrecord.graph import terms
from onrecord.graph.errors import QueryRefused
from onrecord.graph.sparql.tokens import Token, tokenize, unescaped

LOCAL: Final = "matchesText"
PREDICATE: Final = terms.REC + LOCAL
MOST: Final = 8
"""For so many different texts a query may look."""


def wanted(text: str) -> list[str]:
    """The texts that a query looks for; none where it does not. QueryRefused where they are too many."""
    if LOCAL not in text:
        return []
    found: dict[str, None] = {}
    looking = False
    for token in tokenize(text, spaces=False):
        if may_be_predicate(token):
            looking = True
        elif looking and token.kind == "string":
            found[unescaped(token.text)] = None
        elif token.text != ",":
            looking = False
    if len(found) > MOST:
        raise QueryRefused(
            f"the query looks for {len(found)} texts with rec:{LOCAL}, and it may for {MOST}: ask it in parts"
        )
    return list(found)


def may_be_predicate(token: Token) -> bool:
    """Whether a token may be the name of the property."""
    return (token.kind == "name" and token.text.endswith(":" + LOCAL)) or (
        token.kind == "iri" and token.text.endswith(LOCAL + ">")
    )
