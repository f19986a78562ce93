"""Circles that a change closes: a thing that is a part of itself, a claim that brings itself up to date, in any number of steps.

In Python, since SHACL finds a circle only by looking at each thing's whole way again. Costs what the changed things lead to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from onrecord.graph import terms
from onrecord.graph.validation.overlay import Overlay, Term
from onrecord.graph.validation.report import SHAPES, Result

RELATIONS: Final = (
    (("partOf",), "is a part of itself"),
    (("within",), "lies in itself"),
    (("unitOf",), "is a unit of itself"),
    (("supersedes", "retracts"), "brings itself up to date, or takes itself back"),
    (("translates", "condenses"), "is worded after itself"),
    (("revises",), "revises itself"),
)
"""Properties that never lead back to where one began, those together that lead the same way; and what is said of a circle."""
_SHOWN: Final = 8
"""So many things of a circle are named at most."""


def found(view: Overlay, whole: Iterable[Term]) -> Iterator[Result]:
    """Each circle that the change may have closed, once; without a change, each through these things."""
    changed = view.changes
    for names, wrong in RELATIONS:
        predicates = [f"<{terms.REC}{name}>" for name in names]

        def following(iri: str, predicates: Iterable[Term] = predicates) -> list[str]:
            values = (value for predicate in predicates for value in view.values(f"<{iri}>", predicate))
            return sorted(value[1:-1] for value in values if value[0] == "<")

        nodes = (row[0] for row in view.coming(predicates)) if changed else whole
        for circle in closed(sorted({node[1:-1] for node in nodes if node[0] == "<"}), following):
            yield Result(
                circle[0], message(circle, names, wrong), predicates[0][1:-1], f"<{circle[1]}>", SHAPES + "Circle",
                source=view.source(f"<{circle[0]}>"),
            )  # fmt: skip


def message(circle: list[str], names: Iterable[str], wrong: str) -> str:
    """What is wrong with a circle, and what to do."""
    keys = " or ".join(f"'{name}'" for name in names)
    shown = circle if len(circle) <= _SHOWN else [*circle[: _SHOWN - 2], "…", circle[-1]]
    return f"{circle[0]} {wrong}: {' -> '.join(shown)}. Correct or remove one {keys} of these."


def closed(starts: Iterable[str], following: Callable[[str], Iterable[str]]) -> Iterator[list[str]]:
    """A circle for each group of things that lead back to themselves, from its first thing by IRI back to it."""
    done: set[str] = set()
    for start in starts:
        on_way: dict[str, Iterator[str]] = {} if start in done else {start: iter(following(start))}
        while on_way:
            node, ahead = next(reversed(on_way.items()))
            following_one = next((one for one in ahead if one not in done), None)
            if following_one is None:
                done.add(node)
                del on_way[node]
            elif following_one in on_way:
                way = list(on_way)
                members = way[way.index(following_one) :]
                first = members.index(min(members))
                yield [*members[first:], *members[:first], members[first]]
                done.add(following_one)
            else:
                on_way[following_one] = iter(following(following_one))
