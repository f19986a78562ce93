"""Bases with dot segments, such as http://example.org/a/../b, resolved as RFC 3986, section 5.2 has it.

Oxigraph 0.5 resolves as if a base had none: <../g> against http://a/b/c/../d is to it http://a/b/c/g, not http://a/g. So it
is handed the base without them. What has no path of its own, such as <#s>, keeps the path of its base with all dots:
a mark in the last segment of the base says where that path is to be put back.
"""

from __future__ import annotations

import re
import secrets
from typing import Final, TypeVar

from pyoxigraph import Literal, NamedNode, Quad

_PARTS: Final = re.compile(r"(?s)([A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)(/[^?#]*)(.*)")
_TURTLE: Final = re.compile(r"(?i)(@base|\bbase)(\s*<)([^<>\s]*)(?=>)")
_JSON: Final = re.compile(r'("@base")(\s*:\s*")([^"\\\s]*)(?=")')

_Any = TypeVar("_Any")


class Bases:
    """The bases of one document that were marked, and what each stands for."""

    def __init__(self) -> None:
        self._originals: dict[str, str] = {}

    def marked(self, base: str) -> str:
        """The base to hand on; the same where there is nothing to mend."""
        found = _PARTS.fullmatch(base)
        if found is None:
            return base
        origin, path, rest = found.groups()
        *segments, last = path[1:].split("/")
        if not {".", ".."} & set(segments):
            return base
        kept: list[str] = []
        for segment in segments:
            if segment == "..":
                del kept[-1:]
            elif segment != ".":
                kept.append(segment)
        instead = f"{origin}/{''.join(f'{segment}/' for segment in kept)}{secrets.token_hex(8)}-"
        self._originals[instead] = origin + path.removesuffix(last)
        return instead + last + rest

    def marked_in(self, text: str, *, json: bool) -> str:
        """A text of Turtle, TriG or JSON-LD with its bases marked. What only looks like one is put back with them."""
        found = _JSON if json else _TURTLE
        return found.sub(lambda match: match[1] + match[2] + self.marked(match[3]), text)

    def restored(self, quad: Quad) -> Quad:
        """The quad as the document means it."""
        if not self._originals:
            return quad
        return Quad(
            self._node(quad.subject),
            self._node(quad.predicate),
            self._literal(quad.object) if isinstance(quad.object, Literal) else self._node(quad.object),
            self._node(quad.graph_name),
        )

    def _node(self, term: _Any) -> _Any | NamedNode:
        return NamedNode(self._text(term.value)) if isinstance(term, NamedNode) else term

    def _literal(self, term: Literal) -> Literal:
        if term.language is not None:
            return Literal(self._text(term.value), language=term.language, direction=term.direction)
        return Literal(self._text(term.value), datatype=NamedNode(self._text(term.datatype.value)))

    def _text(self, text: str) -> str:
        for instead, original in self._originals.items():
            text = text.replace(instead, original)
        return text
