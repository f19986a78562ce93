"""A thing of the graph as an object whose attributes are properties of the graph, read from facts when asked for.

Nothing is merged, rounded or picked: where a source leaves something open, an attribute is None or gives all there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Generic, Protocol, TypeVar, overload

from pyoxigraph import Literal

from onrecord.graph import terms
from onrecord.graph.rows import whole_number

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Name:
    """What to call a thing, in which language, and the side of the war it is on: None for neither.

    `text` goes into sentences of ours, which are English; `own` is what to show by itself, in its reader's language, with
    that language: see readers_of() in questions/things/loader.py. `merged` is the thing under which it is counted, where it was said to be another.
    """

    iri: str
    text: str
    language: str | None = None
    side: str | None = None
    translated: tuple[str, str] | None = None
    merged: str | None = None

    @property
    def own(self) -> tuple[str, str | None]:
        """The name in its reader's language, and that language; None where it is not known."""
        return self.translated or (self.text, self.language)


@cache
def expand(name: str) -> str:
    """A property's IRI from its short name: `speaker` is rec:speaker, others are written with their prefix."""
    prefix, colon, local = name.partition(":")
    return terms.PREFIXES[prefix] + local if colon else terms.REC + name


def local_name(thing: str) -> str:
    """The end of an IRI, for things that nobody has named."""
    return thing.rstrip("/#").rpartition("#")[2].rpartition("/")[2] or thing


class Facts(Protocol):
    """What is said of things. Properties go by their short names, here and below: see expand()."""

    def texts(self, thing: str, name: str) -> list[Literal]:
        """The literals of a property."""
        ...

    def iris(self, thing: str, name: str) -> list[str]:
        """The things that a property leads to."""
        ...

    def name(self, thing: str) -> Name:
        """What to call a thing."""
        ...


class Attribute(Generic[_Value]):
    """An attribute of a Thing that a function computes, when it is first asked for."""

    def __init__(self, read: Callable[[Thing], _Value]) -> None:
        self.read = read
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, thing: None, owner: type) -> Attribute[_Value]: ...
    @overload
    def __get__(self, thing: Thing, owner: type) -> _Value: ...
    def __get__(self, thing: Thing | None, owner: type) -> _Value | Attribute[_Value]:
        if thing is None:
            return self
        # What stands in the thing itself is found before this is asked again: a page asks for most attributes several times.
        found = thing.__dict__[self._name] = self.read(thing)
        return found


def texts(name: str) -> Attribute[list[Literal]]:
    """The literals of a property, sorted."""
    return Attribute(lambda thing: thing.facts.texts(thing.iri, name))


def text(*names: str) -> Attribute[str | None]:
    """The first literal of the first of these properties that has one; None where none has."""
    return Attribute(
        lambda thing: next((one.value for name in names for one in thing.facts.texts(thing.iri, name)), None)
    )


def number(name: str) -> Attribute[int | None]:
    """The first literal of a property, if it is a whole number."""
    return Attribute(lambda thing: whole_number(next(iter(thing.facts.texts(thing.iri, name)), None)))


def flag(name: str, word: str) -> Attribute[bool]:
    """As Thing.has."""
    return Attribute(lambda thing: thing.has(name, word))


def iris(name: str) -> Attribute[list[str]]:
    """The IRIs that a property leads to."""
    return Attribute(lambda thing: thing.facts.iris(thing.iri, name))


def names(name: str) -> Attribute[list[Name]]:
    """What the things are called that a property leads to."""
    return Attribute(lambda thing: [thing.facts.name(iri) for iri in thing.facts.iris(thing.iri, name)])


def first_name(name: str) -> Attribute[Name | None]:
    """As names, but only the first by IRI; None where there is none."""
    return first(names(name))


def first(several: Attribute[list[_Value]]) -> Attribute[_Value | None]:
    """Of an attribute that is a list, the first; None of an empty one."""
    return Attribute(lambda thing: next(iter(several.read(thing)), None))


def given(attribute: Attribute[_Value | None], otherwise: _Value) -> Attribute[_Value]:
    """An attribute with something to read in the place of None."""
    return Attribute(lambda thing: otherwise if (value := attribute.read(thing)) is None else value)


class Thing:
    """Anything with an IRI. Two are equal where their IRIs are."""

    def __init__(self, facts: Facts, iri: str) -> None:
        self.facts = facts
        self.iri = iri

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and other.iri == self.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    @property
    def name(self) -> Name:
        """What to call it."""
        return self.facts.name(self.iri)

    notes = texts("note")
    types = names("rdf:type")

    def is_a(self, kind: str) -> bool:
        """Whether it is stated to be of this class, by its short name."""
        return self.has("rdf:type", kind)

    def has(self, name: str, word: str) -> bool:
        """Whether a property has this term of the ontology among its values, by its short name."""
        return terms.REC + word in self.facts.iris(self.iri, name)
