"""The store's terms as rdflib's, so that the shapes are asked of the values that the store holds.

rdflib reads and compares literals as Python does: it knows no year before 1 or after 9999, and orders a time without
a zone beside one with a zone. Here the store itself compares.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, cast

import pyoxigraph as ox
import rdflib
from rdflib import XSD


class _Day(date):
    """Says only that a literal is a day; the store knows which."""


class _Moment(datetime):
    """Says only that a literal is a moment; the store knows which."""


_DAY: Final = _Day(1, 1, 1)
_MOMENT: Final = _Moment(1, 1, 1)
_VALUES: Final[dict[str, Callable[[str], object]]] = {
    str(XSD.integer): int,
    str(XSD.decimal): Decimal,
    str(XSD.double): float,
    str(XSD.float): float,
    str(XSD.boolean): lambda text: text == "true",
    str(XSD.date): lambda _: _DAY,
    str(XSD.dateTime): lambda _: _MOMENT,
}


class StoredLiteral(rdflib.Literal):
    """A literal that the store can read (see datatypes), compared as the store compares it.

    As in SPARQL, what has no order is an error, TypeError. Only <= and <, which pyshacl asks without expecting one, are
    then false, as SHACL has it of values that cannot be compared.
    """

    __slots__ = ()

    def __new__(cls, literal: ox.Literal) -> StoredLiteral:
        made = str.__new__(cls, literal.value)
        datatype = literal.datatype.value
        made._language = literal.language
        made._datatype = None if literal.language is not None else rdflib.URIRef(datatype)
        made._value = _VALUES.get(datatype, str)(literal.value)
        made._ill_typed = False
        return made

    def eq(self, other: Any) -> bool:
        """Whether the values are equal."""
        return self._holds("=", other)

    def neq(self, other: Any) -> bool:
        """Whether the values differ."""
        return self._holds("!=", other)

    def __gt__(self, other: Any) -> bool:
        return self._holds(">", other)

    def __ge__(self, other: Any) -> bool:
        return self._holds(">=", other)

    def __lt__(self, other: Any) -> bool:
        return _compared(self, "<", other) is True

    def __le__(self, other: Any) -> bool:
        return _compared(self, "<=", other) is True

    def _holds(self, operator: str, other: Any) -> bool:
        found = _compared(self, operator, other)
        if found is None:
            raise TypeError(f"the store knows no order between {self!r} and {other!r}")
        return found


def as_rdflib(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    """The term; a literal must be one that the store can read."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.Literal):
        return StoredLiteral(term)
    return rdflib.BNode(term.value if isinstance(term, ox.BlankNode) else str(hash(term)))


def store_literal(literal: rdflib.Literal) -> ox.Literal:
    """The literal of rdflib's as the store has it."""
    if literal.language is not None:
        return ox.Literal(str(literal), language=literal.language)
    return ox.Literal(str(literal), datatype=ox.NamedNode(str(literal.datatype or XSD.string)))


def _compared(one: rdflib.Literal, operator: str, other: object) -> bool | None:
    """What the store makes of the comparison; None where it cannot compare the two."""
    if not isinstance(other, rdflib.Literal):
        return None
    text = f"SELECT ({store_literal(one)} {operator} {store_literal(other)} AS ?r) {{}}"
    (row,) = cast("ox.QuerySolutions", _empty().query(text))
    found = row["r"]
    return None if found is None else str(getattr(found, "value", "")) == "true"


@cache
def _empty() -> ox.Store:
    return ox.Store()


@contextmanager
def rdflib_as_needed() -> Iterator[None]:
    """Keep rdflib from logging a traceback for a value that it cannot read, and from rewriting those that pyshacl copies."""
    logger = logging.getLogger("rdflib.term")
    disabled, logger.disabled = logger.disabled, True
    normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        yield
    finally:
        logger.disabled, rdflib.NORMALIZE_LITERALS = disabled, normalize
