"""Bases with dot segments, such as http://example.org/a/../b, resolved as RFC 3986, section 5.2 has it.

Oxigraph 0.5 resolves as if a base had none: <../g> against http://a/b/c/../d is to it http://a/b/c/g, not http://a/g. In
queries and updates, what is relative to such a base is resolved here. Of a document the engine is handed the base without
them. What has no path of its own, such as <#s>, keeps the path of its base with all dots: a mark in the last segment of the
base says where that path is to be put back.
"""

from __future__ import annotations

import re
import secrets
from typing import Final, TypeVar

from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph.sparql.edits import Edits, Moved
from onrecord.graph.sparql.tokens import tokenize

_REFERENCE: Final = re.compile(r"(?s)(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PARTS: Final = re.compile(r"(?s)([A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)(/[^?#]*)(.*)")
_TURTLE: Final = re.compile(r"(?i)(@base|\bbase)(\s*<)([^<>\s]*)(?=>)")
_JSON: Final = re.compile(r'("@base")(\s*:\s*")([^"\\\s]*)(?=")')

_Any = TypeVar("_Any")


def has_dot_segments(base: str) -> bool:
    """Whether what is relative to a base has to be resolved here."""
    found = _PARTS.fullmatch(base)
    return found is not None and not {".", ".."}.isdisjoint(found[2].split("/")[:-1])


def resolve(reference: str, base: str) -> str:
    """A relative reference against a base that has_dot_segments(), as RFC 3986, section 5.2.2 has it. What has a scheme stays."""
    found, of_base = _REFERENCE.fullmatch(reference), _PARTS.fullmatch(base)
    if _SCHEME.match(reference) or found is None or of_base is None:
        return reference
    authority, path, query, fragment = found.groups()
    origin, base_path, rest = of_base.groups()
    if authority is not None:
        origin = f"{origin.partition('//')[0]}//{authority}"
    elif not path:
        path = base_path
        if query is None and rest.startswith("?"):
            query = rest[1:].partition("#")[0]
    elif not path.startswith("/"):
        path = base_path.rpartition("/")[0] + "/" + path
    if authority is not None or found[2]:
        path = _without_dot_segments(path)
    marked = ("", path), ("?", query), ("#", fragment)
    return origin + "".join(mark + part for mark, part in marked if part is not None)


def to_be_marked(text: str) -> bool:
    """Whether a text of Turtle or TriG, or a part of one, declares a base that Bases would mark."""
    return any(has_dot_segments(found[3]) for found in _TURTLE.finditer(text))


def resolved(text: str) -> Moved:
    """A query or update without IRIs that are relative to a base with dot segments."""
    if "/." not in text or "BASE" not in text.upper():
        return Moved(text)
    edits = Edits(text)
    base, after_base = "", False
    for token in tokenize(text, spaces=False):
        iri = token.text[1:-1]
        # What holds && is no IRI to the engine, but two comparisons.
        if token.kind == "iri" and "&&" not in iri:
            if base and not _SCHEME.match(iri):
                iri = resolve(iri, base)
                edits.replace(token.start, token.start + len(token.text), f"<{iri}>")
            if after_base:
                base = iri if has_dot_segments(iri) else ""
        after_base = token.kind == "word" and token.text.upper() == "BASE"
    return edits.applied()


def _without_dot_segments(path: str) -> str:
    """A path that begins with a slash, or is empty, as RFC 3986, section 5.2.4 has it."""
    *segments, last = path.split("/")
    kept: list[str] = []
    for segment in [*segments, last]:
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment != ".":
            kept.append(segment)
    return "/".join([*kept, ""] if last in {".", ".."} else kept)


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
        folder, _, last = path.rpartition("/")
        if not has_dot_segments(base):
            return base
        instead = f"{origin}{_without_dot_segments(f'{folder}/')}{secrets.token_hex(8)}-"
        self._originals[instead] = origin + path.removesuffix(last)
        return instead + last + rest

    def marked_in(self, text: str, *, json: bool) -> str:
        """A text of Turtle, TriG or JSON-LD with its bases marked. What only looks like one is put back with them."""
        found = _JSON if json else _TURTLE
        return found.sub(lambda match: match[1] + match[2] + self.marked(match[3]), text)

    def __bool__(self) -> bool:
        return bool(self._originals)

    def restored(self, quad: Quad) -> Quad:
        """The quad as the document means it."""
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
