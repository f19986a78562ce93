"""The fast engine held against pyshacl: changes with faults of all kinds, and what each of the two makes of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox
from tests.harness.graphs.world import FACTS, GRAPH

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import fast
from onrecord.graph.validation import validate as validation
from onrecord.graph.validation.overlay import Overlay
from onrecord.graph.vocabulary import ontology

REC, BASE = terms.REC, terms.DEFAULT_BASE
XSD: Final = terms.PREFIXES["xsd"]
TYPE: Final = ox.NamedNode(terms.RDF_TYPE)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The nodes with which each finds fault; what the fast engine raised, where it did.

    Of tenures with others beside them pyshacl is always asked: what it finds there counts as found by both.
    """

    fast: frozenset[str]
    pyshacl: frozenset[str]
    raised: str = ""
    left: bool = False
    """Whether the fast engine left it to pyshacl, for a number in it."""

    @property
    def missed(self) -> frozenset[str]:
        """What would pass the gate and must not."""
        return frozenset() if self.raised else self.pyshacl - self.fast

    @property
    def made_up(self) -> frozenset[str]:
        """What costs time and does no harm: pyshacl has the last word."""
        return self.fast - self.pyshacl


def judge(change: ChangeSet, before: ox.Store | None) -> Verdicts:
    """What both make of all nodes that a change can have made wrong, also where a literal is refused before either is asked."""
    view = Overlay(change, before)
    scope = validation.affected(view)
    known = ontology.subjects()
    nodes = sorted(node for node in scope.focus if node[0] == "<" and node[1:-1] not in known)
    triples = validation.extract(nodes, view, scope.beside)
    # What validate() says is in words; which nodes pyshacl itself finds fault with, nobody else asks.
    by_pyshacl = validation._by_pyshacl(nodes, triples, view).at_fault
    always = {node[1:-1] for node in nodes if fast.is_beyond(node, scope.beside.get(node, ()), view)}
    try:
        fast._together.clear()
        apart = fast.at_fault(nodes, triples, view)
        fast.prepare(nodes, view, often=1)
        if fast.at_fault(nodes, triples, view) != apart:
            return Verdicts(
                frozenset(), by_pyshacl, "other nodes where each is named once for all its shapes"
            )
        return Verdicts(apart | (always & by_pyshacl), by_pyshacl)
    except fast.OutOfRange:
        return Verdicts(by_pyshacl, by_pyshacl, left=True)
    except Exception as error:
        return Verdicts(frozenset(), by_pyshacl, f"{type(error).__name__}: {error}")


@cache
def world() -> ox.Store:
    """The small world as a store, which nobody may change."""
    store = ox.Store()
    store.extend(FACTS)
    return store


def change(number: int) -> ChangeSet:
    """One of endless changes to the world, each of one to six edits; the same number is the same change."""
    dice = random.Random(number)  # noqa: S311
    there = set(FACTS)
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        dice.choice(_EDITS)(dice, there)
    return ChangeSet.between(FACTS, there)


_Edit = Callable[[random.Random, set[ox.Quad]], None]


def _some(dice: random.Random, there: set[ox.Quad]) -> ox.Quad:
    # Sets of quads have no settled order from run to run.
    return dice.choice(sorted(there, key=str))


def _take_away(dice: random.Random, there: set[ox.Quad]) -> None:
    there.discard(_some(dice, there))


def _take_thing_away(dice: random.Random, there: set[ox.Quad]) -> None:
    gone = _some(dice, there).subject
    there.difference_update([quad for quad in there if quad.subject == gone])


def _other_value(dice: random.Random, there: set[ox.Quad]) -> None:
    quad = _some(dice, there)
    there.discard(quad)
    there.add(ox.Quad(quad.subject, quad.predicate, _value(dice, quad.object), GRAPH))


def _second_value(dice: random.Random, there: set[ox.Quad]) -> None:
    quad = _some(dice, there)
    there.add(ox.Quad(quad.subject, quad.predicate, _value(dice, quad.object), GRAPH))


def _value_of_another(dice: random.Random, there: set[ox.Quad]) -> None:
    one = _some(dice, there)
    alike = sorted((q for q in there if q.predicate == one.predicate), key=str)
    there.discard(one)
    there.add(ox.Quad(one.subject, one.predicate, dice.choice(alike).object, GRAPH))


def _property_of_another(dice: random.Random, there: set[ox.Quad]) -> None:
    one, other = _some(dice, there), _some(dice, there)
    there.add(ox.Quad(one.subject, other.predicate, other.object, GRAPH))


def _other_kind(dice: random.Random, there: set[ox.Quad]) -> None:
    quad = dice.choice(sorted((q for q in there if q.predicate == TYPE), key=str))
    if dice.random() < 0.5:
        there.discard(quad)
    kind = dice.choice(sorted(ontology.classes()))
    there.add(ox.Quad(quad.subject, TYPE, ox.NamedNode(kind), GRAPH))


