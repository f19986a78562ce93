"""Whether two answers are the same but for the names of their blank nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from tests.conformance.terms import Row, Term


class MismatchError(AssertionError):
    """The service did not do what the suite expects. Anything else that is raised is a fault of the harness or a crash."""


def fail(message: str) -> NoReturn:
    """Say what differs from what the suite expects."""
    raise MismatchError(message)


def require(condition: object, message: str) -> None:
    """Say what differs, unless it does not."""
    if not condition:
        raise MismatchError(message)


def isomorphic(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether the rows are the same multiset under some one-to-one renaming of blank nodes."""
    if Counter(map(_ground, left)) != Counter(map(_ground, right)):
        return False
    shades = _colours(left), _colours(right)
    if Counter(shades[0].values()) != Counter(shades[1].values()):
        return False
    rows = sorted(
        (row for row in left if _blanks(row)), key=lambda row: min(shades[0][b] for b in _blanks(row))
    )
    rest = Counter(row for row in right if _blanks(row))
    return _match(rows, rest, {}, shades)


def describe(expected: Iterable[Row], got: Iterable[Row]) -> str:
    """What is missing and what is too much, for the message of a failed test."""
    wanted, found = Counter(map(_show, expected)), Counter(map(_show, got))
    missing = "".join(f"\n  missing   {line}" for line in sorted((wanted - found).elements()))
    surplus = "".join(f"\n  too much  {line}" for line in sorted((found - wanted).elements()))
    return missing + surplus or "\n  the same rows, with blank nodes joined otherwise"


def _show(row: Row) -> str:
    return "  ".join("·" if term is None else str(term) for term in row)


def _blanks(row: Row) -> list[Term]:
    return [term for term in row if term is not None and term.kind == "blank"]


def _ground(row: Row) -> Row:
    return tuple(Term("blank", "") if term is not None and term.kind == "blank" else term for term in row)


def _colours(rows: Sequence[Row]) -> dict[Term, int]:
    """Blank nodes that stand in different company get different colours, which spares most of the guessing."""
    colours = {term: 0 for row in rows for term in _blanks(row)}
    seen = 0
    while True:
        company: dict[Term, list[tuple[object, ...]]] = {term: [] for term in colours}
        for row in rows:
            tinted = tuple(("blank", colours[t]) if t in colours else t for t in row if t is not None)
            holes = tuple(t is None for t in row)
            for term in set(_blanks(row)):
                places = tuple(index for index, other in enumerate(row) if other == term)
                company[term].append((tinted, holes, places))
        colours = {t: hash((colours[t], frozenset(Counter(c).items()))) for t, c in company.items()}
        if len(set(colours.values())) == seen:
            return colours
        seen = len(set(colours.values()))


def _match(
    rows: Sequence[Row],
    rest: Counter[Row],
    renamed: Mapping[Term, Term],
    shades: tuple[Mapping[Term, int], Mapping[Term, int]],
) -> bool:
    if not rows:
        return True
    row, *others = rows
    for candidate in [other for other, count in rest.items() if count]:
        further = _rename(row, candidate, renamed, shades)
        if further is None:
            continue
        rest[candidate] -= 1
        if _match(others, rest, further, shades):
            return True
        rest[candidate] += 1
    return False


def _rename(
    row: Row,
    candidate: Row,
    renamed: Mapping[Term, Term],
    shades: tuple[Mapping[Term, int], Mapping[Term, int]],
) -> dict[Term, Term] | None:
    """The renaming, extended so that the row becomes the candidate; None where it cannot."""
    further = dict(renamed)
    for one, other in zip(row, candidate, strict=True):
        if one is None or other is None or one.kind != "blank" or other.kind != "blank":
            if one != other:
                return None
        elif one in further:
            if further[one] != other:
                return None
        elif other in further.values() or shades[0][one] != shades[1][other]:
            return None
        else:
            further[one] = other
    return further
