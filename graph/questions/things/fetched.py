"""Things whose facts a Loader fetches, and attributes that lead from one to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from onrecord.graph.attributes import Attribute, Thing, first
from onrecord.graph.questions.things.loader import Loader

_Linked = TypeVar("_Linked", bound="Fetched")


class Fetched(Thing):
    """A thing that has its facts from a Loader."""

    @property
    def loader(self) -> Loader:
        """What its facts are from."""
        return _loader(self)


def linked(kind: Callable[[], type[_Linked]], name: str) -> Attribute[list[_Linked]]:
    """The things of one kind that a property leads to. `kind` is a function, so that it may be defined further down."""
    return Attribute(lambda thing: [kind()(thing.facts, iri) for iri in thing.facts.iris(thing.iri, name)])


def first_linked(kind: Callable[[], type[_Linked]], name: str) -> Attribute[_Linked | None]:
    """As linked, but only the first by IRI; None where there is none."""
    return first(linked(kind, name))


def linking(kind: Callable[[], type[_Linked]], *names: str) -> Attribute[list[_Linked]]:
    """The things of one kind that have this one as the value of one of these properties, by IRI."""
    return Attribute(
        lambda thing: [kind()(thing.facts, iri) for iri in _loader(thing).follow_back([thing.iri], *names)]
    )


def _loader(thing: Thing) -> Loader:
    return cast("Loader", thing.facts)  # only this room makes things that are Fetched