def _twin(dice: random.Random, there: set[ox.Quad]) -> None:
    """A second thing that says the same as one, and so may overlap or clash with it; one of its values is another."""
    one = _some(dice, there).subject
    name = ox.NamedNode(f"{BASE}{str(one).strip('<>').removeprefix(BASE)}-twin-{dice.randrange(9)}")
    copied = sorted((q for q in there if q.subject == one), key=str)
    changed = dice.choice(copied)
    for quad in copied:
        value = _value(dice, quad.object) if quad is changed else quad.object
        there.add(ox.Quad(name, quad.predicate, value, GRAPH))
    if dice.random() < 0.5:
        for quad in [q for q in there if q.object == one and dice.random() < 0.5]:
            there.add(ox.Quad(quad.subject, quad.predicate, name, GRAPH))


def _tenure(dice: random.Random, there: set[ox.Quad]) -> None:
    """Another tenure of the same post, its days somewhere about those of the first, in years of all lengths."""
    name = ox.NamedNode(f"{BASE}tenure/other-{dice.randrange(9)}")
    for quad in [q for q in there if q.subject.value == f"{BASE}tenure/ann"]:
        if quad.predicate.value not in {REC + "from", REC + "until"}:
            there.add(ox.Quad(name, quad.predicate, quad.object, GRAPH))
    for bound in ("from", "until"):
        if dice.random() < 0.7:
            there.add(
                ox.Quad(
                    name,
                    ox.NamedNode(REC + bound),
                    ox.Literal(_day(dice), datatype=ox.NamedNode(XSD + "date")),
                    GRAPH,
                )
            )


_EDITS: Final[Sequence[_Edit]] = (
    *(_take_away, _take_thing_away, _other_value, _other_value, _second_value, _value_of_another),
    *(_property_of_another, _other_kind, _twin, _twin, _tenure),
)


def _day(dice: random.Random) -> str:
    year = dice.choice(("2023", "2024", "2025", "2025", "-0044", "0000", "10000", "9999999"))
    return f"{year}-{dice.choice(('01', '08', '12'))}-{dice.choice(('01', '28', '28', '31'))}{dice.choice(('', '', '', 'Z', '+03:00', '-14:00'))}"


def _moment(dice: random.Random) -> str:
    zone = dice.choice(("Z", "+03:00", "-04:00", "", "+14:00"))
    day = f"{dice.choice(('2025', '2025', '-0044', '10000'))}-08-{dice.choice(('27', '28', '29'))}"
    return f"{day}T{dice.choice(('00:00:00', '09:30:00', '24:00:00', '23:59:59.5'))}{zone}"


def _number(dice: random.Random) -> str:
    return str(dice.choice((0, 1, -1, 9, 10, 12, 43, 44, 100, 2**63 - 1, -(2**63), 2**31)))


def _text(dice: random.Random) -> str:
    return dice.choice(
        (
            "",
            " ",
            "\n",
            "x",
            "Ann",
            "удар",
            "🎖🎖",
            "a" * 64,
            "a" * 64 + "\n",
            "A" * 64,
            "\u00a0",
            "\u2028",
            "e\u0301",
            "\u200b",
        )
    )


def _value(dice: random.Random, was: object) -> ox.NamedNode | ox.Literal:
    """Another value: most often one of the same kind as this one."""
    if isinstance(was, ox.NamedNode) and dice.random() < 0.8:
        return dice.choice(_names())
    if isinstance(was, ox.Literal) and dice.random() < 0.6:
        datatype = was.datatype.value.removeprefix(XSD)
        make = {"date": _day, "dateTime": _moment, "integer": _number}.get(datatype)
        if make is not None:
            return ox.Literal(make(dice), datatype=was.datatype)
        if was.language is not None:
            return ox.Literal(_text(dice), language=dice.choice((was.language, was.language, "de", "uk")))
        if dice.random() < 0.7:
            return ox.Literal(_text(dice), datatype=was.datatype)
    make = dice.choice((_day, _moment, _number, _text))
    datatype = dice.choice(
        (
            "date",
            "dateTime",
            "integer",
            "decimal",
            "double",
            "string",
            "boolean",
            "anyURI",
            "language",
            "gYear",
            "duration",
        )
    )
    return dice.choice(
        (
            ox.Literal(make(dice), datatype=ox.NamedNode(XSD + datatype)),
            ox.Literal(_text(dice), language="en"),
            dice.choice(_names()),
        )
    )


@cache
def _names() -> tuple[ox.NamedNode, ...]:
    """Things of the world, members of the closed lists, and what is described nowhere."""
    things = {quad.subject for quad in FACTS if isinstance(quad.subject, ox.NamedNode)}
    nowhere = {
        ox.NamedNode(BASE + "actor/nobody"),
        ox.NamedNode("http://example.org/é"),
        ox.NamedNode("urn:x"),
    }
    return tuple(sorted(things | nowhere | {ox.NamedNode(name) for name in ontology.members()}, key=str))
