"""What can be told from single tokens, and is written otherwise: names, TRUE and FALSE, a column that is selected twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from onrecord.graph.sparql.edits import Edits
from onrecord.graph.sparql.tokens import Token

_DOT: Final = re.compile(r"\\.|\.", re.DOTALL)


def rewrite_single_tokens(edits: Edits, tokens: Sequence[Token]) -> None:
    """What can be told from single tokens: names that the engine ends too soon, TRUE in capitals, SELECT ?x ?x."""
    selected: set[str] | None = None
    depth, before = 0, ""
    for token in tokens:
        text, word = token.text, token.text.upper() if token.kind == "word" else ""
        new = text
        if token.kind == "name" and text.count(".") > 1:
            new = _with_dots_escaped(text)
        elif word in {"TRUE", "FALSE"}:
            new = text.lower()
        elif word == "SELECT":
            selected, depth = set(), 0
        elif text == "{" or word in {"WHERE", "FROM"}:
            selected = None
        elif selected is not None and token.kind in {"open", "close"}:
            depth += 1 if token.kind == "open" else -1
        elif selected is not None and token.kind == "var" and (depth == 0 or before == "AS"):
            new = "" if depth == 0 and text[1:] in selected else text
            selected.add(text[1:])
        if new != text:
            edits.replace(token.start, token.start + len(text), new)
        before = word


def _with_dots_escaped(name: str) -> str:
    """The same name: `ex:a.b.c` as `ex:a\\.b\\.c`, of which the engine takes any number."""
    prefix, colon, local = name.partition(":")
    if local.count(".") > 1:
        local = _DOT.sub(lambda dot: dot[0] if len(dot[0]) > 1 else r"\.", local)
    return prefix + colon + local
