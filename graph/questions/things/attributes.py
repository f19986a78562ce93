"""A thing of the graph as an object whose attributes are properties of the graph, read through a Loader when asked for.

Nothing is merged, rounded or picked: where a source leaves something open, an attribute is None or gives all there is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

from pyoxigraph import Literal

from onrecord.graph import terms
from onrecord.graph.questions.things.loader import Loader, Name

_Value = TypeVar("_Value")
_Linked = TypeVar("_Linked", bound="Thing")


class Attribute(Generic[_Value]):
    """An attribute of a Thing that a function computes."""

    def __init__(self, read: Callable[[Thing], _Value]) -> None:
        self.read = read

    @overload
    def __get__(self, thing: None, owner: type) -> Attribute[_Value]: ...
    @overload
    def __get__(self, thing: Thing, owner: type) -> _Value: ...
    def __get__(self, thing: Thing | None, owner: type) -> _Value | Attribute[_Value]:
        return self if thing is None else self.read(thing)


def texts(name: str) -> Attribute[list[Literal]]:
    """The literals of a property (by its short name, as in all functions here), sorted."""
    return Attribute(lambda thing: thing.loader.texts(thing.iri, name))


def text(*names: str) -> Attribute[str | None]:
    """As Thing.value."""
    return Attribute(lambda thing: thing.value(*names))


def number(name: str) -> Attribute[int | None]:
    """As Thing.whole_number."""
    return Attribute(lambda thing: thing.whole_number(name))


def flag(name: str, word: str) -> Attribute[bool]:
    """As Thing.has."""
    return Attribute(lambda thing: thing.has(name, word))


def iris(name: str) -> Attribute[list[str]]:
    """The IRIs that a property leads to."""
    return Attribute(lambda thing: thing.loader.iris(thing.iri, name))


def names(name: str) -> Attribute[list[Name]]:
    """What the things are called that a property leads to."""
    return Attribute(lambda thing: [thing.loader.name(iri) for iri in thing.loader.iris(thing.iri, name)])


def linked(kind: Callable[[], type[_Linked]], name: str) -> Attribute[list[_Linked]]:
    """The things of one kind that a property leads to. `kind` is a function, so that it may be defined further down."""
    return Attribute(lambda thing: [kind()(thing.loader, iri) for iri in thing.loader.iris(thing.iri, name)])


def linking(kind: Callable[[], type[_Linked]], name: str) -> Attribute[list[_Linked]]:
    """The things of one kind that have this one as the value of a property."""
    return Attribute(
        lambda thing: [kind()(thing.loader, iri) for iri in thing.loader.follow_back([thing.iri], name)]
    )


def first_name(name: str) -> Attribute[Name | None]:
    """As names, but only the first by IRI; None where there is none."""
    return _first(names(name))


def first_linked(kind: Callable[[], type[_Linked]], name: str) -> Attribute[_Linked | None]:
    """As linked, but only the first by IRI; None where there is none."""
    return _first(linked(kind, name))


def _first(several: Attribute[list[_Value]]) -> Attribute[_Value | None]:
    return Attribute(lambda thing: next(iter(several.read(thing)), None))


class Thing:
    """Anything with an IRI. Two are equal where their IRIs are."""

    def __init__(self, loader: Loader, iri: str) -> None:
        self.loader = loader
        self.iri = iri

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and other.iri == self.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    @property
    def name(self) -> Name:
        """What to call it."""
        return self.loader.name(self.iri)

    notes = texts("note")
    types = names("rdf:type")

    def is_a(self, kind: str) -> bool:
        """Whether it is stated to be of this class, by its short name."""
        return self.has("rdf:type", kind)

    def value(self, *names: str) -> str | None:
        """The first literal of the first of these properties that has one; None where none has."""
        found = (value.value for name in names for value in self.loader.texts(self.iri, name))
        return next(found, None)

    def whole_number(self, name: str) -> int | None:
        """The first literal of a property, if it is a whole number."""
        try:
            return int(self.value(name) or "")
        except ValueError:
            return None

    def has(self, name: str, word: str) -> bool:
        """Whether a property has this term of the ontology among its values, by its short name."""
        return terms.REC + word in self.loader.iris(self.iri, name)
