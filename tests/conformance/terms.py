"""RDF terms as the comparison sees them: exactly as written, so that a changed lexical form is a difference.

Neither pyoxigraph's terms nor rdflib's are used for answers: the first are the engine's own, the second rewrite literals.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

import pyoxigraph as ox

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_LANG_STRING: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


class Term(NamedTuple):
    """An IRI, a blank node, a literal, or the bare text of a CSV cell."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""

    def __str__(self) -> str:
        if self.kind == "iri":
            return f"<{self.value}>"
        if self.kind == "blank":
            return f"_:{self.value}"
        tail = f"@{self.language}" if self.language else f"^^<{self.datatype}>" if self.datatype else ""
        return f'"{self.value}"{tail}'


Row = tuple[Term | None, ...]


def iri(value: str) -> Term:
    """An IRI."""
    return Term("iri", value)


def blank(label: str) -> Term:
    """A blank node; its label means nothing outside the document it stands in."""
    return Term("blank", label)


def literal(value: str, datatype: str = "", language: str = "") -> Term:
    """A literal. xsd:string is what a plain one has; language tags compare without regard to case (RDF 1.1, 3.3)."""
    if language:
        return Term("literal", value, _LANG_STRING, language.lower())
    return Term("literal", value, datatype or XSD + "string")


def text(value: str) -> Term:
    """What a CSV cell holds: CSV does not say whether it is an IRI or a literal."""
    return Term("text", value)


def of_engine(term: object) -> Term:
    """A term of pyoxigraph's parsers, which keep what was written."""
    if isinstance(term, ox.NamedNode):
        return iri(term.value)
    if isinstance(term, ox.BlankNode):
        return blank(term.value)
    if isinstance(term, ox.Literal):
        return literal(term.value, term.datatype.value, term.language or "")
    raise TypeError(f"{term} is of a kind that SPARQL 1.1 does not know")


def by_value(term: Term) -> Term:
    """The term with its number or boolean written in one way, so that 1.0 and 1 of one datatype are the same.

    A CSV cell has no datatype and counts as a number where it looks like one.
    """
    name = (
        term.datatype.removeprefix(XSD) if term.kind == "literal" else "double" if term.kind == "text" else ""
    )
    try:
        match name:
            case "integer" | "decimal":
                value = str(Decimal(term.value).normalize() + 0)
            case "double" | "float":
                value = repr(float(term.value) + 0.0)
            case "boolean":
                value = {"1": "true", "0": "false"}.get(term.value, term.value)
            case _:
                return term
    except (ValueError, InvalidOperation):
        return term
    return term._replace(value=value)


def rows_of(triples: Iterable[ox.Quad | ox.Triple]) -> list[Row]:
    """Triples as rows of three terms."""
    return [(of_engine(t.subject), of_engine(t.predicate), of_engine(t.object)) for t in triples]
