"""Functions that rewritten queries call in the place of the engine's own, and the names they go by there."""

from __future__ import annotations

import hashlib
import operator
import os
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial, wraps
from typing import Final, ParamSpec, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode

from onrecord.graph.sparql.rewriting import regexes
from onrecord.graph.sparql.rewriting.regexes import AnyTerm

Function = Callable[..., AnyTerm | None]
_P = ParamSpec("_P")
_R = TypeVar("_R")

_BASE: Final = "urn:onrecord:function:"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN: Final = _XSD + "boolean"
_DECIMALS: Final = frozenset([_XSD + "integer", _XSD + "decimal"])
_TRUE: Final = str(Literal(True))
_OPERATORS: Final[dict[str, Callable[[bool, bool], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _stopped_by_memory(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function, ending the process where memory runs out: the engine takes any exception for an error of SPARQL's."""

    @wraps(function)
    def stopped(*arguments: _P.args, **named: _P.kwargs) -> _R:
        try:
            return function(*arguments, **named)
        except MemoryError:
            os.write(2, b"MemoryError in a function of a query\n")
            os.abort()

    return stopped


def _compare(left: AnyTerm, sign: Literal, right: AnyTerm) -> Literal | None:
    """Two booleans compared; None, an error in SPARQL, for anything else."""
    for side in (left, right):
        if not isinstance(side, Literal) or side.datatype.value != _BOOLEAN:
            return None
    return Literal(_OPERATORS[sign.value](str(left) == _TRUE, str(right) == _TRUE))


def _divide(left: AnyTerm, _: Literal, right: AnyTerm) -> Literal | None:
    """Zero divided by a decimal that is not zero; None, an error in SPARQL, for anything else."""
    numbers = []
    for side in (left, right):
        if not isinstance(side, Literal) or side.datatype.value not in _DECIMALS:
            return None
        try:
            numbers.append(Decimal(side.value))
        except InvalidOperation:
            return None
    return Literal("0", datatype=NamedNode(_XSD + "decimal")) if numbers[0] == 0 != numbers[1] else None


def _bnode(text: AnyTerm, row: AnyTerm) -> BlankNode | None:
    """The blank node of a string in a solution, which `row` stands for; None, an error in SPARQL, for no string."""
    if (
        not isinstance(text, Literal)
        or text.datatype.value != _XSD + "string"
        or not isinstance(row, BlankNode)
    ):
        return None
    return BlankNode("b" + hashlib.sha256(f"{row.value} {text.value}".encode()).hexdigest()[:32])


class GroupConcat:
    """GROUP_CONCAT(DISTINCT …): the strings of different terms, joined."""

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._terms: dict[AnyTerm, None] = {}

    @_stopped_by_memory
    def accumulate(self, term: AnyTerm) -> None:
        """Take one more term."""
        self._terms[term] = None

    @_stopped_by_memory
    def finish(self) -> Literal | None:
        """The string; None, an error in SPARQL, where a term has none."""
        strings = [term.value for term in self._terms if isinstance(term, Literal | NamedNode)]
        return Literal(self._separator.join(strings)) if len(strings) == len(self._terms) else None


def group_concat(separator: str) -> tuple[NamedNode, Callable[[], GroupConcat]]:
    """An aggregate with a separator of its own, and the name it goes by."""
    name = f"{_BASE}group-concat:{separator.encode().hex()}"
    return NamedNode(name), partial(GroupConcat, separator)


MATCHES: Final = f"<{_BASE}matches>"
REPLACE: Final = f"<{_BASE}replace>"
DIVIDE: Final = f"<{_BASE}divide>"
BNODE: Final = f"<{_BASE}bnode>"
COMPARE: Final = f"<{_BASE}compare>"

FUNCTIONS: Final[dict[NamedNode, Function]] = {
    NamedNode(name[1:-1]): _stopped_by_memory(function)
    for name, function in (
        (MATCHES, regexes.matches),
        (REPLACE, regexes.replace),
        (COMPARE, _compare),
        (DIVIDE, _divide),
        (BNODE, _bnode),
    )
}
